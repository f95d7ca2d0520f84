/** bq-table-compare at the command line. */
import { Effect, Either } from "effect";
import * as TableReference from "../domain/TableReference.ts";
import type * as TableCompare from "../programs/table-compare/Program.ts";
import { BigQueryError } from "../services/BigQueryError.ts";
import * as OwnOptions from "./input/PairOptions.ts";
import * as Pairs from "./input/Pairs.ts";
import { defined, fromOptions } from "./Layers.ts";
import { atOnce } from "./options/Common.ts";
import type { Values } from "./options/Spec.ts";
import { ofPair, tableCompare as options } from "./options/TableCompareOptions.ts";
import type { Tool } from "./Tool.ts";
import { UsageError } from "./UsageError.ts";

const usage = [
  "bq-table-compare [OPTIONS] A B",
  "bq-table-compare [OPTIONS] A:B…",
  "bq-table-compare [OPTIONS] --pairs-file FILE",
  "… | bq-table-compare [OPTIONS]",
] as const;

type Own = Partial<TableCompare.CompareOptions>;
type Target = Pairs.Target<TableReference.TableReference, Own>;

const modules = Effect.promise(() =>
  Promise.all([
    import("../programs/table-compare/Program.ts"),
    import("../reports/presenters/table-compare/Presenter.ts"),
  ]),
);

export const tool: Tool<typeof options, Target, TableCompare.Comparison> = {
  name: "bq-table-compare",
  summary: "whether two tables hold the same rows, for a pair or a thousand",
  usage,
  input: [
    "A and B are project.dataset.table, dataset.table, a data file or glob (.parquet .csv",
    ".tsv .json .ndjson .jsonl, also .gz), or warehouse.duckdb#schema.table. Patterns on",
    "both sides, p.staging.*:p.prod.*, pair the tables by what the stars stand for.",
  ],
  examples: [
    "bq-table-compare --key order_id my-project.prod.orders my-project.staging.orders",
    "bq-table-compare --key id --abs-tolerance price=0.01 --max-diff 0.1% old.parquet new.parquet",
  ],
  options,
  reader: Effect.map(modules, ([module, { presenter }]) => ({
    program: overPairs(module, module.defaults, undefined),
    presenter,
  })),
  engines: fromOptions,
  prepare: (values, operands) =>
    Effect.gen(function* () {
      const [module, { presenter }] = yield* modules;
      const given = yield* Either.mapLeft(readOptions(values), (text) => UsageError.of(text));
      const { project, parallel, pairsFile, asOf, allowRestricted } = values;
      const compareOptions = {
        ...module.defaults,
        ...given,
        ...(asOf === undefined ? {} : { asOf }),
        allowRestricted,
        values: values.values,
      };
      const found = yield* Pairs.read(
        operands,
        { sides: Pairs.tables, own: ownOptions, pairsFile, parallel: atOnce(parallel), project },
        usage[0],
      );
      return {
        program: overPairs(module, compareOptions, project),
        presenter,
        items: found.map(alone),
      };
    }),
};

const overPairs = (
  { program, breaks }: typeof TableCompare,
  options: TableCompare.CompareOptions,
  project: string | undefined,
) => ({
  ...Pairs.overTargets(program(options), ({ a, b, own }: Target) => ({ a, b, options: own }), {
    sides: Pairs.tables,
    project,
  }),
  breaks,
});

/** Options that a pair may have too, as the program takes them. */
const readOptions = (values: Partial<Values<typeof ofPair>>): Either.Either<Own, string> => {
  const { key, columns, exclude, map, where, whereA, whereB, partitions, absTolerance, relTolerance } =
    values;
  const { maxDiff, sampleSize, skipRows, skipSamples, skipStats, stats } = values;
  if (skipStats === true && stats === "always")
    return Either.left("--skip-stats: --stats always asks for the opposite; give one of them");
  const rows = { where, whereA, whereB, partitions };
  return Either.right({
    ...defined({ key, columns, exclude, map, ...rows, absTolerance, relTolerance, maxDiff }),
    ...defined({ sampleSize, skipRows, skipSamples }),
    ...(skipStats === true
      ? { stats: "never" }
      : defined({ stats: stats ?? (skipStats === false ? "auto" : undefined) })),
  });
};

/** The options of a pair: what it does not name stays that of the batch. */
const ownOptions = (json: Readonly<Record<string, unknown>>): Either.Either<Own, string> =>
  Either.flatMap(OwnOptions.read(ofPair)(json), readOptions);

/** A table without its counterpart cannot be compared. */
const alone = (target: Target): Target => {
  if (target.onlyIn === undefined || target.error !== undefined) return target;
  const [there, missing] = target.onlyIn === "a" ? [target.a, target.b] : [target.b, target.a];
  const error = BigQueryError.of(
    "notFound",
    `${TableReference.format(there)} has no counterpart: there is no ${TableReference.format(missing)}`,
    { reference: missing, remedy: "narrow the patterns to tables that both sides have" },
  );
  return { ...target, error };
};
