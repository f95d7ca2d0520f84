/** Finds columns with distinct values. */
import * as Format from "../../../domain/Format.ts";
import { about, counted } from "../../../domain/Phrases.ts";
import type { ColumnProfile } from "../Profile.ts";
import { columnKind, fieldOf, isElement, present } from "../ReportedColumn.ts";
import { type Context, info, type Rule, scope } from "./Rule.ts";

/** An estimate is within 2% at 95% confidence. */
const margin = 0.98;

const keyTypes: ReadonlySet<string> = new Set([
  "STRING", "BYTES", "INT64", "NUMERIC", "BIGNUMERIC", "DATE", "DATETIME", "TIMESTAMP",
]); // biome-ignore format: one list

/** The distinct count of a column whose values are all distinct, as far as that is known. */
const distinctIfUnique = (column: ColumnProfile, { subject }: Context) => {
  const rows = present(column);
  if (rows < 2 || column.distinct === undefined) return undefined;
  const { value, exact } = column.distinct;
  if (exact) return value === rows ? column.distinct : undefined;
  // The local engine's counts are exact even if the choice of values is not.
  const reliable = column.topValues?.exact === true || subject.table.engine === "local";
  const repeated = reliable && column.topValues?.values.some(({ count }) => count > 1) === true;
  return !repeated && value >= rows * margin ? column.distinct : undefined;
};

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

export const candidateKey: Rule = {
  id: "candidate-key",
  description:
    'No NULL, and as many distinct values as rows (at least two), in a column of a type that can be a key. With an approximate distinct count: within 2% of the rows, and the message says "probably". Info.',
  find: (column, context) => {
    if (isElement(column) || !keyTypes.has(fieldOf(column).type) || column.mode === "REPEATED")
      return undefined;
    if (column.nulls > 0) return undefined;
    const distinct = distinctIfUnique(column, context);
    if (distinct === undefined) return undefined;
    return info(
      `${capital(`${distinct.exact ? "" : "probably "}a candidate key`)}: ${about(distinct.value, distinct.exact)} distinct values in ${counted(column.rows, "row")}, none of them NULL${scope(context)}`,
      { distinct: distinct.value, exact: distinct.exact, rows: column.rows },
    );
  },
};

export const unique: Rule = {
  id: "unique",
  description:
    'All values are distinct, but the column has NULLs, consists of array elements, or has a type that cannot be a key. With an approximate distinct count, the message says "probably". Info.',
  silencedBy: ["candidate-key"],
  find: (column, context) => {
    const kind = columnKind(column);
    if (kind === "struct" || kind === "array" || kind === "bool") return undefined;
    const distinct = distinctIfUnique(column, context);
    if (distinct === undefined) return undefined;
    const rows = present(column);
    return info(
      `${capital(`${distinct.exact ? "" : "probably "}unique`)}: ${about(distinct.value, distinct.exact)} distinct values in ${counted(rows, "value")}${
        column.nulls > 0 ? `, and ${Format.count(column.nulls)} NULL` : ""
      }${scope(context)}`,
      { distinct: distinct.value, exact: distinct.exact, values: rows, nulls: column.nulls },
    );
  },
};
