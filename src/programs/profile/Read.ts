/** Reads a table for its profile: the scans, the sample rows, and what --detect-anomalies adds. */
import { Effect } from "effect";
import type { TableReference } from "../../domain/TableReference.ts";
import type { Row } from "../../domain/Value.ts";
import * as PartitionFilter from "../../scan/Partitions.ts";
import type { BigQuery } from "../../services/BigQuery.ts";
import type { BigQueryError } from "../../services/BigQueryError.ts";
import type { ProfileOptions } from "./Options.ts";
import * as Withheld from "./PolicyTagFallback.ts";
import { type Prepared, prepare, targetOf } from "./Prepare.ts";
import type { ColumnProfile } from "./Profile.ts";
import * as Anomalies from "./scan/Anomalies.ts";
import * as BilledScan from "./scan/BigQueryScan.ts";
import * as FreeScan from "./scan/LocalScan.ts";
import * as Sample from "./scan/Sample.ts";
import type { SampleRequest, Target } from "./scan/Scan.ts";
import { type Answer, toColumnProfile } from "./scan/ScanResults.ts";

/** What was read of the table. */
export interface Reading {
  readonly prepared: Prepared;
  readonly rows: number;
  readonly columns: ReadonlyArray<ColumnProfile>;
  readonly sample: ReadonlyArray<Row>;
  /** In words; null where the table was read whole. */
  readonly partitions: string | null;
  readonly notes: ReadonlyArray<string>;
  readonly omitted: ReadonlyArray<{ readonly name: string; readonly reason: string }>;
}

/** How the sample is had: not at all, listed free of charge, or by a statement. */
export const samplePlan = (prepared: Prepared, target: Target) => {
  const { options, metadata, columns } = prepared;
  const request: SampleRequest = { columns: Sample.sampleColumns(columns), limit: options.sampleSize };
  const wanted = options.sampleSize > 0 && options.values === "all" && request.columns.length > 0;
  return { request, wanted, listable: wanted && Sample.isListable(metadata, target, options.asOf) };
};

/** Sample rows where they cost nothing; undefined where the scan must bring them. */
const freeSample = (
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
        // Listing is refused where a row policy stands; a query gives the rows that this principal may see.
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

/** The scan where every byte is billed, with the sample in it unless that was had for nothing. */
export const billedRequest = (
  prepared: Prepared,
  target: Target,
  carriesSample: boolean,
): BilledScan.BilledRequest => ({
  ...prepared,
  target,
  ...(carriesSample ? { sample: samplePlan(prepared, target).request } : {}),
});

export const freeRequest = (prepared: Prepared, target: Target): FreeScan.FreeRequest => ({
  ...prepared,
  target,
  sampled: prepared.options.samplePercent !== undefined,
  knownRows: target.where === undefined ? prepared.metadata.rows : null,
});

const readColumns = (prepared: Prepared, target: Target, sample: ReadonlyArray<Row> | undefined) =>
  prepared.dialect.scansAreFree
    ? Effect.map(FreeScan.run(freeRequest(prepared, target)), (result) => ({
        ...result,
        sample: sample ?? [],
      }))
    : Effect.map(BilledScan.run(billedRequest(prepared, target, sample === undefined)), (result) => ({
        ...result,
        sample: sample ?? result.sample.map(Sample.fromRaw(samplePlan(prepared, target).request.columns)),
      }));

/** The numeric columns again, with the limits that their profiles gave. */
const withOutliers = Effect.fn("Profile.outliers")(function* (
  prepared: Prepared,
  target: Target,
  profiled: ReadonlyArray<{ readonly answer: Answer; readonly profile: ColumnProfile }>,
) {
  const limits = Anomalies.limitsOfAll(profiled);
  const columns = prepared.columns.filter((column) => limits.has(column.index));
  if (columns.length === 0) return profiled.map(({ profile }) => profile);
  const { dialect } = prepared;
  const asked = { ...prepared, target, columns, aggregates: Anomalies.aggregates(limits, dialect) };
  const { answers } = dialect.scansAreFree
    ? { answers: yield* FreeScan.runAggregates(asked) }
    : yield* BilledScan.run(asked);
  const found = new Map(answers.map(({ column, raw }) => [column.index, raw]));
  return profiled.map(({ answer, profile }) => {
    const raw = found.get(answer.column.index);
    if (raw === undefined) return profile;
    return toColumnProfile({ ...answer, raw: { ...raw, ...answer.raw } }, prepared.options);
  });
});

const readPrepared = Effect.fn("Profile.read")(function* (prepared: Prepared) {
  const filter = yield* PartitionFilter.resolve(
    prepared.engine,
    prepared.metadata,
    prepared.options.partitions,
  );
  const target = targetOf(prepared, filter.condition);
  const sample = yield* freeSample(prepared, target);
  const result = yield* readColumns(prepared, target, sample);
  const profiled = result.answers.map((answer) => ({
    answer,
    profile: toColumnProfile(answer, prepared.options),
  }));
  const reading: Reading = {
    prepared,
    rows: result.rows,
    columns: prepared.options.detectAnomalies
      ? yield* withOutliers(prepared, target, profiled)
      : profiled.map(({ profile }) => profile),
    sample: result.sample,
    partitions: filter.words,
    notes: [...prepared.notes, ...filter.notes],
    omitted: [],
  };
  return reading;
});

/** Reads the table. Columns that policy tags withhold are left out, and named. */
export const read = (
  reference: TableReference,
  options: ProfileOptions,
): Effect.Effect<Reading, BigQueryError, BigQuery> =>
  Effect.flatMap(prepare(reference, options), (prepared) =>
    readPrepared(prepared).pipe(
      Effect.catchIf(
        (error) => error.reason === "accessDenied" && prepared.columns.some(Withheld.isTagged),
        (denied) => {
          const { open, withheld } = Withheld.split(prepared.columns);
          if (open.length === 0) return Effect.fail(denied);
          const omitted = withheld.map((column) => ({
            name: column.name,
            reason: Withheld.isTagged(column)
              ? "a policy tag withholds it from this principal"
              : "it cannot be read without a column that a policy tag withholds",
          }));
          return Effect.map(readPrepared({ ...prepared, columns: open }), (reading) => ({
            ...reading,
            omitted,
          }));
        },
      ),
    ),
  );
