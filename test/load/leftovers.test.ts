/** However a program ends, it leaves no process, temporary file, lock or running job behind. */
import { describe, expect } from "bun:test";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Effect } from "effect";
import { binary, run } from "../cli/spawn.ts";
import { it } from "../support/effect.ts";
import { describeWith } from "../support/needs.ts";
import { type ScriptedServer, scriptedServer, warehouse } from "../support/scripted-server/index.ts";
import { type Home, home, until } from "./home.ts";

const patience = 60_000;

const base = warehouse({ tables: 100 });
const tables = (count: number) => Array.from({ length: count }, (_, i) => `p.d.t${i}`);
const to = ({ url }: ScriptedServer) => [`--endpoint=${url}`, "--project=p", "--rate-limit=1000"];

const csv = ({ file }: Home, name: string): string => {
  writeFileSync(file(name), "id,n\n1,1\n2,2\n");
  return `./${name}`;
};

const expectNothingLeft = ({ left }: Home, server: ScriptedServer, ...files: ReadonlyArray<string>) => {
  expect(left()).toEqual({ processes: [], temporary: [], files: [...files].sort() });
  expect(server.figures().jobs.running).toBe(0);
};

describe("nothing is left", () => {
  const ways: ReadonlyArray<{
    readonly way: string;
    readonly program: string;
    readonly status: number;
    readonly argv: ReadonlyArray<string>;
    readonly files?: ReadonlyArray<string>;
  }> = [
    { way: "a run that all is well with", program: "bq-profile", status: 0, argv: ["./a.csv", ...tables(5), "--output=r.json", "--format=json", "--journal=j"], files: ["j", "r.json"] },
    { way: "a run of pairs", program: "bq-table-compare", status: 0, argv: ["./a.csv:./b.csv", "p.d.t1:p.d.t2"] },
    { way: "a diff", program: "bq-schema-diff", status: 0, argv: ["./a.csv:./b.csv", "p.d.t1:p.d.t2", "--journal=j"], files: ["j"] },
    { way: "a plan", program: "bq-profile", status: 0, argv: ["./a.csv", ...tables(5), "--dry-run", "--output=r"], files: ["r"] },
    { way: "a failure", program: "bq-profile", status: 2, argv: ["./missing.csv", "./a.csv", "p.d.missing", "p.d.t0", "--journal=j", "--output=r"], files: ["j", "r"] },
    { way: "--fail-fast", program: "bq-profile", status: 2, argv: ["p.d.missing", ...tables(60), "--fail-fast", "--parallel=20"] },
    { way: "a --budget that is used up", program: "bq-profile", status: 2, argv: [...tables(20), "--budget=50MB"] },
    { way: "bad usage", program: "bq-profile", status: 2, argv: ["./a.csv", "--parallel=none", "--output=r", "--journal=j"] },
    { way: "a report that cannot be put in its place", program: "bq-profile", status: 2, argv: ["./a.csv", "--output=/dev/full", "--journal=j"], files: ["j"] },
    { way: "a journal that is none", program: "bq-profile", status: 2, argv: ["./a.csv", "--output=r", "--journal=./a.csv"] },
  ]; // biome-ignore format: one table

  for (const { way, program, status, argv, files = [] } of ways) {
    it.live(
      `by ${way}`,
      () =>
        Effect.gen(function* () {
          const at = yield* home;
          const server = yield* scriptedServer(base);
          csv(at, "a.csv");
          csv(at, "b.csv");
          const ran = yield* Effect.promise(() => at.run(program, [...argv, ...to(server)]));
          expect(ran.status).toBe(status);
          expectNothingLeft(at, server, "a.csv", "b.csv", ...files);
        }),
      patience,
    );
  }

  it.live(
    "when stdout is closed while jobs and statements run",
    () =>
      Effect.gen(function* () {
        const at = yield* home;
        const server = yield* scriptedServer({
          ...base,
          query: (sql, number) => ({ ...base.query(sql, number), runsMs: number < 30 ? 5 : 60_000 }),
        });
        const argv = [csv(at, "a.csv"), ...tables(60), ...to(server), "--format=ndjson", "--parallel=16"];
        const command = [...binary("bq-profile"), ...argv].join(" ");
        const ran = yield* Effect.promise(() =>
          run(["bash", "-c", `${command} | head -n 1 > first; echo \${PIPESTATUS[0]}`], {
            env: at.env,
            cwd: at.path,
          }),
        );
        expect(ran).toMatchObject({ stdout: "141\n", stderr: "" });
        expectNothingLeft(at, server, "a.csv", "first");
      }),
    patience,
  );

  it.live(
    "by kill -9, except jobs, and a temporary file that the next run removes",
    () =>
      Effect.gen(function* () {
        const at = yield* home;
        const server = yield* scriptedServer({
          ...base,
          query: (sql, number) => ({
            ...base.query(sql, number),
            runsMs: number < 5 ? 0 : Number.POSITIVE_INFINITY,
          }),
        });
        const drafts = () => readdirSync(at.path).filter((name) => name.endsWith(".part"));
        const argv = [csv(at, "a.csv"), "--output=r.json", "--format=json", ...to(server)];
        const killed = at.start("bq-profile", [...argv, ...tables(30), "--journal=j"]);
        yield* Effect.promise(() => until(() => server.figures().jobs.running === 4));
        killed.kill("SIGKILL");
        yield* Effect.promise(() => killed.ended);
        expect(at.left()).toMatchObject({ processes: [], temporary: [] });
        expect(drafts()).toHaveLength(1);
        expect(existsSync(at.file("r.json"))).toBe(false);

        // The next run ignores temporary files of a running program and of other reports.
        const running = at.start("bq-profile", [...argv, ...tables(30)]);
        yield* Effect.promise(() => until(() => server.figures().jobs.running === 8));
        writeFileSync(at.file(".other.json.0123456789ab.part"), "");
        const ran = yield* Effect.promise(() => at.run("bq-profile", argv));
        expect(ran.status).toBe(0);
        expect(drafts()).toHaveLength(2);
        running.kill("SIGINT");
        yield* Effect.promise(() => running.ended);
        expect(drafts()).toEqual([".other.json.0123456789ab.part"]);
      }),
    patience,
  );
});

