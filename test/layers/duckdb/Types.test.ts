/** DuckDB's types as BigQuery types, and their values by the rules of TO_JSON. */
import { describe, expect } from "bun:test";
import { Effect, Layer } from "effect";
import { typeText } from "../../../src/domain/TableSchema.ts";
import * as DuckDb from "../../../src/layers/duckdb/DuckDb.ts";
import * as Router from "../../../src/layers/Router.ts";
import { run } from "../../../src/programs/profile/Program.ts";
import { it } from "../../support/effect.ts";
import { reference, workdir } from "../../support/files.ts";
import { rawSql } from "../../support/sql.ts";

/** The expression, its BigQuery type, its native type and its value. */
type Case = readonly [expression: string, type: string, native: string | undefined, value: unknown];

const scalars: ReadonlyArray<Case> = [
  ["true", "BOOL", undefined, true],
  ["(-128)::TINYINT", "INT64", undefined, -128],
  ["(-32768)::SMALLINT", "INT64", undefined, -32768],
  ["2147483647", "INT64", undefined, 2147483647],
  ["(-9223372036854775808)::BIGINT", "INT64", undefined, "-9223372036854775808"],
  ["9223372036854775807", "INT64", undefined, "9223372036854775807"],
  ["9007199254740991", "INT64", undefined, 9007199254740991],
  ["9007199254740993", "INT64", undefined, "9007199254740993"],
  ["255::UTINYINT", "INT64", undefined, 255],
  ["65535::USMALLINT", "INT64", undefined, 65535],
  ["4294967295::UINTEGER", "INT64", undefined, 4294967295],
  ["18446744073709551615::UBIGINT", "NUMERIC", "UBIGINT", "18446744073709551615"],
  [
    "170141183460469231731687303715884105727::HUGEINT",
    "BIGNUMERIC",
    "HUGEINT",
    "170141183460469231731687303715884105727",
  ],
  [
    "340282366920938463463374607431768211455::UHUGEINT",
    "BIGNUMERIC",
    "UHUGEINT",
    "340282366920938463463374607431768211455",
  ],
  [
    "'123456789012345678901234567890123456789012'::BIGNUM",
    "STRING",
    "BIGNUM",
    "123456789012345678901234567890123456789012",
  ],
  ["0.1::FLOAT", "FLOAT64", "FLOAT", 0.10000000149011612],
  ["0.1::DOUBLE", "FLOAT64", undefined, 0.1],
  ["'nan'::DOUBLE", "FLOAT64", undefined, "NaN"],
  ["'-inf'::DOUBLE", "FLOAT64", undefined, "-Infinity"],
  ["1.50::DECIMAL(5, 2)", "NUMERIC(5, 2)", undefined, 1.5],
  ["(-0.05)::DECIMAL(3, 2)", "NUMERIC(3, 2)", undefined, -0.05],
  [
    "12345678901234567890123456789.123456789::DECIMAL(38, 9)",
    "NUMERIC(38, 9)",
    undefined,
    "12345678901234567890123456789.123456789",
  ],
  ["1::DECIMAL(38, 0)", "BIGNUMERIC(38, 0)", undefined, 1],
  ["0.12345678901234567890::DECIMAL(20, 20)", "BIGNUMERIC(20, 20)", undefined, "0.1234567890123456789"],
  ["'é😀' || chr(0)", "STRING", undefined, "é😀\0"],
  ["'b'::ENUM('a', 'b')", "STRING", "ENUM", "b"],
  ["'00000000-0000-0000-0000-0000000000ff'::UUID", "STRING", "UUID", "00000000-0000-0000-0000-0000000000ff"],
  ["'10101'::BIT", "STRING", "BIT", "10101"],
  ["'\\x00\\xFF'::BLOB", "BYTES", undefined, "AP8="],
  ["'0001-01-01'::DATE", "DATE", undefined, "0001-01-01"],
  ["'9999-12-31'::DATE", "DATE", undefined, "9999-12-31"],
  ["'10000-01-01'::DATE", "DATE", undefined, "10000-01-01"],
  ["'0044-03-15 (BC)'::DATE", "DATE", undefined, "0044-03-15 (BC)"],
  ["'infinity'::DATE", "DATE", undefined, "infinity"],
  ["'-infinity'::DATE", "DATE", undefined, "-infinity"],
  ["'12:00:00.500'::TIME", "TIME", undefined, "12:00:00.5"],
  ["'12:00:00.123456789'::TIME_NS", "TIME", "TIME_NS", "12:00:00.123456789"],
  ["'12:00:00+02'::TIMETZ", "STRING", "TIME WITH TIME ZONE", "12:00:00+02"],
  ["'2024-01-02 03:04:05.600'::TIMESTAMP", "DATETIME", undefined, "2024-01-02T03:04:05.6"],
  ["'0001-01-01 00:00:00.000001'::TIMESTAMP", "DATETIME", undefined, "0001-01-01T00:00:00.000001"],
  ["'1969-12-31 23:59:59.999999'::TIMESTAMP", "DATETIME", undefined, "1969-12-31T23:59:59.999999"],
  ["'infinity'::TIMESTAMP", "DATETIME", undefined, "infinity"],
  ["'2024-01-02 03:04:05'::TIMESTAMP_S", "DATETIME", "TIMESTAMP_S", "2024-01-02T03:04:05"],
  ["'2024-01-02 03:04:05.12'::TIMESTAMP_MS", "DATETIME", "TIMESTAMP_MS", "2024-01-02T03:04:05.12"],
  [
    "'2024-01-02 03:04:05.123456789'::TIMESTAMP_NS",
    "DATETIME",
    "TIMESTAMP_NS",
    "2024-01-02T03:04:05.123456789",
  ],
  ["'2024-01-02 03:04:05.6+01'::TIMESTAMPTZ", "TIMESTAMP", undefined, "2024-01-02T02:04:05.6Z"],
  ["'-infinity'::TIMESTAMPTZ", "TIMESTAMP", undefined, "-infinity"],
  ["INTERVAL '1 year 2 months -3 days 04:05:06.789'", "INTERVAL", undefined, "1-2 -3 4:5:6.789"],
  ["INTERVAL '-14 months -1 second'", "INTERVAL", undefined, "-1-2 0 -0:0:1"],
  [
    `'{"a": 1.10, "b": 12345678901234567890, "c": [null]}'::JSON`,
    "JSON",
    undefined,
    { a: 1.1, b: "12345678901234567890", c: [null] },
  ],
  ["union_value(k := 1)::UNION(k INTEGER, s VARCHAR)", "JSON", 'UNION("k" INTEGER, "s" VARCHAR)', { k: 1 }],
  ["{'a': [1, 2]}::VARIANT", "JSON", "VARIANT", { a: [1, 2] }],
  ["'POINT(1 2)'::GEOMETRY", "GEOGRAPHY", "GEOMETRY", "POINT (1 2)"],
];

