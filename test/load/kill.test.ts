/** kill -9 at any time, then the same command again: nothing is lost or run twice, and the report is the same. */
import { describe, expect } from "bun:test";
import { truncateSync, writeFileSync } from "node:fs";
import { Effect } from "effect";
import { it } from "../support/effect.ts";
import { type ScriptedServer, scriptedServer, warehouse } from "../support/scripted-server/index.ts";
import { seeded } from "../support/scripted-server/random.ts";
import { type Home, home, until } from "./home.ts";
import * as Journals from "./journals.ts";

/** `BQKIT_KILLS=200` kills at 200 moments instead of 40. */
const times = Number(process.env.BQKIT_KILLS ?? 40) / 40;
const patience = 180_000 * times;
const journal = "run.ndjson";

/** Properties that differ between two identical runs: times, job ids, attempts and load figures. */
const ofOneRun: ReadonlySet<string> = new Set([
  "startedAt", "durationMs", "attempts", "jobIds", "wallMs", "workMs", "speedup", "retries", "maxInFlight",
]); // biome-ignore format: one list

type Json = Readonly<Record<string, unknown>>;

const without = (names: ReadonlySet<string>, object: Json): Json =>
  Object.fromEntries(Object.entries(object).filter(([name]) => !names.has(name)));

interface Report {
  readonly run: Json;
  readonly results: ReadonlyArray<Journals.ResultLine>;
  readonly summary: Json;
}

const reportOf = (text: string): Report => {
  const { results, summary, ...run } = JSON.parse(text);
  return { run, results, summary };
};

/** The report without properties of a single run. */
const settled = ({ run, results, summary }: Report) => ({
  run: without(ofOneRun, run),
  results: results.map((result) => without(ofOneRun, { ...result })),
  summary: without(ofOneRun, summary),
});

/** Starts the command, and kills it some milliseconds after the journal has this many more results. */
const killed = async (at: Home, program: string, argv: ReadonlyArray<string>, more: number, ms: number) => {
  const before = Journals.read(at.file(journal));
  const began = before.lines.length;
  const run = at.start(program, argv);
  let isOver = false;
  void run.ended.then(() => (isOver = true));
  // The first added line describes the run.
  if (more > 0) await until(() => isOver || Journals.read(at.file(journal)).lines.length > began + more);
  await Bun.sleep(ms);
  run.kill("SIGKILL");
  await run.ended;
  const after = Journals.read(at.file(journal));
  expect(after.lines.slice(0, began)).toEqual([...before.lines]);
  return after;
};

/**
 * Runs the command to its end. Earlier results of the journal are unchanged in its report, and not repeated in the
 * journal.
 */
const resumed = async (at: Home, program: string, argv: ReadonlyArray<string>, status = 0) => {
  const before = Journals.read(at.file(journal));
  const held = Journals.results(before.lines);
  const ran = await at.run(program, argv);
  expect(ran.status).toBe(status);
  if (held.length > 0) expect(ran.stderr).toContain(`${held.length} of `);
  const after = Journals.read(at.file(journal));
  expect(after.torn).toBe("");
  expect(after.lines.slice(0, before.lines.length)).toEqual([...before.lines]);
  const report = reportOf(ran.stdout);
  for (const { reuse: _, ...line } of held as ReadonlyArray<Journals.ResultLine & { reuse?: unknown }>)
    expect(report.results[line.index]).toEqual(line);
  const items = Journals.results(after.lines).map(({ index }) => index);
  expect(items.toSorted((a, b) => a - b)).toEqual(report.results.map(({ index }) => index));
  return report;
};

const shown = async (at: Home, program: string) =>
  reportOf((await at.run(program, ["--from", journal, "--format=json"])).stdout);

const expectSame = (one: Report, other: Report) => expect(settled(one)).toEqual(settled(other));

/** A report from journals only has options that affect results. */
const expectShown = (shown: Report, report: Report) => {
  expect(shown.results).toEqual(report.results);
  expect(without(ofOneRun, shown.summary)).toEqual(without(ofOneRun, report.summary));
};

const expectNothingLeft = ({ left }: Home) => expect(left()).toMatchObject({ processes: [], temporary: [] });

/** The number of jobs that read each table. */
const jobsByTable = ({ jobs }: ScriptedServer): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const { sql } of jobs) {
    const table = /`(p\.d\.t\d+)`/.exec(sql)?.[1] ?? "";
    counts.set(table, (counts.get(table) ?? 0) + 1);
  }
  return counts;
};

const tables = 60;
const slow = () =>
  scriptedServer({
    ...warehouse({ tables, datasets: ["d", "e"], deviants: 7, runsMs: { least: 1, most: 20 } }),
    latency: { least: 0, most: 5 },
  });
const to = ({ url }: ScriptedServer) => [
  `--endpoint=${url}`, "--project=p", "--rate-limit=2000", "--parallel=8", "--format=json", `--journal=${journal}`,
]; // biome-ignore format: one list

/** Runs an effect and checks that no table with a result in the journal is queried. */
const sparing = async <A>(at: Home, server: ScriptedServer, body: () => Promise<A>): Promise<A> => {
  const held = Journals.results(Journals.read(at.file(journal)).lines);
  const before = jobsByTable(server);
  const value = await body();
  const after = jobsByTable(server);
  for (const { index } of held) expect(after.get(`p.d.t${index}`)).toBe(before.get(`p.d.t${index}`));
  return value;
};