it.live(
  "a report has the permissions of the user's umask, and only the owner can read a journal",
  () =>
    Effect.gen(function* () {
      const at = yield* home;
      const argv = [csv(at, "a.csv"), "--output=r.json", "--journal=j"];
      const command = [...binary("bq-profile"), ...argv].join(" ");
      yield* Effect.promise(() =>
        run(["bash", "-c", `umask 027; ${command}`], { env: at.env, cwd: at.path }),
      );
      expect(statSync(at.file("r.json")).mode & 0o777).toBe(0o640);
      expect(statSync(at.file("j")).mode & 0o777).toBe(0o600);
    }),
  patience,
);

/** Needs more memory than available, for a long time. */
const greedy = [
  "--where=id < (SELECT count(*) FROM (SELECT md5(range::VARCHAR) s FROM range(30_000_000) ORDER BY s))",
  "--memory-limit=120MB",
];

describe("the local engine's temporary files on disk", () => {
  /** A program that does so, and its folder. */
  const spilling = (at: Home) =>
    Effect.promise(async () => {
      const program = at.start("bq-profile", [csv(at, "a.csv"), ...greedy]);
      const temporary = at.env.TMPDIR ?? "";
      const folder = () =>
        readdirSync(temporary)
          .filter((name) => name.startsWith("bqkit-duckdb-"))
          .map((name) => join(temporary, name))[0];
      await until(() => readdirSync(folder() ?? at.path).some((name) => name.startsWith("duckdb_temp")));
      return { program, folder: folder() ?? "" };
    });

  for (const signals of [["SIGINT"], ["SIGTERM", "SIGINT"], ["SIGHUP", "SIGHUP"]] as const) {
    it.live(
      `is gone after ${signals.join(" and ")}`,
      () =>
        Effect.gen(function* () {
          const at = yield* home;
          const { program } = yield* spilling(at);
          for (const signal of signals) program.kill(signal);
          yield* Effect.promise(() => program.ended);
          expect(at.left()).toEqual({ processes: [], temporary: [], files: ["a.csv"] });
        }),
      patience,
    );
  }

  it.live(
    "are private, ignored by other runs, and removed by the next run after kill -9",
    () =>
      Effect.gen(function* () {
        const at = yield* home;
        const { program, folder } = yield* spilling(at);
        expect(statSync(folder).mode & 0o777).toBe(0o700);
        const other = () => Effect.promise(() => at.run("bq-profile", ["./a.csv"]));
        expect((yield* other()).status).toBe(0);
        expect(existsSync(folder)).toBe(true);
        program.kill("SIGKILL");
        yield* Effect.promise(() => program.ended);
        expect(existsSync(folder)).toBe(true);
        expect((yield* other()).status).toBe(0);
        expect(at.left()).toEqual({ processes: [], temporary: [], files: ["a.csv"] });
      }),
    patience,
  );
});

/** Runs "$@" with a TMPDIR of 64 KiB, and lists the remaining files in the file "left". */
const onFullDisk = `mount -t tmpfs -o size=64k none "$TMPDIR" && { "$@"; status=$?; ls -A "$TMPDIR" > left; exit $status; }`;
const namespace = ["unshare", "--map-root-user", "--mount"];

const mounts = {
  available:
    Bun.which("unshare") !== null &&
    Bun.spawnSync([...namespace, "mount", "-t", "tmpfs", "none", "/mnt"]).exitCode === 0,
  missing: "a small TMPDIR needs util-linux and the right to mount in a namespace of one's own",
};

describeWith(mounts, "a TMPDIR that is full", () => {
  const small = (at: Home, argv: ReadonlyArray<string>) =>
    Effect.promise(() =>
      run([...namespace, "sh", "-c", onFullDisk, "sh", ...binary("bq-profile"), ...argv], {
        env: at.env,
        cwd: at.path,
      }),
    );

  it.live(
    "ends the batch and its jobs with a message, and leaves nothing behind",
    () =>
      Effect.gen(function* () {
        const at = yield* home;
        const server = yield* scriptedServer({
          ...base,
          query: (sql, number) => ({ ...base.query(sql, number), runsMs: number % 4 === 0 ? 60_000 : 1 }),
        });
        const ran = yield* small(at, [...tables(60), ...to(server), "--journal=j", "--parallel=20"]);
        expect(ran.status).toBe(2);
        expect(ran.stderr).toMatch(
          /^bq-profile: cannot store results in .*: ENOSPC.*; set TMPDIR to a folder with free space$/m,
        );
        expect(readFileSync(at.file("left"), "utf8")).toBe("");
        expectNothingLeft(at, server, "j", "left");
      }),
    patience,
  );

  it.live(
    "fails the item of the local engine that needs it",
    () =>
      Effect.gen(function* () {
        const at = yield* home;
        const ran = yield* small(at, [csv(at, "a.csv"), ...greedy]);
        expect(ran.status).toBe(2);
        expect(ran.stderr).toContain("more memory or disk space than is available");
        expect(readFileSync(at.file("left"), "utf8")).toBe("");
        expect(at.left()).toEqual({ processes: [], temporary: [], files: ["a.csv", "left"] });
      }),
    patience,
  );
});
