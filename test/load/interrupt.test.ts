/** Signals during a run: jobs are cancelled, the journal is intact, the partial report is written. */
import { describe, expect } from "bun:test";
import { writeFileSync } from "node:fs";
import { constants } from "node:os";
import { Effect } from "effect";
import { it } from "../support/effect.ts";
import { type Fault, type Script, type ScriptedServer, scriptedServer, warehouse } from "../support/scripted-server/index.ts"; // biome-ignore format: one list
import { type Home, home, type Running, until } from "./home.ts";
import * as Journals from "./journals.ts";

const patience = 30_000;

const tables = (count: number) => Array.from({ length: count }, (_, i) => `p.d.t${i}`);
const pairs = (count: number) => Array.from({ length: count }, (_, i) => `p.d.t${i}:p.e.t${i}`);

const to = ({ url }: ScriptedServer) => [
  `--endpoint=${url}`,
  "--project=p",
  "--rate-limit=1000",
  "--parallel=100",
];

/** A warehouse whose first queries are fast, and whose others never end. */
const endless = (quick: number, more: Partial<Script> = {}) => {
  const { tables, query } = warehouse({ tables: 200, datasets: ["d", "e"] });
  return scriptedServer({
    tables,
    query: (sql, number) => ({
      ...query(sql, number),
      runsMs: number < quick ? 0 : Number.POSITIVE_INFINITY,
    }),
    ...more,
  });
};

const running = (server: ScriptedServer) => server.jobs.filter(({ state }) => state !== "DONE").length;

/** Sends the signal; returns the program's output after it has ended. */
const signalled = (program: Running, signal: NodeJS.Signals) =>
  Effect.promise(async () => {
    program.kill(signal);
    const ran = await program.ended;
    expect(ran.status).toBe(128 + constants.signals[signal]);
    return ran;
  });

const expectNothingLeft = ({ left }: Home, files: ReadonlyArray<string>) =>
  expect(left()).toEqual({ processes: [], temporary: [], files: [...files].sort() });

const summaryOf = (format: string, text: string): Journals.SummaryLine =>
  format === "json" ? JSON.parse(text).summary : JSON.parse(text.trimEnd().split("\n").at(-1) ?? "");

