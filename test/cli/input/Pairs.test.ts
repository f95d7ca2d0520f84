/** Parsing pairs, and expanding patterns. */
import { describe, expect, test } from "bun:test";
import { Effect, Either, Fiber, Layer, TestClock } from "effect";
import { type Items, iterate } from "../../../src/batch/Items.ts";
import type { RawItem } from "../../../src/cli/input/Input.ts";
import * as Input from "../../../src/cli/input/Input.ts";
import * as PairOptions from "../../../src/cli/input/PairOptions.ts";
import * as Pairs from "../../../src/cli/input/Pairs.ts";
import * as Stderr from "../../../src/cli/output/Stderr.ts";
import { pairOptions } from "../../../src/cli/SchemaDiff.ts";
import * as TableReference from "../../../src/domain/TableReference.ts";
import * as BigQueryTest from "../../../src/layers/test/BigQueryTest.ts";
import { BigQuery } from "../../../src/services/BigQuery.ts";
import { BigQueryError } from "../../../src/services/BigQueryError.ts";
import { it } from "../../support/effect.ts";

const options = { sides: Pairs.tables, own: PairOptions.read(pairOptions) };

const parse = (given: Items<RawItem>) => Pairs.parse(given, options);
const parseLines = (text: string, name: string) => Effect.runSync(Input.parseLines(Buffer.from(text), name));
const { format } = TableReference;

/** `a | b` for each pair, else the messages. */
const shown = (given: Items<RawItem>): ReadonlyArray<string> =>
  Either.match(Effect.runSync(Effect.either(parse(given))), {
    onLeft: ({ lines }) => lines,
    onRight: (pairs) => [...iterate(pairs)].map(({ a, b }) => `${format(a)} | ${format(b)}`),
  });

const operands = (...texts: ReadonlyArray<string>) => shown(texts.map((text) => ({ text })));
const lines = (text: string) => shown(parseLines(text, "f"));

describe("operands", () => {
  test("one is A:B", () => {
    expect(operands("d.a:d.b")).toEqual(["d.a | d.b"]);
    expect(operands("d.a")).toEqual([
      '"d.a" is a single table, not a pair; write A:B, or exactly two operands',
    ]);
    expect(operands("C:\\a.csv:D:\\b.csv")).toEqual([
      expect.stringContaining("has 3 colons; give A and B as two operands"),
    ]);
    expect(operands("d.a:b")).toEqual([expect.stringContaining('"b" is not a table reference')]);
  });

  test("two are one pair if neither can be split, and two pairs if both can", () => {
    expect(operands("p.d.a", "x.csv")).toEqual(["p.d.a | x.csv"]);
    expect(operands("d.a:d.b", "d.c:d.e")).toEqual(["d.a | d.b", "d.c | d.e"]);
    expect(operands("p:d.a", "q:d.b")).toEqual(["p.d.a | q.d.b"]);
    expect(operands("C:\\a.csv", "D:\\b.csv")).toEqual(["C:\\a.csv | D:\\b.csv"]);
    expect(operands("a b.csv", "c d.csv")).toEqual(["a b.csv | c d.csv"]);
  });

  test("are an error if one of two operands is a pair", () => {
    const mixed = '"d.a:d.b" is a pair but "d.c" is not; give two tables, or only pairs A:B';
    expect(operands("d.a:d.b", "d.c")).toEqual([mixed]);
    expect(operands("d.c", "d.a:d.b")).toEqual([mixed]);
  });

  test("more are a pair each", () => {
    expect(operands("d.a:d.b", "d.c:d.d", "d.e:d.f")).toHaveLength(3);
    expect(operands("d.a", "d.b", "d.c:d.d")).toEqual([
      '"d.a" is a single table, not a pair; write A:B, or exactly two operands',
      '"d.b" is a single table, not a pair; write A:B, or exactly two operands',
    ]);
  });
});

