/** Merging journals: --from. */
import { describe, expect } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Chunk, Effect, Stream } from "effect";
import * as Batch from "../../../src/batch/Batch.ts";
import * as Journal from "../../../src/batch/journal/Journal.ts";
import * as Merge from "../../../src/batch/journal/Merge.ts";
import { type Run, schemaVersion } from "../../../src/batch/Result.ts";
import type { Shard } from "../../../src/batch/Shard.ts";
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
  readonly shard?: Shard;
  readonly items?: ReadonlyArray<string>;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly options?: Run["options"];
  readonly startedAt?: string;
  readonly principal?: string;
  readonly run?: typeof own;
}

/** Runs a batch with its own journal; returns the file. */
const journaled = (way: Way = {}) =>
  Effect.gen(function* () {
    const { shard, items = names(40), settings = {}, options = {} } = way;
    const file = join(scratch(), "journal.ndjson");
    const run: Journal.JournalRun = {
      ...head,
      options: {
        ...options,
        journal: file,
        ...(shard === undefined ? {} : { shard: `${shard.part}/${shard.of}` }),
      },
      ...(way.startedAt === undefined ? {} : { startedAt: way.startedAt }),
      ...(way.principal === undefined ? {} : { principal: way.principal }),
      journal: { settings, total: items.length },
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
