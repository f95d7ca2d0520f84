/** Progress as plain lines, at most one per second, for logs and pipes. */
import { Clock, Effect } from "effect";
import type { ProgressService } from "../../services/Progress.ts";
import * as State from "./ProgressState.ts";

const intervalMs = 1000;

export const make = (writeLine: (line: string) => Effect.Effect<void>): ProgressService => {
  let state = State.make(0, 0);
  let total = 0;
  let lastLine = 0;
  const line = (now: number) => {
    const { rate, left } = state.pace(now);
    const running = state.inFlight(4);
    const done = state.done();
    const parts = [
      `${done}/${total} done`,
      rate,
      done === total ? "" : left,
      running === "" ? "" : `in flight: ${running}`,
    ];
    return writeLine(parts.filter((part) => part !== "").join(", "));
  };
  return {
    start: (count) =>
      Effect.map(Clock.currentTimeMillis, (now) => {
        [total, state, lastLine] = [count, State.make(count, now), now];
      }),
    grow: (count) =>
      Effect.sync(() => {
        total = count;
        state.grow(count);
      }),
    begin: (label) => Effect.sync(() => state.begin(label)),
    end: (label) =>
      Effect.flatMap(Clock.currentTimeMillis, (now) => {
        state.end(label);
        if (now - lastLine < intervalMs && state.done() < total) return Effect.void;
        lastLine = now;
        return line(now);
      }),
    message: writeLine,
    stop: Effect.void,
  };
};
