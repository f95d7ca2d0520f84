/** The local engine's profile agrees with statistics computed in memory. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { Effect } from "effect";
import * as Router from "../../../src/layers/Router.ts";
import { type Profile, type ProfileOptions, run } from "../../../src/programs/profile/Program.ts";
import { tables } from "../../contract/data.ts";
import { madeTable } from "../../contract/made.ts";
import { field, parquet, type Table } from "../../contract/tables.ts";
import { reference, type Workdir, workdir } from "../../support/files.ts";
import { expectTruth } from "./compare.ts";
import { columnsOf } from "./memory.ts";

setDefaultTimeout(60_000);

/** The profile of the files that `make` writes to a folder. */
const profiled = (
  make: (dir: Workdir) => Promise<string>,
  options: Partial<ProfileOptions> = {},
): Promise<Profile> =>
  Effect.runPromise(
    Effect.scoped(
      Effect.gen(function* () {
        const dir = yield* workdir;
        return yield* run(reference(yield* Effect.promise(() => make(dir))), options);
      }).pipe(Effect.provide(Router.layer({ local: { threads: 2 } }))),
    ),
  );

const isTrue = async (table: Table, options: Partial<ProfileOptions> = {}): Promise<Profile> => {
  const profile = await profiled((dir) => parquet(dir, table), options);
  expect(profile.rows).toBe(table.rows.length);
  expectTruth(profile, columnsOf(table.schema, table.rows), options);
  return profile;
};

const columnOf = (profile: Profile, name: string) => {
  const found = profile.columns.find((column) => column.name === name);
  if (found === undefined)
    throw new Error(`no column ${name} among ${profile.columns.map((c) => c.name).join(", ")}`);
  return found;
};

const figures = (profile: Profile, name: string) =>
  Object.keys(columnOf(profile, name))
    .filter((key) => !["name", "type", "mode"].includes(key))
    .sort();

const everything = madeTable(2000);

describe("A profile is true", () => {
  test("of 2,000 rows of every type, with nested STRUCTs and arrays", () => isTrue(everything, { top: 25 }));
  test("in its sample rows, listed or selected by a condition, with all digits of nested values", async () => {
    const nested = {
      ...everything,
      rows: everything.rows
        .slice(0, 20)
        .map((row) => ({ ...row, place: { city: "c", geo: { lat: 0.5, lon: "9007199254740993" } } })),
    };
    for (const options of [{}, { where: "id < 20" }]) {
      const { sample } = await profiled((dir) => parquet(dir, nested), { ...options, sampleSize: 20 });
      expect([...sample!].sort((a, b) => Number(a.id) - Number(b.id))).toEqual(nested.rows);
    }
  });
  test("of a single row", () => isTrue({ ...everything, rows: everything.rows.slice(0, 1) }));
  test("of an empty table", async () => {
    const profile = await isTrue({ ...everything, rows: [] });
    expect(profile.columns).toHaveLength(columnsOf(everything.schema, []).length);
    expect(figures(profile, "small")).toEqual(["distinct", "negatives", "nulls", "rows", "zeros"]);
    expect(profile.sample).toEqual([]);
  });
  test("of columns with only NULLs", () =>
    isTrue({
      ...everything,
      rows: Array.from({ length: 9 }, () =>
        Object.fromEntries(everything.schema.map((f) => [f.name, f.mode === "REPEATED" ? [] : null])),
      ),
    }));
  test("of INT64 and NUMERIC at their limits, dates from year 1 to 9999, intervals, JSON, bytes and times", () =>
    isTrue(tables.values));
  test("of strings with emoji, zero bytes, quotes, control characters and Unicode white space", () =>
    isTrue(
      {
        name: "strings",
        schema: [field("s", "STRING")],
        rows: [
          "🙂",
          "a\0b",
          "\0",
          "\u0001",
          "'",
          '"',
          "\\",
          "\u00a0nbsp",
          "\u2003",
          "\u0085",
          "\ufeff",
          "\u200b",
          "z\u3000",
          "𝔘",
          "\uffff",
          "a\r\nb",
          "\t",
          "é",
          "e\u0301",
          null,
          "",
        ].map((s) => ({ s })),
      },
      { top: 30 },
    ));
  test("of strings longer than the report's limit", async () => {
    const rows = [{ s: "🙂".repeat(3000) }, { s: "a".repeat(3000) }];
    const { columns } = await profiled((dir) =>
      parquet(dir, { name: "long", schema: [field("s", "STRING")], rows }),
    );
    expect(columns[0]!.lengths).toEqual({ min: 3000, mean: 3000, max: 3000 });
    expect([columns[0]!.min, columns[0]!.max]).toEqual(["a".repeat(1000), "🙂".repeat(1000)]);
    expect(columns[0]!.distinct).toEqual({ value: 2, exact: true });
  });
});

