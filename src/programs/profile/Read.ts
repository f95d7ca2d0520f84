/** Reads a table for its profile: the scans, the sample rows, and the outliers of --detect-anomalies. */
import { Effect } from "effect";
import type { TableReference } from "../../domain/TableReference.ts";
import type { Row } from "../../domain/Value.ts";
import * as PartitionFilter from "../../scan/Partitions.ts";
import type { Target } from "../../scan/Target.ts";
import type { BigQuery } from "../../services/BigQuery.ts";
import type { BigQueryError } from "../../services/BigQueryError.ts";
import type { LocalDialect } from "../../sql/Dialect.ts";
import * as BaselineBins from "./drift/BaselineBins.ts";
import type { ProfileOptions } from "./Options.ts";
import * as PolicyTagFallback from "./PolicyTagFallback.ts";
import { type Prepared, prepare, profileTarget } from "./Prepare.ts";
import type { ColumnProfile } from "./Profile.ts";
import * as Anomalies from "./scan/Anomalies.ts";
import * as BigQueryScan from "./scan/BigQueryScan.ts";
import * as LocalScan from "./scan/LocalScan.ts";
import * as Sample from "./scan/Sample.ts";
import type { SampleRequest } from "./scan/Scan.ts";
import { type ColumnResult, toColumnProfile } from "./scan/ScanResults.ts";

/** The columns and sample rows that were read, before findings and drift. */
export interface TableRead {
  readonly prepared: Prepared;
  readonly rows: number;
  readonly columns: ReadonlyArray<ColumnProfile>;
  readonly sample: ReadonlyArray<Row>;
  /** A description; null if the whole table was read. */
  readonly partitions: string | null;
  readonly notes: ReadonlyArray<string>;
  readonly omitted: ReadonlyArray<{ readonly name: string; readonly reason: string }>;
  /** Row counts in the baseline's bins, by column. */
  readonly inBaseline: ReturnType<typeof BaselineBins.countsOf>;
}

/** The source of the sample rows: none, a free listing, or a statement. */
export const samplePlan = (prepared: Prepared, target: Target) => {
  const { options, metadata, columns } = prepared;
  const request: SampleRequest = { columns: Sample.sampleColumns(columns), limit: options.sampleSize };
  const wanted = options.sampleSize > 0 && options.values === "all" && request.columns.length > 0;
  return { request, wanted, listable: wanted && Sample.isListable(metadata, target, options.asOf) };
};

/** Sample rows from a free listing; undefined if the scan must return them. */
const listedSample = (
  prepared: Prepared,
  target: Target,
): Effect.Effect<ReadonlyArray<Row> | undefined, BigQueryError> => {
  const { engine, dialect, metadata } = prepared;
  const { request, wanted, listable } = samplePlan(prepared, target);
  if (!wanted) return Effect.succeed([]);
  if (listable) {
    return engine
      .listRows(metadata, { limit: request.limit, columns: Sample.topLevel(request.columns) })
      .pipe(
        Effect.map((rows): ReadonlyArray<Row> | undefined => rows.map(Sample.pick(request.columns))),
        // BigQuery cannot list tables with a row policy; a query returns the rows that the principal may see.
        Effect.catchIf(
          (error) =>
            !dialect.scansAreFree && (error.reason === "unsupported" || error.reason === "accessDenied"),
          () => Effect.succeed(undefined),
        ),
      );
  }
  if (!dialect.scansAreFree) return Effect.succeed(undefined);
  return engine
    .query(prepared.statement(Sample.statement(target, request.columns, request.limit, dialect)))
    .pipe(Effect.map((result) => result.rows));
};

/** The billed scan. It includes the sample rows unless they were listed free of charge. */
export const bigQueryRequest = (
  prepared: Prepared,
  target: Target,
  carriesSample: boolean,
): BigQueryScan.BigQueryRequest => ({
  ...prepared,
  target,
  more: BaselineBins.aggregates(prepared.before, prepared.dialect),
  ...(carriesSample ? { sample: samplePlan(prepared, target).request } : {}),
});

export const localRequest = (
  prepared: Prepared,
  dialect: LocalDialect,
  target: Target,
): LocalScan.LocalRequest => ({
  ...prepared,
  dialect,
  target,
  knownRows:
    target.where === undefined && prepared.options.samplePercent === undefined
      ? prepared.metadata.rows
      : null,
});

