/**
 * The statements for BigQuery: Google's analyzer accepts them, and its evaluator gives the same results as DuckDB.
 */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { Effect, Either } from "effect";
import type { Field } from "../../../src/domain/TableSchema.ts";
import { dialect } from "../../../src/layers/google/dialect/Dialect.ts";
import { columns } from "../../../src/programs/table-compare/columns/Columns.ts";
import { type CompareOptions, defaults } from "../../../src/programs/table-compare/Program.ts";
import { keyedMultiset, multiset, totalsOnly } from "../../../src/programs/table-compare/plans/Multiset.ts";
import type { RowsRequest } from "../../../src/programs/table-compare/plans/SideRows.ts";
import { rowAlias } from "../../../src/scan/Target.ts";
import { condition, sql, word } from "../../../src/sql/Sql.ts";
import { field } from "../../contract/tables.ts";
import { type Oracle, oracleAvailable, startOracle } from "../../oracle/oracle.ts";
import { reference } from "../../support/files.ts";
import { describeWith } from "../../support/needs.ts";
import { collated, plain } from "../profile/statements.ts";
import { evaluated, oracleTable } from "./evaluator.ts";
import { compared } from "./local.ts";
import { nestedFields } from "./random.ts";

setDefaultTimeout(120_000);

const need = {
  available: oracleAvailable(),
  missing: "no evaluator; install it: (cd test/oracle && bun install)",
};
const google = dialect();

const request = (
  a: ReadonlyArray<Field>,
  b: ReadonlyArray<Field>,
  options: Partial<CompareOptions>,
): RowsRequest => {
  const chosen = Either.getOrThrow(columns(a, b, { ...defaults, ...options }, []));
  const target = (name: string) => ({
    from: google.from(reference(name), { alias: rowAlias }),
    where: options.where === undefined ? undefined : condition(options.where),
  });
  return {
    dialect: google,
    a: target("p.d.a"),
    b: target("p.d.b"),
    key: chosen.key,
    compared: chosen.compared,
    examples: 100,
  };
};

const everyType: ReadonlyArray<Field> = [
  ...(["INT64", "FLOAT64", "NUMERIC", "BIGNUMERIC", "STRING", "BYTES", "BOOL", "DATE", "DATETIME", "TIME", "TIMESTAMP", "INTERVAL", "GEOGRAPHY", "JSON"] as const).map(
    (type) => field(`of ${type}`, type),
  ),
  { ...field("range", "RANGE"), rangeElementType: "DATE" },
  ...nestedFields,
  field("deep", "STRUCT", {
    fields: [
      field("doc", "JSON"),
      field("many", "STRUCT", { mode: "REPEATED", fields: [field("at", "GEOGRAPHY"), field("of", "INTERVAL", { mode: "REPEATED" })] }),
    ],
  }),
]; // biome-ignore format: one list

