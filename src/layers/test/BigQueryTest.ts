/**
 * `BigQuery` for tests. `fromRows` stores tables of given rows in the embedded engine; `scripted` returns given
 * answers and dies on every other call.
 */
import { Chunk, Duration, Effect, Layer, TestClock, TestServices } from "effect";
import { BigQuery } from "../../services/BigQuery.ts";
import type { BigQueryError } from "../../services/BigQueryError.ts";
import * as FromRows from "./FromRows.ts";
import * as Scripted from "./Scripted.ts";

export type { Call, Options, ShortType, Table } from "./FromRows.ts";
export { type Answer, free, type Given, make, type Reply, table } from "./Scripted.ts";

/** Tables by reference, with conditions and expressions in DuckDB's SQL. */
export const fromRows = (
  tables: Readonly<Record<string, FromRows.Table>>,
  options?: FromRows.Options,
): Layer.Layer<BigQuery, BigQueryError> => Layer.scoped(BigQuery, FromRows.make(tables, options));

/** Scripted answers. */
export const scripted = (given: Scripted.Given): Layer.Layer<BigQuery> =>
  Layer.succeed(BigQuery, Scripted.make(given));

/** Waits until the engine is idle and dependent effects have run. */
const settled: Effect.Effect<void> = TestServices.provideLive(
  Effect.gen(function* () {
    for (let idle = 0; idle < 3; idle = FromRows.isIdle() ? idle + 1 : 0) yield* Effect.sleep(1);
  }),
);

/**
 * `TestClock.adjust` for programs over `fromRows`: advances the clock from one sleep to the next and lets the engine
 * work in between, so that delays do not elapse while the engine works.
 */
export const adjust = (duration: Duration.DurationInput): Effect.Effect<void> =>
  Effect.gen(function* () {
    yield* settled;
    const clock = yield* TestClock.testClock();
    const end = (yield* clock.currentTimeMillis) + Duration.toMillis(duration);
    const next = Effect.map(TestClock.sleeps(), (sleeps) => Math.min(...Chunk.toReadonlyArray(sleeps)));
    for (let instant = yield* next; instant <= end; instant = yield* next) {
      yield* TestClock.setTime(instant);
      yield* settled;
    }
    yield* TestClock.setTime(end);
  });
