/**
 * Measures the speed-up of `--parallel` for all three programs: `bun
 * examples/parallel-execution-demo.ts [--short | --bigquery]`.
 *
 * By default with local files and with a scripted server that takes 200 ms per request.
 * `--bigquery` uses Google's public tables, after a dry run that estimates the cost.
 * `--short` takes a tenth of the time and shows less.
 */
import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import {
  Batch,
  type BigQuery,
  Plan,
  Profile,
  type Program,
  type Result,
  Router,
  SchemaDiff,
  TableCompare,
  TableReference,
} from "bqkit";
import { Console, Duration, Effect, Either, Stream } from "effect";
import * as Figures from "../src/domain/Format.ts";
import { style } from "../src/reports/text/Style.ts";
import { table } from "../src/reports/text/Table.ts";
import { spawnedServer } from "../test/support/scripted-server/index.ts";

const { values: given } = parseArgs({
  options: { bigquery: { type: "boolean" }, short: { type: "boolean" } },
});
const isShort = given.short === true;

// Hides the type parameters of different batches behind one function.

interface Work {
  readonly utility: string;
  readonly items: number;
  /** Runs all items with this concurrency; returns milliseconds. */
  readonly run: (parallel: number) => Effect.Effect<number, unknown, BigQuery>;
  readonly plan: Effect.Effect<Plan.PlanSummary, unknown, BigQuery>;
}

/** Creates the program for each run, because bq-schema-diff caches tables. */
const work = <Item, Payload>(make: () => Program<Item, Payload>, items: ReadonlyArray<Item>): Work => ({
  utility: make().name,
  items: items.length,
  run: (parallel) =>
    Effect.gen(function* () {
      const [took, { results }] = yield* Effect.timed(Batch.run(make(), items, { parallel }));
      yield* Stream.runForEach(results, allWell);
      return Duration.toMillis(took);
    }).pipe(Effect.scoped),
  plan: Effect.gen(function* () {
    const { plans, summary } = yield* Plan.plan(make(), items);
    yield* Stream.runForEach(plans, allWell);
    return summary;
  }).pipe(Effect.scoped),
});

/** Fails if an item failed, because its speed-up would be wrong. */
const allWell = ({ item, error }: { readonly item: Result.ItemName; readonly error?: Result.Failure }) =>
  error === undefined ? Effect.void : Effect.fail(`${Batch.label(item)}: ${error.message}; ${error.remedy}`);

const reference = (text: string) => Either.getOrThrow(TableReference.parse(text));
const operand = (text: string) => Either.getOrThrow(SchemaDiff.Operand.parse(text));

type Names = ReadonlyArray<string>;
type PairsOfNames = ReadonlyArray<readonly [a: string, b: string]>;

const profiles = (tables: Names, options: Partial<Profile.ProfileOptions> = {}): Work =>
  work(() => Profile.program({ ...Profile.defaults, ...options }), tables.map(reference));

const diffs = (pairs: PairsOfNames): Work =>
  work(
    () => SchemaDiff.program(),
    pairs.map(([a, b]) => ({ a: operand(a), b: operand(b) })),
  );

const comparisons = (pairs: PairsOfNames, options: Partial<TableCompare.CompareOptions> = {}): Work =>
  work(
    () => TableCompare.program({ ...TableCompare.defaults, ...options }),
    pairs.map(([a, b]) => ({ a: reference(a), b: reference(b) })),
  );

// How it is measured and shown.

interface Measured {
  readonly work: Work;
  readonly parallel: number;
  readonly aloneMs: number;
  readonly togetherMs: number;
}

/** Measures one sequential run, and the median of several parallel runs. */
const measure = (work: Work, parallel: number, times = 1) =>
  Effect.gen(function* () {
    const aloneMs = yield* work.run(1);
    const all = yield* Effect.replicateEffect(work.run(parallel), times);
    const togetherMs = all.toSorted((a, b) => a - b)[Math.floor(times / 2)] ?? Number.NaN;
    return { work, parallel, aloneMs, togetherMs } satisfies Measured;
  });

const speedup = ({ aloneMs, togetherMs }: Measured): number => aloneMs / togetherMs;

const show = (title: string, head: Names, rows: ReadonlyArray<Names>) => {
  const columns = head.map((name, i) => ({
    title: name,
    align: i === 0 ? ("left" as const) : ("right" as const),
  }));
  return Console.log([title, ...table(columns, rows, style(false)), ""].join("\n"));
};

const showSpeedups = (title: string, all: ReadonlyArray<Measured>) =>
  show(
    title,
    ["utility", "items", "at once", "one by one", "together", "speed-up"],
    all.map((one) => [
      one.work.utility,
      `${one.work.items}`,
      `${one.parallel}`,
      Figures.duration(one.aloneMs),
      Figures.duration(one.togetherMs),
      speedup(one).toFixed(2),
    ]),
  );

// Local files.

