/**
 * The bins of a baseline: deciles of numbers, dates and times, and the most frequent values of other types. The new
 * run counts its rows in these bins, in a scan that it makes anyway or that is free, so that no distribution is
 * estimated from another.
 */
import type { Field } from "../../../domain/TableSchema.ts";
import type { Value } from "../../../domain/Value.ts";
import type { ProfiledColumn } from "../../../scan/Columns.ts";
import { decodeCount } from "../../../scan/DecodeValue.ts";
import type { Cut, Dialect } from "../../../sql/Dialect.ts";
import { type Sql, sql } from "../../../sql/Sql.ts";
import type { ColumnProfile, Profile } from "../Profile.ts";
import { fieldOf } from "../ReportedColumn.ts";
import { cutsOf, position } from "../statistics/Bins.ts";
import { type Aggregate, count, finite, type Raw, type StatementColumn } from "../statistics/Statistic.ts";

/** Less frequent values, and long ones, are compared as one group. */
const mostValues = 20;
const longest = 200;

export type BaselineBins =
  | { readonly _tag: "Cuts"; readonly cuts: ReadonlyArray<Cut> }
  | {
      readonly _tag: "Values";
      readonly values: ReadonlyArray<{ readonly value: string; readonly count: number }>;
    };

/** Whether the value can be written as a literal of the column's type. */
const isPlace = (value: Value, column: ColumnProfile): boolean => {
  const field = fieldOf(column);
  if (field.type === "INT64" && !/^-?\d{1,19}$/.test(String(value))) return false;
  return Number.isFinite(position(value, field) ?? Number.NaN);
};

/**
 * Undefined if the baseline has none. The outer bins are open: they contain new values beyond the baseline's
 * extremes.
 */
export const baselineBins = (before: ColumnProfile): BaselineBins | undefined => {
  const deciles = before.quantiles?.deciles;
  if (deciles !== undefined) {
    const isPlaced = deciles.every(({ from, to }) => isPlace(from, before) && isPlace(to, before));
    if (deciles.length === 0 || !isPlaced) return undefined;
    const first = { value: String(deciles[0]!.from), closed: false };
    const last = { value: String(deciles.at(-1)!.to), closed: true };
    return { _tag: "Cuts", cuts: [first, ...cutsOf(deciles), last] };
  }
  const { type } = fieldOf(before);
  if (before.topValues === undefined || type === "INTERVAL" || type === "BOOL") return undefined;
  const values = before.topValues.values.flatMap(({ value, count }) =>
    typeof value === "string" && value.length <= longest ? [{ value, count }] : [],
  );
  return values.length === 0 ? undefined : { _tag: "Values", values: values.slice(0, mostValues) };
};

/** Whether the rows of a column can be counted in the baseline's bins. */
const isSameType = (before: ColumnProfile, { type, mode }: Field): boolean =>
  fieldOf(before).type === type && (before.mode === "REPEATED") === (mode === "REPEATED");

const countsIn = (
  bins: BaselineBins,
  x: Sql,
  finite: Sql,
  { field }: ProfiledColumn,
  dialect: Dialect,
): Sql | undefined => {
  if (bins._tag === "Cuts") return dialect.countsBelow(finite, bins.cuts, field);
  const values = bins.values.map(({ value }) => dialect.candidate(value, field));
  if (values.some((value) => value === undefined)) return undefined;
  const grouped = dialect.groupable(x, field);
  return dialect.array(values.map((value) => dialect.countIf(sql`${grouped} = ${value!}`)));
};

/** The baseline's bins of columns with the same type. */
const binsByColumn = (before: Profile | undefined) => {
  const columns = new Map(before?.columns.map((column) => [column.name, column]));
  return ({ name, field }: ProfiledColumn): BaselineBins | undefined => {
    const was = columns.get(name);
    return was !== undefined && isSameType(was, field) ? baselineBins(was) : undefined;
  };
};

/** The columns with bins to count. */
export const columnsWithBins = (
  before: Profile,
  columns: ReadonlyArray<ProfiledColumn>,
): ReadonlyArray<ProfiledColumn> => {
  const binsOf = binsByColumn(before);
  return columns.filter((column) => binsOf(column) !== undefined);
};

/** The aggregates that count rows in the baseline's bins. */
export const aggregates = (before: Profile | undefined, dialect: Dialect) => {
  const binsOf = binsByColumn(before);
  return (column: ProfiledColumn, statement: StatementColumn): Readonly<Record<string, Aggregate>> => {
    const bins = binsOf(column);
    const counts =
      bins === undefined
        ? undefined
        : countsIn(bins, statement.x, finite(statement, dialect), column, dialect);
    return counts === undefined ? {} : { inBaseline: count(counts) };
  };
};

/** The counts, by column. */
export const countsOf = (
  results: ReadonlyArray<{ readonly column: ProfiledColumn; readonly raw: Raw }>,
): ReadonlyMap<string, ReadonlyArray<number>> =>
  new Map(
    results.flatMap(({ column, raw }) =>
      Array.isArray(raw.inBaseline)
        ? [[column.name, raw.inBaseline.map((n) => decodeCount(n) ?? 0)] as const]
        : [],
    ),
  );