describeWith(need, "Statements for BigQuery", () => {
  let oracle: Oracle;
  beforeAll(async () => {
    oracle = await startOracle();
  });
  afterAll(() => oracle.stop());

  const analyze = async (asked: RowsRequest, a: ReadonlyArray<Field>, b: ReadonlyArray<Field>) => {
    const tables = [
      oracleTable("p.d.a", { schema: a, rows: [] }),
      oracleTable("p.d.b", { schema: b, rows: [] }),
    ];
    const whole = asked.key.length === 0 ? multiset(asked) : keyedMultiset({ ...asked, ordered: true });
    for (const { text } of [whole, totalsOnly(asked)]) {
      expect(text.length).toBeLessThan(1_000_000);
      await oracle.analyze(text, tables);
    }
  };

  test("are accepted for every type, as key and as column", async () => {
    await analyze(request(everyType, everyType, {}), everyType, everyType);
    for (const { name } of everyType) {
      await analyze(
        request(everyType, everyType, { key: [name], where: "TRUE -- all" }),
        everyType,
        everyType,
      );
    }
    const tolerance = { key: ["of INT64"], absTolerance: { all: "0.1", columns: {} } };
    await analyze(request(everyType, everyType, tolerance), everyType, everyType);
    const all = everyType.map(({ name }) => name);
    await analyze(request(everyType, everyType, { key: all }), everyType, everyType);
  });

  test("are accepted for strings with a collation, at any depth and on either side", async () => {
    const bare = plain(collated);
    for (const [a, b] of [
      [collated, collated],
      [collated, bare],
      [bare, collated],
    ] as const) {
      await analyze(request(a, b, {}), a, b);
      for (const { name } of collated) await analyze(request(a, b, { key: [name] }), a, b);
      const canonical = a.map((own, i) => google.rows.canonical(sql`${word(own.name)}`, own, b[i]!)!);
      const digest = google.rows.brief(google.rows.concat(canonical));
      const statement = sql`SELECT ${google.rows.md5(digest)} AS m FROM ${google.from(reference("p.d.a"))}`;
      await oracle.analyze(statement.text, [oracleTable("p.d.a", { schema: a, rows: [] })]);
    }
  });

  test("compare strings with a collation byte by byte", () =>
    Effect.runPromise(
      Effect.gen(function* () {
        const row = (id: number, name: string, sku: string) => ({
          id,
          name,
          tags: [name],
          address: { city: name, zip: "1", n: 1 },
          items: [{ n: 1, sku, more: { notes: [sku] } }],
        });
        const schema = [field("id", "INT64"), ...collated];
        const a = { schema, rows: [row(1, "a", "x"), row(2, "b", "x"), row(3, "c", "x")] };
        const b = { schema, rows: [row(1, "a", "x"), row(2, "B", "x"), row(3, "c", "X")] };
        const rows = (yield* evaluated(oracle, a, b, { key: ["id"] })).rows!;
        expect([rows.same, rows.changed]).toEqual([1, 2]);
        const differing = rows.columns.filter(({ changed }) => changed > 0);
        expect(differing.map(({ name }) => name).sort()).toEqual(["address", "items", "name", "tags"]);
        const byName = (yield* evaluated(oracle, a, b, { key: ["name"] })).rows!;
        expect([byName.onlyA, byName.onlyB]).toEqual([1, 1]);
      }),
    ));

  test("are accepted for types that are widened, mapped columns and tolerances", async () => {
    const a = [
      field("id", "INT64"),
      field("x", "INT64"),
      field("y", "NUMERIC"),
      field("z", "DATE"),
      field("old", "INT64"),
      field("s", "STRUCT", { fields: [field("p", "INT64"), field("q", "STRING")] }),
    ];
    const b = [
      field("ID", "NUMERIC"),
      field("x", "FLOAT64"),
      field("y", "BIGNUMERIC"),
      field("z", "DATETIME"),
      field("new", "BIGNUMERIC"),
      field("s", "STRUCT", { fields: [field("q", "STRING"), field("p", "FLOAT64")] }),
    ];
    const options = {
      key: ["id"],
      map: [{ a: "old", b: "new" }],
      absTolerance: { all: "0.01", columns: {} },
      relTolerance: { columns: { new: "0.000001" } },
    };
    await analyze(request(a, b, options), a, b);
    await analyze(request(a, b, { ...options, key: ["old"], relTolerance: { columns: {} } }), a, b);
  });

  test("stay within 1 MB for 1,000 columns with names of 300 characters", async () => {
    const long = Array.from({ length: 1000 }, (_, i) =>
      field(`${"n".repeat(296)}${String(i).padStart(4, "0")}`, i % 2 === 0 ? "STRING" : "FLOAT64"),
    );
    await analyze(request(long, long, { key: [long[0]!.name] }), long, long);
    const tolerance = { all: "0.000001", columns: {} };
    const tolerant = request(long, long, { key: [long[0]!.name], absTolerance: tolerance });
    expect(keyedMultiset(tolerant).text.length).toBeLessThan(1_000_000);
    await analyze(request(long, long, {}), long, long);
  });

  test("give the same results and examples as DuckDB under tolerances", () =>
    Effect.runPromise(
      Effect.gen(function* () {
        const numbers = [1, 1.0625, 2, -3, 1e15, null, 1.5];
        const others = [1.0625, 1.0625, 2.5, -3.125, 1e15 + 8, 0, 1.5];
        const types = ["INT64", "FLOAT64", "NUMERIC"] as const;
        const cast = (x: number | null, type: (typeof types)[number]) =>
          x === null || type !== "INT64" ? x : Math.round(x * 8);
        const schema = [field("id", "INT64"), ...types.map((type) => field(`x${type}`, type))];
        const rowsOf = (xs: typeof numbers) =>
          xs.map((x, id) =>
            Object.fromEntries([["id", id], ...types.map((type) => [`x${type}`, cast(x, type)])]),
          );
        const sqlOf = (xs: typeof numbers) =>
          xs
            .map((x, id) => {
              const [int, float, decimal] = types.map((type) => cast(x, type) ?? "NULL");
              return `SELECT ${id}::BIGINT AS id, ${int}::BIGINT AS "xINT64", ${float}::DOUBLE AS "xFLOAT64", ${decimal}::DECIMAL(38, 9) AS "xNUMERIC"`;
            })
            .join(" UNION ALL ");
        for (const [absolute, relative] of [
          ["0", "0"],
          ["0.1", "0"],
          ["0", "0.1"],
          ["0.5", "0.0000000000001"],
          ["10", "0"],
        ] as const) {
          const options: Partial<CompareOptions> = {
            key: ["id"],
            absTolerance: { all: absolute, columns: {} },
            relTolerance: { all: relative, columns: {} },
          };
          const google = yield* evaluated(
            oracle,
            { schema, rows: rowsOf(numbers) },
            { schema, rows: rowsOf(others) },
            options,
          );
          const duck = yield* compared(sqlOf(numbers), sqlOf(others), options);
          const sorted = (all: ReadonlyArray<{ readonly key: { readonly id?: unknown } }>) =>
            [...all].sort((x, y) => Number(x.key.id) - Number(y.key.id));
          const { oddsOfMiss: _, method: _m, examples, ...rows } = google.rows!;
          expect(rows).toEqual(expect.objectContaining({ ...rows, lowerBounds: false }));
          expect({
            same: duck.rows!.same,
            columns: [...duck.rows!.columns].sort((x, y) => (x.name < y.name ? -1 : 1)),
          }).toEqual({
            same: rows.same,
            columns: [...rows.columns].sort((x, y) => (x.name < y.name ? -1 : 1)),
          });
          expect(sorted(duck.rows!.examples!.changed)).toEqual(sorted(examples!.changed) as never);
        }
      }),
    ));

  test("exact numbers are compared with FLOAT64 without rounding, also in a STRUCT", async () => {
    const cases = [
      ["INT64", "9007199254740993", 9007199254740992, "different"],
      ["INT64", "9007199254740992", 9007199254740992, "identical"],
      ["INT64", "9223372036854775807", 2 ** 63, "different"],
      ["NUMERIC", "0.1", 0.1, "identical"],
      ["NUMERIC", "12345678901234567.89", 12345678901234568, "different"],
      ["BIGNUMERIC", "0.10000000000000000001", 0.1, "different"],
      ["INT64", null, 0, "different"],
      ["INT64", null, null, "identical"],
    ] as const;
    for (const [type, exact, float, expected] of cases) {
      const table = (of: "INT64" | "NUMERIC" | "BIGNUMERIC" | "FLOAT64", x: string | number | null) => ({
        schema: [
          field("id", "INT64"),
          field("x", of),
          field("s", "STRUCT", { fields: [field("y", of), field("z", "INT64")] }),
        ],
        rows: [{ id: 1, x, s: { y: x, z: 1 } }],
      });
      const [a, b] = [table(type, exact), table("FLOAT64", float)];
      for (const columns of [
        ["id", "x"],
        ["id", "s"],
      ])
        for (const key of [["id"], []]) {
          const verdict = async (one: typeof a, other: typeof a) =>
            (await Effect.runPromise(evaluated(oracle, one, other, { key, columns }))).verdict;
          expect([exact, columns, await verdict(a, b)]).toEqual([exact, columns, expected]);
          expect([exact, columns, await verdict(b, a)]).toEqual([exact, columns, expected]);
        }
    }
    const tolerant = { key: ["id"], columns: ["id", "x"], absTolerance: { all: "0.5", columns: {} } };
    const near = (type: "NUMERIC" | "FLOAT64", x: string | number) => ({
      schema: [field("id", "INT64"), field("x", type)],
      rows: [{ id: 1, x }],
    });
    const found = await Effect.runPromise(
      evaluated(oracle, near("NUMERIC", "1.25"), near("FLOAT64", 1.5), tolerant),
    );
    expect(found.verdict).toBe("identical");
  });
});
