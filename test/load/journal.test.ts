/** Journals on the command line, of all three programs: resumed, merged, sharded, and on disks that fail. */
import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Effect } from "effect";
import { binary, run, start } from "../cli/spawn.ts";
import { it } from "../support/effect.ts";
import { describeWith } from "../support/needs.ts";
import { scratch } from "../support/scratch.ts";
import { scriptedServer, warehouse } from "../support/scripted-server/index.ts";
import { command, listFile, type Program, tables } from "./support.ts";

setDefaultTimeout(60_000);

const linesOf = (file: string) => readFileSync(file, "utf8").trimEnd().split("\n");

/** Without times, job ids, load figures and the run's own options. */
const bare = (report: string): unknown => {
  const { results, summary, tool } = JSON.parse(report);
  const { wallMs, workMs, speedup, retries, maxInFlight, slotMs, ...counts } = summary;
  return {
    tool,
    counts,
    results: results.map(
      ({ startedAt, durationMs, attempts, jobIds, slotMs: _, ...rest }: Record<string, unknown>) => rest,
    ),
  };
};

const pairs = (n: number) => tables(n).map((name) => `${name}:${name.replace(".d.", ".e.")}`);
const programs: ReadonlyArray<readonly [program: Program, items: ReadonlyArray<string>]> = [
  ["bq-profile", tables(14)],
  ["bq-schema-diff", pairs(14)],
  ["bq-table-compare", pairs(14)],
];

for (const [program, items] of programs) {
  describe(program, () => {
    it.live("resumes from its journal, reports it, and gives the same in shards", () =>
      Effect.gen(function* () {
        const server = yield* scriptedServer(warehouse({ tables: 20, datasets: ["d", "e"], deviants: 4 }));
        const folder = scratch();
        const at = (...more: ReadonlyArray<string>) =>
          Effect.promise(() =>
            run([...command(server.url, program, items, "--rate-limit=1000", "--format=json"), ...more]),
          );
        const journal = join(folder, "journal.ndjson");
        const first = yield* at(`--journal=${journal}`);
        const different = first.status === 1;
        expect(first.status).toBe(program === "bq-profile" ? 0 : 1);
        const asked = server.figures().jobs.started;
        const again = yield* at(`--journal=${journal}`);
        expect(server.figures().jobs.started).toBe(asked);
        expect(again.stderr).toMatch(/note: 14 of 14 results were reused from the journal/);
        expect([again.status, bare(again.stdout)]).toEqual([first.status, bare(first.stdout)]);

        const shown = yield* Effect.promise(() =>
          run([...binary(program), "--from", "--format=json", journal]),
        );
        expect([shown.stderr, shown.status, bare(shown.stdout)]).toEqual([
          "",
          different ? 1 : 0,
          bare(first.stdout),
        ]);

        const parts = [1, 2, 3].map((part) => join(folder, `part-${part}.ndjson`));
        for (const [i, file] of parts.entries()) {
          const { status } = yield* at(`--journal=${file}`, `--shard=${i + 1}/3`);
          expect(status).toBeLessThanOrEqual(1);
        }
        const merged = yield* Effect.promise(() =>
          run([...binary(program), "--from", "--format=json", ...parts]),
        );
        expect(bare(merged.stdout)).toEqual(bare(first.stdout));
        const all = join(folder, "all.ndjson");
        writeFileSync(all, Buffer.concat(parts.map((file) => readFileSync(file))));
        const one = yield* Effect.promise(() => run([...binary(program), "--from", "--format=json", all]));
        expect(one.stdout).toBe(merged.stdout);
        const text = yield* Effect.promise(() => run([...binary(program), "--from", ...parts]));
        expect([text.status, text.stderr]).toEqual([different ? 1 : 0, ""]);
        expect(text.stdout).toContain("14 items");

        for (const format of ["text", "markdown", "html", "junit", "ndjson"]) {
          const shownAs = yield* Effect.promise(() =>
            run([...binary(program), "--from", `--format=${format}`, ...parts]),
          );
          expect([format, shownAs.stderr, shownAs.status]).toEqual([format, "", different ? 1 : 0]);
          expect(shownAs.stdout).toContain("p.d.t0");
        }

        const some = yield* Effect.promise(() => run([...binary(program), "--from", parts[0]!]));
        expect(some.status).toBe(2);
        expect(some.stderr).toMatch(
          /\d+ of 14 items have no result in this journal; run the batch again with --journal/,
        );
      }),
    );
  });
}

