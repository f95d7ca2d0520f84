/** The program `bq-schema-diff`: compares the schemas of two tables. */

import { Effect, Option } from "effect";

import type { Program } from "../../batch/Program.ts";
import type { PairWithOptions } from "../../domain/Pair.ts";
import type { TableReference } from "../../domain/TableReference.ts";
import type { Seen, Versions } from "../../domain/TableVersion.ts";
import { BigQuery } from "../../services/BigQuery.ts";
import { BigQueryError } from "../../services/BigQueryError.ts";
import { CostMeter } from "../../services/CostMeter.ts";
import * as ItemScope from "../../services/ItemScope.ts";
import { checkMap } from "./compare/CheckMap.ts";
import { diff, onlyIn, unmatchedOnly } from "./Diff.ts";
import { ddl } from "./ddl/Ddl.ts";
import { type DiffOptions, defaults } from "./Options.ts";
import { plan } from "./Plan.ts";
import { SchemaDiff } from "./SchemaDiff.ts";
import * as LastUse from "./source/LastUse.ts";
import * as OnceEach from "./source/OnceEach.ts";
import * as Operand from "./source/Operand.ts";
import * as SchemaFile from "./source/SchemaFile.ts";
import * as Side from "./source/SchemaSource.ts";

export { type PairedTables, pairTables } from "../../domain/Pair.ts";
export { apply } from "./apply/Apply.ts";
export { diff } from "./Diff.ts";
export { ddl } from "./ddl/Ddl.ts";
export { ddlText } from "./ddl/Render.ts";
export { type DiffOptions, defaults, Options } from "./Options.ts";
export { attributes, type RuleId, rules } from "./rules/Rules.ts";
export { Change, DdlLine, PerhapsRenamed, SchemaDiff } from "./SchemaDiff.ts";
export * as Operand from "./source/Operand.ts";
export * as SchemaFile from "./source/SchemaFile.ts";
export * as Side from "./source/SchemaSource.ts";

/** Two schemas, with options that override those of the batch. */
export type Pair = PairWithOptions<Operand.Operand, DiffOptions>;

export interface ProgramOptions extends DiffOptions {
  /** The default project: with it, `d.t` and `p.d.t` are one table and loaded once. */
  readonly project?: string;
  /** All pairs of the batch, so that a table can be released after its last pair; absent: all are kept. */
  readonly pairs?: Iterable<Pair>;
}

/**
 * The program for a batch. It loads the metadata of every distinct table and reads every schema file once, for all
 * pairs; it runs no queries. Create one per run.
 */
export const program = (options: ProgramOptions = defaults): Program<Pair, SchemaDiff> => {
  const key = (operand: Operand.Operand) => keyOf(operand, options.project);
  const keys = ({ a, b }: Pair) => (isComparable({ a, b }) ? [key(a), key(b)] : []);
  const looks = OnceEach.make(key, load);
  const use = LastUse.make(options.pairs ?? [], keys, looks.forget);
  return {
    name: "bq-schema-diff",
    key: "diff",
    schema: SchemaDiff,
    itemName: ({ a, b }) => ({ a: Operand.format(a), b: Operand.format(b) }),
    references: ({ a, b }) => [a, b].flatMap(Operand.references),
    versions: (pair) => Effect.zipRight(use(keys(pair)), versions(pair, looks.get)),
    run: (pair) =>
      Effect.zipRight(use(keys(pair)), compare(pair, { ...options, ...pair.options }, looks.get)),
    plan: (pair) => Effect.succeed(plan(pair.a, pair.b)),
    verdict: (found) => (found.broken ? "different" : "ok"),
  };
};

/** Compares one pair. */
export const run = (
  pair: Pair,
  options: Partial<ProgramOptions> = {},
): Effect.Effect<SchemaDiff, BigQueryError, BigQuery> =>
  ItemScope.within(program({ ...defaults, ...options }).run(pair));

/** A side with the version of its source. */
interface Look {
  readonly side: Side.Side;
  readonly version: Seen;
}

/** Whether both sides exist. */
const isComparable = ({ a, b }: Pair): boolean => a._tag !== "Missing" && b._tag !== "Missing";

