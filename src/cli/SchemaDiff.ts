/** bq-schema-diff at the command line. */
import { Effect, Either } from "effect";
import { counted } from "../domain/Phrases.ts";
import type * as SchemaDiff from "../programs/schema-diff/Program.ts";
import * as OwnOptions from "./input/PairOptions.ts";
import * as Pairs from "./input/Pairs.ts";
import * as Tables from "./input/Tables.ts";
import { fromOptions } from "./Layers.ts";
import { atOnce } from "./options/Common.ts";
import { ofPair, schemaDiff as options } from "./options/SchemaDiffOptions.ts";
import type { Values } from "./options/Spec.ts";
import type { Tool } from "./Tool.ts";
import { UsageError } from "./UsageError.ts";

const usage = [
  "bq-schema-diff [OPTIONS] A B",
  "bq-schema-diff [OPTIONS] A:B…",
  "bq-schema-diff [OPTIONS] --pairs-file FILE",
  "… | bq-schema-diff [OPTIONS]",
] as const;

type Own = Partial<SchemaDiff.DiffOptions>;
type Target = Pairs.Target<SchemaDiff.Operand.Operand, Own>;
type Module = typeof SchemaDiff;

const modules = Effect.promise(() =>
  Promise.all([
    import("../programs/schema-diff/Program.ts"),
    import("../reports/presenters/schema-diff/Presenter.ts"),
  ]),
);

export const tool: Tool<typeof options, Target, SchemaDiff.SchemaDiff> = {
  name: "bq-schema-diff",
  summary: "how the schemas of two tables differ, for a pair or a thousand, at no cost",
  usage,
  input: [
    "A and B are project.dataset.table, dataset.table, a data file or glob (.parquet .csv",
    ".tsv .json .ndjson .jsonl, also .gz), warehouse.duckdb#schema.table, or a schema file",
    "as bq show --schema writes it, named schema.json or *.schema.json. Patterns on both",
    "sides, p.staging.*:p.prod.*, pair the tables by what the stars stand for.",
  ],
  examples: [
    "bq-schema-diff --fail-on breaking my-project.prod.orders orders.schema.json",
    "bq-schema-diff --format ddl 'my-project.prod.*:my-project.staging.*'",
  ],
  options,
  reader: Effect.map(modules, ([module, { presenter }]) => ({
    program: Pairs.overTargets(module.program(), (target: Target) => toPair(module, target), {
      sides: sidesOf(module),
      project: undefined,
    }),
    presenter,
  })),
  engines: fromOptions,
  prepare: (values, operands) =>
    Effect.gen(function* () {
      const [module, { presenter }] = yield* modules;
      const diffOptions = yield* Either.mapLeft(readOptions(module, values), (text) => UsageError.of(text));
      const { project, parallel, pairsFile } = values;
      const sides = sidesOf(module);
      const own = ownOptions(module);
      const items = yield* Pairs.read(
        operands,
        { sides, own, pairsFile, parallel: atOnce(parallel), project },
        usage[0],
      );
      const program = module.program({
        ...diffOptions,
        ...(project === undefined ? {} : { project }),
        pairs: items.filter(({ error }) => error === undefined).map((target) => toPair(module, target)),
      });
      return {
        program: Pairs.overTargets(program, (target: Target) => toPair(module, target), { sides, project }),
        presenter,
        items,
        planNotes: [metadataCalls(items, sides, project)],
      };
    }),
};

const readOptions = (
  { readOptions: read }: Module,
  { map, ignore, only, failOn, full }: Partial<Values<typeof ofPair>>,
): Either.Either<SchemaDiff.DiffOptions, string> =>
  read({
    ...(map === undefined ? {} : { map }),
    ...(ignore === undefined ? {} : { ignore }),
    ...(only === undefined ? {} : { only }),
    ...(failOn === undefined ? {} : { failOn }),
    ...(full === undefined ? {} : { full }),
  }).pipe(Either.mapLeft(({ option, detail, remedy }) => `--${ofPair[option].name}: ${detail}; ${remedy}`));

/** The options of a pair: what it does not name stays that of the batch. */
const ownOptions =
  (module: Module) =>
  (json: Readonly<Record<string, unknown>>): Either.Either<Own, string> =>
    Either.gen(function* () {
      const given = yield* OwnOptions.read(ofPair)(json);
      const all = yield* readOptions(module, given);
      return Object.fromEntries(Object.entries(all).filter(([key]) => key in given));
    });

const sidesOf = ({ Operand }: Module): Pairs.Sides<SchemaDiff.Operand.Operand> => ({
  parse: Operand.parse,
  format: Operand.format,
  reference: (side) => (side._tag === "SchemaFile" ? undefined : side.reference),
  ofTable: Operand.table,
});

const toPair = ({ Operand }: Module, { a, b, own, onlyIn }: Target): SchemaDiff.Pair => {
  const gone = (side: SchemaDiff.Operand.Operand) =>
    side._tag === "SchemaFile" ? side : Operand.missing(side.reference);
  return { a: onlyIn === "b" ? gone(a) : a, b: onlyIn === "a" ? gone(b) : b, options: own };
};

/** What the batch would ask of BigQuery: each table once. */
const metadataCalls = (
  items: ReadonlyArray<Target>,
  sides: Pairs.Sides<SchemaDiff.Operand.Operand>,
  project: string | undefined,
): string => {
  const asked = items
    .filter(({ error, onlyIn }) => error === undefined && onlyIn === undefined)
    .flatMap(({ a, b }) => [sides.reference(a), sides.reference(b)])
    .flatMap((reference) =>
      reference?._tag === "BigQueryTable" ? [Tables.canonical(reference, project)] : [],
    );
  const calls = new Set(asked).size;
  return counted(calls, "metadata call");
};