const nested: ReadonlyArray<Case> = [
  ["[1, NULL]", "ARRAY<INT64>", undefined, [1, null]],
  ["[]::INTEGER[]", "ARRAY<INT64>", undefined, []],
  ["[1.5, 2]::FLOAT[2]", "ARRAY<FLOAT64>", "FLOAT[2]", [1.5, 2]],
  ["[[1], [], NULL]", "ARRAY<ARRAY<INT64>>", undefined, [[1], [], null]],
  ["[[[1]]]", "ARRAY<ARRAY<ARRAY<INT64>>>", undefined, [[[1]]]],
  ["{'a': 1, 'b': {'c': 'x'}}", "STRUCT<a INT64, b STRUCT<c STRING>>", undefined, { a: 1, b: { c: "x" } }],
  ["{'a': 'x'::ENUM('x'), 'b': 1}", "STRUCT<a STRING, b INT64>", undefined, { a: "x", b: 1 }],
  ["NULL::STRUCT(a UUID)", "STRUCT<a STRING>", undefined, null],
  ["[{'u': '10'::BIT}]", "ARRAY<STRUCT<u STRING>>", undefined, [{ u: "10" }]],
  ["MAP {'a': 1}", "ARRAY<STRUCT<key STRING, value INT64>>", "MAP(VARCHAR, INTEGER)", [{ key: "a", value: 1 }]],
  ["MAP {'a': MAP {1: 'x'::ENUM('x')}}", "ARRAY<STRUCT<key STRING, value ARRAY<STRUCT<key INT64, value STRING>>>>", undefined, [{ key: "a", value: [{ key: 1, value: "x" }] }]],
  ["{'select': 1, 'a.b': 2, 'c d': 3, 'e`f': 4, 'g\"h': '1'::BIT}", "STRUCT<select INT64, a.b INT64, c d INT64, e`f INT64, g\"h STRING>", undefined, { select: 1, "a.b": 2, "c d": 3, "e`f": 4, 'g"h': "1" }],
]; // biome-ignore format: one table

