/** Tests a batch of minutes in milliseconds: tables are given as rows, and the test controls the clock. */
import { expect, test } from "bun:test";
import { Effect, Either, Fiber, Random, Stream, TestContext } from "effect";
import { Batch, BigQueryError, BigQueryTest, Profile, TableReference } from "../src/index.ts";

const schema = { id: "STRING", email: "STRING" } as const;
const shop = BigQueryTest.fromRows(
  {
    "shop.sales.orders": { schema, rows: [{ id: "1", email: "a@b.c" }, { id: "2" }, { id: "3" }] },
    "shop.sales.customers": { schema, rows: [{ id: "1" }] },
  },
  {
    delays: { "query shop.sales.orders": "20 seconds", "query shop.sales.customers": "1 minute" },
    errors: { "query shop.sales.orders": [BigQueryError.of("jobFailed", "the job failed")] },
    policy: {},
  },
);

test("a batch retries a failed job, reports a missing table, and takes as long as its slowest item", () =>
  Effect.gen(function* () {
    const program = Profile.program({ ...Profile.defaults, sampleSize: 0 });
    const items = ["orders", "ordres", "customers"].map((name) =>
      Either.getOrThrow(TableReference.parse(`shop.sales.${name}`)),
    );
    const fiber = yield* Effect.fork(Batch.run(program, items, { parallel: 2 }));
    yield* BigQueryTest.adjust("2 minutes");
    const { results, summary } = yield* Fiber.join(fiber);
    const all = [...(yield* Stream.runCollect(results))];
    expect(all.map(({ status, attempts, durationMs }) => [status, attempts, durationMs])).toEqual([
      ["ok", 2, 41_000], // two jobs, with a second between them
      ["failed", 1, 0],
      ["ok", 1, 60_000],
    ]);
    expect(all.map(({ profile }) => profile?.columns.map(({ nulls }) => nulls))).toEqual([
      [0, 2],
      undefined,
      [0, 1],
    ]);
    expect(summary).toMatchObject({ ok: 2, failed: 1, retries: 1, maxInFlight: 2, wallMs: 60_000 });
  }).pipe(
    Effect.scoped,
    Effect.provide(shop),
    Effect.withRandom(Random.fixed([0])),
    Effect.provide(TestContext.TestContext),
    Effect.runPromise,
  ));
