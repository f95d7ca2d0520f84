/** The command line of bq-profile. */
import { Effect, Schema } from "effect";
import { flag, optional } from "../domain/options/OptionField.ts";
import { filled } from "../domain/options/OptionValues.ts";
import * as Options from "../programs/profile/Options.ts";
import type { Profile } from "../programs/profile/Profile.ts";
import * as Baseline from "./input/BaselineFile.ts";
import * as Tables from "./input/Tables.ts";
import { atOnce, common, itemsFile, ofQueries } from "./options/Common.ts";
import type { Tool } from "./Tool.ts";

const usage = [
  "bq-profile [OPTIONS] TABLE…",
  "bq-profile [OPTIONS] --tables-file FILE",
  "… | bq-profile [OPTIONS]",
] as const;

const modules = Effect.promise(() =>
  Promise.all([
    import("../programs/profile/Program.ts"),
    import("../reports/presenters/profile/Presenter.ts"),
  ]),
);

export const options = Schema.Struct({
  tablesFile: itemsFile("tables"),
  union: flag({
    description: "profile the tables of a pattern as one table",
    group: "Input", common: true, decisive: true,
  }),
  baseline: optional(filled("the name of a file"), {
    metavar: "FILE", description: "earlier JSON report to measure drift from",
    group: "Profile", common: true, file: "content",
  }),
  ...Options.fields,
  ...common("bq-profile"),
  ...ofQueries,
}); // biome-ignore format: one table

export const tool: Tool<typeof options.Type, Tables.TableItem, Profile> = {
  name: "bq-profile",
  summary: "profiles tables: statistics of every column, in one scan per table",
  usage,
  input:
    "TABLE is project.dataset.table, dataset.table, a pattern p.dataset.events_*, a file or glob (.parquet .csv .tsv .json .ndjson .jsonl, text also as .gz or .zst), or a table of a DuckDB file: warehouse.duckdb#schema.table. Files need no cloud account.",
  examples: [
    "bq-profile --detect-anomalies flights.parquet 'logs/*.csv.gz'",
    "bq-profile --partitions latest --dry-run my-project.sales.orders",
  ],
  options,
  reader: Effect.map(modules, ([{ program, defaults }, { presenter }]) => ({
    program: Tables.overItems(program(defaults)),
    presenter,
  })),
  prepare: (values, operands) =>
    Effect.gen(function* () {
      const { baseline: file, ...profileOptions } = values;
      const baseline = file === undefined ? {} : { baseline: yield* Baseline.read(file) };
      const [{ program }, { presenter }] = yield* modules;
      const items = yield* Tables.read(operands, { ...values, parallel: atOnce(values.parallel) }, usage[0]);
      return {
        program: Tables.overItems(
          program({ ...profileOptions, ...baseline, isOnlyTable: items.length === 1 }),
          values.project,
        ),
        presenter,
        items,
      };
    }),
};
