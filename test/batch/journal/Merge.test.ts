/** Merging journals: --from. */
import { describe, expect } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Chunk, Effect, Stream } from "effect";
import * as fc from "fast-check";
import * as Batch from "../../../src/batch/Batch.ts";
import * as Journal from "../../../src/batch/journal/Journal.ts";
import * as Merge from "../../../src/batch/journal/Merge.ts";
import { type Run, schemaVersion } from "../../../src/batch/Result.ts";
import * as Shard from "../../../src/batch/Shard.ts";
import * as JournalFile from "../../../src/layers/JournalFile.ts";
import { json } from "../../../src/reports/Json.ts";
import { BigQueryError } from "../../../src/services/BigQueryError.ts";
import { presenter } from "../../reports/presenter.ts";
import { it } from "../../support/effect.ts";
import { scratch } from "../../support/scratch.ts";
import { engines, program } from "../support.ts";

const names = (n: number) => Array.from({ length: n }, (_, i) => `item-${i}`);

const own = program((name) => {
  if (name.endsWith("7")) return BigQueryError.of("notFound", `there is no ${name}`);
  return Effect.succeed(name.endsWith("5") ? 2000 : name.length);
});

const head: Run = {
  type: "run",
  schemaVersion,
  tool: "bq-profile",
  version: "1.0.0",
  options: {},
  startedAt: "2024-01-01T00:00:00.000Z",
  principal: "ann@example.com",
};

interface Way {
  readonly shard?: Shard.Shard;
  readonly items?: ReadonlyArray<string>;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly options?: Run["options"];
  readonly startedAt?: string;
  readonly principal?: string;
  readonly run?: typeof own;
  /** An earlier journal to continue. */
  readonly file?: string;
}

/** Runs a batch with its own journal; returns the file. */
const journaled = (way: Way = {}) =>
  Effect.gen(function* () {
    const { shard, items = names(40), settings = {}, options = {} } = way;
    const { file = join(scratch(), "journal.ndjson") } = way;
    const run: Journal.JournalRun = {
      ...head,
      options: {
        ...options,
        journal: file,
        ...(shard === undefined ? {} : { shard: `${shard.part}/${shard.of}` }),
      },
      ...(way.startedAt === undefined ? {} : { startedAt: way.startedAt }),
      ...(way.principal === undefined ? {} : { principal: way.principal }),
      journal: { settings, total: items.length, ...(shard === undefined ? {} : { shard }) },
    };
    const journal = yield* Journal.open(yield* JournalFile.open(file), run);
    yield* Batch.run(way.run ?? own, items, { journal, ...(shard === undefined ? {} : { shard }) });
    return file;
  }).pipe(Effect.scoped, Effect.provide(engines));

const shown: Run = {
  ...head,
  options: { format: "json" },
  startedAt: "2030-01-01T00:00:00.000Z",
  principal: null,
};

/** The report of the journals as JSON, and the other outputs. */
const merged = (files: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const readers = yield* Effect.forEach(files, JournalFile.openReader);
    const found = yield* Merge.merge(own, readers, shown);
    const parts = Chunk.toReadonlyArray(
      yield* Stream.runCollect(json.render({ ...found, program: own, presenter }, { color: false })),
    );
    return { text: parts.join(""), ...found };
  });

const concatenated = (files: ReadonlyArray<string>): string => {
  const file = join(scratch(), "all.ndjson");
  writeFileSync(file, Buffer.concat(files.map((one) => readFileSync(one))));
  return file;
};

const shards = Effect.forEach([1, 2, 3, 4, 5, 6, 7], (part) => journaled({ shard: { part, of: 7 } }));

