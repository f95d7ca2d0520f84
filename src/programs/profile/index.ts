/** `bq-profile`: what is in a table. */
import { Clock, Effect, type Scope } from "effect";
import type { Program } from "../../batch/Program.ts";
import type { Partitioning } from "../../domain/TableMetadata.ts";
import * as TableReference from "../../domain/TableReference.ts";
import type { BigQueryError } from "../../services/BigQuery.ts";
import type { Engines } from "../../services/Engines.ts";
import { drift } from "./drift.ts";
import { findings } from "./findings/index.ts";
import { defaults, type ProfileOptions } from "./Options.ts";
import { Profile } from "./Profile.ts";
import { plan } from "./plan.ts";
import { overview, present } from "./present.ts";
import { type Reading, read } from "./read.ts";

export { defaults, type Partitions, type ProfileOptions } from "./Options.ts";
export { ColumnProfile, Finding, Profile } from "./Profile.ts";

const partitioningText = (partitioning: Partitioning | null): string | null => {
  if (partitioning === null) return null;
  return partitioning._tag === "Time"
    ? `${partitioning.unit} on ${partitioning.field ?? "ingestion time"}`
    : `RANGE on ${partitioning.field}, ${partitioning.start} to ${partitioning.end} by ${partitioning.interval}`;
};

const toProfile = (reading: Reading, options: ProfileOptions, now: number): Profile => {
  const { metadata, engine } = reading.prepared;
  const table = {
    type: metadata.type,
    engine: engine.engine,
    rows: metadata.rows,
    bytes: metadata.bytes,
    created: metadata.created,
    modified: metadata.modified,
    expires: metadata.expires,
    description: metadata.description,
    labels: metadata.labels,
    partitioning: partitioningText(metadata.partitioning),
    clustering: metadata.clustering,
    location: metadata.location,
  };
  const selection = {
    where: options.where ?? null,
    partitions: reading.partitions,
    asOf: options.asOf ?? null,
    samplePercent: options.samplePercent ?? null,
    notes: reading.notes,
  };
  const { rows, columns, omitted } = reading;
  const facts = { table, selection, rows, columns };
  const hasSample = options.sampleSize > 0 && options.values === "all";
  return {
    ...facts,
    omitted,
    findings: findings(facts, { values: options.values, now }),
    ...(hasSample ? { sample: reading.sample } : {}),
  };
};

/** Profiles one table: one scan, and what the options add to it. */
export const run = (
  reference: TableReference.TableReference,
  options: Partial<ProfileOptions> = {},
): Effect.Effect<Profile, BigQueryError, Engines | Scope.Scope> =>
  Effect.gen(function* () {
    const all = { ...defaults, ...options };
    const reading = yield* read(reference, all);
    const profile = toProfile(reading, all, yield* Clock.currentTimeMillis);
    const before = all.baseline?.profiles.get(TableReference.format(reference));
    return before === undefined ? profile : { ...profile, drift: drift(before, profile, all.driftThreshold) };
  });

/** The program as a batch runs it. */
export const program = (options: ProfileOptions): Program<TableReference.TableReference, Profile> => ({
  tool: "bq-profile",
  key: "profile",
  schema: Profile,
  name: TableReference.format,
  run: (reference) => run(reference, options),
  plan: (reference) => plan(reference, options),
  verdict: (profile) =>
    profile.drift?.measures.some((measure) => measure.broken) === true ? "different" : "ok",
  present,
  overview,
});
