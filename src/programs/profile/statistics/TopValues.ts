/** The most frequent values. */
import { Schema } from "effect";
import * as Cell from "../../../domain/Cell.ts";
import * as Property from "../../../domain/Property.ts";
import { Value } from "../../../domain/Value.ts";
import { decodeCount, decodeValue } from "../../../scan/DecodeValue.ts";
import { isScalar } from "../../../scan/Kind.ts";
import { type DecodeContext, make, type Raw, valueText } from "./Statistic.ts";

const TopValues = Schema.Struct({
  values: Property.required(
    Schema.Array(
      Schema.Struct({
        value: Property.required(Value, "The value."),
        count: Property.required(Schema.Int, "Rows with this value."),
      }),
    ),
    "The values, the most frequent first.",
  ),
  exact: Property.required(Schema.Boolean, "Whether the selection and the counts are exact."),
}).annotations({
  identifier: "TopValues",
  description:
    "The most frequent values without NULL, and their rows; if not exact, order and counts are estimates",
});
export type TopValues = typeof TopValues.Type;

/** Decodes up to `top` values with their counts, the most frequent first. */
export const decodeTop = (raw: Raw, context: DecodeContext): TopValues | undefined => {
  if (!Array.isArray(raw.top)) return undefined;
  const values = raw.top.flatMap((entry: { readonly value?: unknown; readonly count?: unknown }) => {
    const value = decodeValue(entry.value, context.field);
    const count = decodeCount(entry.count);
    return value === undefined || count === undefined || count === 0 ? [] : [{ value, count }];
  });
  if (values.length === 0) return undefined;
  return { values: values.slice(0, context.options.top), exact: context.exact.has("top") };
};

export const topValues = make({
  id: "topValues",
  title: "Top values",
  description:
    "The most frequent values without NULL, and their counts; --top sets their number. Approximate on BigQuery; exact on local data up to 100,000 distinct values, above which the values are chosen from a sample and counted exactly. Values are truncated to 1,000 characters or bytes.",
  exactness: "either",
  reveals: "values",
  schema: TopValues,
  applies: isScalar,
  aggregates: (column, dialect, options) =>
    column.elsewhere?.has("top") === true || options.top === 0
      ? {}
      : // One more value than requested, because NULL counts as a value.
        {
          top: {
            sql: dialect.approxTopCount(dialect.groupable(column.x, column.field), options.top + 1),
            as: "top",
          },
        },
  decode: decodeTop,
  display: ({ values, exact }, kind) =>
    values.map(({ value, count }) => ({ label: valueText(value, kind), cell: Cell.count(count, !exact) })),
});