const cases = [...scalars, ...nested];

describe("every type of a DuckDB table", () => {
  it.live("has a BigQuery type and keeps its values", () =>
    Effect.gen(function* () {
      const dir = yield* workdir;
      const list = cases.map(([expression], i) => `${expression} AS c${i}`).join(", ");
      const file = yield* Effect.promise(() =>
        dir.database("types.duckdb", `CREATE TABLE t AS SELECT ${list}`),
      );
      const ref = reference(`${file}#t`);
      const service = yield* DuckDb.make();
      const table = yield* service.table(ref);
      const [row] = yield* service.listRows(table, { limit: 1 });
      expect(table.schema.map((field, i) => [cases[i]![0], typeText(field)])).toEqual(
        cases.map(([expression, type]) => [expression, type]),
      );
      expect(cases.map(([expression], i) => [expression, row![`c${i}`]])).toEqual(
        cases.map(([expression, , , value]) => [expression, value]) as never,
      );
      const natives = cases.flatMap(([expression, , native], i) =>
        native === undefined || i >= cases.length ? [] : [[expression, native]],
      );
      expect(
        table.schema.flatMap((field, i) =>
          cases[i]![2] === undefined ? [] : [[cases[i]![0], field.nativeType]],
        ),
      ).toEqual(natives as never);
    }),
  );

  it.live("keeps NULL apart from its values", () =>
    Effect.gen(function* () {
      const dir = yield* workdir;
      const list = cases.map(([expression], i) => `${expression} AS c${i}`).join(", ");
      const file = yield* Effect.promise(() =>
        dir.database("nulls.duckdb", `CREATE TABLE t AS SELECT ${list}`, "INSERT INTO t (c0) VALUES (NULL)"),
      );
      const ref = reference(`${file}#t`);
      const service = yield* DuckDb.make();
      const counts = cases.map((_, i) => `count(c${i}) AS c${i}`).join(", ");
      const sql = rawSql(`SELECT ${counts} FROM ${service.dialect(ref).from(ref).text}`);
      const { rows } = yield* service.query({ sql, tables: [ref], location: null });
      expect(cases.map(([expression], i) => [expression, rows[0]![`c${i}`]])).toEqual(
        cases.map(([expression]) => [expression, expression.startsWith("NULL") ? 0 : 1]),
      );
    }),
  );

  it.live("has its BigQuery type in a query", () =>
    Effect.gen(function* () {
      const dir = yield* workdir;
      const file = yield* Effect.promise(() =>
        dir.database(
          "q.duckdb",
          "CREATE TABLE t AS SELECT uuid() AS u, MAP {'a': 1, 'b': 2} AS m, 'x'::ENUM('x') AS e, [1, 2]::INTEGER[2] AS a",
        ),
      );
      const ref = reference(`${file}#t`);
      const service = yield* DuckDb.make();
      const text = `SELECT length(u) AS u, (SELECT sum(x.value) FROM (SELECT unnest(m) AS x)) AS m, e || '!' AS e, len(a) AS a FROM ${service.dialect(ref).from(ref).text}`;
      const { rows } = yield* service.query({ sql: rawSql(text), tables: [ref], location: null });
      expect(rows).toEqual([{ u: 36, m: 3, e: "x!", a: 2 }]);
    }),
  );
});

it.live("years before 1 have the same format in statistics and in sample rows", () =>
  Effect.gen(function* () {
    const dir = yield* workdir;
    const stamps = ["0044-03-15 (BC) 01:02:03", "2024-01-02 03:04:05"];
    const values = stamps.map((stamp) => `('${stamp}'::TIMESTAMP, '${stamp}'::TIMESTAMPTZ)`).join(", ");
    const path = yield* Effect.promise(() =>
      dir.database("t.duckdb", "SET TimeZone = 'UTC'", `CREATE TABLE t AS FROM (VALUES ${values}) t(a, b)`),
    );
    const { columns, sample } = yield* run(reference(`${path}#t`), { sampleSize: 1 });
    expect(columns.map(({ earliest }) => earliest)).toEqual([stamps[0]!, `${stamps[0]}Z`]);
    expect(columns.map(({ latest }) => latest)).toEqual(["2024-01-02T03:04:05", "2024-01-02T03:04:05Z"]);
    expect(sample?.[0]?.a).toBe(stamps[0]!);
  }).pipe(Effect.provide(Layer.orDie(Router.layer()))),
);
