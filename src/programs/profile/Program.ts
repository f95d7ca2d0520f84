/** `bq-profile`: what is in a table. */
import { Clock, Effect, type Scope } from "effect";
import type { Program } from "../../batch/Program.ts";
import * as TableReference from "../../domain/TableReference.ts";
import { columnsOf } from "../../scan/Columns.ts";
import type { BigQueryError } from "../../services/BigQuery.ts";
import type { Engines } from "../../services/Engines.ts";
import { isDeterministic } from "../../sql/Deterministic.ts";
import { drift, isBroken } from "./drift/Drift.ts";
import { findings } from "./findings/Findings.ts";
import { defaults, type ProfileOptions } from "./Options.ts";
import { plan } from "./Plan.ts";
import { Profile } from "./Profile.ts";
import { type Reading, read } from "./Read.ts";
import { tableFacts } from "./TableFacts.ts";

export { defaults, type Partitions, type ProfileOptions } from "./Options.ts";
export { ColumnProfile, Finding, Profile } from "./Profile.ts";

const toProfile = (reading: Reading, options: ProfileOptions, now: number): Profile => {
  const { metadata, engine } = reading.prepared;
  const table = tableFacts(engine, metadata);
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

/** A column that was not asked for is no removed one. */
const wasAsked = (reading: Reading): ((name: string) => boolean) => {
  const { metadata, engine, columns } = reading.prepared;
  const left = new Set(columnsOf(metadata.schema, engine.dialect).map(({ name }) => name));
  for (const { name } of columns) left.delete(name);
  return (name) => !left.has(name);
};

const withDrift = (profile: Profile, reading: Reading, name: string, options: ProfileOptions): Profile => {
  if (options.baseline === undefined) return profile;
  const before = options.baseline.profiles.get(name);
  if (before !== undefined) {
    return { ...profile, drift: drift(before, profile, options.driftThreshold, wasAsked(reading)) };
  }
  const notes = [...profile.selection.notes, "the baseline does not hold this table: no drift measured"];
  return { ...profile, selection: { ...profile.selection, notes } };
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
    return withDrift(profile, reading, TableReference.format(reference), all);
  });

/** The program as a batch runs it. */
export const program = (options: ProfileOptions): Program<TableReference.TableReference, Profile> => ({
  name: "bq-profile",
  key: "profile",
  schema: Profile,
  itemName: TableReference.format,
  references: (reference) => [reference],
  isDeterministic: () => isDeterministic(options.where),
  run: (reference) => run(reference, options),
  plan: (reference) => plan(reference, options),
  verdict: (profile) => (isBroken(profile) ? "different" : "ok"),
});
