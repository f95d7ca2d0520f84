/** What a user writes: runs under Node and Bun against the installed package, and uses every public name. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  Baseline,
  Batch,
  BigQuery,
  BigQueryError,
  type BigQueryService,
  BigQueryTest,
  CallPolicy,
  type DryRun,
  DuckDb,
  Google,
  Journal,
  JournalFile,
  Merge,
  Plan,
  Profile,
  type Program,
  type QueryResult,
  type QueryStatistics,
  Result,
  Router,
  SchemaDiff,
  Send,
  Shard,
  type Statement,
  TableCompare,
  TableReference,
  TableSchema,
  Value,
  version,
} from "bqkit";
import { Effect, Stream } from "effect";

/** Types, by their use in a declaration. */
export interface Types {
  readonly baseline: Baseline.Baseline;
  readonly batch: readonly [
    Batch.Outcome<unknown>,
    Batch.Result<unknown>,
    Batch.RunOptions<unknown, never, never>,
  ];
  readonly port: readonly [BigQueryService, DryRun, QueryResult, QueryStatistics, Statement];
  readonly test: readonly [
    BigQueryTest.Answer<unknown>,
    BigQueryTest.Call,
    BigQueryTest.Given,
    BigQueryTest.Options,
    BigQueryTest.Reply<unknown>,
    BigQueryTest.ShortType,
    BigQueryTest.Table,
  ];
  readonly policy: readonly [CallPolicy.CallPolicy, CallPolicy.Options, CallPolicy.Policy];
  readonly configurations: readonly [DuckDb.Config, Google.GoogleConfig, Router.RouterConfig];
  readonly journal: readonly [Journal.Held, Journal.Journal, Journal.JournalRun, Journal.Reuse];
  readonly merge: Merge.Merged<unknown>;
  readonly plan: readonly [Plan.PlanOptions, Plan.PlanSummary, Plan.PlannedItem, Plan.Plans];
  readonly profile: readonly [
    Profile.ColumnProfile,
    Profile.Finding,
    Profile.Partitions,
    Profile.Profile,
    Profile.ProfileOptions,
  ];
  readonly program: Program<string, number>;
  readonly result: readonly [
    Result.Failure,
    Result.ItemName,
    Result.ResultBase,
    Result.Run,
    Result.Status,
    Result.Summary,
  ];
  readonly diff: readonly [
    SchemaDiff.Change,
    SchemaDiff.DdlLine,
    SchemaDiff.DiffOptions,
    SchemaDiff.Operand.Operand,
    SchemaDiff.Pair,
    SchemaDiff.PairedTables,
    SchemaDiff.PerhapsRenamed,
    SchemaDiff.ProgramOptions,
    SchemaDiff.RuleId,
    SchemaDiff.SchemaDiff,
    SchemaDiff.Side.Side,
  ];
  readonly send: readonly [Send.HttpRequest, Send.HttpResponse, Send.SendService];
  readonly shard: Shard.Shard;
  readonly compare: readonly [
    TableCompare.CompareOptions,
    TableCompare.Comparison,
    TableCompare.Mapping,
    TableCompare.MaxDiff,
    TableCompare.Pair,
    TableCompare.RowComparison,
    TableCompare.Tolerances,
  ];
  readonly reference: readonly [
    TableReference.BigQueryTable,
    TableReference.LocalFiles,
    TableReference.LocalTable,
    TableReference.TableReference,
  ];
  readonly schema: readonly [
    TableSchema.Field,
    TableSchema.LocatedField,
    TableSchema.Mode,
    TableSchema.TableSchema,
    TableSchema.TypeName,
  ];
  readonly value: readonly [Value.Row, Value.Value];
}

