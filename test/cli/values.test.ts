/** What people write as options' values and as lines of a list. */
import { describe, expect, test } from "bun:test";
import { Either, Schema } from "effect";
import * as Argv from "../../src/cli/argv.ts";
import { parseLines, unquote } from "../../src/cli/input.ts";
import { profile } from "../../src/cli/options/profile.ts";
import { type Specs, variable } from "../../src/cli/options/Spec.ts";
import { schemaDiff } from "../../src/cli/options/schemaDiff.ts";
import * as S from "../../src/cli/options/schemas.ts";
import type { Partitions } from "../../src/programs/profile/Options.ts";

const read = <A>(schema: Schema.Schema<A, string>, text: string): A | "refused" =>
  Either.getOrElse(Schema.decodeEither(schema)(text), () => "refused" as const);

const table = <A>(schema: Schema.Schema<A, string>, cases: Readonly<Record<string, A | "refused">>) => {
  for (const [text, value] of Object.entries(cases))
    expect([text, read(schema, text)]).toEqual([text, value]);
};

describe("values", () => {
  test("sizes", () =>
    table(S.size, {
      "100GB": 100e9, "1GiB": 2 ** 30, "1.5 MB": 1.5e6, "123": 123, "10mb": 10e6,
      "0": "refused", "-1GB": "refused", "1e9": "refused", "": "refused", "1GBs": "refused",
    })); // biome-ignore format: a table

  test("limits", () => table(S.limit, { none: { limit: null }, "1TB": { limit: 1e12 }, None: "refused" }));

  test("durations", () =>
    table(S.duration, {
      "10m": 600_000,
      "1h30m": 5_400_000,
      "500ms": 500,
      "1.5s": 1500,
      "0s": "refused",
      "10": "refused",
      "5 m": "refused",
    }));

  test("times are UTC unless they say otherwise", () =>
    table(S.time, {
      "2024-05-01": "2024-05-01T00:00:00.000Z",
      "2024-05-01 12:30": "2024-05-01T12:30:00.000Z",
      "2024-05-01T12:30:00.5+02:00": "2024-05-01T10:30:00.500Z",
      "2024-02-30": "refused",
      "2024-05-01T25:00": "refused",
      yesterday: "refused",
    }));

  test("partitions", () =>
    table<Partitions>(S.partitions, {
      latest: { _tag: "Latest", count: 1 },
      "7": { _tag: "Latest", count: 7 },
      "20240101..20240131": { _tag: "Range", from: "20240101", to: "20240131" },
      "2024-01-01..2024-01-31": { _tag: "Range", from: "2024-01-01", to: "2024-01-31" },
      "0": "refused",
      "a..": "refused",
      "": "refused",
    }));

  test("paths, with commas inside backticks", () =>
    table(S.paths, {
      "id, items[].sku": ["id", "items[].sku"],
      "`a,b`,c.`d.e`": ["`a,b`", "c.`d.e`"],
      "`a``,b`": ["`a``,b`"],
      "a,,b": "refused",
      "a,": "refused",
      "": "refused",
      "`a": "refused",
    }));

  test("labels", () =>
    table(S.labels, {
      "team=data,env=": { team: "data", env: "" },
      "a=1,a=2": "refused",
      "A=1": "refused",
      a: "refused",
      "": "refused",
    }));
});

describe("lists", () => {
  const texts = (text: string) => parseLines(text, "f").map((item) => item.text);

  test("comments begin at the line's start or after white space, not inside a name or quotes", () => {
    expect(texts("# no\na.b # no\nw.duckdb#t\n\"a #1.csv\" # no\n  \t\nit's.csv # no")).toEqual([
      "a.b", "w.duckdb#t", '"a #1.csv"', "it's.csv",
    ]); // biome-ignore format: short
  });

  test("any line ends, a byte order mark, and no last line end are fine", () => {
    expect(texts("\ufeffa.b\r\nc.d\re.f")).toEqual(["a.b", "c.d", "e.f"]);
    expect(parseLines("\n\na.b", "f")).toEqual([{ text: "a.b", place: "f:3" }]);
  });

  test("quotes around a whole line are taken away", () => {
    expect(["'a b.csv'", '"x"', '"a" b', '"'].map(unquote)).toEqual(["a b.csv", "x", '"a" b', '"']);
  });
});

describe("the option table", () => {
  test("only what concerns connection, load and appearance can come from the environment", () => {
    const tables: ReadonlyArray<Specs> = [profile, schemaDiff];
    const fromEnvironment = tables
      .flatMap((specs) => Object.values(specs))
      .filter((spec) => spec.environment)
      .map(variable);
    expect(fromEnvironment).toContain("BQKIT_MAX_BYTES_BILLED");
    for (const name of ["WHERE", "PARTITIONS", "AS_OF", "COLUMNS", "EXCLUDE", "SAMPLE_PERCENT", "BASELINE", "DRIFT_THRESHOLD", "TABLES_FILE", "UNION", "OUTPUT", "EXACT", "DRY_RUN", "PAIRS_FILE", "MAP", "IGNORE", "ONLY", "FAIL_ON", "FULL"]) {
      expect(fromEnvironment).not.toContain(`BQKIT_${name}`);
    } // biome-ignore format: one list
  });

  test("what @effect/cli gets can be taken for nothing but what it is", () => {
    const request = Either.getOrThrow(Argv.read(["--where=--help", "--", "--version", "-x"], profile));
    expect(request._tag === "Run" && Argv.canonical(request)).toEqual([
      "--where",
      "=--help",
      "=--version",
      "=-x",
    ]);
  });

  test("every option describes itself in one line without a full stop", () => {
    for (const spec of [...Object.values(profile), ...Object.values(schemaDiff)])
      expect(spec.description).toMatch(/^[^\n]{3,100}[^.\n]$/);
  });
});
