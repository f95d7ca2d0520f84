/** The number of distinct values of a column, and its uniqueness. */
import { Schema } from "effect";
import * as Cell from "../../../domain/Cell.ts";
import * as Property from "../../../domain/Property.ts";
import { decodeCount } from "../../../scan/DecodeValue.ts";
import { isScalar } from "../../../scan/Kind.ts";
import { count, type DecodeContext, make, type Raw } from "./Statistic.ts";

const Distinct = Schema.Struct({
  value: Property.required(Schema.Int, "The number of distinct values."),
  exact: Property.required(Schema.Boolean, "Whether the number is exact."),
}).annotations({
  identifier: "Distinct",
  description: "The number of distinct values without NULL; within 2% at 95% confidence if not exact",
});

/** Limits the engines' estimates, which may exceed the number of values. */
const decode = (raw: Raw, context: DecodeContext): typeof Distinct.Type | undefined => {
  const value = decodeCount(raw.distinct);
  if (value === undefined) return undefined;
  const present = context.rows - context.nulls;
  const exact = context.exact.has("distinct");
  return { value: exact ? value : Math.max(Math.min(value, present), Math.min(present, 1)), exact };
};

export const distinct = make({
  id: "distinct",
  title: "Distinct",
  description:
    "The number of distinct values without NULL. Within 2% at 95% confidence; exact with --exact, and on local data up to 100,000. JSON, GEOGRAPHY, INTERVAL and RANGE values are compared by their text.",
  exactness: "either",
  reveals: "counts",
  schema: Distinct,
  applies: isScalar,
  aggregates: (column, dialect, options) => {
    if (column.elsewhere?.has("distinct") === true) return {};
    const x = dialect.groupable(column.x, column.field);
    if (column.countHashes !== undefined) return { hashes: count(column.countHashes(x)) };
    return { distinct: count(options.exact ? dialect.countDistinct(x) : dialect.approxCountDistinct(x)) };
  },
  decode,
  display: ({ value, exact }) => [{ label: "Distinct", cell: Cell.count(value, !exact) }],
});

export const uniqueness = make({
  id: "uniqueness",
  title: "Uniqueness",
  description: "Distinct values divided by the rows that are not NULL, from 0 to 1; exact if `distinct` is.",
  exactness: "either",
  reveals: "counts",
  schema: Schema.Number,
  applies: isScalar,
  aggregates: () => ({}),
  decode: (raw, context) => {
    const counted = decode(raw, context);
    const present = context.rows - context.nulls;
    return counted === undefined || present === 0 ? undefined : counted.value / present;
  },
  display: (value) => [{ label: "Uniqueness", cell: Cell.share(value) }],
});