describe("NaN and the infinities", () => {
  const table: Table = {
    name: "floats",
    schema: ["mixed", "nan", "infinite", "zeros"].map((name) => field(name, "FLOAT64")),
    rows: [
      { mixed: "NaN", nan: "NaN", infinite: "Infinity", zeros: "-0.0" },
      { mixed: "Infinity", nan: "NaN", infinite: "-Infinity", zeros: 0 },
      { mixed: "-Infinity", nan: "NaN", infinite: "-Infinity", zeros: "-0.0" },
      { mixed: -2.5, nan: null, infinite: null, zeros: null },
      { mixed: 7, nan: null, infinite: null, zeros: 0 },
    ],
  };
  test("are counted, and excluded from mean, deviation, quantiles, minimum and maximum", async () => {
    const profile = await profiled((dir) => parquet(dir, table));
    expect(columnOf(profile, "mixed")).toMatchObject({
      rows: 5, nulls: 0, nan: 1, infinities: 2, negatives: 2, zeros: 0, min: -2.5, max: 7, mean: 2.25,
      distinct: { value: 5, exact: true },
    }); // biome-ignore format: one list
  });
  test("as the only values of a column have no statistics of finite values", async () => {
    const profile = await profiled((dir) => parquet(dir, table));
    const left = [
      "distinct",
      "infinities",
      "nan",
      "negatives",
      "nulls",
      "rows",
      "topValues",
      "uniqueness",
      "zeros",
    ];
    expect(figures(profile, "nan")).toEqual(left);
    expect(figures(profile, "infinite")).toEqual(left);
    expect(columnOf(profile, "nan")).toMatchObject({
      nan: 3,
      nulls: 2,
      negatives: 0,
      distinct: { value: 1, exact: true },
    });
    expect(columnOf(profile, "infinite")).toMatchObject({ infinities: 3, negatives: 2 });
  });
  test("and -0.0 is zero, neither negative nor distinct", async () => {
    const profile = await profiled((dir) => parquet(dir, table));
    expect(columnOf(profile, "zeros")).toMatchObject({
      zeros: 4,
      negatives: 0,
      distinct: { value: 1, exact: true },
    });
    expect(JSON.stringify([columnOf(profile, "zeros").min, columnOf(profile, "zeros").max])).toBe("[0,0]");
  });
});

