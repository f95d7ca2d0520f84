/** Translates `--partitions` into a condition on the partitioning column of each table. */
import { Effect } from "effect";
import type { Partitioning, TableMetadata } from "../domain/TableMetadata.ts";
import type { Field } from "../domain/TableSchema.ts";
import type { BigQueryService, Statement } from "../services/BigQuery.ts";
import { BigQueryError } from "../services/BigQueryError.ts";
import type { Dialect } from "../sql/Dialect.ts";
import { integer, join, type Sql, sql, word } from "../sql/Sql.ts";

/** The partitions to read. */
export type Partitions =
  | { readonly _tag: "Latest"; readonly count: number }
  /** Partition ids or dates, both inclusive. */
  | { readonly _tag: "Range"; readonly from: string; readonly to: string };

export interface PartitionFilter {
  readonly condition: Sql | undefined;
  /** Text for the report; null if the whole table is read. */
  readonly description: string | null;
  readonly notes: ReadonlyArray<string>;
}

const whole: PartitionFilter = { condition: undefined, description: null, notes: [] };

type TimePartitioning = Extract<Partitioning, { _tag: "Time" }>;
type RangePartitioning = Extract<Partitioning, { _tag: "Range" }>;

/**
 * The start of a partition and of the next one, from an id (`20240131`, `2024013107`, `202401`, `2024`) or a date.
 */
export const interval = (id: string): readonly [from: Date, to: Date] | undefined => {
  const digits = id.replace(/[-:T ]/g, "").replace(/Z$/, "");
  const match = /^(\d{4})(\d{2})?(\d{2})?(\d{2})?(?:0{4})?$/.exec(digits);
  if (match === null) return undefined;
  const [year, month, day, hour] = match
    .slice(1)
    .map((part) => (part === undefined ? undefined : Number(part)));
  const at = (y: number, m: number, d: number, h: number): Date => {
    const date = new Date(0);
    date.setUTCFullYear(y, m - 1, d);
    date.setUTCHours(h);
    return date;
  };
  const from = at(year!, month ?? 1, day ?? 1, hour ?? 0);
  if (month !== undefined && (month < 1 || month > 12)) return undefined;
  if (day !== undefined && from.getUTCDate() !== day) return undefined;
  if (hour !== undefined && hour > 23) return undefined;
  if (hour !== undefined) return [from, at(year!, month!, day!, hour + 1)];
  if (day !== undefined) return [from, at(year!, month!, day + 1, 0)];
  if (month !== undefined) return [from, at(year!, month + 1, 1, 0)];
  return [from, at(year! + 1, 1, 1, 0)];
};

const ingestionTime: Field = { name: "_PARTITIONTIME", type: "TIMESTAMP", mode: "NULLABLE" };

const timeColumn = (metadata: TableMetadata, partitioning: TimePartitioning): Field =>
  metadata.schema.find((field) => field.name === partitioning.field) ?? ingestionTime;

const invalid = (metadata: TableMetadata, id: string, form: string) =>
  BigQueryError.of("unsupported", `--partitions: "${id}" is not a partition of this table`, {
    reference: metadata.reference,
    remedy: `write ${form}`,
  });

const between = (dialect: Dialect, field: Field, from: Date, to: Date): Sql => {
  const text = (date: Date) => {
    const iso = date.toISOString().slice(0, 19);
    return field.type === "DATE" ? iso.slice(0, 10) : field.type === "TIMESTAMP" ? `${iso}Z` : iso;
  };
  const column = field === ingestionTime ? word("_PARTITIONTIME") : dialect.identifier(field.name);
  const literal = (date: Date) => dialect.literal(text(date), field)!;
  return sql`(${column} >= ${literal(from)} AND ${column} < ${literal(to)})`;
};

const timeCondition = (dialect: Dialect, metadata: TableMetadata, partitioning: TimePartitioning) => {
  const field = timeColumn(metadata, partitioning);
  return (first: string, last: string): Effect.Effect<Sql, BigQueryError> => {
    const from = interval(first)?.[0];
    const to = interval(last)?.[1];
    if (from !== undefined && to !== undefined) return Effect.succeed(between(dialect, field, from, to));
    return Effect.fail(
      invalid(metadata, from === undefined ? first : last, "partition ids or dates: 2024-01-01..2024-01-31"),
    );
  };
};