describe("shards by a list of items", () => {
  const ways = ["bytes", "count", "count"];
  for (const [i, [program, items]] of programs.entries()) {
    const by = ways[i]!;
    test(`of ${program} by ${by} are merged if their lists are equal, and refused if not`, async () => {
      const folder = scratch();
      await Effect.runPromise(
        Effect.gen(function* () {
          const server = yield* scriptedServer(warehouse({ tables: 20, datasets: ["d", "e"], deviants: 4 }));
          const at = (list: ReadonlyArray<string>, ...more: ReadonlyArray<string>) =>
            Effect.promise(() =>
              run([...command(server.url, program, list, "--rate-limit=1000", "--format=json"), ...more]),
            );
          const shard = (part: number, list = items) =>
            at(list, `--journal=${join(folder, `${part}`)}`, `--shard=${part}/3`, `--shard-by=${by}`);
          const from = () =>
            run([
              ...binary(program),
              "--from",
              "--format=json",
              ...[1, 2, 3].map((k) => join(folder, `${k}`)),
            ]);

          const whole = yield* at(items);
          const parts = yield* Effect.forEach([1, 2, 3], (part) => shard(part));
          const totals = parts.map(({ stdout }) => JSON.parse(stdout).summary.total);
          expect(totals.toSorted()).toEqual([4, 5, 5]);
          const merged = yield* Effect.promise(from);
          expect([merged.status, merged.stderr]).toEqual([whole.status, ""]);
          expect(bare(merged.stdout)).toEqual(bare(whole.stdout));

          // A resumed shard keeps its items and runs none again.
          const jobs = server.figures().jobs.started;
          const again = yield* shard(2);
          expect(JSON.parse(again.stdout).summary.total).toBe(totals[1]);
          expect(server.figures().jobs.started).toBe(jobs);
          expect(again.stderr).not.toContain("estimating");

          // The list has changed.
          yield* shard(2, items.slice(1));
          const refused = yield* Effect.promise(from);
          expect(refused.status).toBe(2);
          expect(refused.stderr).toMatch(/these journals do not fit together, so items may have no result: /);
          expect(refused.stderr).toMatch(
            new RegExp(`"\\S*/1" and 1 more \\(--shard-by ${by}, 3 shards, 14 items, list \\w{8}`),
          );
          expect(refused.stderr).toMatch(
            new RegExp(`"\\S*/2" \\(--shard-by ${by}, 3 shards, 13 items, list \\w{8}`),
          );
          expect(JSON.parse(refused.stdout).summary.interrupted).toBe(true);

          // As the message says.
          const all = join(folder, "all");
          writeFileSync(all, Buffer.concat([1, 2, 3].map((k) => readFileSync(join(folder, `${k}`)))));
          const rest = yield* at(items, `--journal=${all}`);
          expect(bare(rest.stdout)).toEqual(bare(whole.stdout));
          const last = yield* Effect.promise(() => run([...binary(program), "--from", "--format=json", all]));
          expect([last.status, last.stderr, bare(last.stdout)]).toEqual([
            whole.status,
            "",
            bare(whole.stdout),
          ]);
        }).pipe(Effect.scoped),
      );
    });
  }

  test("by bytes: files are balanced by size, and an item above the mean is named", async () => {
    const folder = scratch();
    const files = [1, 300, 20, 30, 40, 10].map((rows, i) => {
      const file = join(folder, `${i}.csv`);
      writeFileSync(file, `id\n${"1234567\n".repeat(rows)}`);
      return file;
    });
    const argv = (part: number) => [
      ...[...binary(), `--shard=${part}/2`, "--shard-by=bytes", `--journal=${join(folder, `${part}`)}`],
      ...["--format=json", "--tables-file", listFile(files)],
    ];
    const [one, two] = [await run(argv(1)), await run(argv(2))];
    const itemsOf = ({ stdout }: { readonly stdout: string }) =>
      JSON.parse(stdout).results.map(({ item }: { readonly item: string }) => item);
    expect([one.status, itemsOf(one)]).toEqual([0, [files[1]!]]);
    expect([two.status, itemsOf(two)]).toEqual([0, files.filter((file) => file !== files[1])]);
    expect(one.stderr).toMatch(
      /shard 1\/2 has 2\.4 kB in 1 item; the mean is 1\.6 kB; \S*1\.csv alone has 2\.4 kB/,
    );
    const planned = await run([...argv(2), "--dry-run"]);
    expect(JSON.parse(planned.stdout).summary.total).toBe(5);
  });

  const unable: ReadonlyArray<readonly [name: string, argv: ReadonlyArray<string>, said: RegExp]> = [
    ["credentials", [], /cannot estimate p\.d\.[ab]: .*credentials/i],
    [
      "a connection",
      ["--endpoint=http://127.0.0.1:1", "--project=p", "--retries=0"],
      /cannot estimate p\.d\.[ab]: the connection to 127\.0\.0\.1:1 failed/,
    ],
  ];
  for (const [name, argv, said] of unable) {
    test(`by bytes: without ${name}, nothing is assigned`, async () => {
      const journal = join(scratch(), "j");
      const given = ["--shard=1/2", "--shard-by=bytes", `--journal=${journal}`, ...argv, "p.d.a", "p.d.b"];
      const env = { GOOGLE_APPLICATION_CREDENTIALS: "/no/such/file.json", HOME: scratch() };
      const ran = await run([...binary(), ...given], { env });
      expect([ran.status, ran.stdout, existsSync(journal)]).toEqual([2, "", false]);
      expect(ran.stderr).toMatch(said);
    });
  }
});

