/** Decodes the results of the statements, column by column, and builds the profiles. */
import { Effect } from "effect";
import { typeText } from "../../../domain/TableSchema.ts";
import type { ProfiledColumn } from "../../../scan/Columns.ts";
import { decodeCount } from "../../../scan/DecodeValue.ts";
import type { QueryResult } from "../../../services/BigQuery.ts";
import { BigQueryError } from "../../../services/BigQueryError.ts";
import type { ColumnProfile } from "../Profile.ts";
import type { DecodeContext, Raw, StatisticOptions } from "../statistics/Statistic.ts";
import { decode } from "../statistics/Statistics.ts";

export interface ColumnResult {
  readonly column: ProfiledColumn;
  readonly rows: number;
  readonly raw: Raw;
  /** Aggregates that are exact although their statistic may be approximate. */
  readonly exact: ReadonlySet<string>;
  /** The scan has counted bins and summed differences, so that no second one is needed. */
  readonly isRefined?: true;
}

const malformed = (what: string) =>
  BigQueryError.of("invalidResponse", `the result of a profile statement ${what}`);

/** Parses a JSON object from a result. */
export const parseRaw = (text: unknown): Effect.Effect<Raw, BigQueryError> => {
  if (typeof text !== "string") return Effect.fail(malformed("is missing a string"));
  return Effect.try({
    try: () => JSON.parse(text) as Raw,
    catch: () => malformed("contains a string that is not JSON"),
  });
};

/** Reads the single row of a scan: rows per source, and one raw object per column. */
export const readScan = (
  result: QueryResult,
  columns: ReadonlyArray<ProfiledColumn>,
): Effect.Effect<
  {
    readonly counts: ReadonlyArray<number>;
    readonly raws: ReadonlyArray<Raw>;
    readonly tallies: ReadonlyArray<Raw | undefined>;
    readonly sample: ReadonlyArray<Raw>;
  },
  BigQueryError
> =>
  Effect.gen(function* () {
    const row = result.rows[0];
    const list = (value: unknown) => (Array.isArray(value) ? (value as ReadonlyArray<unknown>) : []);
    const counts = list(row?.counts).map((value) => decodeCount(value) ?? 0);
    const profiles = list(row?.profiles);
    if (row === undefined || counts.length === 0 || profiles.length !== columns.length) {
      return yield* malformed(`has ${profiles.length} columns instead of ${columns.length}`);
    }
    const raws = yield* Effect.forEach(profiles, parseRaw);
    const tallies = yield* Effect.forEach(list(row.tallies), (text) =>
      text === null ? Effect.succeed(undefined) : parseRaw(text),
    );
    const sample = yield* Effect.forEach(list(row.sample), parseRaw);
    return { counts, raws, tallies, sample };
  });

export const contextOf = (
  { column, rows, raw, exact }: ColumnResult,
  options: StatisticOptions,
): DecodeContext => ({
  field: column.field,
  kind: column.kind,
  rows,
  nulls: Math.max(0, rows - (decodeCount(raw.present) ?? 0)),
  options,
  exact,
});

/** The column in the report. */
export const toColumnProfile = (result: ColumnResult, options: StatisticOptions): ColumnProfile => {
  const { column, rows, raw } = result;
  const context = contextOf(result, options);
  return {
    name: column.name,
    type: typeText(column.field),
    mode: column.field.mode,
    ...(column.field.description === undefined ? {} : { description: column.field.description }),
    rows,
    nulls: context.nulls,
    ...decode(raw, context),
  };
};