type LookAt = (operand: Operand.Operand) => Effect.Effect<Look, BigQueryError, BigQuery>;

const compare = Effect.fn("SchemaDiff.compare")(function* (
  { a, b }: Pair,
  options: DiffOptions,
  lookAt: LookAt,
) {
  if (b._tag === "Missing") return onlyIn("a", Operand.format(a), options);
  if (a._tag === "Missing") return onlyIn("b", Operand.format(b), options);
  const [lookA, lookB] = yield* Effect.all([lookAt(a), lookAt(b)]);
  const meter = yield* CostMeter;
  meter.addTable(Operand.format(a), lookA.version);
  meter.addTable(Operand.format(b), lookB.version);
  const [before, after] = [lookA.side, lookB.side];
  const [problem] = checkMap(before.schema, after.schema, options.map);
  if (problem !== undefined) {
    return yield* BigQueryError.of("unsupported", problem.detail, { remedy: problem.remedy });
  }
  const unmatched = unmatchedOnly(before, after, options);
  if (unmatched.length > 0) {
    return yield* BigQueryError.of("unsupported", `--only: no field matches ${unmatched.join(", ")}`, {
      remedy: "check the names; * matches any characters, and a path includes the fields below it",
    });
  }
  const found = diff(before, after, options);
  const target = before.table?.reference;
  return target?._tag === "BigQueryTable" ? { ...found, ddl: ddl(found, before, after, target) } : found;
});

const load = (operand: Operand.Operand): Effect.Effect<Look, BigQueryError, BigQuery> =>
  operand._tag === "SchemaFile"
    ? Effect.zipWith(SchemaFile.version(operand.path), SchemaFile.read(operand.path), (version, schema) => ({
        side: Side.ofSchema(schema),
        version,
      }))
    : Effect.flatMap(detected(operand), (schema) =>
        Option.isSome(schema)
          ? Effect.succeed(schema.value)
          : Effect.map(metadata(operand.reference), (table) => ({
              side: Side.ofTable(table),
              version: table.version,
            })),
      );

/** The schema of a JSON file that contains one, even without a schema file's name. */
const detected = (
  operand: Exclude<Operand.Operand, { readonly _tag: "SchemaFile" }>,
): Effect.Effect<Option.Option<Look>, BigQueryError> =>
  operand.reference._tag !== "LocalFiles"
    ? Effect.succeedNone
    : Effect.flatMap(SchemaFile.detect(operand.reference.path), (schema) =>
        Option.isNone(schema) || operand.reference._tag !== "LocalFiles"
          ? Effect.succeedNone
          : Effect.map(SchemaFile.version(operand.reference.path), (version) =>
              Option.some({ side: Side.ofSchema(schema.value), version }),
            ),
      );

/** For BigQuery tables, the loaded side, which is free and then used for the pair; for files, their size and time. */
const versions = ({ a, b }: Pair, lookAt: LookAt): Effect.Effect<Versions, BigQueryError, BigQuery> =>
  a._tag === "Missing" || b._tag === "Missing"
    ? Effect.succeed({})
    : Effect.map(
        Effect.forEach([a, b], (operand) =>
          Effect.map(versionOf(operand, lookAt), (version) => [Operand.format(operand), version]),
        ),
        Object.fromEntries,
      );

const versionOf = (operand: Operand.Operand, lookAt: LookAt) => {
  if (operand._tag === "SchemaFile") return SchemaFile.version(operand.path);
  if (operand.reference._tag === "BigQueryTable")
    return Effect.map(lookAt(operand), ({ version }) => version);
  return Effect.flatMap(BigQuery, (bigQuery) => bigQuery.version(operand.reference));
};

const metadata = (reference: TableReference) =>
  Effect.flatMap(BigQuery, (bigQuery) => bigQuery.table(reference));

const keyOf = (operand: Operand.Operand, project: string | undefined): string => {
  if (operand._tag === "SchemaFile" || operand.reference._tag !== "BigQueryTable" || project === undefined)
    return `${operand._tag} ${Operand.format(operand)}`;
  return `${operand._tag} ${Operand.format(Operand.table({ project, ...operand.reference }))}`;
};
