/** Tables of DuckDB databases, with types that Parquet lacks, and large tables. */
import { expect, setDefaultTimeout } from "bun:test";
import { Effect } from "effect";
import * as Router from "../../../src/layers/Router.ts";
import { run } from "../../../src/programs/table-compare/Program.ts";
import { it } from "../../support/effect.ts";
import { reference, workdir } from "../../support/files.ts";
import { counts } from "./local.ts";

setDefaultTimeout(120_000);

const layer = Router.layer({ local: { threads: 2 } });

/** Types with two different values. */
const types: ReadonlyArray<readonly [type: string, one: string, other: string]> = [
  ["HUGEINT", "170141183460469231731687303715884105727", "170141183460469231731687303715884105726"],
  ["UBIGINT", "18446744073709551615", "18446744073709551614"],
  ["UHUGEINT", "340282366920938463463374607431768211455", "340282366920938463463374607431768211454"],
  ["INTERVAL", "INTERVAL (-1) MONTH", "INTERVAL (-30) DAY"],
  ["INTERVAL", "INTERVAL 1 MICROSECOND", "INTERVAL 2 MICROSECOND"],
  ["UUID", "'00000000-0000-0000-0000-000000000001'", "'00000000-0000-0000-0000-000000000002'"],
  ["MAP(VARCHAR, INTEGER)", "MAP {'a': 1}", "MAP {'a': 2}"],
  ["TIMESTAMP_S", "TIMESTAMP '2024-01-01 00:00:00'", "TIMESTAMP '2024-01-01 00:00:01'"],
  ["TIMESTAMP_NS", "'2024-01-01 00:00:00.000000001'", "'2024-01-01 00:00:00.000000002'"],
  ["TIMESTAMPTZ", "TIMESTAMPTZ '2024-01-01 00:00:00+00'", "TIMESTAMPTZ '2024-01-01 00:00:00+01'"],
  ["TIME", "TIME '00:00:00.000001'", "TIME '00:00:00.000002'"],
  ["BIT", "'0101'", "'00101'"],
  ["ENUM('x', 'y')", "'x'", "'y'"],
  ["INTEGER[2]", "[1, 2]", "[2, 1]"],
  ["UNION(n INTEGER, s VARCHAR)", "1", "'1'"],
];

it.live("every DuckDB type distinguishes its values, as key and as column", () =>
  Effect.gen(function* () {
    const dir = yield* workdir;
    const statements = types.flatMap(([type, one, other], i) => [
      `CREATE TABLE a${i} (id INTEGER PRIMARY KEY, x ${type})`,
      `CREATE TABLE b${i} (id INTEGER PRIMARY KEY, x ${type})`,
      `INSERT INTO a${i} VALUES (1, ${one}), (2, NULL)`,
      `INSERT INTO b${i} VALUES (1, ${other}), (2, NULL)`,
    ]);
    const file = yield* Effect.promise(() => dir.database("types.duckdb", ...statements));
    for (const [i, [type]] of types.entries()) {
      const of = (name: string) => reference(`${file}#main.${name}${i}`);
      const compare = (b: string, key?: ReadonlyArray<string>) =>
        Effect.map(
          run({ a: of("a"), b: of(b) }, { stats: "never", ...(key === undefined ? {} : { key }) }),
          ({ rows }) => ({
            type,
            key: rows?.key,
            same: rows?.same,
            changed: rows?.changed,
            onlyA: rows?.onlyA,
          }),
        );
      expect(yield* compare("b")).toEqual({ type, key: ["id"], same: 1, changed: 1, onlyA: 0 });
      expect(yield* compare("b", ["x"])).toEqual({ type, key: ["x"], same: 1, changed: 0, onlyA: 1 });
      expect(yield* compare("b", [])).toEqual({ type, key: [], same: 1, changed: null, onlyA: 1 });
      for (const key of [["id"], ["x"], []]) {
        expect(yield* compare("a", key)).toEqual({
          type,
          key,
          same: 2,
          changed: key.length === 0 ? null : 0,
          onlyA: 0,
        });
      }
    }
  }).pipe(Effect.provide(layer)),
);

it.live("integers beyond INT64 have tolerances, too; a table is identical with itself", () =>
  Effect.gen(function* () {
    const dir = yield* workdir;
    const values: ReadonlyArray<readonly [type: string, one: string, other: string]> = [
      ["HUGEINT", "170141183460469231731687303715884105", "170141183460469231731687303715884106"],
      ["UBIGINT", "18446744073709551614", "18446744073709551615"],
    ];
    for (const [i, [type, one, other]] of values.entries()) {
      const file = yield* Effect.promise(() =>
        dir.database(
          `${i}.duckdb`,
          `CREATE TABLE a AS SELECT 1 AS id, ${one}::${type} AS x`,
          `CREATE TABLE b AS SELECT 1 AS id, ${other}::${type} AS x`,
        ),
      );
      const pair = { a: reference(`${file}#a`), b: reference(`${file}#b`) };
      const verdict = (all: string, of = pair) =>
        Effect.map(run(of, { key: ["id"], absTolerance: { all, columns: {} } }), (found) => found.verdict);
      expect([type, yield* verdict("1"), yield* verdict("0.5")]).toEqual([type, "identical", "different"]);
      expect(yield* verdict("0", { a: pair.a, b: pair.a })).toBe("identical");
    }
  }).pipe(Effect.provide(layer)),
);

const rows = 10_000_000;
const big = (last: string) =>
  `SELECT i AS id, CASE WHEN i = ${rows - 1} THEN ${last} ELSE i END AS x, 'text ' || i % 1000 AS s FROM range(${rows}) r(i)`;

it.live("one bit of the last of ten million rows", () =>
  Effect.gen(function* () {
    const options = { stats: "never" as const };
    const key = ["id"];
    expect(yield* counts(big("i"), big("i"), { key, ...options })).toMatchObject({
      verdict: "identical",
      same: rows,
    });
    expect(yield* counts(big("i"), big("xor(i, 1)"), { key, ...options })).toEqual({
      verdict: "different",
      same: rows - 1,
      changed: 1,
      onlyA: 0,
      onlyB: 0,
    });
    expect(yield* counts(big("i"), big("xor(i, 1)"), options)).toMatchObject({ onlyA: 1, onlyB: 1 });
  }),
);

it.live("a key that half of the rows share does not multiply them", () =>
  Effect.gen(function* () {
    const table = (x: string) =>
      `SELECT CASE WHEN i % 2 = 0 THEN i END AS id, ${x} AS x FROM range(200000) r(i)`;
    const found = yield* counts(table("i"), table("i + (i = 7)::INT"), { key: ["id"], stats: "never" });
    expect(found).toEqual({ verdict: "different", same: 199999, changed: 1, onlyA: 0, onlyB: 0 });
  }),
);
