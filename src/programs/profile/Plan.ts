/** Plans a profile for --dry-run: the same statements, without running them. */
import { Effect } from "effect";
import type { Plan } from "../../batch/Program.ts";
import type { TableReference } from "../../domain/TableReference.ts";
import { estimate, roomFor } from "../../scan/Estimate.ts";
import * as PartitionFilter from "../../scan/Partitions.ts";
import type { Statement } from "../../services/BigQuery.ts";
import type { ProfileOptions } from "./Options.ts";
import { prepare, profileTarget } from "./Prepare.ts";
import { bigQueryRequest, localRequest, samplePlan } from "./Read.ts";
import * as Anomalies from "./scan/Anomalies.ts";
import * as BigQueryScan from "./scan/BigQueryScan.ts";
import * as LocalScan from "./scan/LocalScan.ts";

interface Planned {
  readonly purpose: string;
  readonly statement: Statement;
}

/**
 * The statements with their estimates. The partitions of `--partitions latest` are only known after a query, so the
 * estimate covers the whole table: an upper bound, which the notes state.
 */
export const plan = Effect.fn("Profile.plan")(function* (reference: TableReference, options: ProfileOptions) {
  const prepared = yield* prepare(reference, options);
  const { engine, dialect, metadata } = prepared;
  const isLatest = options.partitions?._tag === "Latest" && metadata.partitioning !== null;
  const partitions = isLatest
    ? PartitionFilter.everything(dialect, metadata)
    : (yield* PartitionFilter.resolve(engine, metadata, options.partitions)).condition;
  const target = profileTarget(prepared, partitions);
  const sample = samplePlan(prepared, target);
  const free = dialect.scansAreFree;
  const latest =
    isLatest && options.partitions?._tag === "Latest"
      ? PartitionFilter.latestStatement(dialect, metadata, options.partitions.count)
      : undefined;
  const scans = dialect.scansAreFree
    ? LocalScan.statements(localRequest(prepared, dialect, target))
    : BigQueryScan.statements(bigQueryRequest(prepared, target, sample.wanted && !sample.listable));
  const numeric = prepared.columns.filter(Anomalies.isNumeric);
  const outliers =
    options.detectAnomalies && numeric.length > 0 && !free
      ? BigQueryScan.statements({
          ...prepared,
          target,
          columns: numeric,
          aggregates: Anomalies.aggregates(new Map(), dialect),
        })
      : [];
  const planned: ReadonlyArray<Planned> = [
    ...(latest === undefined ? [] : [{ purpose: "latest partitions", statement: latest }]),
    ...scans.map((statement) => ({ purpose: "profile", statement })),
    ...outliers.map((statement) => ({ purpose: "outliers (limits are known after the profile)", statement })),
  ];
  const statements = yield* Effect.forEach(planned, ({ purpose, statement }) =>
    estimate(engine, statement, purpose, [metadata]),
  );
  const notes = [
    sample.listable ? "1 metadata call and 1 row listing, free of charge" : "1 metadata call, free of charge",
    ...(latest === undefined ? [] : ["the profile's bytes are an upper bound: they include all partitions"]),
    ...(free ? ["local scans are free; large tables and --detect-anomalies need further ones"] : []),
    ...roomFor(metadata),
    ...prepared.notes,
  ];
  return { statements, notes } satisfies Plan;
});