/** Values that the run below does not call. */
const others: Readonly<Record<string, unknown>> = {
  baseline: [Baseline.BaselineError, Baseline.find, Baseline.load],
  batch: [Batch.decoder, Batch.isLocal, Batch.payloadOf],
  test: [BigQueryTest.adjust, BigQueryTest.free, BigQueryTest.make, BigQueryTest.scripted, BigQueryTest.table],
  policy: [CallPolicy.make, CallPolicy.measured],
  layers: [DuckDb.layerConfig, DuckDb.make, Google.layer, Google.layerConfig, Google.layerWithoutSend, Google.make],
  router: [Router.layerConfig, Router.route],
  journal: [JournalFile.openReader, JournalFile.unwritable, Merge.merge],
  profile: [Profile.ColumnProfile, Profile.Finding, Profile.placeOf, Profile.plan],
  result: [
    Result.Failure, Result.ItemName, Result.Run, Result.Status, Result.Summary, Result.resultFields,
    Result.schemaVersion,
  ],
  diff: [
    SchemaDiff.attributes, SchemaDiff.pairTables, SchemaDiff.program, SchemaDiff.rules, SchemaDiff.Change,
    SchemaDiff.SchemaDiff, SchemaDiff.run, SchemaDiff.Options, SchemaDiff.DdlLine, SchemaDiff.PerhapsRenamed, SchemaDiff.apply,
    SchemaDiff.ddl, SchemaDiff.ddlText, SchemaDiff.defaults, SchemaDiff.diff, SchemaDiff.Operand.format,
    SchemaDiff.Operand.isSchemaFile, SchemaDiff.Operand.missing, SchemaDiff.Operand.parse, SchemaDiff.Operand.references,
    SchemaDiff.Operand.table, SchemaDiff.SchemaFile.detect, SchemaDiff.SchemaFile.read, SchemaDiff.SchemaFile.version,
    SchemaDiff.Side.ofSchema, SchemaDiff.Side.ofTable,
  ],
  send: [Send.Send, Send.fromFunction, Send.isTooLarge, Send.layer, Send.make, Send.maxResponseBytes],
  shard: [Shard.assignBySize, Shard.has, Shard.listDigest, Shard.partOf, Shard.select],
  compare: [TableCompare.Comparison, TableCompare.breaks, TableCompare.headline, TableCompare.program],
  reference: [TableReference.format, TableReference.isLocal, TableReference.isPattern],
  schema: [
    TableSchema.elementOf, TableSchema.hasNanoseconds, TableSchema.isForeign, TableSchema.nullType, TableSchema.typeName,
    TableSchema.typeNames, TableSchema.typeText, TableSchema.walk,
  ],
  value: [Value.fromDigits, Value.fromFloat, Value.fromMicroseconds, Value.plainDigits, Value.shown, Value.toNumber],
  port: [BigQuery, BigQueryError, Profile.Profile],
}; // biome-ignore format: lists

const folder = mkdtempSync(join(tmpdir(), "bqkit-consumer-"));
const csv = join(folder, "people.csv");
writeFileSync(csv, "id,name\n1,Ada\n2,\n");

const local = Effect.gen(function* () {
  const table = yield* TableReference.parse(csv);
  const profile = yield* Profile.run(table, Profile.defaults);
  const compared = yield* TableCompare.run({ a: table, b: table }, TableCompare.defaults);
  const a = yield* (yield* BigQuery).table(table);
  const file = yield* SchemaDiff.SchemaFile.parse("[]");
  const plans = yield* Plan.plan(Profile.program(Profile.defaults), [table], {});
  const { results, summary } = yield* Batch.run(Profile.program(Profile.defaults), [table], { parallel: 2 });
  const labels = yield* Stream.runCollect(Stream.map(results, (result) => Batch.label(result.item)));
  return { profile, compared, a, file, plans, summary, labels: [...labels] };
});

const journal = Effect.gen(function* () {
  const file = yield* JournalFile.open(join(folder, "run.ndjson"));
  return yield* Journal.open(file, Journal.head({ tool: "bq-profile", total: 1, settings: {} }));
});

const test = Profile.run({ _tag: "BigQueryTable", project: "p", dataset: "d", table: "t" }).pipe(
  Effect.provide(
    BigQueryTest.fromRows({ "p.d.t": { schema: { id: "INT64" }, rows: [{ id: 1 }, { id: 2 }] } }),
  ),
);

const main = Effect.gen(function* () {
  const routed = yield* Effect.provide(local, Router.layer());
  const direct = yield* Effect.provide(local, DuckDb.layer());
  const tested = yield* test;
  const opened = yield* Effect.either(Effect.scoped(journal));
  console.log(
    JSON.stringify({
      version,
      rows: [routed.profile.rows, direct.profile.rows, tested.rows],
      nulls: routed.profile.columns.map(({ nulls }) => nulls),
      journal: opened._tag === "Right" ? "opened" : opened.left.message.replace(/^.*" /, ""),
      missing: Object.values(others)
        .flatMap((values) => values as ReadonlyArray<unknown>)
        .filter((value) => value === undefined).length,
    }),
  );
});

await main.pipe(
  Effect.scoped,
  Effect.ensuring(Effect.sync(() => rmSync(folder, { recursive: true, force: true }))),
  Effect.runPromise,
);
