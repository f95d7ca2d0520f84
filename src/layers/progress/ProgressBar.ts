/** Progress as a bar on a terminal, with messages above it. */
import { Format, MultiBar, type SingleBar } from "cli-progress";
import { Clock, Effect } from "effect";
import { cutTo } from "../../domain/Phrases.ts";
import type { ProgressService } from "../../services/Progress.ts";
import * as State from "./ProgressState.ts";

const gap = "  ";

/** ED: erases from the cursor to the end of the screen. */
const eraseDown = "\u001b[0J";

/** DECAWM: whether the terminal wraps long lines. */
const wrapping = { off: "\u001b[?7l", on: "\u001b[?7h" };

/** Fits the bar into the terminal's columns: always the count, then rate and time left, then the running items. */
export const barLine = (
  { count, rate, left, running }: Readonly<Record<"count" | "rate" | "left" | "running", string>>,
  bar: (size: number) => string,
  columns: number,
): string => {
  // Writing the last column would move the cursor to the next line.
  const room = Math.max(1, columns - 1);
  const size = room >= 70 ? 24 : room >= 40 ? 12 : 0;
  const parts = [size > 0 ? `${bar(size)} ${count}` : count, rate, left].filter((part) => part !== "");
  const line = parts.reduce((all, part) => {
    const longer = `${all}${gap}${part}`;
    return Bun.stringWidth(longer) > room ? all : longer;
  });
  const rest = room - Bun.stringWidth(line) - gap.length;
  const shown = running === "" || rest < 8 ? line : line + gap + cutTo(running, rest);
  return cutTo(shown, room);
};

export const make = (stream: NodeJS.WriteStream): ProgressService => {
  // The entry point handles signals. The cursor stays visible, so that an abrupt exit leaves the terminal usable.
  const bars = new MultiBar({
    stream,
    format: (options, { progress, value, total, maxWidth }, payload) =>
      barLine(
        { rate: payload.rate, left: payload.left, running: payload.running, count: `${value}/${total}` },
        (barsize) => Format.BarFormat(progress, { ...options, barsize }),
        maxWidth,
      ),
    barCompleteChar: "█",
    barIncompleteChar: "░",
    barsize: 24,
    fps: 10,
    forceRedraw: true,
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
  // Updates rate and time left even while no item ends.
  bars.on("redraw-pre", () => show(Date.now()));
  const clear = () => void stream.write(eraseDown);
  // A narrower window may have wrapped the line.
  const onResize = () => {
    clear();
    bar?.render();
  };
  return {
    start: (total) =>
      Effect.map(Clock.currentTimeMillis, (now) => {
        state = State.make(total, now);
        bar = bars.create(total, 0, { rate: "", left: "", running: "" });
        // The window may be narrower than last measured, so the line must not wrap. The cursor stays at its start, so
        // that the line can be cleared even if the terminal wraps it later.
        bar.on("redraw-pre", () => stream.write(wrapping.off));
        bar.on("redraw-post", () => stream.write(`\r${wrapping.on}`));
        stream.on("resize", onResize);
        process.on("exit", clear);
      }),
    grow: (total) =>
      Effect.sync(() => {
        state.grow(total);
        bar?.setTotal(total);
      }),
    begin: (label) => Effect.sync(() => state.begin(label)),
    end: (label) => Effect.sync(() => state.end(label)),
    message: (text) =>
      Effect.sync(() => {
        bars.log(`${text}\n`);
        bars.update();
      }),
    stop: Effect.sync(() => {
      stream.off("resize", onResize);
      process.off("exit", clear);
      bars.update();
      bars.stop();
    }),
  };
};
