/** Parsing option values and lines of a list. */
import { describe, expect, test } from "bun:test";
import { Effect, Either, Schema } from "effect";
import * as fc from "fast-check";
import { iterate } from "../../../src/batch/Items.ts";
import * as Argv from "../../../src/cli/command/Argv.ts";
import * as Input from "../../../src/cli/input/Input.ts";
import * as V from "../../../src/cli/options/Values.ts";
import { options as profile } from "../../../src/cli/Profile.ts";
import { options as schemaDiff } from "../../../src/cli/SchemaDiff.ts";
import { options as tableCompare } from "../../../src/cli/TableCompare.ts";
import { optionFields, variable } from "../../../src/domain/options/OptionField.ts";
import * as Values from "../../../src/domain/options/OptionValues.ts";
import { mappings, maxDiff, names, tolerances } from "../../../src/programs/table-compare/OptionValues.ts";
import type { MaxDiff, Tolerances } from "../../../src/programs/table-compare/Program.ts";
import { partitionsValue } from "../../../src/scan/Options.ts";
import type { Partitions } from "../../../src/scan/Partitions.ts";

const read = <A>(schema: Schema.Schema<A, unknown>, text: string): A | "refused" =>
  Either.getOrElse(Schema.decodeEither(schema)(text), () => "refused" as const);

const table = <A>(schema: Schema.Schema<A, unknown>, cases: Readonly<Record<string, A | "refused">>) => {
  for (const [text, value] of Object.entries(cases))
    expect([text, read(schema, text)]).toEqual([text, value]);
};

describe("values", () => {
  test("sizes", () =>
    table(V.size, {
      "100GB": 100e9, "1GiB": 2 ** 30, "1.5 MB": 1.5e6, "123": 123, "10mb": 10e6,
      "0": "refused", "-1GB": "refused", "1e9": "refused", "": "refused", "1GBs": "refused",
    })); // biome-ignore format: a table

  test("limits", () => table(V.limit, { none: { limit: null }, "1TB": { limit: 1e12 }, None: "refused" }));

  test("durations", () =>
    table(V.duration, {
      "10m": 600_000,
      "1h30m": 5_400_000,
      "500ms": 500,
      "1.5s": 1500,
      "0s": "refused",
      "10": "refused",
      "5 m": "refused",
    }));

  test("times are UTC unless they have an offset", () =>
    table(Values.time, {
      "2024-05-01": "2024-05-01T00:00:00.000Z",
      "2024-05-01 12:30": "2024-05-01T12:30:00.000Z",
      "2024-05-01T12:30:00.5+02:00": "2024-05-01T10:30:00.500Z",
      "2024-02-30": "refused",
      "2024-05-01T25:00": "refused",
      "2024-05-01T12:30:00.123456Z": "2024-05-01T12:30:00.123456Z",
      "2024-05-01T12:30:00.1234567Z": "refused",
      "2024-05-01T12:30:00+25:00": "refused",
      "2024-05-01T24:00": "refused",
      "2024-05-01T12:30:60Z": "refused",
      "0000-05-01": "refused",
      "0001-01-01T00:00:00+01:00": "refused",
      "9999-12-31T23:59:59-01:00": "refused",
      yesterday: "refused",
    }));

  test("comma-separated names, with backticks around commas", () =>
    table(names, {
      "a, b": ["a", "b"],
      "`a,b`,`c``d`,e.f": ["a,b", "c`d", "e.f"],
      "": "refused", "a,": "refused", "a,,b": "refused", "`a": "refused",
    })); // biome-ignore format: a table

  test("columns with different names", () =>
    table(mappings, {
      "a=b, c = d": [{ a: "a", b: "b" }, { a: "c", b: "d" }],
      "`a=1,2`=`b``c`": [{ a: "a=1,2", b: "b`c" }],
      a: "refused", "a=": "refused", "=b": "refused", "a=b=c": "refused", "a=b,": "refused", "a=b,c": "refused",
    })); // biome-ignore format: a table

  test("tolerances are plain decimals, digit by digit", () =>
    table<Tolerances>(tolerances, {
      "0.010": { all: "0.01", columns: {} },
      ".5": { all: "0.5", columns: {} },
      "1e-6": { all: "0.000001", columns: {} },
      "12.5E+2": { all: "1250", columns: {} },
      "1.25e1": { all: "12.5", columns: {} },
      "0": { all: "0", columns: {} },
      "0.12345678901234567890123": { all: "0.12345678901234567890123", columns: {} },
      "99999999999999999999": { all: "99999999999999999999", columns: {} },
      "amount=0.01, rate=1e-6": { columns: { amount: "0.01", rate: "0.000001" } },
      "rate=1e-6,2": { all: "2", columns: { rate: "0.000001" } },
      "`a=b`=1": { columns: { "a=b": "1" } },
      "": "refused", "-1": "refused", "1%": "refused", "1,2": "refused", "a=1,a=2": "refused", "a=": "refused",
      "1e-39": "refused", "1e38": "refused", "1e9999": "refused", ".": "refused", NaN: "refused", Infinity: "refused",
    })); // biome-ignore format: a table

  test("thresholds of differences", () =>
    table<MaxDiff>(maxDiff, {
      "0": { _tag: "Rows", rows: 0 },
      "1000": { _tag: "Rows", rows: 1000 },
      "0.1%": { _tag: "Percent", percent: 0.1 },
      "100%": { _tag: "Percent", percent: 100 },
      "101%": "refused", "0.1": "refused", "-1": "refused", "%": "refused", "": "refused", "1e3": "refused",
    })); // biome-ignore format: a table

  test("partitions", () =>
    table<Partitions>(partitionsValue, {
      latest: { _tag: "Latest", count: 1 },
      "7": { _tag: "Latest", count: 7 },
      "20240101..20240131": { _tag: "Range", from: "20240101", to: "20240131" },
      "2024-01-01..2024-01-31": { _tag: "Range", from: "2024-01-01", to: "2024-01-31" },
      "-10..2000": { _tag: "Range", from: "-10", to: "2000" },
      "2024..202403": { _tag: "Range", from: "2024", to: "202403" },
      "2024-01-01T05..2024-01-01T07": { _tag: "Range", from: "2024-01-01T05", to: "2024-01-01T07" },
      "2024-13-01..2024-13-05": "refused",
      "2024-01-01..2024-02-30": "refused",
      "2024-01-01T24..2024-01-02": "refused",
      "2024-02-01..2024-01-01": "refused",
      "7..3": "refused",
      "2024-01-01..7": "refused",
      "a..b": "refused",
      "0": "refused",
      "a..": "refused",
      "": "refused",
    }));

  test("paths, with commas inside backticks", () =>
    table(Values.paths, {
      "id, items[].sku": ["id", "items[].sku"],
      "`a,b`,c.`d.e`": ["`a,b`", "c.`d.e`"],
      "`a``,b`": ["`a``,b`"],
      "a,,b": "refused",
      "a,": "refused",
      "": "refused",
      "`a": "refused",
    }));

  test("labels", () =>
    table(V.labels, {
      "team=data,env=": { team: "data", env: "" },
      "a=1,a=2": "refused",
      "A=1": "refused",
      a: "refused",
      "": "refused",
    }));
});

