/** Rows of a key are paired with the fewest differences: against the largest matching found by brute force. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { Effect, Layer, ManagedRuntime } from "effect";
import fc from "fast-check";
import type { Row } from "../../../../src/domain/Value.ts";
import * as Router from "../../../../src/layers/Router.ts";
import { type CompareOptions, type Comparison, run } from "../../../../src/programs/table-compare/Program.ts";
import { assign } from "../../../../src/programs/table-compare/pairing/Assignment.ts";
import { field, parquet } from "../../../contract/tables.ts";
import { type Oracle, oracleAvailable, startOracle } from "../../../oracle/oracle.ts";
import { reference, workdir } from "../../../support/files.ts";
import { describeWith } from "../../../support/needs.ts";
import { evaluated } from "../evaluator.ts";
import { compared } from "../local.ts";

setDefaultTimeout(120_000);

const runtime = ManagedRuntime.make(Layer.orDie(Router.layer({ local: { threads: 1 } })));
afterAll(() => runtime.dispose());

interface Tolerant {
  readonly type: "INT64" | "NUMERIC" | "FLOAT64";
  readonly a: ReadonlyArray<Row>;
  readonly b: ReadonlyArray<Row>;
  readonly options: Partial<CompareOptions>;
  /** In the unit of the values. */
  readonly absolute: number;
  readonly relative: number;
}

const number = fc.option(fc.integer({ min: -6, max: 12 }), { nil: null, freq: 8 });
/** Integers, so that arithmetic is exact. */
const tolerant = fc
  .record({
    type: fc.constantFrom("INT64" as const, "NUMERIC" as const, "FLOAT64" as const),
    columns: fc.constantFrom(["x"], ["s", "x"], ["x", "y"], ["s", "t", "x", "y"]),
    absolute: fc.constantFrom(0, 1, 2, 4),
    relative: fc.constantFrom(0, 0.25, 0.5, 2),
    keys: fc.integer({ min: 1, max: 3 }),
  })
  .chain(({ type, columns, absolute, relative, keys }) => {
    const row = fc
      .record({
        id: fc.integer({ min: 1, max: keys }),
        s: fc.constantFrom("p", "q", null),
        t: fc.constantFrom("a".repeat(40), "b".repeat(40)),
        x: number,
        y: number,
      })
      .map((all): Row => Object.fromEntries(["id", ...columns].map((name) => [name, all[name as "x"]])));
    const rows = fc.array(row, { maxLength: 9 });
    return fc.record({ a: rows, b: rows }).map(
      ({ a, b }): Tolerant => ({
        type,
        a,
        b,
        absolute,
        relative,
        options: {
          key: ["id"],
          stats: "never",
          absTolerance: { all: String(absolute), columns: {} },
          relTolerance: { all: String(relative), columns: {} },
        },
      }),
    );
  });

const schemaOf = ({ type, a, b }: Tolerant) =>
  Object.keys([...a, ...b][0] ?? { id: 1, x: 1 }).map((name) =>
    field(name, name === "id" ? "INT64" : name === "s" || name === "t" ? "STRING" : type),
  );

const isAlike =
  ({ absolute, relative }: Tolerant) =>
  (a: Row, b: Row): boolean =>
    Object.keys(a).every((name) => {
      const [x, y] = [a[name], b[name]];
      if (x === y) return true;
      return (
        typeof x === "number" &&
        typeof y === "number" &&
        Math.abs(x - y) <= absolute + relative * Math.max(Math.abs(x), Math.abs(y))
      );
    });

/** The largest matching by augmenting paths. */
const matched = (
  a: ReadonlyArray<Row>,
  b: ReadonlyArray<Row>,
  alike: (a: Row, b: Row) => boolean,
): number => {
  const partner = new Map<Row, Row>();
  const augment = (one: Row, seen: Set<Row>): boolean =>
    b.some((other) => {
      if (seen.has(other) || !alike(one, other)) return false;
      seen.add(other);
      const taken = partner.get(other);
      if (taken !== undefined && !augment(taken, seen)) return false;
      partner.set(other, one);
      return true;
    });
  return a.filter((one) => augment(one, new Set())).length;
};

const expected = (pair: Tolerant) => {
  const totals = { same: 0, changed: 0, onlyA: 0, onlyB: 0 };
  // A row that is drawn twice must be two rows.
  const [inA, inB] = [pair.a.map((row) => ({ ...row })), pair.b.map((row) => ({ ...row }))];
  for (const id of [1, 2, 3]) {
    const [a, b] = [inA.filter((row) => row.id === id), inB.filter((row) => row.id === id)];
    const same = matched(a, b, isAlike(pair));
    const pairs = Math.min(a.length, b.length);
    totals.same += same;
    totals.changed += pairs - same;
    totals.onlyA += a.length - pairs;
    totals.onlyB += b.length - pairs;
  }
  return totals;
};

