/** The program `bq-profile`: profiles a table. */
import { Clock, Effect } from "effect";
import type { Program } from "../../batch/Program.ts";
import * as TableReference from "../../domain/TableReference.ts";
import { columnsOf } from "../../scan/Columns.ts";
import { tableFacts } from "../../scan/TableFacts.ts";
import type { BigQuery } from "../../services/BigQuery.ts";
import { BigQueryError } from "../../services/BigQueryError.ts";
import * as ItemScope from "../../services/ItemScope.ts";
import * as Span from "../../services/Span.ts";
import { isDeterministic } from "../../sql/Deterministic.ts";
import { find } from "./drift/Baseline.ts";
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
export { placeOf } from "./ReportedColumn.ts";

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

/** Excluded columns are not drift. */
const isSelectedIn = (tableRead: TableRead): ((name: string) => boolean) => {
  const { metadata, dialect, columns } = tableRead.prepared;
  const left = new Set(columnsOf(metadata.schema, dialect).map(({ name }) => name));
  for (const { name } of columns) left.delete(name);
  return (name) => !left.has(name);
};

const withDrift = (profile: Profile, tableRead: TableRead, options: ProfileOptions): Profile => {
  const {
    before,
    metadata: { reference },
  } = tableRead.prepared;
  if (options.baseline === undefined) return profile;
  if (before !== undefined) {
    const { name, startedAt } = options.baseline;
    const against = {
      ...(name === undefined ? {} : { name }),
      ...(startedAt === undefined ? {} : { startedAt }),
    };
    const measured = drift(
      before,
      profile,
      options.driftThreshold,
      isSelectedIn(tableRead),
      tableRead.inBaseline,
    );
    return {
      ...profile,
      selection: {
        ...profile.selection,
        notes: [...profile.selection.notes, ...otherName(options, reference)],
      },
      drift: { ...measured, ...(Object.keys(against).length > 0 ? { against } : {}) },
    };
  }
  const notes = [
    ...profile.selection.notes,
    "the baseline does not contain this table: drift was not measured",
  ];
  return { ...profile, selection: { ...profile.selection, notes } };
};

/** A note if the baseline's only table has another name, so that the comparison of two tables is not overlooked. */
const otherName = (
  { baseline, isOnlyTable = false }: ProfileOptions,
  reference: TableReference.TableReference,
) => {
  const [only] = baseline?.profiles.keys() ?? [];
  return isOnlyTable && baseline?.profiles.size === 1 && only !== TableReference.format(reference)
    ? [`the baseline's only table is ${only}`]
    : [];
};

/** Fails before any row is read if the baseline must contain the table but does not. */
const checkBaseline = (
  reference: TableReference.TableReference,
  { baseline, baselineMissing, isOnlyTable = false }: ProfileOptions,
): Effect.Effect<void, BigQueryError, BigQuery> =>
  Effect.gen(function* () {
    if (baseline === undefined || baselineMissing === "ok") return;
    if ((yield* find(baseline, reference, isOnlyTable)) !== undefined) return;
    const date = baseline.startedAt === undefined ? "" : ` of ${baseline.startedAt}`;
    return yield* BigQueryError.of("notFound", `the baseline${date} does not contain this table`, {
      reference,
      remedy: "use a baseline that contains it, or --baseline-missing ok",
    });
  });

/** Profiles one table: one scan, plus what the options require. */
export const run = (
  reference: TableReference.TableReference,
  options: Partial<ProfileOptions> = {},
): Effect.Effect<Profile, BigQueryError, BigQuery> =>
  Effect.gen(function* () {
    const all = { ...defaults, ...options };
    yield* checkBaseline(reference, all);
    const tableRead = yield* read(reference, all);
    const profile = toProfile(tableRead, all, yield* Clock.currentTimeMillis);
    return withDrift(profile, tableRead, all);
  }).pipe(ItemScope.within, Span.named("Profile.run"));

/** The program for a batch. */
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