describe("in the middle of 100 running jobs", () => {
  for (const { signal, format, file } of [
    { signal: "SIGINT", format: "json", file: "-" },
    { signal: "SIGTERM", format: "ndjson", file: "-" },
    { signal: "SIGINT", format: "ndjson", file: "report.ndjson" },
    { signal: "SIGTERM", format: "json", file: "report.json" },
  ] as const) {
    const where = file === "-" ? "to stdout" : "with --output";
    it.live(
      `${signal} cancels them all, and the journal and the partial report are whole (${format}, ${where})`,
      () =>
        Effect.gen(function* () {
          const at = yield* home;
          const server = yield* endless(10);
          const output = file === "-" ? [] : [`--output=${file}`];
          const argv = [
            ...tables(125),
            ...to(server),
            `--format=${format}`,
            "--journal=run.ndjson",
            ...output,
          ];
          const program = at.start("bq-profile", argv);
          yield* Effect.promise(() =>
            until(() => running(server) === 100 && Journals.read(at.file("run.ndjson")).lines.length === 11),
          );
          const ran = yield* signalled(program, signal);
          expect(server.figures().jobs).toMatchObject({ running: 0, completed: 10, cancelled: 100 });
          expect(server.waiting()).toBe(0);
          const journal = Journals.read(at.file("run.ndjson"));
          expect(journal.torn).toBe("");
          expect(Journals.results(journal.lines).map(({ status }) => status)).toEqual(Array(10).fill("ok"));
          const report = file === "-" ? ran.stdout : at.text(file);
          expect(summaryOf(format, report)).toMatchObject({
            total: 125,
            ok: 10,
            skipped: 115,
            interrupted: true,
          });
          expect(ran.stderr).toContain("interrupted; 115 of 125 not run: ");
          expectNothingLeft(at, ["run.ndjson", ...(file === "-" ? [] : [file])]);
        }),
      patience,
    );
  }

  it.live(
    "SIGHUP, of a terminal that was closed, ends it as well, with the report as text",
    () =>
      Effect.gen(function* () {
        const at = yield* home;
        const server = yield* endless(10);
        const program = at.start("bq-profile", [...tables(110), ...to(server)]);
        yield* Effect.promise(() => until(() => running(server) === 100 && server.count("jobs.get") === 10));
        const ran = yield* signalled(program, "SIGHUP");
        expect(server.figures().jobs).toMatchObject({ running: 0, cancelled: 100 });
        expect(ran.stdout).toContain("10 ok");
        expect(ran.stdout).toContain("100 skipped");
        expectNothingLeft(at, []);
      }),
    patience,
  );

  /**
   * The fate of the requests that start jobs, in turn: the signal arrives before the jobs' ids are confirmed.
   */
  const fates: ReadonlyArray<Fault | undefined> = [
    undefined,
    "resetAfter",
    "hangAfter",
    "duplicate",
    { duplicate: 1 },
    "truncated",
    { status: 503, reason: "backendError", after: true },
  ];

  for (const latency of [200, 1200]) {
    it.live(
      `no job is lost whose start got no answer, or not yet (after ${latency} ms)`,
      () =>
        Effect.gen(function* () {
          const at = yield* home;
          const server = yield* endless(0, {
            latency: { byMethod: { "jobs.insert": latency, "jobs.cancel": 100 } },
            fault: ({ method }, before) =>
              method === "jobs.insert" && before < 100 ? fates[before % fates.length] : undefined,
          });
          const program = at.start("bq-table-compare", [...pairs(100), ...to(server), "--format=json"]);
          yield* Effect.promise(() => until(() => server.count("jobs.insert") >= 100));
          const { stdout } = yield* signalled(program, "SIGINT");
          expect(summaryOf("json", stdout)).toMatchObject({ total: 100, skipped: 100, interrupted: true });
          expect(server.figures().jobs).toMatchObject({ started: 100, running: 0, cancelled: 100 });
          expectNothingLeft(at, []);
        }),
      patience,
    );
  }

  it.live(
    "failed cancellations are retried",
    () =>
      Effect.gen(function* () {
        const at = yield* home;
        const server = yield* endless(0, {
          fault: ({ method }, before) =>
            method === "jobs.cancel" && before < 60
              ? before % 2 === 0
                ? "reset"
                : { status: 503, reason: "backendError" }
              : undefined,
        });
        const program = at.start("bq-profile", [...tables(100), ...to(server), "--format=json"]);
        yield* Effect.promise(() => until(() => running(server) === 100));
        yield* signalled(program, "SIGTERM");
        expect(server.figures().jobs).toMatchObject({ running: 0, cancelled: 100 });
      }),
    patience,
  );
});

describe("while an answer does not come", () => {
  for (const { what, method, argv } of [
    { what: "the list of a pattern's tables", method: "tables.list", argv: ["p.d.t*"] },
    { what: "sample rows", method: "tabledata.list", argv: tables(50) },
    { what: "what a job was billed", method: "jobs.get", argv: tables(50) },
    { what: "the estimates of a --budget", method: "jobs.insert", argv: [...tables(50), "--budget=10GB"] },
    { what: "the estimates of a --dry-run", method: "jobs.insert", argv: [...tables(50), "--dry-run"] },
  ] as const) {
    it.live(
      `SIGINT ends the wait for ${what}`,
      () =>
        Effect.gen(function* () {
          const at = yield* home;
          const server = yield* scriptedServer({
            ...warehouse({ tables: 60 }),
            fault: (seen, before) =>
              seen.method === method && (before >= 4 || method === "tables.list") ? "hang" : undefined,
          });
          const program = at.start("bq-profile", [...argv, ...to(server)]);
          yield* Effect.promise(() => until(() => server.count(method) > (method === "tables.list" ? 0 : 4)));
          const { stdout } = yield* signalled(program, "SIGINT");
          // Before the items are known, there is nothing to report.
          if (method === "tables.list") expect(stdout).toBe("");
          else expect(stdout).toContain("50 items");
          // The server may learn of closed connections after the process has ended.
          yield* Effect.promise(() => until(() => server.waiting() === 0));
          expect(server.figures().jobs.running).toBe(0);
          expectNothingLeft(at, []);
        }),
      patience,
    );
  }
});

