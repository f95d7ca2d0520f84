/** A batch of minutes, tested in milliseconds: the tables are given, and the clock is the test's own. */
import { expect, test } from "bun:test";
import { Effect, Either, Fiber, Layer, Random, Stream, TestClock, TestContext } from "effect";
import {
  Batch,
  BigQuery,
  BigQueryError,
  BigQueryTest,
  CallPolicy,
  Profile,
  TableReference,
} from "../src/index.ts";

const orders = "shop.sales.orders";
const missing = "shop.sales.ordres";
const customers = "shop.sales.customers";
const table = (name: string) => BigQueryTest.table(name, [{ name: "id", type: "INT64", mode: "REQUIRED" }]);

/** What the statement of a profile answers: the rows, and a JSON text for each column. */
const scan = (rows: number) => [{ counts: [rows], profiles: [JSON.stringify({ present: rows })] }];

let jobs = 0;
const dyingOnce = Effect.suspend(() =>
  ++jobs === 1 ? BigQueryError.of("jobFailed", "the job died") : Effect.succeed(scan(3)),
);

const engine = BigQueryTest.make({
  tables: {
    [orders]: table(orders),
    [missing]: BigQueryError.of("notFound", `there is no table ${missing}`),
    [customers]: table(customers),
  },
  queries: [
    { when: orders, answer: Effect.delay(dyingOnce, "20 seconds") },
    { when: customers, answer: Effect.delay(Effect.succeed(scan(5)), "1 minute") },
  ],
});

/** The same retries that the real service gets. */
const layer = Layer.effect(
  BigQuery,
  Effect.map(CallPolicy.make(), ({ service }) => service(engine)),
);

test("a batch mends what heals, reports what does not, and takes as long as its slowest part", () =>
  Effect.gen(function* () {
    const program = Profile.program({ ...Profile.defaults, sampleSize: 0 });
    const items = [orders, missing, customers].map((name) => Either.getOrThrow(TableReference.parse(name)));
    const fiber = yield* Effect.fork(Batch.run(program, items, { parallel: 2 }));
    yield* TestClock.adjust("2 minutes");
    const { results, summary } = yield* Fiber.join(fiber);
    const all = [...(yield* Stream.runCollect(results))];
    expect(all.map(({ status, attempts, durationMs }) => [status, attempts, durationMs])).toEqual([
      ["ok", 2, 41_000], // two jobs, and a second between them
      ["failed", 1, 0],
      ["ok", 1, 60_000],
    ]);
    expect(all.map(({ profile }) => profile?.rows)).toEqual([3, undefined, 5]);
    expect(summary).toMatchObject({ ok: 2, failed: 1, retries: 1, maxInFlight: 2, wallMs: 60_000 });
  }).pipe(
    Effect.scoped,
    Effect.provide(layer),
    Effect.withRandom(Random.fixed([0])),
    Effect.provide(TestContext.TestContext),
    Effect.runPromise,
  ));