describe("the journals of all shards", () => {
  it.live("give the same bytes as concatenated, in any order", () =>
    Effect.gen(function* () {
      const files = yield* shards;
      const { text, missing } = yield* merged(files);
      expect(missing).toBe(0);
      expect((yield* merged([...files].reverse())).text).toBe(text);
      expect((yield* merged([concatenated(files)])).text).toBe(text);
      expect((yield* merged([concatenated([...files].reverse())])).text).toBe(text);
    }),
  );

  it.live("give the same as one run, except times and load", () =>
    Effect.gen(function* () {
      const whole = yield* merged([yield* journaled()]);
      const parts = yield* merged(yield* shards);
      const bare = (text: string) =>
        text.replace(
          /"(startedAt|durationMs|wallMs|workMs|speedup|maxInFlight)":("[^"]*"|[\d.]+)/g,
          '"$1":0',
        );
      expect(bare(parts.text)).toBe(bare(whole.text));
      expect(parts.summary).toMatchObject({
        total: 40,
        ok: 32,
        different: 4,
        failed: 4,
        skipped: 0,
        interrupted: false,
      });
      expect(parts.broken).toBe(4);
      expect(parts.run).toMatchObject({
        startedAt: head.startedAt,
        principal: head.principal,
        options: { format: "json" },
      });
    }),
  );

  it.live("give the same bytes if one has an incomplete last line", () =>
    Effect.gen(function* () {
      const files = yield* shards;
      const content = readFileSync(files[2]!);
      const lines = content.toString().trimEnd().split("\n");
      const results = Buffer.byteLength(`${lines.slice(0, -1).join("\n")}\n`);
      // In the middle of the last result; before its line feed; in the middle of the summary.
      for (const end of [results - 30, results - 1, results + 10]) {
        writeFileSync(files[2]!, content.subarray(0, end));
        const { text, missing } = yield* merged(files);
        expect(missing).toBe(end === results - 30 ? 1 : 0);
        expect((yield* merged([concatenated(files)])).text).toBe(text);
      }
    }),
  );

  it.live("report the number of missing items if one is missing", () =>
    Effect.gen(function* () {
      const files = yield* shards;
      const { missing, summary } = yield* merged(files.slice(0, 6));
      expect(missing).toBeGreaterThan(0);
      expect(summary).toMatchObject({ total: 40 - missing, interrupted: true });
    }),
  );
});

/** Shards with the list of items: one journal each. `start` differs, so that a later run is later. */
const listed = (
  part: number,
  of: number,
  items: ReadonlyArray<string>,
  more: Omit<Way, "items" | "shard"> & { readonly sizes?: ReadonlyArray<number> } = {},
) =>
  Effect.gen(function* () {
    const { sizes, ...way } = more;
    const list = yield* Shard.listDigest(items, (name) => JSON.stringify(name));
    const parts = sizes && Shard.assignBySize(sizes, of);
    const shard: Shard.Shard =
      parts === undefined
        ? { part, of, by: "count", list }
        : {
            ...{ part, of, by: "bytes", list, assignment: parts.join() },
            items: [...items.keys()].filter((index) => parts[index] === part - 1),
          };
    return yield* journaled({ ...way, items, shard });
  });

const at = (minute: number) => ({ startedAt: `2024-01-01T00:0${minute}:00.000Z` });