describe("killed while it works on tables of BigQuery, and run again", () => {
  for (const { program, status, items, batches } of [
    {
      program: "bq-profile",
      status: 0,
      batches: 3 * times,
      items: Array.from({ length: tables }, (_, i) => `p.d.t${i}`),
    },
    {
      program: "bq-table-compare",
      status: 1,
      batches: 2 * times,
      items: Array.from({ length: tables }, (_, i) => `p.d.t${i}:p.e.t${i}`),
    },
  ] as const) {
    it.live(
      `${program} finishes what was left, after four kills each of ${batches} batches`,
      () =>
        Effect.gen(function* () {
          const undisturbed = yield* Effect.scoped(
            Effect.gen(function* () {
              const [at, server] = [yield* home, yield* slow()];
              return yield* Effect.promise(() => resumed(at, program, [...items, ...to(server)], status));
            }),
          );
          const batch = (seed: number) =>
            Effect.gen(function* () {
              const random = seeded(seed);
              const [at, server] = [yield* home, yield* slow()];
              const argv = [...items, ...to(server)];
              for (let time = 0; time < 4; time += 1) {
                const more = Math.floor((random() * tables) / 4);
                const ms = random() * (more > 0 ? 20 : 500);
                yield* Effect.promise(() => sparing(at, server, () => killed(at, program, argv, more, ms)));
                expectNothingLeft(at);
              }
              const report = yield* Effect.promise(() =>
                sparing(at, server, () => resumed(at, program, argv, status)),
              );
              expectSame(report, undisturbed);
              expectShown(yield* Effect.promise(() => shown(at, program)), report);
              expectNothingLeft(at);
            }).pipe(Effect.scoped);
          const seeds = Array.from({ length: batches }, (_, i) => 100 * batches + i);
          yield* Effect.forEach(seeds, batch, { concurrency: 3, discard: true });
        }),
      patience,
    );
  }
});

const csvs = ({ file }: Home, count: number): ReadonlyArray<string> =>
  Array.from({ length: count }, (_, i) => {
    const rows = Array.from(
      { length: 200 },
      (_, row) => `${row},${(row * (i + 3)) % 17},name ${row % (i + 1)}`,
    );
    writeFileSync(file(`f${i}.csv`), `id,n,name\n${rows.join("\n")}\n`);
    return `./f${i}.csv`;
  });

describe("killed while it works on local files, and run again", () => {
  it.live(
    `makes progress in each of ${20 * times} runs, and then completes`,
    () =>
      Effect.gen(function* () {
        const at = yield* home;
        const argv = [...csvs(at, 40 * times), "--format=json", `--journal=${journal}`];
        const random = seeded(20);
        for (let time = 0; time < 20 * times; time += 1) {
          const more = Math.floor(random() * 4);
          yield* Effect.promise(() => killed(at, "bq-profile", argv, more, random() * (more > 0 ? 30 : 400)));
          expectNothingLeft(at);
        }
        expect(Journals.results(Journals.read(at.file(journal)).lines).length).toBeGreaterThan(20 * times);
        const report = yield* Effect.promise(() => resumed(at, "bq-profile", argv));
        expectShown(yield* Effect.promise(() => shown(at, "bq-profile")), report);
        expectNothingLeft(at);
        writeFileSync(at.file(journal), "");
        expectSame(report, yield* Effect.promise(() => resumed(at, "bq-profile", argv)));
      }),
    patience,
  );

  it.live(
    "resumes from a journal whose last line is incomplete",
    () =>
      Effect.gen(function* () {
        const at = yield* home;
        const argv = [...csvs(at, 2), "--format=json", `--journal=${journal}`];
        const undisturbed = yield* Effect.promise(() => resumed(at, "bq-profile", argv));
        const whole = Journals.read(at.file(journal)).lines;
        // The run's line, one per result, and the summary.
        expect(whole).toHaveLength(4);
        const random = seeded(4);
        for (const kept of [0, 1, 2]) {
          const [before, last] = [whole.slice(0, kept).join(""), Buffer.from(whole[kept] ?? "")];
          for (const bytes of [1 + Math.floor(random() * (last.length - 3)), last.length - 2]) {
            writeFileSync(at.file(journal), before + last.subarray(0, bytes));
            const ran = yield* Effect.promise(() => at.run("bq-profile", argv));
            expect(ran.stderr).toContain(`removed an incomplete last line (${bytes} bytes)`);
            expectSame(reportOf(ran.stdout), undisturbed);
            expect(Journals.results(Journals.read(at.file(journal)).lines)).toHaveLength(2);
          }
        }
        writeFileSync(at.file(journal), whole.slice(0, 3).join(""));
        truncateSync(at.file(journal), whole.slice(0, 3).join("").length - 1);
        const ran = yield* Effect.promise(() => at.run("bq-profile", argv));
        expect(ran.stderr).toMatch(
          /^bq-profile: note: 2 of 2 results were reused from the journal, at no new cost\n$/,
        );
      }),
    patience,
  );
});