const localFiles = Effect.gen(function* () {
  const cores = availableParallelism();
  const data = join(resolve(import.meta.dir, ".."), "node_modules/vega-datasets/data");
  const file = (name: string) => join(data, name);
  const large = isShort ? [] : ["flights-3m.parquet", "flights-200k.json", "zipcodes.csv", "species.csv"];
  const files = [...large, "birdstrikes.csv", "movies.json", "airports.csv", "flights-20k.json"].map(file);
  const pairs = [
    ["flights-2k.json", "flights-5k.json"],
    ["flights-10k.json", "flights-20k.json"],
    ["airports.csv", "airports.csv"],
    ["weather.csv", "seattle-weather.csv"],
  ].map(([a = "", b = ""]) => [file(a), file(b)] as const);
  const all = [profiles(files), diffs(pairs), comparisons(pairs)];
  // Starts the engine before the measurement.
  yield* profiles(files.slice(-1)).run(1);
  yield* showSpeedups(
    `Local files, on ${cores} cores, which one item alone keeps partly busy`,
    yield* Effect.forEach(all, (one) => measure(one, Math.max(2, cores))),
  );
}).pipe(Effect.provide(Router.layer()));

// A slow service.

const latency = isShort ? 20 : 200;

/** Workers and items, with the speed-up that process pools reached. */
const steps: ReadonlyArray<readonly [workers: number, items: number, pools: string]> = [
  [4, 4, "2.5 to 3.2"],
  [4, 8, "3.0 to 3.5"],
  [8, 16, "3.5 to 4.5"],
  [64, 256, "-"],
];

const names = (count: number, dataset: string): Names =>
  Array.from({ length: count }, (_, i) => `p.${dataset}.t${i}`);
const pairsOf = (count: number): PairsOfNames =>
  names(count, "d1").map((a, i) => [a, names(count, "d2")[i] ?? a]);

const slowService = Effect.gen(function* () {
  const warehouse = { tables: 256, datasets: ["d1", "d2"] };
  const server = yield* spawnedServer({ warehouse });
  const connection = { endpoint: server.url, project: "p" };
  yield* Effect.gen(function* () {
    // Loads the client and warms up the code before the measurement.
    yield* profiles(names(16, "d1")).run(16);
    yield* Effect.replicateEffect(diffs(pairsOf(256)).run(64), isShort ? 1 : 10);
    yield* Effect.promise(() => server.change({ warehouse, latency }));

    const count = 8;
    const all = [
      profiles(names(count, "d1")),
      diffs(pairsOf(count)),
      comparisons(pairsOf(count), { key: ["id"] }),
    ];
    yield* showSpeedups(
      `A service that takes ${latency} ms for a request: 5 requests for a profile, 2 for a diff, 5 for a comparison`,
      yield* Effect.forEach(all, (one) => measure(one, count)),
    );

    const shown = isShort ? steps.slice(0, 3) : steps;
    const near = yield* Effect.forEach(shown, ([workers, items]) =>
      measure(diffs(pairsOf(items)), workers, isShort ? 1 : 5),
    );
    yield* show(
      `Beside the ideal: an item is a pair of tables for bq-schema-diff, two requests one after the other${isShort ? "" : "; together: the median of five"}`,
      ["workers / items", "one by one", "together", "speed-up", "ideal", "of the ideal", "process pools"],
      near.map((one, i) => {
        const ideal = one.work.items / Math.ceil(one.work.items / one.parallel);
        return [
          `${one.parallel} / ${one.work.items}`,
          Figures.duration(one.aloneMs),
          Figures.duration(one.togetherMs),
          speedup(one).toFixed(2),
          ideal.toFixed(0),
          Figures.share(speedup(one) / ideal),
          shown[i]?.[2] ?? "-",
        ];
      }),
    );
  }).pipe(Effect.provide(Router.layer({ connection, policy: { rateLimit: 10_000 } })));
}).pipe(Effect.scoped);

// BigQuery's public tables: the weather of sixteen years, a few megabytes each.

const publicTables = Effect.gen(function* () {
  const years = isShort ? [1929, 1930] : Array.from({ length: 16 }, (_, i) => 1929 + i);
  const tables = years.map((year) => `bigquery-public-data.noaa_gsod.gsod${year}`);
  const pairs = tables.slice(1).map((b, i) => [tables[i] ?? b, b] as const);
  /** A true condition with a different text per run, so that BigQuery's cache is not used. */
  const all = (run: number) => [
    profiles(tables, { where: `${run} = ${run}`, sampleSize: 0 }),
    diffs(pairs),
    comparisons(pairs, { where: `${run} = ${run}`, skipSamples: true }),
  ];
  const plans = yield* Effect.forEach(all(0), ({ plan }) => plan);
  yield* show(
    "What it will cost, twice: one by one, and together",
    ["utility", "items", "bytes", "estimated cost"],
    plans.map(({ total, bytes, estimatedCost }, i) => [
      all(0)[i]?.utility ?? "",
      `${total}`,
      Figures.bytes(2 * (bytes ?? 0)),
      Figures.dollars(2 * (estimatedCost ?? 0)),
    ]),
  );
  const began = Date.now();
  const measured = yield* Effect.forEach(all(began), (one, i) =>
    Effect.gen(function* () {
      const parallel = 8;
      const aloneMs = yield* one.run(1);
      const again = all(began + 1)[i] ?? one;
      return { work: one, parallel, aloneMs, togetherMs: yield* again.run(parallel) };
    }),
  );
  yield* showSpeedups("BigQuery's public tables", measured);
}).pipe(Effect.provide(Router.layer({ policy: { maximumBytesBilled: 1e9 } })));

const demo = given.bigquery === true ? publicTables : Effect.zipRight(localFiles, slowService);

process.exitCode = await Effect.runPromise(
  demo.pipe(
    Effect.as(0),
    Effect.catchAll((error) =>
      Effect.as(Console.error(error instanceof Error ? error.message : String(error)), 2),
    ),
  ),
);
