/**
 * Pairs of two engines: canonical texts are the same on both, and digests give the same result as a comparison in
 * memory.
 */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { Effect, Layer, ManagedRuntime } from "effect";
import fc from "fast-check";
import type { Field } from "../../../../src/domain/TableSchema.ts";
import type { Row } from "../../../../src/domain/Value.ts";
import * as Router from "../../../../src/layers/Router.ts";
import { type CompareOptions, run } from "../../../../src/programs/table-compare/Program.ts";
import { BigQuery } from "../../../../src/services/BigQuery.ts";
import { madeTable } from "../../../contract/made.ts";
import { field, parquet, type Table } from "../../../contract/tables.ts";
import { type Oracle, oracleAvailable, startOracle } from "../../../oracle/oracle.ts";
import { reference, workdir } from "../../../support/files.ts";
import { describeWith } from "../../../support/needs.ts";
import { awkward } from "../awkward.ts";
import { evaluator } from "../evaluator.ts";
import { compareInMemory } from "../memory.ts";
import { randomPair } from "../random.ts";

setDefaultTimeout(120_000);

const need = {
  available: oracleAvailable(),
  missing: "no evaluator; install it: (cd test/oracle && bun install)",
};
const runtime = ManagedRuntime.make(Layer.orDie(Router.layer({ local: { threads: 1 } })));
afterAll(() => runtime.dispose());

describeWith(need, "A local file against BigQuery", () => {
  let oracle: Oracle;
  beforeAll(async () => {
    oracle = await startOracle();
  });
  afterAll(() => oracle.stop());

  /** A as a Parquet file, B in the evaluator. */
  const compare = (
    a: Table,
    b: { readonly schema: ReadonlyArray<Field>; readonly rows: ReadonlyArray<Row> },
    options: Partial<CompareOptions> = {},
  ) =>
    runtime.runPromise(
      Effect.gen(function* () {
        const dir = yield* workdir;
        const file = yield* Effect.promise(() => parquet(dir, a));
        const local = yield* BigQuery;
        const google = yield* Effect.provide(BigQuery, evaluator(oracle, { ...b, rows: [] }, b));
        const routed = Router.route(Effect.succeed(google), Effect.succeed(local));
        const pair = { a: reference(file), b: reference("p.d.b") };
        return yield* Effect.provideService(run(pair, { stats: "never", ...options }), BigQuery, routed);
      }).pipe(Effect.scoped),
    );

  test("every scalar type has one text on both engines", async () => {
    for (const key of [[], ["s"], ["f", "n"]]) {
      const found = await compare(awkward, awkward, { key });
      expect(found.rows).toMatchObject({ same: awkward.rows.length, onlyA: 0, onlyB: 0, method: "digests" });
      expect(found.verdict).toBe("identical");
      expect(found.compared.leftOut).toEqual([]);
    }
  });

  test("exact numbers and FLOAT64 are compared without rounding", async () => {
    const cases = [
      ["INT64", "9007199254740993", 9007199254740992, "different"],
      ["INT64", "9007199254740992", 9007199254740992, "identical"],
      ["INT64", "-9223372036854775808", -(2 ** 63), "identical"],
      ["INT64", "9223372036854775807", 2 ** 63, "different"],
      ["NUMERIC", "0.1", 0.1, "identical"],
      ["NUMERIC", "12345678901234567.89", 12345678901234568, "different"],
      ["BIGNUMERIC", "0.3", 0.3, "identical"],
      ["BIGNUMERIC", "0.10000000000000000001", 0.1, "different"],
    ] as const;
    for (const [type, exact, float, expected] of cases) {
      const precision = type === "BIGNUMERIC" ? { precision: "38", scale: "20" } : {};
      const one = {
        name: "one",
        schema: [field("id", "INT64"), field("x", type, precision)],
        rows: [{ id: 1, x: exact }],
      };
      const other = {
        name: "other",
        schema: [field("id", "INT64"), field("x", "FLOAT64")],
        rows: [{ id: 1, x: float }],
      };
      for (const key of [[], ["x"]]) {
        expect([exact, (await compare(one, other, { key })).verdict]).toEqual([exact, expected]);
        expect([exact, (await compare(other, one, { key })).verdict]).toEqual([exact, expected]);
      }
    }
  });

  test("a large table of all types; columns without canonical text are omitted and listed", async () => {
    const made = madeTable(300);
    const found = await compare(made, made, { key: ["id"] });
    expect(found.verdict).toBe("identical");
    expect(found.compared.leftOut.map(({ name }) => name)).toEqual(["doc"]);
    const other = { ...made, rows: made.rows.map((row, i) => (i === 299 ? { ...row, ratio: 1.25 } : row)) };
    const changed = await compare(made, other, { key: ["id"] });
    expect(found.notes.join()).not.toContain("second scan");
    expect(changed.notes.join()).toContain(
      "a second scan of B fetched the rows of differing buckets: 2.0 MB estimated",
    );
    expect(changed.rows).toMatchObject({ same: 299, changed: 1, columns: [{ name: "ratio", changed: 1 }] });
    expect(changed.rows?.examples?.changed[0]?.cells[0]).toMatchObject({ column: "ratio", b: 1.25 });
  });

  test("picoseconds are omitted and listed, neither truncated nor equal", async () => {
    const at = (more: Partial<Field>) => [
      field("id", "INT64"),
      { ...field("at", "TIMESTAMP"), ...more },
      field("s", "STRUCT", { fields: [{ ...field("at", "TIMESTAMP"), ...more }] }),
      { ...field("list", "TIMESTAMP", { mode: "REPEATED" }), ...more },
    ];
    const rows = [{ id: 1, at: "2024-01-02T03:04:05Z", s: { at: null }, list: [] }];
    const found = await compare(
      { name: "a", schema: at({}), rows },
      { schema: at({ timestampPrecision: "12" }), rows },
    );
    expect(found.compared.columns).toEqual(["id"]);
    expect(found.compared.leftOut[0]).toEqual({
      name: "at",
      reason: "TIMESTAMP in A and TIMESTAMP(12) in B: digits below a microsecond cannot be compared",
    });
    expect(found.compared.leftOut.map(({ name }) => name)).toEqual(["at", "s", "list"]);
    const plain = await compare({ name: "a", schema: at({}), rows }, { schema: at({}), rows });
    expect(plain.compared.leftOut).toEqual([]);
  });

  test("digests give the same result as a comparison in memory", () =>
    fc.assert(
      fc.asyncProperty(randomPair, async ({ schema, a, b, key }) => {
        const found = await compare({ name: "a", schema, rows: a }, { schema, rows: b }, { key });
        const { columns, ...totals } = compareInMemory(schema, a, b, key);
        expect(found.rows).toMatchObject(totals);
        if (columns !== undefined) {
          expect(Object.fromEntries(found.rows!.columns.map(({ name, changed }) => [name, changed]))).toEqual(
            columns,
          );
        }
      }),
      { numRuns: 40 },
    ));

  test("a tolerance, or a key without canonical text, is rejected", async () => {
    const table: Table = { name: "j", schema: [field("id", "INT64"), field("j", "JSON")], rows: [] };
    expect(compare(table, table, { key: ["j"] })).rejects.toThrow("has no common text in both engines");
    expect(
      compare(table, table, { key: ["j"], absTolerance: { all: "1", columns: { id: "1" } } }),
    ).rejects.toThrow();
  });
});
