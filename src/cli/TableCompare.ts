/** The command line of bq-table-compare. */
import { Effect, Either, Schema } from "effect";
import * as Items from "../batch/Items.ts";
import { flag } from "../domain/options/OptionField.ts";
import * as TableReference from "../domain/TableReference.ts";
import { fields, pairFields } from "../programs/table-compare/Options.ts";
import type * as TableCompare from "../programs/table-compare/Program.ts";
import { BigQueryError } from "../services/BigQueryError.ts";
import * as PairOptions from "./input/PairOptions.ts";
import * as Pairs from "./input/Pairs.ts";
import { atOnce, common, itemsFile, ofQueries } from "./options/Common.ts";
import type { Tool } from "./Tool.ts";
import { UsageError } from "./UsageError.ts";

const usage = [
  "bq-table-compare [OPTIONS] A B",
  "bq-table-compare [OPTIONS] A:B…",
  "bq-table-compare [OPTIONS] --pairs-file FILE",
  "… | bq-table-compare [OPTIONS]",
] as const;

type Own = Partial<TableCompare.CompareOptions>;
type Item = Pairs.PairItem<TableReference.TableReference, Own>;

const modules = Effect.promise(() =>
  Promise.all([
    import("../programs/table-compare/Program.ts"),
    import("../reports/presenters/table-compare/Presenter.ts"),
  ]),
);

const skipStats = flag({
  description: "skip column statistics; the same as --stats never",
  group: "Comparison", common: true,
}); // biome-ignore format: one option

export const options = Schema.Struct({
  pairsFile: itemsFile("pairs"),
  ...fields,
  skipStats,
  ...common("bq-table-compare"),
  ...ofQueries,
});

/** Options that a JSON line can set for its pair. */
export const pairOptions = Schema.Struct({ ...pairFields, skipStats });

export const tool: Tool<typeof options.Type, Item, TableCompare.Comparison> = {
  name: "bq-table-compare",
  summary: "compares the rows of tables, pair by pair",
  usage,
  input:
    "A and B are project.dataset.table, dataset.table, a data file or glob (.parquet .csv .tsv .json .ndjson .jsonl, text also as .gz or .zst), or warehouse.duckdb#schema.table. Patterns on both sides, p.prod.*:p.staging.*, pair tables for which the stars match the same text.",
  examples: [
    "bq-table-compare --key order_id prod.orders staging.orders",
    "bq-table-compare --key id --max-diff 0.1% old.parquet new.parquet",
  ],
  options,
  reader: Effect.map(modules, ([module, { presenter }]) => ({
    program: overPairs(module, module.defaults, undefined),
    presenter,
  })),
  prepare: (values, operands) =>
    Effect.gen(function* () {
      const [module, { presenter }] = yield* modules;
      const stats = yield* Either.mapLeft(statsOf(values), (text) => UsageError.of(text));
      const { project, parallel, pairsFile } = values;
      const found = yield* Pairs.read(
        operands,
        { sides: Pairs.tables, own: pairOptionsOf, pairsFile, parallel: atOnce(parallel), project },
        usage[0],
      );
      return {
        program: overPairs(module, { ...values, ...stats }, project),
        presenter,
        items: Items.map(found, alone),
      };
    }),
};

const overPairs = (
  { program, breaks }: typeof TableCompare,
  options: TableCompare.CompareOptions,
  project: string | undefined,
) => ({
  ...Pairs.overItems(program(options), ({ a, b, own }: Item) => ({ a, b, options: own }), {
    sides: Pairs.tables,
    project,
  }),
  breaks,
});

/** `--skip-stats` is an alias of `--stats never`. */
const statsOf = ({
  skipStats,
  stats,
}: Pick<PairValues, "skipStats" | "stats">): Either.Either<Own, string> => {
  if (skipStats === undefined) return Either.right(stats === undefined ? {} : { stats });
  if (!skipStats) return Either.right({ stats: stats ?? "auto" });
  return stats === "always"
    ? Either.left("--skip-stats and --stats always cannot be combined")
    : Either.right({ stats: "never" });
};

type PairValues = Partial<typeof pairOptions.Type>;

/** The options of a pair; it inherits the rest from the batch. */
const pairOptionsOf = (json: Readonly<Record<string, unknown>>): Either.Either<Own, string> =>
  Either.gen(function* () {
    const { skipStats, ...own } = yield* PairOptions.read(pairOptions)(json);
    const given = { ...own, ...(skipStats === undefined ? {} : { skipStats }) };
    return { ...own, ...(yield* statsOf(given)) };
  });

/** Fails for a table without a counterpart. */
const alone = (item: Item): Item => {
  if (item.onlyIn === undefined || item.error !== undefined) return item;
  const [there, missing] = item.onlyIn === "a" ? [item.a, item.b] : [item.b, item.a];
  const error = BigQueryError.of(
    "notFound",
    `${TableReference.format(there)} has no counterpart: there is no ${TableReference.format(missing)}`,
    { reference: missing, remedy: "narrow the patterns to tables that both sides have" },
  );
  return { ...item, error };
};