describe("No column is lost", () => {
  const names = [
    "select",
    "a.b",
    "a b",
    " a",
    "`tick`",
    'double"quote',
    "it's",
    "a\\b",
    "a,b",
    "x=y",
    "a[0]",
    "a\nb",
    "-- c",
    "🙂",
    "c0",
    "bqkit_r",
    "__proto__",
  ];
  const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

  test("that has an awkward name", async () => {
    const select = `SELECT ${names.map((name, i) => `${i} AS ${quoted(name)}`).join(", ")}`;
    const profile = await profiled((dir) => dir.parquet("names.parquet", select), { detectAnomalies: true });
    expect(profile.columns).toHaveLength(names.length);
    expect(new Set(profile.columns.map(({ name }) => name)).size).toBe(names.length);
    expect(profile.columns.map(({ max }) => max)).toEqual(names.map((_, i) => i));
    expect(Object.values(profile.sample![0]!)).toEqual(names.map((_, i) => i));
  });

  test("whose name differs only in case from another's", async () => {
    const profile = await profiled((dir) =>
      dir.renamed("case.parquet", "SELECT 1 AS column_one, 2 AS column_two", { column_two: "COLUMN_ONE" }),
    );
    expect(profile.columns.map(({ name, max }) => [name, max])).toEqual([
      ["column_one", 1],
      ["COLUMN_ONE", 2],
    ]);
    expect(profile.sample).toEqual([{ column_one: 1, COLUMN_ONE: 2 }]);
  });

  test("of a type that BigQuery does not have", async () => {
    const profile = await profiled(async (dir) => {
      const file = await dir.database(
        "types.duckdb",
        "CREATE TYPE mood AS ENUM ('sad', 'glad')",
        `CREATE TABLE t AS SELECT * FROM (VALUES
          ('00000000-0000-0000-0000-000000000001'::UUID, 'glad'::mood, 170141183460469231731687303715884105727::HUGEINT, 18446744073709551615::UBIGINT,
           MAP {'k': 1, 'l': 2}, [[1, 2], [3]], INTERVAL '-14 months -3 days' + INTERVAL '-1.5 seconds', TIME '23:59:59.999999', 1.5::FLOAT,
           '101'::BIT, TIMESTAMP_S '2024-01-02 03:04:05', {'a': {'b': [{'c': 1}]}}, union_value(n := 1), [1, 2]::INT[2]),
          (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL))
          AS t(uuid, mood, huge, ubig, map, lists, span, clock, small, bits, seconds, deep, variant, fixed)`,
      );
      return `${file}#t`;
    });
    expect(profile.columns.map(({ name, type, nulls }) => `${name} ${type} ${nulls}`)).toEqual([
      "uuid STRING 1", "mood STRING 1", "huge BIGNUMERIC 1", "ubig NUMERIC 1",
      "map ARRAY<STRUCT<key STRING, value INT64>> 1", "map[] STRUCT<key STRING, value INT64> 0", "map[].key STRING 0",
      "map[].value INT64 0", "lists ARRAY<ARRAY<INT64>> 1", "lists[] ARRAY<INT64> 0", "lists[][] INT64 0", "span INTERVAL 1",
      "clock TIME 1", "small FLOAT64 1", "bits STRING 1", "seconds DATETIME 1", "deep STRUCT<a STRUCT<b ARRAY<STRUCT<c INT64>>>> 1",
      "deep.a STRUCT<b ARRAY<STRUCT<c INT64>>> 1", "deep.a.b ARRAY<STRUCT<c INT64>> 1", "deep.a.b[] STRUCT<c INT64> 0",
      "deep.a.b[].c INT64 0", "variant JSON 1", "fixed ARRAY<INT64> 1", "fixed[] INT64 0",
    ]); // biome-ignore format: a list
    expect(columnOf(profile, "huge").max).toBe("170141183460469231731687303715884105727");
    expect(columnOf(profile, "ubig").max).toBe("18446744073709551615");
    expect(columnOf(profile, "mood").max).toBe("glad");
    expect(columnOf(profile, "uuid").min).toBe("00000000-0000-0000-0000-000000000001");
    expect(columnOf(profile, "map[].value")).toMatchObject({ rows: 2, min: 1, max: 2 });
    expect(columnOf(profile, "lists[][]")).toMatchObject({ rows: 3, min: 1, max: 3, mean: 2 });
    expect(columnOf(profile, "clock").latest).toBe("23:59:59.999999");
    expect(columnOf(profile, "span").topValues?.values).toEqual([{ value: "-1-2 -3 -0:0:1.5", count: 1 }]);
  });
});
