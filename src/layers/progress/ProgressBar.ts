/** Progress as a bar on a terminal, with messages above it. */
import { clearScreenDown } from "node:readline";
import { Format, MultiBar, type SingleBar } from "cli-progress";
import { Clock, Effect } from "effect";
import { cutTo } from "../../domain/Phrases.ts";
import type { ProgressService } from "../../services/Progress.ts";
import * as State from "./ProgressState.ts";

const gap = "  ";

/** DECAWM: whether what does not fit a line goes on below. */
const wrapping = { off: "\u001b[?7l", on: "\u001b[?7h" };

/** What has room on a line of so many columns: how many are done always, then how fast, and what runs, cut. */
export const barLine = (
  { count, rate, left, running }: Readonly<Record<"count" | "rate" | "left" | "running", string>>,
  bar: (size: number) => string,
  columns: number,
): string => {
  // A terminal goes to the next line when the last column is written.
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
  // Signals are the entry point's business, and a terminal that is left in a hurry needs its cursor and wrapping.
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
  // Rate and time left also move while a slow item ends nothing.
  bars.on("redraw-pre", () => show(Date.now()));
  const clear = () => void clearScreenDown(stream);
  // A narrower window may have folded the line that stands there.
  const onResize = () => {
    clear();
    bar?.render();
  };
  return {
    start: (total) =>
      Effect.map(Clock.currentTimeMillis, (now) => {
        state = State.make(total, now);
        bar = bars.create(total, 0, { rate: "", left: "", running: "" });
        // A window may be narrower than is known yet: the line must not go on below. The cursor waits where the line
        // begins: from there all of it can be cleared, even if the terminal has folded it since.
        bar.on("redraw-pre", () => stream.write(wrapping.off));
        bar.on("redraw-post", () => stream.write(`\r${wrapping.on}`));
        stream.on("resize", onResize);
        process.on("exit", clear);
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