describe("lines", () => {
  test("are A,B or A -> B, too", () => {
    for (const line of ["d.a,d.b", "d.a, d.b", "d.a , d.b", "d.a -> d.b", "d.a → d.b", "p:d.a -> p:d.b"])
      expect(lines(line)).toEqual([line.startsWith("p") ? "p.d.a | p.d.b" : "d.a | d.b"]);
    expect(operands("d.a,d.b")).toEqual(["d.a | d.b"]);
    expect(operands("d.a -> d.b", "d.c → d.d")).toEqual(["d.a | d.b", "d.c | d.d"]);
    // A comma may belong to a name, and to a glob.
    expect(lines("'a, b.csv' c.csv")).toEqual(["a, b.csv | c.csv"]);
    expect(operands("a,b.csv", "c,d.csv")).toEqual(["a,b.csv | c,d.csv"]);
    expect(lines("{a,b}.csv")).toEqual([
      'f:1: "{a,b}.csv" is a single table, not a pair; write A:B, or exactly two operands',
    ]);
    expect(lines("d.a,d.b,d.c")).toEqual([
      'f:1: "d.a,d.b,d.c" is a single table, not a pair; write A:B, or exactly two operands',
    ]);
  });

  test("are A:B, or A and B with white space between them", () => {
    expect(lines("d.a:d.b\r\n d.a\td.b # no\n\n#no\nd.a : d.b")).toEqual(Array(3).fill("d.a | d.b"));
  });

  test("with white space take any colons: domain-scoped projects, drives, bq's own form", () => {
    expect(lines("example.com:p.ds.a example.com:p.ds.b")).toEqual([
      "example.com:p.ds.a | example.com:p.ds.b",
    ]);
    expect(lines("C:\\a.csv D:\\b.csv\np:d.a q:d.b")).toEqual(["C:\\a.csv | D:\\b.csv", "p.d.a | q.d.b"]);
    expect(lines("example.com:p.ds.a:example.com:p.ds.b")).toEqual([
      'f:1: "example.com:p.ds.a:example.com:p.ds.b" has 3 colons; separate A and B by white space',
    ]);
  });

  test("have quotes around blanks, colons and number signs", () => {
    expect(lines(`"a b.csv" 'c # d.csv'`)).toEqual(["a b.csv | c # d.csv"]);
    expect(lines(`"a b.csv":"c # d.csv" # no`)).toEqual(["a b.csv | c # d.csv"]);
    expect(lines(`"a b.csv:c d.csv"`)).toEqual(["a b.csv | c d.csv"]);
    expect(lines(`"x:y.csv":z.csv`)).toEqual(["x:y.csv | z.csv"]);
    expect(lines("it's.csv:that's.csv")).toEqual(["it's.csv | that's.csv"]);
  });

  test("are JSON objects with separate options", () => {
    const text =
      '{"a": "d.a", "b": "d # b.csv", "map": {"x": "y"}, "ignore": ["moved", "case"], "failOn": "none", "full": true} # no';
    expect(lines(text)).toEqual(["d.a | d # b.csv"]);
    expect(Effect.runSync(parse(parseLines(text, "f"))).at(0)?.own).toEqual({
      map: [{ from: "x", to: "y" }],
      ignore: ["moved", "case-changed"],
      failOn: "none",
      full: true,
    });
    expect(lines("{a,b}.csv:{c,d}.csv")).toEqual(["{a,b}.csv | {c,d}.csv"]);
  });

  test("that are invalid are all reported, with file and line", () => {
    const wrong = [
      "d.a:d.b", "d.a", "d.a d.b d.c", "bad:worse", "a:b:c", '{"a": "d.a"', '{"a": "d.a"}',
      '{"a": "d.a", "b": "d.b", "ignroe": "moved"}', '{"a": "d.a", "b": "d.b", "full": "perhaps"}',
      '{"a": "d.a", "b": "d.b", "only": [null]}', "d.x_*:d.y", "d.x_*:d.*_*", "d.x_*:y.csv",
    ]; // biome-ignore format: one list
    const said = lines(wrong.join("\n"));
    expect(said.map((line) => Number(/^f:(\d+): /.exec(line)?.[1]))).toEqual([
      2, 3, 4, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13,
    ]); // biome-ignore format: one list
    expect(said[7]).toContain('"ignroe" is not an option of a pair; did you mean "ignore"?');
    expect(said[8]).toContain('"full": expected true or false, got "perhaps"');
    expect(said[10]).toContain('"d.x_*" is a pattern but the other side is not');
    expect(said[11]).toContain("they have 1 and 2 stars");
  });
});

