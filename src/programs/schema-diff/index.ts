/** `bq-schema-diff`: how the schemas of two tables differ. */
import { Effect, type Scope } from "effect";
import type { Program } from "../../batch/Program.ts";
import type { TableReference } from "../../domain/TableReference.ts";
import { BigQueryError } from "../../services/BigQuery.ts";
import { Engines } from "../../services/Engines.ts";
import { checkMap } from "./checkMap.ts";
import { ddl } from "./ddl/index.ts";
import { ddlText } from "./ddl/render.ts";
import { diff, onlyIn } from "./diff.ts";
import * as OnceEach from "./OnceEach.ts";
import * as Operand from "./Operand.ts";
import { type DiffOptions, defaults } from "./Options.ts";
import { plan } from "./plan.ts";
import { overview, present } from "./present.ts";
import { SchemaDiff } from "./SchemaDiff.ts";
import * as Side from "./Side.ts";
import * as SchemaFile from "./schemaFile.ts";

export { apply } from "./apply.ts";
export { ddl } from "./ddl/index.ts";
export { ddlText } from "./ddl/render.ts";
export { diff } from "./diff.ts";
export * as Operand from "./Operand.ts";
export {
  type DiffOptions,
  defaults,
  type GivenOptions,
  type OptionProblem,
  read as readOptions,
} from "./Options.ts";
export { type PairedTables, pairTables } from "./pairTables.ts";
export { attributes, type RuleId, rules } from "./rules/index.ts";
export { Change, DdlLine, PerhapsRenamed, SchemaDiff } from "./SchemaDiff.ts";
export * as Side from "./Side.ts";
export * as SchemaFile from "./schemaFile.ts";

export interface Pair {
  readonly a: Operand.Operand;
  readonly b: Operand.Operand;
  /** This pair's own, before those of the batch. */
  readonly options?: Partial<DiffOptions>;
}

export interface ProgramOptions extends DiffOptions {
  /** The project of references that name none: with it, `d.t` and `p.d.t` are asked for once. */
  readonly project?: string;
}

/**
 * The program as a batch runs it. What it holds asks for every distinct table and reads every schema file once, in as
 * many pairs as they stand; nothing is ever queried. Make one for each run.
 */
export const program = (options: ProgramOptions = defaults): Program<Pair, SchemaDiff> => {
  const sideOf = OnceEach.make((operand) => keyOf(operand, options.project), load);
  return {
    tool: "bq-schema-diff",
    key: "diff",
    schema: SchemaDiff,
    name: ({ a, b }) => ({ a: Operand.format(a), b: Operand.format(b) }),
    run: (pair) => compare(pair, { ...options, ...pair.options }, sideOf),
    plan: (pair) => Effect.succeed(plan(pair.a, pair.b)),
    verdict: (found) => (found.broken ? "different" : "ok"),
    present,
    ddl: (found, { item }) => ddlText(typeof item === "string" ? { a: item, b: item } : item, found),
    overview,
  };
};

/** Compares one pair. */
export const run = (
  pair: Pair,
  options: Partial<ProgramOptions> = {},
): Effect.Effect<SchemaDiff, BigQueryError, Engines | Scope.Scope> =>
  program({ ...defaults, ...options }).run(pair);

type SideOf = (operand: Operand.Operand) => Effect.Effect<Side.Side, BigQueryError, Engines>;

const compare = Effect.fn("SchemaDiff.compare")(function* (
  { a, b }: Pair,
  options: DiffOptions,
  sideOf: SideOf,
) {
  if (b._tag === "Missing") return onlyIn("a", Operand.format(a), options);
  if (a._tag === "Missing") return onlyIn("b", Operand.format(b), options);
  const [before, after] = yield* Effect.all([sideOf(a), sideOf(b)]);
  const [problem] = checkMap(before.schema, after.schema, options.map);
  if (problem !== undefined) {
    return yield* BigQueryError.of("unsupported", problem.detail, { remedy: problem.remedy });
  }
  const found = diff(before, after, options);
  const target = before.table?.reference;
  return target?._tag === "BigQueryTable" ? { ...found, ddl: ddl(found, before, after, target) } : found;
});

const load = (operand: Operand.Operand): Effect.Effect<Side.Side, BigQueryError, Engines> =>
  operand._tag === "SchemaFile"
    ? Effect.map(SchemaFile.read(operand.path), Side.ofSchema)
    : Effect.map(metadata(operand.reference), Side.ofTable);

/** In a scope of its own: the answer outlives the item that asks first. */
const metadata = (reference: TableReference) =>
  Effect.gen(function* () {
    const engine = yield* (yield* Engines).for(reference);
    return yield* engine.table(reference);
  }).pipe(Effect.scoped);

const keyOf = (operand: Operand.Operand, project: string | undefined): string => {
  if (operand._tag === "SchemaFile" || operand.reference._tag !== "BigQueryTable" || project === undefined)
    return `${operand._tag} ${Operand.format(operand)}`;
  return `${operand._tag} ${Operand.format(Operand.table({ project, ...operand.reference }))}`;
};