describe("the journals of shards by a list", () => {
  it.live("fit together if the lists are equal: by count and by bytes", () =>
    Effect.gen(function* () {
      const whole = yield* merged([yield* journaled()]);
      for (const more of [{}, { sizes: names(40).map((_, i) => (i * 7919) % 100) }]) {
        const files = yield* Effect.forEach([1, 2, 3], (part) => listed(part, 3, names(40), more));
        const { missing, shards: groups, summary } = yield* merged(files);
        expect([missing, groups.length, summary.total]).toEqual([0, 1, 40]);
        expect(groups[0]?.files).toEqual(files);
        expect((yield* merged([concatenated(files)])).missing).toBe(0);
        expect(summary.failed).toBe(whole.summary.failed);
        // A shard is missing.
        expect((yield* merged(files.slice(1))).missing).toBeGreaterThan(0);
      }
    }),
  );

  it.live("do not fit together if an item was added, removed, replaced or moved between two shards", () =>
    Effect.gen(function* () {
      const lists = [
        [...names(9), "new"],
        ["new", ...names(9)],
        names(9).slice(1),
        names(9).slice(0, -1),
        names(9).with(8, "new"),
        names(9).with(0, "item-1").with(1, "item-0"),
      ];
      for (const list of lists) {
        const files = [yield* listed(1, 2, names(9)), yield* listed(2, 2, list, at(1))];
        for (const given of [files, [...files].reverse(), [concatenated(files)]]) {
          const { missing, shards: groups, summary } = yield* merged(given);
          expect(missing).toBeGreaterThan(0);
          expect(summary.interrupted).toBe(true);
          expect(groups.map(({ files }) => files.length)).toEqual([1, 1]);
        }
      }
    }),
  );

  it.live("do not fit together if their numbers or ways differ, and an item has no result", () =>
    Effect.gen(function* () {
      const [list, sizes] = [names(9), [1, 9, 1, 1, 1, 1, 1, 1, 1]];
      const first = yield* listed(1, 2, list);
      const second = yield* listed(2, 2, list, at(1));
      const others = [
        yield* listed(2, 3, list, at(1)),
        yield* listed(2, 2, list, { ...at(1), sizes }),
        yield* journaled({ items: list, shard: { part: 2, of: 2 }, ...at(1) }),
      ];
      for (const other of others) {
        const { missing, shards: groups } = yield* merged([first, other]);
        expect(missing).toBeGreaterThan(0);
        expect(groups.length).toBe(2);
        // Every item has a result.
        if (other !== others[2]) expect((yield* merged([first, second, other])).missing).toBe(0);
      }
      // Other sizes.
      const byBytes = [
        yield* listed(1, 2, list, { sizes }),
        yield* listed(2, 2, list, { sizes: [...sizes].reverse(), ...at(1) }),
      ];
      const { missing, shards: groups } = yield* merged(byBytes);
      expect([missing, groups.length]).toEqual([1, 2]);
    }),
  );

  it.live("of random lists are complete only if every item of the last list has a result", () =>
    Effect.gen(function* () {
      const list = fc.uniqueArray(fc.constantFrom(...names(6)), { minLength: 1 });
      const lists = fc.array(fc.oneof(fc.constant(names(6)), list), { minLength: 1, maxLength: 3 });
      const outcomes = new Set<boolean>();
      for (const given of fc.sample(lists, { numRuns: 25, seed: 17 })) {
        const files = yield* Effect.forEach(given, (one, i) => listed(i + 1, given.length, one, at(i)));
        const { missing, results } = yield* merged(files);
        const found = Chunk.toReadonlyArray(yield* Stream.runCollect(results)).map(({ item }) => item);
        const complete = given.at(-1)!.every((item) => found.includes(item));
        outcomes.add(missing === 0);
        if (missing === 0) expect(complete).toBe(true);
        // Equal lists always fit together.
        if (given.every((one) => one.join() === given[0]!.join())) expect(missing).toBe(0);
      }
      expect(outcomes.size).toBe(2);
    }),
  );

  it.live("have a result of every item after a run of the concatenated journals without --shard", () =>
    Effect.gen(function* () {
      const files = [yield* listed(1, 2, names(9)), yield* listed(2, 2, ["new", ...names(8)], at(1))];
      const all = concatenated(files);
      const current = [...names(9), "late"];
      yield* journaled({ items: current, file: all, ...at(2) });
      const { missing, summary } = yield* merged([all]);
      expect(missing).toBe(0);
      expect(summary.total).toBe(10);
    }),
  );

  it.live("that were resumed with another list count for that list only", () =>
    Effect.gen(function* () {
      const [before, after] = [names(8), [...names(8).slice(2), "item-20", "item-21"]];
      const run = { ...own, versions: () => Effect.succeed({}) };
      const files = yield* Effect.forEach([1, 2], (part) => listed(part, 2, before));
      yield* listed(1, 2, after, { file: files[0]!, run, ...at(1) });
      expect((yield* merged(files)).missing).toBe(4);
      yield* listed(2, 2, after, { file: files[1]!, run, ...at(2) });
      const { missing, shards: groups } = yield* merged(files);
      expect([missing, groups.length]).toEqual([0, 1]);
      // Results that were reused are recorded again with the list, once.
      const lines = readFileSync(files[0]!, "utf8").trimEnd().split("\n");
      const results = lines.filter((line) => line.includes('"item":"item-4"'));
      expect(results.length).toBe(2);
      const all = {
        ...run,
        run: () => Effect.dieMessage("an item ran again"),
      };
      yield* listed(1, 2, after, { file: files[0]!, run: all, ...at(3) });
      expect(readFileSync(files[0]!, "utf8").trimEnd().split("\n").length).toBe(lines.length);
    }),
  );

  it.live("give the result that was recorded for the last list, even if another one is later", () =>
    Effect.gen(function* () {
      const run = { ...own, versions: () => Effect.succeed({}) };
      // item-0 ran twice; the run of the concatenated journals reuses the first result.
      const early = yield* listed(1, 2, names(4), { run });
      yield* Effect.sleep(5);
      const late = yield* listed(2, 2, ["item-3", "item-0"], { run, ...at(1) });
      const all = concatenated([late, early]);
      yield* journaled({ items: ["item-0", "item-1", "item-2", "item-3"], file: all, run, ...at(2) });
      const { missing, results } = yield* merged([all]);
      const [first] = Chunk.toReadonlyArray(yield* Stream.runCollect(results));
      expect([missing, first?.index, first?.item]).toEqual([0, 0, "item-0"]);
    }),
  );

  it.live("by hash need no equal lists", () =>
    Effect.gen(function* () {
      const files = [
        yield* journaled({ items: names(8), shard: { part: 1, of: 2 } }),
        yield* journaled({ items: names(8), shard: { part: 2, of: 2 }, ...at(1) }),
      ];
      const { missing, shards: groups } = yield* merged(files);
      expect([missing, groups]).toEqual([0, []]);
    }),
  );
});

