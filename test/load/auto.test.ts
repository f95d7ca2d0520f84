/** --parallel auto with and without throttling; bench/ measures its throughput. */
import { describe, expect } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Effect } from "effect";
import { binary, run } from "../cli/spawn.ts";
import { it } from "../support/effect.ts";
import { scratch } from "../support/scratch.ts";
import { scriptedServer, warehouse } from "../support/scripted-server/index.ts";
import { batch, listFile, type Report, statuses, tables } from "./support.ts";

const aMinute = 60_000;

/** The limit after this many finished items. */
const limitAt = ({ summary: { concurrency = [] } }: Report, finished: number): number =>
  concurrency.findLast((step) => step.finished <= finished)?.limit ?? Number.NaN;

describe("--parallel auto", () => {
  it.live(
    "settles below the throttled level within a hundred items, and is rarely throttled from then on",
    () =>
      Effect.gen(function* () {
        const server = yield* scriptedServer({
          ...warehouse({ tables: 500 }),
          latency: 30,
          capacity: { limit: 12 },
        });
        const ran = yield* Effect.promise(() =>
          batch(server.url, "bq-profile", tables(500), "--parallel=auto", "--rate-limit=10000"),
        );
        expect(statuses(ran)).toEqual({ ok: 500 });
        for (let finished = 100; finished <= 500; finished += 1) {
          expect(limitAt(ran.report, finished)).toBeGreaterThanOrEqual(8);
          expect(limitAt(ran.report, finished)).toBeLessThanOrEqual(14);
        }
        // Every retried call was throttled, including those before the limit settled.
        const { refused, requests } = server.figures();
        expect(refused).toBeGreaterThan(0);
        expect(refused / requests).toBeLessThanOrEqual(0.02);
      }),
    aMinute,
  );

  it.live(
    "settles likewise where the service counts running jobs, and answers 429",
    () =>
      Effect.gen(function* () {
        const server = yield* scriptedServer({
          ...warehouse({ tables: 300, runsMs: 60 }),
          capacity: {
            limit: 12,
            of: "jobs",
            refusal: { status: 429, reason: "rateLimitExceeded", message: "Too many jobs", retryAfter: "1" },
          },
        });
        const ran = yield* Effect.promise(() =>
          batch(server.url, "bq-profile", tables(300), "--parallel=auto", "--rate-limit=10000"),
        );
        expect(statuses(ran)).toEqual({ ok: 300 });
        expect(server.figures().jobs.maxRunning).toBeLessThanOrEqual(12);
        expect(limitAt(ran.report, 300)).toBeGreaterThanOrEqual(8);
      }),
    aMinute,
  );

  it.live(
    "grows without throttling",
    () =>
      Effect.gen(function* () {
        const server = yield* scriptedServer({ ...warehouse({ tables: 800 }), latency: 100 });
        const ran = yield* Effect.promise(() =>
          batch(server.url, "bq-profile", tables(800), "--parallel=auto", "--rate-limit=10000"),
        );
        expect(statuses(ran)).toEqual({ ok: 800 });
        expect(ran.report.summary.maxInFlight).toBeGreaterThanOrEqual(32);
        expect(ran.report.summary.retries).toBe(0);
      }),
    aMinute,
  );

  it.live("reports its path in one line", () =>
    Effect.gen(function* () {
      const server = yield* scriptedServer({ ...warehouse({ tables: 40 }), latency: 5 });
      const argv = [
        ...binary(),
        "--tables-file",
        listFile(tables(40)),
        `--endpoint=${server.url}`,
        "--project=b",
      ];
      const ran = yield* Effect.promise(() => run([...argv, "--parallel=auto", "--rate-limit=10000"]));
      expect(ran.stdout).toMatch(/^parallel auto: 4 → 6 → 9( → \d+)*$/m);
    }),
  );

  it.live("on local files runs no more at a time than there are threads, or memory for", () =>
    Effect.gen(function* () {
      const folder = scratch();
      const files = Array.from({ length: 30 }, (_, i) => join(folder, `f${i}.csv`));
      for (const file of files) writeFileSync(file, `id,name\n${"1,a\n".repeat(2000)}`);
      const inFlight = (...options: ReadonlyArray<string>) =>
        Effect.promise(async () => {
          const argv = [...binary(), "--parallel=auto", "--format=json", ...options, ...files];
          const { stdout } = await run(argv);
          const { summary }: Report = JSON.parse(stdout);
          expect(summary).toMatchObject({ total: 30, ok: 30 });
          expect(summary.concurrency).toBeUndefined();
          return summary.maxInFlight;
        });
      expect(yield* inFlight("--threads=3")).toBe(3);
      expect(yield* inFlight("--threads=1")).toBe(1);
      expect(yield* inFlight("--threads=8", "--memory-limit=600MiB")).toBe(2);
      expect(yield* inFlight()).toBeLessThanOrEqual(navigator.hardwareConcurrency);
    }),
  );
});