describe("lists", () => {
  const parseLines = (text: string, name: string) => [
    ...iterate(Effect.runSync(Input.parseLines(Buffer.from(text), name))),
  ];
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

  test("quotes around a whole line are removed", () => {
    expect(["'a b.csv'", '"x"', '"a" b', '"'].map(Input.unquote)).toEqual(["a b.csv", "x", '"a" b', '"']);
  });
});

const all = [profile, schemaDiff, tableCompare].flatMap(({ fields }) => optionFields(fields));

describe("the options", () => {
  test("only what concerns connection, load and appearance can come from the environment", () => {
    const fromEnvironment = all.filter((field) => field.environment).map(variable);
    expect(fromEnvironment).toContain("BQKIT_MAX_BYTES_BILLED");
    for (const name of ["WHERE", "PARTITIONS", "AS_OF", "COLUMNS", "EXCLUDE", "SAMPLE_PERCENT", "BASELINE", "DRIFT_THRESHOLD", "TABLES_FILE", "UNION", "OUTPUT", "EXACT", "DRY_RUN", "PAIRS_FILE", "MAP", "IGNORE", "ONLY", "FAIL_ON", "FULL", "KEY", "WHERE_A", "WHERE_B", "ABS_TOLERANCE", "REL_TOLERANCE", "MAX_DIFF", "SAMPLE_SIZE", "STATS", "SKIP_STATS", "SKIP_ROWS", "SKIP_SAMPLES", "ALLOW_RESTRICTED"]) {
      expect(fromEnvironment).not.toContain(`BQKIT_${name}`);
    } // biome-ignore format: one list
  });

  test("arguments for @effect/cli are unambiguous", () => {
    const request = Argv.normalize(
      ["a", "--where=--help", "--quiet", "--", "--version", "-x"],
      optionFields(profile.fields),
    );
    expect(Either.getOrThrow(request)).toMatchObject({
      argv: ["--where", "=--help", "--quiet", "=a", "=--version", "=-x"],
    });
  });

  test("every option describes itself in one line without a full stop", () => {
    for (const { description } of all) expect(description).toMatch(/^[^\n]{3,100}[^.\n]$/);
  });

  test("no text makes an option throw: it is accepted or rejected", () => {
    const texts = fc.oneof(
      fc.string({ unit: "binary", maxLength: 40 }),
      fc.stringMatching(/^[-+0-9.eETZ:%,=`*a-z ]{0,30}$/),
      fc.constantFrom("2024-13-01", "2024-02-30T25:61", "0000-00-00", `${"9".repeat(400)}`, `${"9".repeat(400)}d`, `1e${"9".repeat(40)}`, "__proto__=1", "constructor", "NaN", "Infinity", "-0", "1e400", "9999-12-31T23:59:59.999999999+14:00"),
    ); // biome-ignore format: one list
    for (const { name, schema } of all) {
      const decode = Schema.decodeUnknownEither(schema);
      fc.assert(
        fc.property(texts, (text) => {
          const decoded = decode(text);
          // Numbers must be representable in a statement or a timer.
          if (Either.isRight(decoded) && typeof decoded.right === "number" && !Number.isFinite(decoded.right))
            throw new Error(`--${name} takes ${text}`);
        }),
        { numRuns: 10_000 },
      );
    }
  }, 300_000);
});