describe("the pairs of a batch", () => {
  const names = ["p.a.stg_x", "p.a.stg_y", "p.a.other", "p.b.x", "p.b.z"];
  const tables = Object.fromEntries(names.map((name) => [name, BigQueryTest.table(name, [])]));
  const denied = BigQueryError.of("accessDenied", "no access to p.secret");

  const expand = (text: string, patterns?: BigQueryTest.Given["patterns"]) =>
    Effect.gen(function* () {
      const notes: Array<string> = [];
      const stderr = Stderr.make("x", { quiet: false, verbose: false, color: false }, (line) =>
        Effect.sync(() => void notes.push(line)),
      );
      const pairs = yield* parse(parseLines(text, "f"));
      const targets = yield* Pairs.expand(pairs, { sides: Pairs.tables, parallel: 2, project: "p" }).pipe(
        Effect.provide(BigQueryTest.scripted({ tables, ...(patterns === undefined ? {} : { patterns }) })),
        Effect.provide(Layer.succeed(Stderr.Stderr, stderr)),
      );
      const shown = [...iterate(targets)].map(({ a, b, onlyIn, error }) =>
        [format(a), format(b), onlyIn ?? error?.message ?? "both"].join(" "),
      );
      return { shown, notes };
    });

  it.effect("are paired by the texts of the stars; unmatched tables are listed", () =>
    Effect.map(expand("p.a.stg_*:p.b.*\np.a.other:p.b.z"), ({ shown }) =>
      expect(shown).toEqual([
        "p.a.stg_x p.b.x both",
        "p.a.stg_y p.b.y a",
        "p.a.stg_z p.b.z b",
        "p.a.other p.b.z both",
      ]),
    ),
  );

  it.effect("run once, even if repeated in different forms, unless their options differ", () =>
    Effect.map(
      expand('p.b.x:a.other\nb.x p:a.other\np.a.other:p.b.x\n{"a": "b.x", "b": "a.other", "full": true}'),
      ({ shown, notes }) => {
        expect(shown).toEqual(["p.b.x a.other both", "p.a.other p.b.x both", "b.x a.other both"]);
        expect(notes).toEqual(["x: note: duplicates run once: b.x : p.a.other"]);
      },
    ),
  );

  it.effect("are listed with a note every five seconds", () =>
    Effect.gen(function* () {
      const notes: Array<string> = [];
      const stderr = Stderr.make("x", { quiet: false, verbose: false, color: false }, (line) =>
        Effect.sync(() => void notes.push(line)),
      );
      const slow = Effect.map(BigQuery, (service) => ({
        ...service,
        listTables: (pattern: TableReference.BigQueryTable) =>
          Effect.delay(service.listTables(pattern), "12 seconds"),
      }));
      const pairs = yield* parse(parseLines("p.a.stg_*:p.b.*", "f"));
      const listing = yield* Effect.fork(
        Pairs.expand(pairs, { sides: Pairs.tables, parallel: 2, project: "p" }).pipe(
          Effect.provide(Layer.effect(BigQuery, slow)),
          Effect.provide(BigQueryTest.scripted({ tables })),
          Effect.provide(Layer.succeed(Stderr.Stderr, stderr)),
        ),
      );
      yield* TestClock.adjust("30 seconds");
      expect((yield* Fiber.join(listing)).length).toBe(3);
      expect(notes.sort()).toEqual([
        "x: note: listing p.a.stg_* for 10.0 s",
        "x: note: listing p.a.stg_* for 5.0 s",
        "x: note: listing p.b.* for 10.0 s",
        "x: note: listing p.b.* for 5.0 s",
      ]);
    }),
  );

  it.effect("fail as one item if patterns match nothing or cannot be listed", () =>
    Effect.gen(function* () {
      const given = { "p.a.nix_*": [], "p.b.nix_*": [], "p.secret.*": denied, "p.b.*": [] };
      const { shown } = yield* expand("p.a.nix_*:p.b.nix_*\np.secret.*:p.b.*\np.b.*:p.secret.*", given);
      expect(shown).toEqual([
        "p.a.nix_* p.b.nix_* no table matches p.a.nix_* or p.b.nix_*; check the pattern, the dataset and the project",
        `p.secret.* p.b.* ${denied.message}`,
        `p.b.* p.secret.* ${denied.message}`,
      ]);
    }),
  );
});
