/** Runs Effects as bun:test tests. Throws failures unchanged, so that bun shows its diffs. */
import { test } from "bun:test";
import { Cause, Effect, Exit, type Scope, TestContext } from "effect";

type Body = () => Effect.Effect<unknown, unknown, Scope.Scope>;

const run = async (body: Effect.Effect<unknown, unknown>): Promise<void> => {
  const exit = await Effect.runPromiseExit(body);
  if (Exit.isFailure(exit)) throw Cause.squash(exit.cause);
};

/** Under the TestClock: time only advances by `TestClock.adjust`. */
const effect = (name: string, body: Body, timeoutMs?: number): void =>
  test(name, () => run(Effect.scoped(body()).pipe(Effect.provide(TestContext.TestContext))), timeoutMs);

/** Under the real clock, for real waits: sockets, processes, files. */
const live = (name: string, body: Body, timeoutMs?: number): void =>
  test(name, () => run(Effect.scoped(body())), timeoutMs);

export const it = { effect, live };
