/** The command line of bq-schema-diff. */
import { Effect, Schema } from "effect";
import { type Items, iterate } from "../batch/Items.ts";
import { counted } from "../domain/Phrases.ts";
import { fields } from "../programs/schema-diff/Options.ts";
import type * as SchemaDiff from "../programs/schema-diff/Program.ts";
import * as PairOptions from "./input/PairOptions.ts";
import * as Pairs from "./input/Pairs.ts";
import * as Tables from "./input/Tables.ts";
import { atOnce, common, itemsFile } from "./options/Common.ts";
import type { Tool } from "./Tool.ts";

const usage = [
  "bq-schema-diff [OPTIONS] A B",
  "bq-schema-diff [OPTIONS] A:B…",
  "bq-schema-diff [OPTIONS] --pairs-file FILE",
  "… | bq-schema-diff [OPTIONS]",
] as const;

type Own = Partial<SchemaDiff.DiffOptions>;
type Item = Pairs.PairItem<SchemaDiff.Operand.Operand, Own>;
type Module = typeof SchemaDiff;

const modules = Effect.promise(() =>
  Promise.all([
    import("../programs/schema-diff/Program.ts"),
    import("../reports/presenters/schema-diff/Presenter.ts"),
  ]),
);

export const options = Schema.Struct({
  pairsFile: itemsFile("pairs"),
  ...common("bq-schema-diff"),
  ...fields,
});

/** Options that a JSON line can set for its pair. */
export const pairOptions = Schema.Struct(fields);

export const tool: Tool<typeof options.Type, Item, SchemaDiff.SchemaDiff> = {
  name: "bq-schema-diff",
  summary: "compares the schemas of tables, pair by pair, without running queries",
  usage,
  input:
    "A and B are project.dataset.table, dataset.table, a data file or glob (.parquet .csv .tsv .json .ndjson .jsonl, text also as .gz or .zst), warehouse.duckdb#schema.table, or a schema file from bq show --schema (.json). Patterns on both sides, p.prod.*:p.staging.*, pair tables for which the stars match the same text.",
  examples: [
    "bq-schema-diff --fail-on breaking my-project.prod.orders orders.schema.json",
    "bq-schema-diff --format ddl 'my-project.prod.*:my-project.staging.*'",
  ],
  options,
  reader: Effect.map(modules, ([module, { presenter }]) => ({
    program: Pairs.overItems(module.program(), (item: Item) => toPair(module, item), {
      sides: sidesOf(module),
      project: undefined,
    }),
    presenter,
  })),
  prepare: (values, operands) =>
    Effect.gen(function* () {
      const [module, { presenter }] = yield* modules;
      const { project, parallel, pairsFile } = values;
      const sides = sidesOf(module);
      const own = PairOptions.read(pairOptions);
      const items = yield* Pairs.read(
        operands,
        { sides, own, pairsFile, parallel: atOnce(parallel), project },
        usage[0],
      );
      const program = module.program({
        ...values,
        pairs: { [Symbol.iterator]: () => pairsOf(module, items) },
      });
      return {
        program: Pairs.overItems(program, (item: Item) => toPair(module, item), { sides, project }),
        presenter,
        items,
        planNotes: () => [metadataCalls(items, sides, project)],
      };
    }),
};

const sidesOf = ({ Operand }: Module): Pairs.Sides<SchemaDiff.Operand.Operand> => ({
  parse: Operand.parse,
  format: Operand.format,
  reference: (side) => (side._tag === "SchemaFile" ? undefined : side.reference),
  ofTable: Operand.table,
});

const toPair = ({ Operand }: Module, { a, b, own, onlyIn }: Item): SchemaDiff.Pair => {
  const gone = (side: SchemaDiff.Operand.Operand) =>
    side._tag === "SchemaFile" ? side : Operand.missing(side.reference);
  return { a: onlyIn === "b" ? gone(a) : a, b: onlyIn === "a" ? gone(b) : b, options: own };
};

/** The pairs of the items that run. */
function* pairsOf(module: Module, items: Items<Item>): Generator<SchemaDiff.Pair> {
  for (const item of iterate(items)) if (item.error === undefined) yield toPair(module, item);
}

/** The metadata calls of the batch: one per distinct table. */
const metadataCalls = (
  items: Items<Item>,
  sides: Pairs.Sides<SchemaDiff.Operand.Operand>,
  project: string | undefined,
): string => {
  const tables = new Set<string>();
  for (const { a, b, error, onlyIn } of iterate(items)) {
    if (error !== undefined || onlyIn !== undefined) continue;
    for (const reference of [sides.reference(a), sides.reference(b)])
      if (reference?._tag === "BigQueryTable") tables.add(Tables.canonical(reference, project));
  }
  return counted(tables.size, "metadata call");
};
