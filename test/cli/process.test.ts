/** Signals, pipes and files, in real processes. */
import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { scratch } from "../support/scratch.ts";
import { fake, run, shell, start } from "./spawn.ts";

const folder = scratch;

/** Starts the fake, waits until its first result is out, and sends it signals. */
const interrupted = async (
  argv: ReadonlyArray<string>,
  signals: ReadonlyArray<{ readonly signal: NodeJS.Signals; readonly after: number }>,
) => {
  const child = start([...fake, ...argv]);
  const reader = child.stdout.getReader();
  const stderr = new Response(child.stderr).text();
  const decoder = new TextDecoder();
  let stdout = "";
  const more = async (): Promise<boolean> => {
    const { done, value } = await reader.read();
    stdout += decoder.decode(value);
    return !done;
  };
  while (!stdout.includes('"result"') && (await more())) {}
  const began = Date.now();
  for (const { signal, after } of signals) {
    await Bun.sleep(after);
    child.kill(signal);
  }
  while (await more()) {}
  const status = await child.exited;
  return { status, stdout, stderr: await stderr, ms: Date.now() - began, signal: child.signalCode };
};

const slow = ["--format=ndjson", "p.d.ok", "p.d.slow", "p.d.slow2", "p.d.slow3", "p.d.slow4", "p.d.slow5"];

describe("signals", () => {
  for (const [signal, status] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const) {
    test(`${signal} gives the partial report and status ${status}`, async () => {
      const ran = await interrupted(slow, [{ signal, after: 100 }]);
      const lines = ran.stdout
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line));
      expect(lines.at(-1)).toMatchObject({ type: "summary", total: 6, ok: 1, skipped: 5, interrupted: true });
      expect(lines.filter((line) => line.error?.reason === "interrupted")).toHaveLength(5);
      expect(ran.stderr).toBe(
        "bq-profile: interrupted; 5 of 6 not run: p.d.slow, p.d.slow2, p.d.slow3, p.d.slow4, p.d.slow5\n",
      );
      expect(ran.status).toBe(status);
      expect(ran.ms).toBeLessThan(3000);
    }, 30_000);
  }

  test("300,000 items are counted, and the report is complete", async () => {
    const tables = join(folder(), "many.txt");
    const slow = Array.from({ length: 300_000 }, (_, i) => `p.d.slow${i}`);
    writeFileSync(tables, ["p.d.ok", ...slow].join("\n"));
    const ran = await interrupted(
      ["--format=ndjson", "--tables-file", tables],
      [{ signal: "SIGINT", after: 100 }],
    );
    expect(ran.status).toBe(130);
    const lines = ran.stdout.trimEnd().split("\n");
    expect(JSON.parse(lines.at(-1)!)).toMatchObject({
      total: 300_001,
      ok: 1,
      skipped: 300_000,
      interrupted: true,
    });
    expect(lines.length).toBeLessThan(1100);
    expect(ran.stderr).toContain("interrupted; 300000 of 300001 not run: p.d.slow0, ");
    expect(ran.stderr).toContain(" and 299995 more");
  }, 60_000);

  test("an item that ignores its interruption delays the report by at most five seconds", async () => {
    const ran = await interrupted(
      ["--format=ndjson", "p.d.ok", "p.d.stuck"],
      [{ signal: "SIGINT", after: 0 }],
    );
    expect(ran.stdout).toContain('"interrupted":true');
    expect(ran.status).toBe(130);
    expect(ran.ms).toBeLessThan(5500);
  }, 30_000);

  test("a second signal ends at once", async () => {
    const twice = [
      { signal: "SIGINT", after: 0 },
      { signal: "SIGINT", after: 300 },
    ] as const;
    const ran = await interrupted(["--format=ndjson", "p.d.ok", "p.d.stuck"], twice);
    expect(ran.stdout).not.toContain('"summary"');
    expect(ran.status).toBe(130);
    expect(ran.ms).toBeLessThan(1500);
  }, 30_000);

  test("SIGINT while it waits for standard input ends quietly", async () => {
    const child = Bun.spawn(["bash", "-c", `sleep 20 | exec ${fake.join(" ")}`], {
      stdout: "pipe",
      stderr: "pipe",
    });
    await Bun.sleep(1500);
    const { stdout } = Bun.spawnSync(["pgrep", "-P", String(child.pid)]);
    for (const pid of stdout.toString().split("\n").filter(Boolean)) process.kill(Number(pid), "SIGINT");
    expect(await new Response(child.stdout).text()).toBe("");
    expect(await new Response(child.stderr).text()).toBe("");
    expect(await child.exited).toBe(130);
  }, 30_000);
});

