/** `bq-profile`: what is in a table. */
import { Clock, Effect } from "effect";
import type { Program } from "../../batch/Program.ts";
import * as TableReference from "../../domain/TableReference.ts";
import { columnsOf } from "../../scan/Columns.ts";
import { tableFacts } from "../../scan/TableFacts.ts";
import type { BigQuery } from "../../services/BigQuery.ts";
import type { BigQueryError } from "../../services/BigQueryError.ts";
import * as ItemScope from "../../services/ItemScope.ts";
import { isDeterministic } from "../../sql/Deterministic.ts";
import { drift, isBroken } from "./drift/Drift.ts";
import { findings } from "./findings/Findings.ts";
import { defaults, type ProfileOptions } from "./Options.ts";
import { plan } from "./Plan.ts";
import { Profile } from "./Profile.ts";
import { read, type TableRead } from "./Read.ts";

export type { Partitions } from "../../scan/Partitions.ts";
export { defaults, type ProfileOptions } from "./Options.ts";
export { plan } from "./Plan.ts";
export { ColumnProfile, Finding, Profile } from "./Profile.ts";

const toProfile = (tableRead: TableRead, options: ProfileOptions, now: number): Profile => {
  const { metadata, dialect } = tableRead.prepared;
  const table = tableFacts(dialect.engine, metadata);
  const selection = {
    where: options.where ?? null,
    partitions: tableRead.partitions,
    asOf: options.asOf ?? null,
    samplePercent: options.samplePercent ?? null,
    notes: tableRead.notes,
  };
  const { rows, columns, omitted } = tableRead;
  const facts = { table, selection, rows, columns };
  const hasSample = options.sampleSize > 0 && options.values === "all";
  return {
    ...facts,
    omitted,
    findings: findings(facts, { values: options.values, now }),
    ...(hasSample ? { sample: tableRead.sample } : {}),
  };
};

/** A column that was not asked for is no removed one. */
const wasAsked = (tableRead: TableRead): ((name: string) => boolean) => {
  const { metadata, dialect, columns } = tableRead.prepared;
  const left = new Set(columnsOf(metadata.schema, dialect).map(({ name }) => name));
  for (const { name } of columns) left.delete(name);
  return (name) => !left.has(name);
};

const withDrift = (
  profile: Profile,
  tableRead: TableRead,
  name: string,
  options: ProfileOptions,
): Profile => {
  if (options.baseline === undefined) return profile;
  const before = options.baseline.profiles.get(name);
  if (before !== undefined) {
    return { ...profile, drift: drift(before, profile, options.driftThreshold, wasAsked(tableRead)) };
  }
  const notes = [...profile.selection.notes, "the baseline does not hold this table: no drift measured"];
  return { ...profile, selection: { ...profile.selection, notes } };
};

/** Profiles one table: one scan, and what the options add to it. */
export const run = (
  reference: TableReference.TableReference,
  options: Partial<ProfileOptions> = {},
): Effect.Effect<Profile, BigQueryError, BigQuery> =>
  Effect.gen(function* () {
    const all = { ...defaults, ...options };
    const tableRead = yield* read(reference, all);
    const profile = toProfile(tableRead, all, yield* Clock.currentTimeMillis);
    return withDrift(profile, tableRead, TableReference.format(reference), all);
  }).pipe(ItemScope.within);

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