describe("in the middle of requests without jobs", () => {
  it.live(
    "SIGINT closes the connections of 100 pairs, and what was compared is reported",
    () =>
      Effect.gen(function* () {
        const at = yield* home;
        const server = yield* endless(0, {
          fault: ({ path }) => (/\/t(\d|1\d)$/.test(path) ? undefined : "hang"),
        });
        const argv = [...pairs(120), ...to(server), "--format=ndjson", "--journal=run.ndjson"];
        const program = at.start("bq-schema-diff", argv);
        yield* Effect.promise(() => until(() => server.waiting() >= 100));
        const ran = yield* signalled(program, "SIGINT");
        expect(server.waiting()).toBe(0);
        expect(summaryOf("ndjson", ran.stdout)).toMatchObject({ total: 120, ok: 20, skipped: 100 });
        expect(Journals.results(Journals.read(at.file("run.ndjson")).lines)).toHaveLength(20);
        expectNothingLeft(at, ["run.ndjson"]);
      }),
    patience,
  );
});

describe("in a batch of 100,000 pairs", () => {
  it.live(
    "SIGINT reports what was compared, and counts the pairs that never started",
    () =>
      Effect.gen(function* () {
        const at = yield* home;
        const server = yield* endless(0, {
          fault: ({ path }) => (/\/t(\d|[1-4]\d)$/.test(path) ? undefined : "hang"),
        });
        writeFileSync(at.file("pairs.txt"), `${pairs(100_000).join("\n")}\n`);
        const argv = ["--pairs-file=pairs.txt", ...to(server), "--format=ndjson", "--journal=run.ndjson"];
        const program = at.start("bq-schema-diff", argv);
        yield* Effect.promise(() => until(() => server.waiting() >= 100));
        const ran = yield* signalled(program, "SIGINT");
        const lines = ran.stdout.trimEnd().split("\n");
        expect(summaryOf("ndjson", ran.stdout)).toMatchObject({
          total: 100_000,
          ok: 50,
          skipped: 99_950,
          interrupted: true,
        });
        // The run, 50 results, 100 pairs that were running, 1,000 of those that were not, and the summary.
        expect(lines).toHaveLength(1 + 50 + 100 + 1000 + 1);
        expect(ran.stderr).toContain("interrupted; 99950 of 100000 not run");
        expect(Journals.results(Journals.read(at.file("run.ndjson")).lines)).toHaveLength(50);
        expectNothingLeft(at, ["pairs.txt", "run.ndjson"]);
      }),
    4 * patience,
  );
});

/** A condition that is fast if n is 1, and takes hours if it is a million. */
const heavy = "(SELECT count(*) FROM range(n) a, range(n) b WHERE a.range + b.range = 7) >= 0";

const csvs = ({ file }: Home, quick: number, count: number): ReadonlyArray<string> =>
  Array.from({ length: count }, (_, i) => {
    writeFileSync(file(`f${i}.csv`), `id,n\n1,${i < quick ? 1 : 1_000_000}\n2,1\n`);
    return `./f${i}.csv`;
  });