describe("bad usage of journals and shards", () => {
  const journal = join(scratch(), "j.ndjson");
  const rows: ReadonlyArray<readonly [argv: ReadonlyArray<string>, said: RegExp]> = [
    [["--from"], /--from: no journals given/],
    [["--from", "no-such.ndjson"], /journal "no-such\.ndjson" cannot be read: there is no such file/],
    [["--from", "--journal=x", "y"], /--from and --journal cannot be combined/],
    [["--from", "--shard=1/2", "y"], /--from and --shard cannot be combined/],
    [["--from", "--shard-by=count", "y"], /^bq-profile: --from and --shard-by cannot be combined: --from runs no items$/m],
    [["--from", "--dry-run", "y"], /--from and --dry-run cannot be combined/],
    [["--from", "--tables-file=x"], /--from takes journals as operands and cannot be combined with --tables-file/],
    [["--no-verify", "a.b"], /--no-verify requires --journal/],
    [[`--journal=${journal}`, `--output=${journal}`, "x.csv"], /--journal and --output name the same file/],
    [["--shard=0/3", "a.b"], /--shard: expected K\/N with K from 1 to N, auto, or auto\/N, got "0\/3"/],
    [["--shard=4/3", "a.b"], /--shard: expected K\/N/],
    [["--shard-by=count", "--journal=x", "a.b"], /--shard-by count requires --shard/],
    [["--shard-by=bytes", "--shard=1/2", "a.b"], /--shard-by bytes requires --journal, which records the list/],
    [["--shard=auto", "a.b"], /--shard auto: none of .* is set; give --shard K\/N/],
    [["--budget=none", "a.b"], /--budget: expected a size/],
    [["--journal=/no/such/folder/j", "x.csv"], /cannot be written: its folder does not exist/],
    [["--journal=/dev/null", "x.csv"], /is not a regular file/],
    [[`--journal=${scratch()}`, "x.csv"], /it is a folder/],
  ]; // biome-ignore format: one table
  for (const [argv, said] of rows) {
    test(argv.join(" ").replaceAll(/\/tmp\S*/g, "…"), async () => {
      const ran = await run([...binary(), ...argv]);
      expect([ran.status, ran.stdout]).toEqual([2, ""]);
      expect(ran.stderr).toMatch(said);
      for (const line of ran.stderr.trimEnd().split("\n")) expect(line).toStartWith("bq-profile: ");
    });
  }

  test("an empty shard is not an error", async () => {
    const file = join(scratch(), "one.csv");
    writeFileSync(file, "id\n1\n");
    const ran = await Promise.all(
      [1, 2, 3].map((part) => run([...binary(), `--shard=${part}/3`, "--format=json", file])),
    );
    expect(ran.map(({ status }) => status)).toEqual([0, 0, 0]);
    expect(ran.map(({ stdout }) => JSON.parse(stdout).summary.total).sort()).toEqual([0, 0, 1]);
  });

  test("a journal locked by another process is rejected, unchanged", async () => {
    const folder = scratch();
    const file = join(folder, "one.csv");
    writeFileSync(file, "id\n1\n");
    const busy = ["--journal", join(folder, "k.ndjson")];
    const endless = `--where=(SELECT count(*) FROM range(100000) a, range(100000) b, range(1000) c) > 1`;
    const child = start([...binary(), ...busy, endless, file]);
    while (!existsSync(busy[1]!)) await Bun.sleep(20);
    const second = await run([...binary(), ...busy, endless, file]);
    expect([second.status, second.stdout]).toEqual([2, ""]);
    expect(second.stderr).toMatch(/k\.ndjson" is in use by another run; wait for it, or use another file/);
    child.kill("SIGINT");
    expect(await child.exited).toBe(130);
    expect(linesOf(busy[1]!).map((line) => JSON.parse(line).type)).toEqual(["run", "summary"]);
  });
});

const folderOfFiles = scratch();

/** A file system of 64 kB, if this user may mount one. */
const small = mkdtempSync(join(tmpdir(), "test-bqkit-"));
const mounted =
  process.getuid?.() === 0 &&
  Bun.which("mount") !== null &&
  Bun.spawnSync(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", small]).exitCode === 0;
afterAll(() => {
  if (mounted) Bun.spawnSync(["umount", "-l", small]);
  rmSync(small, { recursive: true, force: true });
});

describeWith(
  { available: mounted, missing: "a small file system cannot be mounted here; it takes root" },
  "a journal on a disk that fails",
  () => {
    const files = Array.from({ length: 40 }, (_, i) => {
      const file = join(folderOfFiles, `f${i}.csv`);
      writeFileSync(
        file,
        `id,name\n${Array.from({ length: 200 }, (_, n) => `${n},${"x".repeat(100)}${n}`).join("\n")}\n`,
      );
      return file;
    });

    test("that is full: results are reported, the journal stays valid, and the next run resumes", async () => {
      const journal = join(small, "full.ndjson");
      const ran = await run([
        ...binary(),
        `--journal=${journal}`,
        "--format=json",
        "--tables-file",
        listFile(files),
      ]);
      expect(ran.status).toBe(2);
      expect(ran.stderr).toMatch(
        /journal ".*full\.ndjson" cannot be written: no space is left; check the path and the free space/,
      );
      const { summary } = JSON.parse(ran.stdout);
      expect(summary.ok).toBeGreaterThan(3);
      expect(summary.skipped).toBeGreaterThan(0);
      const whole = linesOf(journal).map((line) => JSON.parse(line));
      const kept = whole.filter(({ type }) => type === "result").length;
      expect(kept).toBeGreaterThan(3);
      expect(kept).toBeLessThan(summary.ok + 1);

      const elsewhere = join(scratch(), "journal.ndjson");
      copyFileSync(journal, elsewhere);
      const second = await run([
        ...binary(),
        `--journal=${elsewhere}`,
        "--format=json",
        "--tables-file",
        listFile(files),
      ]);
      expect(second.status).toBe(0);
      expect(second.stderr).toMatch(new RegExp(`note: ${kept} of 40 results were reused from the journal`));
    });

    test("that is read-only: rejected before anything runs, unchanged", async () => {
      const journal = join(small, "readonly.ndjson");
      writeFileSync(journal, "");
      Bun.spawnSync(["mount", "-o", "remount,ro", small]);
      try {
        const ran = await run([...binary(), `--journal=${journal}`, "--format=json", files[0]!]);
        expect([ran.status, ran.stdout]).toEqual([2, ""]);
        expect(ran.stderr).toMatch(/readonly\.ndjson" cannot be written: the file system is read-only/);
        expect(statSync(journal).size).toBe(0);
      } finally {
        Bun.spawnSync(["mount", "-o", "remount,rw", small]);
      }
    });

    test("that belongs to another user: rejected before anything runs, unchanged", async () => {
      const folder = scratch();
      chmodSync(folder, 0o755);
      const journal = join(folder, "theirs.ndjson");
      writeFileSync(journal, "", { mode: 0o644 });
      const asNobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
      const ran = await run([...asNobody, ...binary(), `--journal=${journal}`, files[0]!], {
        env: { HOME: "/tmp" },
      });
      expect([ran.status, ran.stdout]).toEqual([2, ""]);
      expect(ran.stderr).toMatch(/theirs\.ndjson" cannot be written: permission denied/);
    });
  },
);
