/** The journal of a batch: which results it stores, reuses and rejects. */
import { describe, expect } from "bun:test";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Chunk, Effect, Either, Stream } from "effect";
import * as Batch from "../../../src/batch/Batch.ts";
import * as Journal from "../../../src/batch/journal/Journal.ts";
import type { Program } from "../../../src/batch/Program.ts";
import { schemaVersion } from "../../../src/batch/Result.ts";
import type { Seen } from "../../../src/domain/TableVersion.ts";
import * as JournalFile from "../../../src/layers/JournalFile.ts";
import { BigQueryError } from "../../../src/services/BigQueryError.ts";
import { CostMeter } from "../../../src/services/CostMeter.ts";
import { it } from "../../support/effect.ts";
import { scratch } from "../../support/scratch.ts";
import { engines, type Payload, program } from "../support.ts";

const version = (etag: string | null, rows = 1): Seen =>
  etag === null ? null : { _tag: "Stored", etag, modified: "2024-01-01T00:00:00.000Z", rows, bytes: 10 };

/** The properties of a run that decide whether a result is reused. */
interface Way {
  readonly names?: ReadonlyArray<string>;
  readonly tool?: "bq-profile" | "bq-schema-diff";
  readonly version?: string;
  readonly principal?: string | null;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly schemaVersion?: number;
  /** The version of the item's table, during the run and at the check. */
  readonly seen?: (name: string) => Seen;
  readonly isDeterministic?: boolean;
  readonly verify?: boolean;
  readonly fails?: ReadonlyArray<string>;
  readonly unseen?: boolean;
}

const head = (way: Way, total: number): Journal.JournalRun => ({
  type: "run",
  schemaVersion: (way.schemaVersion ?? schemaVersion) as typeof schemaVersion,
  tool: way.tool ?? "bq-profile",
  version: way.version ?? "1.2.0",
  options: { "fail-fast": true },
  startedAt: "2024-01-01T00:00:00.000Z",
  principal: way.principal === undefined ? "ann@example.com" : way.principal,
  journal: { settings: way.settings ?? {}, total },
});

/** Runs a batch with the journal; returns the names of the items that ran, and the outcome. */
const run = (file: string, way: Way = {}) =>
  Effect.gen(function* () {
    const ran: Array<string> = [];
    const seen = way.seen ?? (() => version("e1"));
    const names = way.names ?? ["a", "b", "c"];
    const plain = program((name) =>
      Effect.gen(function* () {
        ran.push(name);
        if (way.unseen !== true) (yield* CostMeter).addTable(name, seen(name));
        if (way.fails?.includes(name)) return yield* BigQueryError.of("notFound", `no ${name}`);
        return name.length;
      }),
    );
    const own: Program<string, Payload> = {
      ...plain,
      versions: (name) => Effect.succeed({ [name]: seen(name) }),
      isDeterministic: () => way.isDeterministic ?? true,
    };
    const journal = yield* Journal.open(yield* JournalFile.open(file), head(way, names.length));
    const outcome = yield* Batch.run(own, names, {
      parallel: 1,
      journal,
      ...(way.verify === undefined ? {} : { verify: way.verify }),
    });
    const results = Chunk.toReadonlyArray(yield* Stream.runCollect(outcome.results));
    return { ran, outcome, results, notes: journal.notes };
  }).pipe(Effect.scoped, Effect.provide(engines));

const refusal = (file: string, way: Way = {}) =>
  Effect.map(Effect.flip(run(file, way)), (error) => [
    error._tag === "JournalError" ? error.reason : error._tag,
    error.message,
  ]);