describe("stdout", () => {
  test("a closed stdout ends the program quietly with 141", async () => {
    const items = Array.from({ length: 40 }, (_, i) => `p.d.big${i}`).join(" ");
    const ran = await shell(
      `$PROGRAM --format ndjson ${items} | head -c 10; echo " \${PIPESTATUS[0]}"`,
      fake,
    );
    expect(ran.stdout).toBe('{"type":"r 141\n');
    expect(ran.stderr).toBe("");
  }, 30_000);

  test("a slow batch ends, too, when stdout is closed", async () => {
    const items = Array.from({ length: 300 }, (_, i) => `p.d.pause${i}`).join(" ");
    const began = Date.now();
    const ran = await shell(
      `$PROGRAM --format ndjson ${items} | head -n 1 > /dev/null; echo \${PIPESTATUS[0]}`,
      fake,
    );
    expect(ran.stdout).toBe("141\n");
    expect(Date.now() - began).toBeLessThan(5000);
  }, 30_000);

  test("a slow reader receives everything", async () => {
    const ran = await shell("$PROGRAM --format json p.d.big p.d.big2 p.d.big3 | (sleep 1; wc -c)", fake);
    expect(Number(ran.stdout)).toBeGreaterThan(3_000_000);
  }, 30_000);

  test("one that is not open is reported before anything runs, with status 2; /dev/null is open", async () => {
    for (const closed of [">&-", "<&- >&-"]) {
      const ran = await shell(`$PROGRAM --verbose p.d.ok ${closed}`, fake);
      expect(ran.stderr).toMatch(/^bq-profile: cannot write the report to stdout: it is closed; [^\n]*\n$/);
      expect(ran.status).toBe(2);
    }
    for (const open of [">/dev/null", ">>/dev/null", "1<>/dev/null"])
      expect(await shell(`$PROGRAM p.d.ok ${open}`, fake)).toEqual({ status: 0, stdout: "", stderr: "" });
  }, 30_000);

  test("a full disk is reported, with status 2", async () => {
    const ran = await shell("$PROGRAM --format json p.d.ok > /dev/full", fake);
    expect(ran.stderr).toMatch(/^bq-profile: cannot write the report to stdout: .*; choose another file/);
    expect(ran.status).toBe(2);
  }, 30_000);
});

describe("--output", () => {
  test("writes the complete report, and nothing to stdout", async () => {
    const dir = folder();
    const ran = await run([...fake, "--output=report.json", "--format=json", "p.d.ok"], { cwd: dir });
    expect(ran).toEqual({ status: 0, stdout: "", stderr: "" });
    expect(JSON.parse(readFileSync(join(dir, "report.json"), "utf8"))).toMatchObject({ summary: { ok: 1 } });
    expect(readdirSync(dir)).toEqual(["report.json"]);
  }, 30_000);

  test("keeps the old report until the new one is complete, and leaves no temporary file", async () => {
    const dir = folder();
    writeFileSync(join(dir, "report.ndjson"), "old");
    const argv = ["--output=report.ndjson", "--format=ndjson", "p.d.ok", "p.d.stuck"];
    const child = start([...fake, ...argv], { cwd: dir });
    while (readdirSync(dir).length < 2) await Bun.sleep(20);
    expect(readFileSync(join(dir, "report.ndjson"), "utf8")).toBe("old");
    await Bun.sleep(500);
    child.kill("SIGINT");
    await Bun.sleep(300);
    child.kill("SIGINT");
    expect(await child.exited).toBe(130);
    expect(readdirSync(dir)).toEqual(["report.ndjson"]);
    expect(readFileSync(join(dir, "report.ndjson"), "utf8")).toBe("old");
  }, 30_000);

  test("contains the partial report after an interruption", async () => {
    const dir = folder();
    const child = start([...fake, "--output=report.json", "--format=json", "p.d.ok", "p.d.slow"], {
      cwd: dir,
    });
    while (readdirSync(dir).length < 1) await Bun.sleep(20);
    await Bun.sleep(500);
    child.kill("SIGTERM");
    expect(await child.exited).toBe(143);
    expect(JSON.parse(readFileSync(join(dir, "report.json"), "utf8"))).toMatchObject({
      summary: { ok: 1, skipped: 1, interrupted: true },
    });
  }, 30_000);

  test("follows a link, and writes to a device as it is", async () => {
    const dir = folder();
    writeFileSync(join(dir, "real.json"), "old");
    symlinkSync("real.json", join(dir, "link.json"));
    await run([...fake, "--output=link.json", "--format=json", "p.d.ok"], { cwd: dir });
    expect(readFileSync(join(dir, "real.json"), "utf8")).toContain('"ok":1');
    expect(await run([...fake, "--output=/dev/null", "p.d.ok"])).toMatchObject({ status: 0, stderr: "" });
  }, 30_000);

  test("fails before anything runs if it cannot be written", async () => {
    const ran = await run([...fake, "--output=/nowhere/report.json", "p.d.slow"]);
    expect(ran).toMatchObject({ status: 2, stdout: "" });
    expect(ran.stderr).toContain("cannot write the report to /nowhere/report.json");
  }, 30_000);
});