describe("in the middle of statements of the local engine", () => {
  for (const program of ["bq-profile", "bq-table-compare"] as const) {
    it.live(
      `SIGTERM ends those of ${program}, and what was finished is kept`,
      () =>
        Effect.gen(function* () {
          const at = yield* home;
          const files = csvs(at, 2, 10);
          const items = program === "bq-profile" ? files : files.map((file) => `${file}:${file}`);
          const argv = [
            ...items,
            "--parallel=2",
            "--format=json",
            `--where=${heavy}`,
            "--journal=run.ndjson",
          ];
          const child = at.start(program, argv);
          yield* Effect.promise(() => until(() => Journals.read(at.file("run.ndjson")).lines.length === 3));
          // The next two are being staged and run.
          yield* Effect.sleep(300);
          const { stdout } = yield* signalled(child, "SIGTERM");
          expect(summaryOf("json", stdout)).toMatchObject({
            total: 10,
            ok: 2,
            skipped: 8,
            interrupted: true,
          });
          expect(Journals.results(Journals.read(at.file("run.ndjson")).lines)).toHaveLength(2);
          expectNothingLeft(at, [...files.map((file) => file.slice(2)), "run.ndjson"]);
        }),
      patience,
    );
  }

  it.live(
    "SIGINT ends them together with jobs of BigQuery",
    () =>
      Effect.gen(function* () {
        const at = yield* home;
        const { tables: catalog } = warehouse({ tables: 40 });
        const server = yield* endless(0, {
          tables: catalog,
          query: () => ({ runsMs: Number.POSITIVE_INFINITY }),
        });
        const items = [...csvs(at, 0, 6), ...tables(40)];
        const program = at.start("bq-profile", [
          ...items,
          ...to(server),
          "--format=ndjson",
          `--where=${heavy}`,
        ]);
        yield* Effect.promise(() => until(() => running(server) === 40));
        // Each core runs a statement, and the others wait.
        yield* Effect.sleep(500);
        const { stdout } = yield* signalled(program, "SIGINT");
        expect(server.figures().jobs).toMatchObject({ running: 0, cancelled: 40 });
        expect(summaryOf("ndjson", stdout)).toMatchObject({
          total: 46,
          ok: 0,
          skipped: 46,
          interrupted: true,
        });
        expect(at.left()).toMatchObject({ processes: [], temporary: [] });
      }),
    patience,
  );
});

describe("a second signal", () => {
  it.live(
    "ends at once, though jobs cannot be cancelled, and leaves no draft of the report",
    () =>
      Effect.gen(function* () {
        const at = yield* home;
        writeFileSync(at.file("report.json"), "old");
        const server = yield* endless(5, {
          fault: ({ method }) => (method === "jobs.cancel" ? "hang" : undefined),
        });
        const argv = [
          ...tables(60),
          ...to(server),
          "--format=json",
          "--journal=run.ndjson",
          "--output=report.json",
        ];
        const program = at.start("bq-profile", argv);
        yield* Effect.promise(() =>
          until(() => running(server) === 55 && Journals.read(at.file("run.ndjson")).lines.length === 6),
        );
        program.kill("SIGINT");
        yield* Effect.promise(() => until(() => server.count("jobs.cancel") > 0));
        const ran = yield* signalled(program, "SIGINT");
        expect(ran.stdout).toBe("");
        expect(at.text("report.json")).toBe("old");
        expect(Journals.results(Journals.read(at.file("run.ndjson")).lines)).toHaveLength(5);
        expectNothingLeft(at, ["report.json", "run.ndjson"]);
      }),
    patience,
  );

  it.live(
    "ends statements of the local engine with the process",
    () =>
      Effect.gen(function* () {
        const at = yield* home;
        const files = csvs(at, 2, 8);
        const argv = [...files, "--parallel=2", `--where=${heavy}`, "--journal=run.ndjson"];
        const program = at.start("bq-profile", argv);
        yield* Effect.promise(() => until(() => Journals.read(at.file("run.ndjson")).lines.length === 3));
        program.kill("SIGINT");
        yield* signalled(program, "SIGINT");
        expectNothingLeft(at, [...files.map((file) => file.slice(2)), "run.ndjson"]);
      }),
    patience,
  );
});
