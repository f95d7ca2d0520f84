/** bq-profile at the command line. */
import { Effect } from "effect";
import type { ProfileOptions } from "../programs/profile/Options.ts";
import type { Profile } from "../programs/profile/Profile.ts";
import * as Baseline from "./BaselineFile.ts";
import * as Tables from "./input/Tables.ts";
import { fromOptions } from "./Layers.ts";
import { atOnce } from "./options/Common.ts";
import { profile as options } from "./options/ProfileOptions.ts";
import type { Values } from "./options/Spec.ts";
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

export const tool: Tool<typeof options, Tables.Target, Profile> = {
  name: "bq-profile",
  summary: "what is in a table, in one scan of it",
  usage,
  input: [
    "TABLE is project.dataset.table, dataset.table, a pattern p.dataset.events_*,",
    "a file or glob (.parquet .csv .tsv .json .ndjson .jsonl, also .gz), or a table",
    "of a DuckDB file: warehouse.duckdb#schema.table. Files need no cloud account.",
  ],
  examples: [
    "bq-profile --detect-anomalies flights.parquet 'logs/*.csv.gz'",
    "bq-profile --partitions latest --dry-run my-project.sales.orders",
  ],
  options,
  reader: Effect.map(modules, ([{ program, defaults }, { presenter }]) => ({
    program: Tables.overTargets(program(defaults)),
    presenter,
  })),
  engines: fromOptions,
  prepare: (values, operands) =>
    Effect.gen(function* () {
      const profileOptions = yield* toOptions(values);
      const [{ program }, { presenter }] = yield* modules;
      const items = yield* Tables.read(operands, { ...values, parallel: atOnce(values.parallel) }, usage[0]);
      return {
        program: Tables.overTargets(program(profileOptions), values.project),
        presenter,
        items,
      };
    }),
};

const toOptions = (values: Values<typeof options>) =>
  Effect.gen(function* () {
    const baseline = values.baseline === undefined ? undefined : yield* Baseline.read(values.baseline);
    const { where, columns, exclude, partitions, asOf, samplePercent } = values;
    const read: ProfileOptions = {
      ...(columns === undefined ? {} : { columns }),
      ...(exclude === undefined ? {} : { exclude }),
      ...(where === undefined ? {} : { where }),
      ...(partitions === undefined ? {} : { partitions }),
      ...(asOf === undefined ? {} : { asOf }),
      ...(samplePercent === undefined ? {} : { samplePercent }),
      ...(baseline === undefined ? {} : { baseline }),
      sampleSize: values.sampleSize,
      top: values.top,
      exact: values.exact,
      detectAnomalies: values.detectAnomalies,
      values: values.values,
      driftThreshold: values.driftThreshold,
    };
    return read;
  });
