/** The output on a terminal. */
import { describe, expect, test } from "bun:test";
import { fake } from "./spawn.ts";

const atTerminal = async (
  argv: ReadonlyArray<string>,
  columns = 80,
  env: Readonly<Record<string, string>> = {},
) => {
  let screen = "";
  const decoder = new TextDecoder();
  const child = Bun.spawn([...fake, ...argv], {
    env: { ...process.env, TERM: "xterm-256color", NO_COLOR: "", CI: "", ...env },
    terminal: {
      cols: columns,
      rows: 24,
      data: (_, bytes) => {
        screen += decoder.decode(bytes, { stream: true });
      },
    },
  });
  return { status: await child.exited, screen };
};

const pauses = Array.from({ length: 8 }, (_, i) => `p.d.pause${i}`);

describe("at a terminal", () => {
  test("no operands: how to use it, status 2", async () => {
    const { status, screen } = await atTerminal([]);
    expect(Bun.stripANSI(screen)).toMatch(/no tables\. Usage: bq-profile \[OPTIONS\] TABLE…/);
    expect(status).toBe(2);
  }, 30_000);

  test("a bar for a batch, with running items, removed at the end", async () => {
    const { screen } = await atTerminal(pauses);
    expect(screen).toMatch(/█+░* 4\/8 .*\/s .*left .*p\.d\.pause/);
    expect(screen).toContain("\u001b[0J");
    expect(screen.lastIndexOf("░")).toBeLessThan(screen.indexOf("Overview"));
  }, 30_000);

  test("messages are on separate lines above the bar", async () => {
    const { screen } = await atTerminal(["p.d.fail", ...pauses]);
    const line = screen.split("\n").find((text) => text.includes("there is no table p.d.fail"));
    expect(Bun.stripANSI(line!)).not.toContain("█");
  }, 30_000);

  test("the bar never wraps, however narrow the window", async () => {
    const { screen } = await atTerminal(pauses, 40);
    const bars = screen.slice(0, screen.indexOf("Overview")).split(/\u001b\[[0-9]*[A-Z]|[\r\n]/);
    for (const bar of bars) expect(Bun.stringWidth(bar)).toBeLessThanOrEqual(40);
  }, 30_000);

  test("no bar for one item, with --no-progress, with --quiet", async () => {
    for (const argv of [["p.d.pause"], ["--no-progress", ...pauses], ["--quiet", ...pauses]]) {
      expect((await atTerminal(argv)).screen).not.toContain("░");
    }
  }, 30_000);

  test("colours, unless disabled by NO_COLOR or a dumb terminal", async () => {
    const bold = "\u001b[1mp.d.ok";
    expect((await atTerminal(["p.d.ok"])).screen).toContain(bold);
    expect((await atTerminal(["p.d.ok"], 80, { NO_COLOR: "1" })).screen).not.toContain(bold);
    expect((await atTerminal(["p.d.ok"], 80, { TERM: "dumb" })).screen).not.toContain(bold);
    expect((await atTerminal(["--color=always", "p.d.ok"], 80, { NO_COLOR: "1" })).screen).toContain(bold);
  }, 30_000);
});