const rangeCondition = (dialect: Dialect, metadata: TableMetadata, partitioning: RangePartitioning) => {
  const column = dialect.identifier(partitioning.field);
  const start = BigInt(partitioning.start);
  const width = BigInt(partitioning.interval);
  const floor = (text: string) => {
    const offset = BigInt(text) - start;
    const steps = offset / width - (offset % width < 0n ? 1n : 0n);
    return start + steps * width;
  };
  return (first: string, last: string): Effect.Effect<Sql, BigQueryError> => {
    const bad = [first, last].find((id) => !/^-?\d+$/.test(id));
    if (bad !== undefined) return Effect.fail(invalid(metadata, bad, "whole numbers: 0..1000"));
    return Effect.succeed(
      sql`(${column} >= ${integer(floor(first))} AND ${column} < ${integer(floor(last) + width)})`,
    );
  };
};

/**
 * A condition that selects all partitions, for a dry run, which does not know the latest ones. Undefined if the table
 * does not require a partition filter.
 */
export const everything = (dialect: Dialect, metadata: TableMetadata): Sql | undefined => {
  const { partitioning } = metadata;
  if (partitioning === null || !partitioning.requireFilter) return undefined;
  if (partitioning._tag === "Time") {
    const [first, last] = [new Date("0001-01-01T00:00:00Z"), new Date("9999-12-31T00:00:00Z")];
    return between(dialect, timeColumn(metadata, partitioning), first, last);
  }
  const column = dialect.identifier(partitioning.field);
  const { start, end } = partitioning;
  return sql`(${column} >= ${integer(BigInt(start))} AND ${column} < ${integer(BigInt(end))})`;
};

/** The statement that lists the latest partitions. BigQuery bills 10 MB for it. */
export const latestStatement = (
  dialect: Dialect,
  metadata: TableMetadata,
  count: number,
): Statement | undefined => {
  if (metadata.partitioning === null || metadata.reference._tag !== "BigQueryTable") return undefined;
  const view = { ...metadata.reference, table: "INFORMATION_SCHEMA.PARTITIONS" };
  const order = metadata.partitioning._tag === "Range" ? sql`CAST(partition_id AS INT64)` : sql`partition_id`;
  return {
    sql: sql`SELECT partition_id
FROM ${dialect.from(view)}
WHERE table_name = ${dialect.string(metadata.reference.table)} AND partition_id NOT IN ('__NULL__', '__UNPARTITIONED__') AND total_rows > 0
ORDER BY ${order} DESC
LIMIT ${integer(count)}`,
    tables: [metadata.reference],
    location: metadata.location,
  };
};

/** Resolves `--partitions` to a condition. `latest` runs a query for the existing partitions. */
export const resolve = Effect.fnUntraced(function* (
  engine: BigQueryService,
  metadata: TableMetadata,
  partitions: Partitions | undefined,
) {
  if (partitions === undefined) return whole;
  const partitioning = metadata.partitioning;
  if (partitioning === null) return { ...whole, notes: ["all rows; the table is not partitioned"] };
  const dialect = engine.dialect(metadata.reference);
  const condition =
    partitioning._tag === "Time"
      ? timeCondition(dialect, metadata, partitioning)
      : rangeCondition(dialect, metadata, partitioning);
  if (partitions._tag === "Range") {
    const words = `${partitions.from} to ${partitions.to}`;
    return { condition: yield* condition(partitions.from, partitions.to), description: words, notes: [] };
  }
  const statement = latestStatement(dialect, metadata, partitions.count);
  if (statement === undefined) return whole;
  const { rows } = yield* engine.query(statement);
  const ids = rows.map((row) => String(row.partition_id));
  if (ids.length === 0) return { ...whole, notes: ["all rows; every partition is empty"] };
  const conditions = yield* Effect.forEach(ids, (id) => condition(id, id));
  return {
    condition: sql`(${join(conditions, " OR ")})`,
    description: ids.toReversed().join(", "),
    notes: [],
  };
});
