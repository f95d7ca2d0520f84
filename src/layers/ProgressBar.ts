/** Progress as a bar on a terminal, with messages above it. */
import { MultiBar, type SingleBar } from "cli-progress";
import { Clock, Effect } from "effect";
import type { ProgressService } from "../services/Progress.ts";
import * as State from "./ProgressState.ts";

export const make = (stream: NodeJS.WriteStream): ProgressService => {
  // Signals are the entry point's business, and a terminal that is left in a hurry needs its cursor and wrapping.
  const bars = new MultiBar({
    stream,
    format: "{bar} {value}/{total}  {rate}  {left}  {running}",
    barCompleteChar: "█",
    barIncompleteChar: "░",
    barsize: 24,
    fps: 10,
    gracefulExit: false,
    hideCursor: false,
    linewrap: true,
    clearOnComplete: true,
    emptyOnZero: true,
  });
  let bar: SingleBar | undefined;
  let state = State.make(0, 0);
  const show = (now: number) => {
    bar?.update(state.done(), { ...state.pace(now), running: state.inFlight(3) });
  };
  // Rate and time left also move while a slow item ends nothing.
  bars.on("redraw-pre", () => show(Date.now()));
  return {
    start: (total) =>
      Effect.map(Clock.currentTimeMillis, (now) => {
        state = State.make(total, now);
        bar = bars.create(total, 0, { rate: "", left: "", running: "" });
      }),
    begin: (label) => Effect.sync(() => state.begin(label)),
    end: (label) => Effect.sync(() => state.end(label)),
    message: (text) =>
      Effect.sync(() => {
        bars.log(`${text}\n`);
        bars.update();
      }),
    stop: Effect.sync(() => {
      bars.update();
      bars.stop();
    }),
  };
};
