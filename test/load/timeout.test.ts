/** --timeout: the item ends, its job is cancelled on the server, and the next item gets its slot. */
import { describe, expect } from "bun:test";
import { writeFileSync } from "node:fs";
import { Effect } from "effect";
import { it } from "../support/effect.ts";
import { type ScriptedServer, scriptedServer, warehouse } from "../support/scripted-server/index.ts";
import { home } from "./home.ts";
import type { ResultLine } from "./journals.ts";

const patience = 30_000;

const base = warehouse({ tables: 12, datasets: ["d", "e"] });

const to = ({ url }: ScriptedServer) => [
  `--endpoint=${url}`,
  "--project=p",
  "--rate-limit=1000",
  "--format=json",
];

const resultsOf = (text: string): ReadonlyArray<ResultLine> => JSON.parse(text).results;

const isFirst = (text: string) => /\bt[01]\b/.test(text);

const expectFirstTwoFailed = (results: ReadonlyArray<ResultLine>) => {
  expect(results.map(({ status }) => status)).toEqual([...Array(2).fill("failed"), ...Array(10).fill("ok")]);
  for (const { error } of results.slice(0, 2))
    expect(error).toMatchObject({
      reason: "timeout",
      message: expect.stringMatching(/^exceeded its time limit of 1s 500ms$/),
    });
};

describe("an item over --timeout", () => {
  for (const [program, item] of [
    ["bq-profile", (i: number) => `p.d.t${i}`],
    ["bq-table-compare", (i: number) => `p.d.t${i}:p.e.t${i}`],
  ] as const) {
    it.live(
      `has its job cancelled, and frees its slot (${program})`,
      () =>
        Effect.gen(function* () {
          const at = yield* home;
          const server = yield* scriptedServer({
            ...base,
            query: (sql, number) => ({
              ...base.query(sql, number),
              runsMs: isFirst(sql) ? Number.POSITIVE_INFINITY : 20,
            }),
          });
          // Both slots are occupied until the time limit.
          const items = Array.from({ length: 12 }, (_, i) => item(i));
          const argv = [...items, ...to(server), "--parallel=2", "--timeout=1500ms"];
          const ran = yield* Effect.promise(() => at.run(program, argv));
          expectFirstTwoFailed(resultsOf(ran.stdout));
          expect(ran.status).toBe(2);
          expect(ran.stderr).toContain("exceeded its time limit of 1s 500ms; raise --timeout");
          expect(server.figures().jobs).toMatchObject({
            completed: 10,
            cancelled: 2,
            running: 0,
            maxRunning: 2,
          });
          expect(server.jobs.filter(({ cancelled }) => cancelled).every(({ sql }) => isFirst(sql))).toBe(
            true,
          );
          expect(at.left()).toEqual({ processes: [], temporary: [], files: [] });
        }),
      patience,
    );
  }

  it.live(
    "has its job cancelled even if its start was not confirmed",
    () =>
      Effect.gen(function* () {
        const at = yield* home;
        const server = yield* scriptedServer({
          ...base,
          query: (sql, number) => ({
            ...base.query(sql, number),
            runsMs: isFirst(sql) ? Number.POSITIVE_INFINITY : 20,
          }),
          fault: ({ method }, before) => (method === "jobs.insert" && before < 2 ? "hangAfter" : undefined),
        });
        const items = Array.from({ length: 12 }, (_, i) => `p.d.t${i}`);
        const argv = [...items, ...to(server), "--parallel=2", "--timeout=1500ms"];
        const ran = yield* Effect.promise(() => at.run("bq-profile", argv));
        expectFirstTwoFailed(resultsOf(ran.stdout));
        expect(server.figures().jobs).toMatchObject({ started: 12, completed: 10, cancelled: 2, running: 0 });
      }),
    patience,
  );

  it.live(
    "closes its connection where it has no job (bq-schema-diff)",
    () =>
      Effect.gen(function* () {
        const at = yield* home;
        const server = yield* scriptedServer({
          ...base,
          fault: ({ path }) => (isFirst(path) ? "hang" : undefined),
        });
        const items = Array.from({ length: 12 }, (_, i) => `p.d.t${i}:p.e.t${i}`);
        const argv = [...items, ...to(server), "--parallel=2", "--timeout=1500ms"];
        const ran = yield* Effect.promise(() => at.run("bq-schema-diff", argv));
        expectFirstTwoFailed(resultsOf(ran.stdout));
        expect(ran.status).toBe(2);
        expect(server.waiting()).toBe(0);
      }),
    patience,
  );

  it.live(
    "ends its statement in the local engine",
    () =>
      Effect.gen(function* () {
        const at = yield* home;
        const items = Array.from({ length: 12 }, (_, i) => {
          writeFileSync(at.file(`t${i}.csv`), `n\n${i < 2 ? 1_000_000 : 1}\n`);
          return `./t${i}.csv`;
        });
        const where = "(SELECT count(*) FROM range(n) a, range(n) b WHERE a.range + b.range = 7) >= 0";
        const argv = [...items, "--format=json", "--parallel=2", "--timeout=1500ms", `--where=${where}`];
        const ran = yield* Effect.promise(() => at.run("bq-profile", argv));
        expectFirstTwoFailed(resultsOf(ran.stdout));
        expect(ran.status).toBe(2);
        expect(at.left()).toMatchObject({ processes: [], temporary: [] });
      }),
    patience,
  );
});