const fresh = (): string => join(scratch(), "journal.ndjson");
const linesOf = (file: string): ReadonlyArray<Record<string, unknown>> =>
  readFileSync(file, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
const kinds = (file: string) => linesOf(file).map(({ type }) => type);

describe("a journal", () => {
  it.live("contains the run, each result and the summary, readable only by the owner", () =>
    Effect.gen(function* () {
      const file = fresh();
      const { ran, outcome } = yield* run(file);
      expect(ran).toEqual(["a", "b", "c"]);
      expect(outcome.reused).toBe(0);
      expect(kinds(file)).toEqual(["run", "result", "result", "result", "summary"]);
      expect(linesOf(file)[1]).toMatchObject({
        item: "a",
        status: "ok",
        profile: { name: "a" },
        reuse: { item: '"a"', tables: { a: { etag: "e1" } } },
      });
      expect(statSync(file).mode & 0o777).toBe(0o600);
    }),
  );

  it.live("returns every result again without running or writing", () =>
    Effect.gen(function* () {
      const file = fresh();
      const first = yield* run(file);
      const before = readFileSync(file, "utf8");
      const second = yield* run(file);
      expect(second.ran).toEqual([]);
      expect(second.outcome.reused).toBe(3);
      expect(second.results).toEqual(first.results);
      expect(second.outcome.summary).toMatchObject({ total: 3, ok: 3 });
      expect(readFileSync(file, "utf8")).toBe(before);
    }),
  );

  it.live("runs failed and new items, and returns all in order", () =>
    Effect.gen(function* () {
      const file = fresh();
      yield* run(file, { fails: ["b"] });
      const { ran, results } = yield* run(file, { names: ["new", "c", "b", "a"] });
      expect(ran).toEqual(["new", "b"]);
      expect(results.map(({ item, index, status }) => [item, index, status])).toEqual([
        ["new", 0, "ok"],
        ["c", 1, "ok"],
        ["b", 2, "ok"],
        ["a", 3, "ok"],
      ]);
      const third = yield* run(file, { names: ["new", "c", "b", "a"] });
      expect(third.ran).toEqual([]);
    }),
  );

  it.live("forgets a result when a later run fails for the item", () =>
    Effect.gen(function* () {
      const file = fresh();
      yield* run(file);
      yield* run(file, { fails: ["b"], seen: (name) => version(name === "b" ? "e2" : "e1") });
      const { ran } = yield* run(file);
      expect(ran).toEqual(["b"]);
    }),
  );
});

describe("a result is reused", () => {
  const cases: ReadonlyArray<readonly [name: string, before: Way, after: Way, ran: ReadonlyArray<string>]> = [
    ["with the same item, version, principal, options and tables", {}, {}, []],
    ["not where the table's etag is another", {}, { seen: () => version("e2") }, ["a", "b", "c"]],
    ["not where the table has other rows", {}, { seen: () => version("e1", 2) }, ["a", "b", "c"]],
    ["only for the tables that have not changed", {}, { seen: (name) => version(name === "b" ? "e2" : "e1") }, ["b"]],
    ["not for views and streaming buffers, whose change nobody sees", { seen: () => null }, { seen: () => null }, ["a", "b", "c"]],
    ["not where the table was no view then and is one now", {}, { seen: () => null }, ["a", "b", "c"]],
    ["not where nothing is known of the tables that were read", { unseen: true }, {}, ["a", "b", "c"]],
    ["not where the filter is not deterministic", { isDeterministic: false }, { isDeterministic: false }, ["a", "b", "c"]],
    ["not of another version of the tool", { version: "1.1.0" }, {}, ["a", "b", "c"]],
    ["not of another principal", {}, { principal: "bob@example.com" }, ["a", "b", "c"]],
    ["not of an unknown principal by a known one", { principal: null }, {}, ["a", "b", "c"]],
    ["with --no-verify though its table has changed", {}, { seen: () => version("e2"), verify: false }, []],
    ["with --no-verify though its filter is not deterministic", { isDeterministic: false }, { isDeterministic: false, verify: false }, []],
    ["not of another principal, --no-verify or not", {}, { principal: "bob@example.com", verify: false }, ["a", "b", "c"]],
  ]; // biome-ignore format: one table
  for (const [name, before, after, ran] of cases) {
    it.live(name, () =>
      Effect.gen(function* () {
        const file = fresh();
        yield* run(file, before);
        expect((yield* run(file, after)).ran).toEqual([...ran]);
      }),
    );
  }

  it.live("and a note explains why results are not reused", () =>
    Effect.gen(function* () {
      const file = fresh();
      yield* run(file, { version: "1.1.0" });
      expect((yield* run(file)).notes).toEqual([
        "3 results in the journal were written by another version and are not reused",
      ]);
      expect((yield* run(file, { principal: "bob@example.com" })).notes).toEqual([
        "3 results in the journal were written by another version and are not reused",
        "3 results in the journal were written as another account and are not reused",
      ]);
    }),
  );
});

describe("a journal is rejected, unchanged,", () => {
  const unchanged = (content: string, way: Way, [reason, message]: readonly [string, RegExp]) =>
    Effect.gen(function* () {
      const file = fresh();
      writeFileSync(file, content);
      expect(yield* refusal(file, way)).toEqual([reason, expect.stringMatching(message)]);
      expect(readFileSync(file, "utf8")).toBe(content);
    });

  const written = (way: Way) => `${JSON.stringify(head(way, 3))}\n`;

  it.live("if another tool wrote it", () =>
    unchanged(written({ tool: "bq-schema-diff" }), {}, [
      "foreign",
      /is a journal of bq-schema-diff; use another file/,
    ]),
  );
  it.live("if it was written with different options", () =>
    unchanged(written({ settings: { where: "x > 1", top: 3 } }), { settings: { top: 3, exact: true } }, [
      "otherOptions",
      /written with different options: --exact, --where; use the same options, or another file/,
    ]),
  );
  it.live("if a newer version wrote it", () =>
    unchanged(written({ version: "1.10.0" }), {}, ["newer", /written by version 1\.10\.0, which is newer/]),
  );
  it.live("if its format is newer", () =>
    unchanged(written({ schemaVersion: schemaVersion + 1 }), {}, ["newer", /newer than this one/]),
  );
  it.live("if it is some other file", () =>
    unchanged("id,name\n1,a\n", {}, ["foreign", /is not a journal; use another file/]),
  );
  it.live("if it is some other file without a line feed", () =>
    unchanged("id,name", {}, ["foreign", /is not a journal/]),
  );
  it.live("if it is some other file of JSON lines", () =>
    unchanged('{"id":1}\n{"id":2}\n', {}, ["foreign", /is not a journal/]),
  );
  it.live("if it names a version that is none", () =>
    unchanged(written({ version: "one" }), {}, ["foreign", /names "one" as the version that wrote it/]),
  );
  it.live("if it begins with a result", () =>
    unchanged(`{"type":"summary"}\n${written({})}`, {}, ["foreign", /is not a journal/]),
  );
  it.live("if it is a folder or another special file", () =>
    Effect.gen(function* () {
      expect(yield* refusal(scratch())).toEqual([
        "unwritable",
        expect.stringMatching(/cannot be written: it is a folder/),
      ]);
      expect(yield* refusal("/dev/null")).toEqual([
        "foreign",
        expect.stringMatching(/is not a regular file/),
      ]);
    }),
  );
  it.live("if its folder does not exist", () =>
    Effect.gen(function* () {
      expect(yield* refusal(join(scratch(), "none", "j"))).toEqual([
        "unwritable",
        expect.stringMatching(/cannot be written: its folder does not exist/),
      ]);
    }),
  );
  it.live("while another run has it open", () =>
    Effect.gen(function* () {
      const file = fresh();
      yield* run(file);
      const before = readFileSync(file, "utf8");
      yield* Effect.scoped(
        Effect.gen(function* () {
          yield* JournalFile.open(file);
          expect(yield* refusal(file)).toEqual([
            "inUse",
            expect.stringMatching(/in use by another run; wait for it/),
          ]);
        }),
      );
      expect(readFileSync(file, "utf8")).toBe(before);
      expect((yield* run(file)).ran).toEqual([]);
    }),
  );
});

describe("a damaged line", () => {
  it.live("is named and left out, and its item runs again", () =>
    Effect.gen(function* () {
      const file = fresh();
      yield* run(file);
      const lines = readFileSync(file, "utf8").split("\n");
      writeFileSync(file, lines.with(2, lines[2]!.replace('"size":"1"', '"size":"2"')).join("\n"));
      const { ran, results, notes } = yield* run(file);
      expect(ran).toEqual(["b"]);
      expect(notes).toEqual([`journal "${file}": line 3 is damaged and left out`]);
      expect(results.map(({ status }) => status)).toEqual(["ok", "ok", "ok"]);
    }),
  );

  /** `BQKIT_FLIPS=2000` flips 2,000 bits, each alone. */
  const flips = Number(process.env.BQKIT_FLIPS ?? 500);

  it.live("never gives another result, whichever bit of the file is flipped", () =>
    Effect.gen(function* () {
      const file = fresh();
      const first = yield* run(file);
      const whole = readFileSync(file);
      const payloads = (results: typeof first.results) =>
        results.map(({ item, index, status, ...rest }) => [item, index, status, rest.profile]);
      let seed = 1;
      const random = (below: number) => {
        seed = (seed * 48271) % 2147483647;
        return seed % below;
      };
      for (let i = 0; i < flips; i++) {
        const flipped = Buffer.from(whole);
        const at = random(whole.length);
        flipped[at] = flipped[at]! ^ (1 << random(8));
        writeFileSync(file, flipped);
        const again = yield* Effect.either(run(file));
        if (Either.isRight(again)) expect(payloads(again.right.results)).toEqual(payloads(first.results));
        else {
          expect(again.left).toMatchObject({ _tag: "JournalError" });
          expect(readFileSync(file)).toEqual(flipped);
        }
      }
    }),
  );
});

describe("a last line that was never finished", () => {
  it.live("is cut off, and its item runs again: at every byte at which it may end", () =>
    Effect.gen(function* () {
      const file = fresh();
      yield* run(file);
      const whole = readFileSync(file);
      const lines = whole.toString().trimEnd().split("\n");
      // Removes the summary and a part of the last result.
      const until = Buffer.byteLength(`${lines.slice(0, 4).join("\n")}\n`);
      const from = Buffer.byteLength(`${lines.slice(0, 3).join("\n")}\n`);
      for (let end = from; end < until; end += 7) {
        writeFileSync(file, whole.subarray(0, end));
        const { ran, results, notes } = yield* run(file);
        // A line that only lacks its line feed is kept.
        expect(ran).toEqual(end === until - 1 ? [] : ["c"]);
        expect(notes).toHaveLength(end === from || end === until - 1 ? 0 : 1);
        expect(results.map(({ status }) => status)).toEqual(["ok", "ok", "ok"]);
        expect((yield* run(file)).ran).toEqual([]);
      }
    }),
  );

  it.live("may end in the middle of a character, or consist of zeros", () =>
    Effect.gen(function* () {
      const file = fresh();
      yield* run(file, { names: ["a", "ü"] });
      const whole = readFileSync(file);
      const at = whole.lastIndexOf(Buffer.from("ü")) + 1;
      for (const tail of [whole.subarray(0, at), Buffer.concat([whole, Buffer.alloc(100)])]) {
        writeFileSync(file, tail);
        yield* run(file, { names: ["a", "ü"] });
        expect(linesOf(file).every(({ type }) => typeof type === "string")).toBe(true);
        expect((yield* run(file, { names: ["a", "ü"] })).ran).toEqual([]);
      }
    }),
  );

  it.live("of the very first run leaves an empty journal", () =>
    Effect.gen(function* () {
      const file = fresh();
      writeFileSync(file, '{"type":"run","sch');
      const { ran, notes } = yield* run(file);
      expect(ran).toEqual(["a", "b", "c"]);
      expect(notes).toEqual([expect.stringMatching(/removed an incomplete last line \(18 bytes\)/)]);
      expect(kinds(file)).toEqual(["run", "result", "result", "result", "summary"]);
    }),
  );
});

describe("a journal that cannot be written", () => {
  it.live("ends the batch; results are reported, and the file stays valid", () =>
    Effect.gen(function* () {
      const file = fresh();
      yield* run(file, { names: ["a"] });
      const before = readFileSync(file, "utf8");
      const service = yield* JournalFile.open(file);
      let appended = 0;
      const failing = {
        ...service,
        append: (line: string) =>
          ++appended > 2
            ? Effect.map(
                JournalFile.unwritable(file)(Object.assign(new Error("full"), { code: "ENOSPC" })),
                () => {},
              )
            : service.append(line),
      };
      const journal = yield* Journal.open(failing, head({}, 4));
      const names = ["a", "b", "c", "d"];
      const own = {
        ...program((name: string) => Effect.succeed(name.length)),
        versions: (name: string) => Effect.succeed({ [name]: version("e1") }),
      };
      const outcome = yield* Batch.run(own, names, { parallel: 1, journal });
      const results = Chunk.toReadonlyArray(yield* Stream.runCollect(outcome.results));
      expect(results.map(({ status }) => status)).toEqual(["ok", "ok", "ok", "skipped"]);
      expect(results[3]!.error).toMatchObject({
        reason: "journal",
        message: expect.stringMatching(/no space is left/),
      });
      expect(outcome.journalError?.message).toMatch(
        /cannot be written: no space is left; check the path and the free space/,
      );
      const after = readFileSync(file, "utf8");
      expect(after.startsWith(before)).toBe(true);
      expect(kinds(file)).toEqual(["run", "result", "summary", "run", "result"]);
    }).pipe(Effect.scoped, Effect.provide(engines)),
  );
});