const readColumns = (prepared: Prepared, target: Target, sample: ReadonlyArray<Row> | undefined) => {
  const { dialect } = prepared;
  return dialect.scansAreFree
    ? Effect.map(LocalScan.run(localRequest(prepared, dialect, target)), (result) => ({
        ...result,
        sample: sample ?? [],
      }))
    : Effect.map(BigQueryScan.run(bigQueryRequest(prepared, target, sample === undefined)), (result) => ({
        ...result,
        sample: sample ?? result.sample.map(Sample.fromRaw(samplePlan(prepared, target).request.columns)),
      }));
};

/** Counts rows in the baseline's bins: in the same scan, or in another one if scans are free. */
const countInBaseline = Effect.fnUntraced(function* (
  { before, dialect, ...prepared }: Prepared,
  target: Target,
  results: ReadonlyArray<ColumnResult>,
) {
  if (!dialect.scansAreFree || before === undefined) return BaselineBins.countsOf(results);
  const aggregates = BaselineBins.aggregates(before, dialect);
  const columns = BaselineBins.columnsWithBins(before, prepared.columns);
  return BaselineBins.countsOf(
    yield* LocalScan.runAggregates({ ...prepared, dialect, target, columns, aggregates }),
  );
});

/** Scans the numeric columns again with the limits from their profiles. */
const withOutliers = Effect.fnUntraced(function* (
  prepared: Prepared,
  target: Target,
  profiled: ReadonlyArray<{ readonly result: ColumnResult; readonly profile: ColumnProfile }>,
) {
  const limits = Anomalies.limitsOfAll(profiled);
  const columns = prepared.columns.filter((column) => limits.has(column.index));
  if (columns.length === 0) return profiled.map(({ profile }) => profile);
  const { dialect } = prepared;
  const request = { ...prepared, target, columns, aggregates: Anomalies.aggregates(limits, dialect) };
  const { results } = dialect.scansAreFree
    ? { results: yield* LocalScan.runAggregates({ ...request, dialect }) }
    : yield* BigQueryScan.run(request);
  const found = new Map(results.map(({ column, raw }) => [column.index, raw]));
  return profiled.map(({ result, profile }) => {
    const raw = found.get(result.column.index);
    if (raw === undefined) return profile;
    return toColumnProfile({ ...result, raw: { ...raw, ...result.raw } }, prepared.options);
  });
});

const readPrepared = Effect.fnUntraced(function* (prepared: Prepared) {
  const filter = yield* PartitionFilter.resolve(
    prepared.engine,
    prepared.metadata,
    prepared.options.partitions,
  );
  const target = profileTarget(prepared, filter.condition);
  const sample = yield* listedSample(prepared, target);
  const result = yield* readColumns(prepared, target, sample);
  const profiled = result.results.map((result) => ({
    result,
    profile: toColumnProfile(result, prepared.options),
  }));
  const tableRead: TableRead = {
    prepared,
    rows: result.rows,
    inBaseline: yield* countInBaseline(prepared, target, result.results),
    columns: prepared.options.detectAnomalies
      ? yield* withOutliers(prepared, target, profiled)
      : profiled.map(({ profile }) => profile),
    sample: result.sample,
    partitions: filter.description,
    notes: [...prepared.notes, ...filter.notes],
    omitted: [],
  };
  return tableRead;
});

/** Reads the table. Omits and lists the columns protected by policy tags. */
export const read = (
  reference: TableReference,
  options: ProfileOptions,
): Effect.Effect<TableRead, BigQueryError, BigQuery> =>
  Effect.flatMap(prepare(reference, options), (prepared) =>
    readPrepared(prepared).pipe(
      Effect.catchIf(
        (error) => error.reason === "accessDenied" && prepared.columns.some(PolicyTagFallback.isTagged),
        (denied) => {
          const { open, protected: omittedColumns } = PolicyTagFallback.split(prepared.columns);
          if (open.length === 0) return Effect.fail(denied);
          const omitted = omittedColumns.map((column) => ({
            name: column.name,
            reason: PolicyTagFallback.isTagged(column)
              ? "access is denied by a policy tag"
              : "it cannot be read without a column protected by a policy tag",
          }));
          return Effect.map(readPrepared({ ...prepared, columns: open }), (tableRead) => ({
            ...tableRead,
            omitted,
          }));
        },
      ),
    ),
  );