describe("journals of the same items", () => {
  it.live("give the latest result of each", () =>
    Effect.gen(function* () {
      const first = yield* journaled({ items: ["item-7", "item-8"] });
      const second = yield* journaled({ items: ["item-7"], run: program(() => Effect.succeed(3)) });
      for (const files of [
        [first, second],
        [second, first],
      ]) {
        const { summary, results } = yield* merged(files);
        expect(summary).toMatchObject({ total: 2, ok: 2 });
        const [seven] = Chunk.toReadonlyArray(yield* Stream.runCollect(results));
        expect(seven).toMatchObject({ item: "item-7", status: "ok" });
      }
    }),
  );

  it.live("with different options are detected", () =>
    Effect.gen(function* () {
      const files = [
        yield* journaled({ settings: { where: "x" }, options: { where: "x", parallel: "4" } }),
        yield* journaled({
          settings: { top: 3 },
          options: { top: "3", parallel: "4" },
          principal: "bob@example.com",
        }),
      ];
      const { differing, run } = yield* merged(files);
      expect(differing).toEqual(["top", "where"]);
      expect(run.options).toEqual({ parallel: "4", format: "json" });
      expect(run.principal).toBe(null);
    }),
  );
});

describe("a file that is not a journal", () => {
  it.live("is rejected with its name and line", () =>
    Effect.gen(function* () {
      const file = join(scratch(), "x.ndjson");
      writeFileSync(file, "a,b\n1,2\n");
      expect((yield* Effect.flip(merged([file]))).message).toMatch(/x\.ndjson" is not a journal/);
      expect((yield* Effect.flip(merged([join(scratch(), "none")]))).message).toMatch(
        /cannot be read: there is no such file/,
      );
    }),
  );

  it.live("an ndjson report is read like a journal", () =>
    Effect.gen(function* () {
      const journal = yield* journaled();
      const report = join(scratch(), "report.ndjson");
      const lines = readFileSync(journal, "utf8").trimEnd().split("\n");
      const plain = lines.map((line) => {
        const { reuse, journal: _, ...rest } = JSON.parse(line);
        return JSON.stringify(rest);
      });
      writeFileSync(report, `${plain.join("\n")}\n`);
      expect((yield* merged([report])).text).toBe((yield* merged([journal])).text);
    }),
  );

  it.live("an empty file has no results", () =>
    Effect.gen(function* () {
      const file = join(scratch(), "empty");
      writeFileSync(file, "");
      const { summary, missing } = yield* merged([file]);
      expect([summary.total, missing]).toEqual([0, 0]);
    }),
  );
});