const check = (found: Comparison, pair: Tolerant): void => {
  const totals = expected(pair);
  expect(found.rows).toMatchObject({ ...totals, lowerBounds: false });
  expect(found.rows?.changedAtMost).toBeUndefined();
  expect(found.rows?.examples?.changed).toHaveLength(totals.changed);
  for (const { name, changed } of found.rows!.columns) {
    const inExamples = found.rows!.examples!.changed.filter(({ cells }) =>
      cells.some(({ column }) => column === name),
    );
    expect(changed).toBe(inExamples.length);
  }
  expect(found.verdict).toBe(totals.changed + totals.onlyA + totals.onlyB === 0 ? "identical" : "different");
};

const local = (pair: Tolerant): Promise<Comparison> =>
  runtime.runPromise(
    Effect.gen(function* () {
      const dir = yield* workdir;
      const schema = schemaOf(pair);
      const file = (name: string, rows: ReadonlyArray<Row>) =>
        Effect.promise(() => parquet(dir, { name, schema, rows }));
      const [a, b] = [yield* file("a", pair.a), yield* file("b", pair.b)];
      return yield* run({ a: reference(a), b: reference(b) }, pair.options);
    }).pipe(Effect.scoped),
  );

test("on DuckDB", () =>
  fc.assert(
    fc.asyncProperty(tolerant, async (pair) => check(await local(pair), pair)),
    { numRuns: 150 },
  ));

const need = {
  available: oracleAvailable(),
  missing: "no evaluator; install it: (cd test/oracle && bun install)",
};

describeWith(need, "on Google's evaluator", () => {
  let oracle: Oracle;
  beforeAll(async () => {
    oracle = await startOracle();
  });
  afterAll(() => oracle.stop());

  test("the same counts", () =>
    fc.assert(
      fc.asyncProperty(tolerant, async (pair) => {
        const schema = schemaOf(pair);
        const found = await Effect.runPromise(
          evaluated(oracle, { schema, rows: pair.a }, { schema, rows: pair.b }, pair.options),
        );
        check(found, pair);
      }),
      { numRuns: 100 },
    ));
});

describe("many rows of one key", () => {
  const tolerance = { key: ["id"], stats: "never", absTolerance: { all: "0.5", columns: {} } } as const;
  const rows = (n: number, x: string, more = "") => `SELECT 1 AS id, ${x} AS v${more} FROM range(${n}) t(i)`;

  test("with one tolerance are paired in order, for any other columns", async () => {
    // A row far from all others shifts the pairing of the others.
    for (const more of ["", ", i % 7 AS w, 'x' AS u"]) {
      const a = rows(2000, "CAST(i AS DOUBLE)", more);
      const b = rows(2000, "CASE WHEN i = 1999 THEN -7.0 ELSE i + 0.25 END", more);
      const found = await Effect.runPromise(compared(a, b, tolerance));
      expect(found.rows).toMatchObject({ same: 1999, changed: 1, onlyA: 0, onlyB: 0, lowerBounds: false });
      expect(found.rows?.changedAtMost).toBeUndefined();
      expect(found.rows?.columns[0]).toEqual({ name: "v", changed: 1 });
      expect(found.rows?.examples?.changed[0]?.cells[0]).toEqual({ column: "v", a: 1999, b: -7 });
    }
  });

  test("and equal ones may have other partners", async () => {
    const shifted = await Effect.runPromise(
      compared(rows(500, "i / 2"), rows(500, "(i + 1) / 2"), tolerance),
    );
    expect(shifted).toMatchObject({ verdict: "identical", rows: { same: 500, changed: 0 } });
  });
});

test("an assignment has the least cost of all", () =>
  fc.assert(
    fc.property(
      fc
        .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }))
        .chain(([n, m]) =>
          fc.array(fc.array(fc.nat(20), { minLength: m, maxLength: m }), { minLength: n, maxLength: n }),
        ),
      (costs) => {
        const [n, m] = [costs.length, costs[0]!.length];
        const best = (i: number, used: ReadonlySet<number>, skips: number): number => {
          if (i === n) return 0;
          const tries = costs[i]!.flatMap((cost, j) =>
            used.has(j) ? [] : [cost + best(i + 1, new Set([...used, j]), skips)],
          );
          return Math.min(...tries, ...(skips > 0 ? [best(i + 1, used, skips - 1)] : []));
        };
        const found = assign(costs);
        const taken = found.filter((j) => j >= 0);
        expect(new Set(taken).size).toBe(Math.min(n, m));
        const sum = found.reduce((all, j, i) => all + (j < 0 ? 0 : costs[i]![j]!), 0);
        expect(sum).toBe(best(0, new Set(), Math.max(0, n - m)));
      },
    ),
    { numRuns: 200 },
  ));
