/** Progress in terminals of all sizes, and its remains. */
import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { WriteStream } from "node:tty";
import { $ } from "bun";
import { Effect } from "effect";
import { barLine, make } from "../../../src/layers/progress/ProgressBar.ts";
import * as State from "../../../src/layers/progress/ProgressState.ts";
import { start } from "../../cli/screen.ts";
import { fake } from "../../cli/spawn.ts";
import { describeWith, type Need } from "../../support/needs.ts";
import { scratch } from "../../support/scratch.ts";

setDefaultTimeout(30_000);

const pauses = (count: number) => Array.from({ length: count }, (_, i) => `p.d.pause${i}`);
const batch = (...items: ReadonlyArray<string>) => [...fake, "--parallel", "1", ...items];
const isBar = (line: string) => /\d+\/\d+/.test(line);

describe("the bar", () => {
  const parts = {
    count: "12/500",
    rate: "3.1/s",
    left: "~2 min 37 s left",
    running: "p.d.東京, p.d.orders and 2 more",
  };
  const bar = (size: number) => "█".repeat(size);

  test("fits every window, and always shows the count", () => {
    for (let columns = 1; columns <= 200; columns++) {
      const line = barLine(parts, bar, columns);
      expect(Bun.stringWidth(line)).toBeLessThanOrEqual(Math.max(1, columns - 1));
      if (columns > 7) expect(line).toContain("12/500");
    }
    expect(barLine(parts, bar, 20)).toBe("12/500  3.1/s");
    expect(barLine(parts, bar, 60)).toBe(`${bar(12)} 12/500  3.1/s  ~2 min 37 s left  p.d.東京, p.…`);
    expect(barLine(parts, bar, 120)).toEndWith("p.d.東京, p.d.orders and 2 more");
  });

  test("lists running items, and a shared name while any of its items runs", () => {
    const state = State.make(9, 0);
    for (const label of ["a : b", "c\u001b", "a : b"]) state.begin(label);
    expect(state.inFlight(1)).toBe("a : b and 1 more");
    state.end("a : b");
    expect(state.inFlight(3)).toBe("a : b, c␛");
    state.end("a : b");
    expect(state.inFlight(3)).toBe("c␛");
    expect(state.done()).toBe(2);
  });

  test("is redrawn when the window changes, and removed at the end", async () => {
    const stream = Object.assign(new WriteStream(openSync("/dev/null", "w")), { isTTY: true, columns: 100 });
    let written = "";
    stream.write = (text: string | Uint8Array) => {
      written += text;
      return true;
    };
    const bar = make(stream);
    await Effect.runPromise(Effect.zipRight(bar.start(40), bar.begin("p.d.orders")));
    await Effect.runPromise(bar.message("hello"));
    stream.columns = 20;
    written = "";
    stream.emit("resize");
    expect(written).toBe("\u001b[0J\u001b[?7l\u001b[1G0/40  p.d.orders\u001b[0K\r\u001b[?7h");
    await Effect.runPromise(bar.stop);
    expect(written).toEndWith("\u001b[1G\u001b[0J");
    expect(stream.listenerCount("resize")).toBe(0);
  });

  test("never has a byte on stdout, and leaves nothing on the terminal", async () => {
    const stdout = join(scratch(), "report");
    const screen = start(batch(...pauses(4)), { stdout });
    expect(await screen.until((lines) => lines.some(isBar))).toHaveLength(1);
    expect(await screen.exited).toBe(0);
    expect(await screen.lines()).toEqual([]);
    const report = readFileSync(stdout, "utf8");
    expect(report).toContain("\n4 items: 4 ok; ");
    expect(report).not.toMatch(/[█░\u001b\r]/);
  });

  test("stays one line while the window changes", async () => {
    const stdout = join(scratch(), "report");
    const screen = start(batch(...pauses(30)), { stdout, columns: 120 });
    await screen.until((lines) => lines.some(isBar));
    for (const [columns, rows] of [
      [50, 10],
      [20, 5],
      [90, 30],
      [30, 5],
      [120, 24],
    ] as const) {
      await screen.resize(columns, rows);
      const before = screen.raw().length;
      const lines = await screen.until((seen) => screen.raw().length > before + 200 && seen.length === 1);
      expect(lines[0]).toMatch(/\d+\/30/);
      expect(Bun.stringWidth(lines[0]!)).toBeLessThan(columns);
    }
    await screen.exited;
    expect(await screen.lines()).toEqual([]);
  });

  test("has messages above it, each complete and once, at any width", async () => {
    for (const [columns, rows] of [
      [100, 24],
      [20, 5],
    ] as const) {
      const stdout = join(scratch(), "report");
      const items = pauses(8).flatMap((item, i) => (i % 3 === 0 ? [`p.d.fail${i}`, item] : [item]));
      const screen = start(batch(...items), { stdout, columns, rows });
      expect(await screen.exited).toBe(2);
      const text = (await screen.lines()).join("").replaceAll(/\s+/g, " ");
      expect(text.match(/there is no ?table p\.d\.fail\d/g)).toHaveLength(3);
      expect(text).not.toMatch(/[█░]|\d\/11/);
    }
  });
});

/** tmux reflows lines when its window changes, as many terminals do, and notifies programs a moment later. */
const tmux: Need = {
  available: Bun.which("tmux") !== null,
  missing: "tmux is not installed: apt-get install tmux",
};

describeWith(tmux, "in tmux", () => {
  const socket = join(scratch(), "socket");
  const run = (...args: ReadonlyArray<string>) => $`tmux -S ${socket} -f /dev/null ${args}`.text();
  const shown = async () => (await run("capture-pane", "-p")).split("\n").filter((line) => line !== "");
  afterAll(() => void Bun.spawnSync(["tmux", "-S", socket, "kill-server"]));

  test("the bar stays one line while the window changes, and leaves no file behind", async () => {
    const words = batch(...pauses(60)).map((word) => $.escape(word));
    const command = `env -u CI TERM=tmux-256color ${words.join(" ")} > /dev/null; sleep 60`;
    await run("new-session", "-d", "-x", "100", "-y", "20", command);
    for (const columns of [100, 60, 40, 20, 90]) {
      await run("resize-window", "-x", String(columns), "-y", "10");
      let seen = await shown();
      // Remains of a longer line would stay.
      while (seen.length !== 1 || !isBar(seen[0]!) || Bun.stringWidth(seen[0]!) >= columns) {
        await Bun.sleep(50);
        seen = await shown();
      }
    }
    while ((await shown()).length > 0) await Bun.sleep(50);
  });
});

describe("plain lines", () => {
  for (const env of [{ CI: "true" }, { TERM: "dumb" }]) {
    test(`replace the bar with ${JSON.stringify(env)}`, async () => {
      const stdout = join(scratch(), "report");
      const screen = start(batch(...pauses(15)), { stdout, env, columns: 200 });
      expect(await screen.exited).toBe(0);
      const lines = await screen.lines();
      expect(screen.raw()).not.toMatch(/[█░]|\u001b\[\d*[A-K]/);
      expect(lines.length).toBeGreaterThan(1);
      for (const line of lines) expect(line).toMatch(/^\d+\/15 done/);
      expect(lines.at(-1)).toStartWith("15/15 done");
      expect(readFileSync(stdout, "utf8")).toContain("\n15 items: 15 ok; ");
    });
  }
});
