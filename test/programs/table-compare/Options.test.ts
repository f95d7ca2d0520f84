/** The effect of each option, on local tables. */
import { describe, expect } from "bun:test";
import { Effect } from "effect";
import { type CompareOptions, headline } from "../../../src/programs/table-compare/Program.ts";
import { it } from "../../support/effect.ts";
import { compared, counts } from "./local.ts";

const values = (rows: string, names: string) => `SELECT * FROM (VALUES ${rows}) AS t(${names})`;
const table = values("(1, 'x', 10, 1), (2, 'y', 20, 2)", "id, month, month_num, amount");

const failure = (options: Partial<CompareOptions>, b = table) =>
  Effect.map(Effect.flip(compared(table, b, options)), ({ reason, message }) => ({ reason, message }));

const tolerance = (column: string) => ({ columns: { [column]: "1" } });

describe("names of columns", () => {
  const misspelt: ReadonlyArray<readonly [string, Partial<CompareOptions>, string]> = [
    ["--key", { key: ["idd"] }, 'did you mean "id"?'],
    ["--columns", { columns: ["mnth"] }, 'did you mean "month"?'],
    ["--exclude", { exclude: ["amuont"] }, 'did you mean "amount"?'],
    ["--abs-tolerance", { key: ["id"], absTolerance: tolerance("amuont") }, 'did you mean "amount"?'],
    ["--rel-tolerance", { key: ["id"], relTolerance: tolerance("nothing like it") }, "the columns are"],
    ["--map", { map: [{ a: "mont", b: "month" }] }, 'did you mean "month"?'],
    ["--map", { map: [{ a: "month", b: "moth" }] }, 'did you mean "month"?'],
    ["--abs-tolerance", { key: ["id"], absTolerance: tolerance("id") }, "compared exactly"],
    ["--abs-tolerance", { key: ["id"], absTolerance: tolerance("month") }, "only numbers"],
    ["--abs-tolerance", { key: ["id"], absTolerance: { all: "1e-3", columns: {} } }, "write a decimal"],
  ];
  for (const [option, options, remedy] of misspelt) {
    it.live(`${option} ${JSON.stringify(options)} is bad usage`, () =>
      Effect.gen(function* () {
        const { reason, message } = yield* failure(options);
        expect(reason).toBe("invalidQuery");
        expect(message).toContain(option);
        expect(message).toContain(remedy);
      }),
    );
  }

  it.live("are not confused with longer names: month and month_num", () =>
    Effect.gen(function* () {
      const other = values("(1, 'x', 11, 1), (2, 'y', 20, 2)", "id, month, month_num, amount");
      expect(yield* counts(table, other, { key: ["id"], columns: ["month"] })).toMatchObject({
        verdict: "identical",
      });
      expect(yield* counts(table, other, { key: ["id"], columns: ["month_num"] })).toMatchObject({
        changed: 1,
      });
      expect(yield* counts(table, other, { key: ["id"], exclude: ["month"] })).toMatchObject({ changed: 1 });
      expect(yield* counts(table, other, { key: ["id"], exclude: ["month_num"] })).toMatchObject({
        verdict: "identical",
      });
    }),
  );

  it.live("may be mapped, keys too, and differ in case", () =>
    Effect.gen(function* () {
      const other = values("(1, 'x', 10, 1), (2, 'y', 20, 3)", "nr, MONTH, month_num, sum");
      const map = [
        { a: "id", b: "nr" },
        { a: "amount", b: "sum" },
      ];
      for (const key of ["id", "nr"]) {
        const found = yield* compared(table, other, { key: [key], map });
        expect(found.rows?.columns).toEqual([{ name: "amount", changed: 1 }]);
        expect(found.rows?.examples?.changed).toEqual([
          { key: { id: 2 }, cells: [{ column: "amount", a: 2, b: 3 }] },
        ]);
        expect(found.statistics?.[0]?.column).toBe("amount");
      }
      const { message } = yield* failure({ map: [...map, { a: "month", b: "nr" }] }, other);
      expect(message).toContain("already mapped");
    }),
  );

  it.live("of one side only make a difference, unless excluded", () =>
    Effect.gen(function* () {
      const other = values("(1, 'x', 10, 1), (2, 'y', 20, 2)", "id, month, month_num, extra");
      const found = yield* compared(table, other, { key: ["id"] });
      expect(found.verdict).toBe("different");
      expect(found.reasons.map(({ kind }) => kind)).toEqual(["schema", "schema"]);
      expect(found.compared).toMatchObject({ onlyA: ["amount"], onlyB: ["extra"] });
      expect(found.rows).toMatchObject({ same: 2, changed: 0 });
      const without = yield* compared(table, other, { key: ["id"], exclude: ["amount", "extra"] });
      expect(without.verdict).toBe("identical");
      expect((yield* failure({ key: ["amount"] }, other)).message).toContain("only one of the tables");
    }),
  );
});

describe("types and tables that cannot be compared", () => {
  it.live("a common column of types without a common one is reported, and not compared", () =>
    Effect.gen(function* () {
      const other = values("(1, 5), (2, 6)", "id, month");
      const found = yield* compared(table, other, { key: ["id"], columns: ["id", "month"] });
      expect(found.verdict).toBe("different");
      expect(found.compared.omitted).toEqual([
        { name: "month", reason: "STRING in A and INT64 in B have no common type" },
      ]);
      expect(found.rows).toMatchObject({ same: 2 });
      expect((yield* failure({ key: ["month"] }, other)).message).toContain("no common type");
    }),
  );

  it.live("widened types are noted", () =>
    Effect.gen(function* () {
      const found = yield* compared("SELECT 1::BIGINT AS x", "SELECT 1.0::DOUBLE AS x");
      expect(found.verdict).toBe("identical");
      expect(found.notes).toEqual(["x: INT64 in A and FLOAT64 in B; compared as FLOAT64, without rounding"]);
    }),
  );

  it.live("no common column at all", () =>
    Effect.gen(function* () {
      const found = yield* compared("SELECT 1 AS x", "SELECT 1 AS y");
      expect(found.verdict).toBe("different");
      expect(found.reasons[0]?.kind).toBe("nothing-compared");
      expect(found).toMatchObject({ a: { rows: 1 }, b: { rows: 1 } });
      expect(found.rows).toBeUndefined();
    }),
  );

  it.live("two empty tables are identical, with a note", () =>
    Effect.gen(function* () {
      const found = yield* compared(`${table} LIMIT 0`, `${table} LIMIT 0`, { key: ["id"] });
      expect(headline(found)).toBe("identical: 0 rows in 4 columns (both empty)");
      const full = yield* compared(`${table} LIMIT 0`, table, { key: ["id"] });
      expect(full.reasons.map(({ text }) => text)).toEqual(["0 rows in A, 2 rows in B", "2 rows only in B"]);
    }),
  );
});

describe("rows", () => {
  const other = values("(1, 'x', 10, 1), (2, 'z', 20, 2), (3, 'n', 0, 0)", "id, month, month_num, amount");

  it.live("are chosen on both sides, and on each", () =>
    Effect.gen(function* () {
      const key = ["id"];
      expect(yield* counts(table, other, { key, where: "id = 1 -- the first" })).toMatchObject({
        verdict: "identical",
        same: 1,
      });
      expect(
        yield* counts(table, other, { key, where: "id < 9", whereB: "id <> 3 OR 1 = 0", whereA: "true" }),
      ).toMatchObject({ same: 1, changed: 1, onlyB: 0 });
      const found = yield* compared(table, other, {
        key,
        where: "id = 1",
        whereB: "id < 3",
        stats: "always",
      });
      expect(found.b.where).toBe("(id = 1) AND (id < 3)");
      expect(found.statistics?.find(({ column }) => column === "id")?.figures[0]).toMatchObject({
        a: 1,
        b: 1,
      });
      expect(headline(found)).toContain("selected row");
    }),
  );

  it.live("within --max-diff are different, but not broken", () =>
    Effect.gen(function* () {
      const within = (maxDiff: CompareOptions["maxDiff"]) =>
        Effect.map(
          compared(table, other, { key: ["id"], ...(maxDiff === undefined ? {} : { maxDiff }) }),
          ({ verdict, broken }) => ({ verdict, broken }),
        );
      expect(yield* within(undefined)).toEqual({ verdict: "different", broken: true });
      expect(yield* within({ _tag: "Rows", rows: 1 })).toEqual({ verdict: "different", broken: true });
      expect(yield* within({ _tag: "Rows", rows: 2 })).toEqual({ verdict: "different", broken: false });
      expect(yield* within({ _tag: "Percent", percent: 60 })).toEqual({ verdict: "different", broken: true });
      expect(yield* within({ _tag: "Percent", percent: 67 })).toEqual({
        verdict: "different",
        broken: false,
      });
    }),
  );

  it.live("are not compared with skipRows, as the verdict states", () =>
    Effect.gen(function* () {
      const found = yield* compared(table, table, { key: ["id"], skipRows: true });
      expect(headline(found)).toBe(
        "no difference in schema, row counts and statistics; rows were not compared",
      );
      const counted = yield* compared(table, table, { skipRows: true, stats: "never" });
      expect(headline(counted)).toBe("no difference in schema and row counts; rows were not compared");
      expect(counted.statistics).toBeUndefined();
      expect((yield* compared(table, other, { skipRows: true })).reasons.map(({ kind }) => kind)).toEqual([
        "count",
        "statistics",
      ]);
      const swapped = values("(1, 'y', 10, 1), (2, 'x', 20, 2)", "id, month, month_num, amount");
      expect((yield* compared(table, swapped, { skipRows: true })).verdict).toBe("identical");
    }),
  );

  it.live("are not shown with skipSamples, sampleSize 0, or values other than all", () =>
    Effect.gen(function* () {
      const hidden: ReadonlyArray<Partial<CompareOptions>> = [
        { skipSamples: true },
        { sampleSize: 0 },
        { values: "aggregates" },
        { values: "none" },
      ];
      for (const options of hidden) {
        for (const key of [["id"], []]) {
          const found = yield* compared(table, other, { key, ...options });
          expect(found.rows?.examples).toBeUndefined();
          expect(found.concentration).toBeUndefined();
        }
      }
      const found = yield* compared(table, other, { values: "none" });
      expect(JSON.stringify(found.statistics)).not.toContain('"z"');
      const some = yield* compared(
        "SELECT i AS id FROM range(500) r(i)",
        "SELECT i AS id FROM range(500, 1000) r(i)",
        { key: ["id"], sampleSize: 7 },
      );
      expect(some.rows?.examples).toMatchObject({ onlyA: { length: 7 }, onlyB: { length: 7 } });
    }),
  );

  it.live("that share a dominant value are reported", () =>
    Effect.gen(function* () {
      const orders = (amount: string) =>
        `SELECT i AS id, ['new', 'paid', 'refunded'][1 + i % 3] AS status, ${amount} AS amount, 'same' AS shop FROM range(300) r(i)`;
      const found = yield* compared(orders("i"), orders("i + CASE WHEN i % 3 = 2 THEN 1 ELSE 0 END"), {
        key: ["id"],
        sampleSize: 20,
      });
      expect(found.concentration).toEqual([
        { column: "status", side: "a", value: "refunded", share: 1, usual: 1 / 3, of: "examples" },
      ]);
      const all = yield* compared(orders("i"), orders("i + CASE WHEN i % 3 = 2 THEN 1 ELSE 0 END"), {
        key: ["id"],
      });
      expect(all.concentration?.[0]?.of).toBe("all");
    }),
  );

  it.live("with more than 1,000 unmatched in a key give lower bounds by column, and exact totals", () =>
    Effect.gen(function* () {
      const one = (x: string) => `SELECT 1 AS id, ${x} AS x FROM range(1500) r(i)`;
      const found = yield* compared(one("i"), one("i + 2000"), { key: ["id"] });
      expect(found.rows).toMatchObject({
        same: 0,
        changed: 1500,
        onlyA: 0,
        onlyB: 0,
        lowerBounds: true,
        columns: [{ name: "x", changed: 1000 }],
      });
    }),
  );

  it.live("a tolerance without a key is rejected", () =>
    Effect.gen(function* () {
      expect(yield* failure({ absTolerance: { all: "1", columns: {} } })).toMatchObject({
        reason: "unsupported",
      });
    }),
  );
});

describe("wide tables", () => {
  for (const width of [200, 1000]) {
    it.live(
      `${width} columns, one of them changed`,
      () =>
        Effect.gen(function* () {
          const wide = (last: string) =>
            `SELECT i AS id, ${Array.from({ length: width - 1 }, (_, n) => `${n === width - 2 ? last : `i + ${n}`} AS column_${n}`).join(", ")} FROM range(20) r(i)`;
          const key = ["id"];
          const options = { stats: "never" as const };
          expect(yield* counts(wide("i"), wide("i"), { key, ...options })).toMatchObject({
            verdict: "identical",
            same: 20,
          });
          const changed = yield* compared(wide("i"), wide("i + (i = 7)::INT"), { key, ...options });
          expect(changed.rows).toMatchObject({
            same: 19,
            changed: 1,
            columns: [{ name: `column_${width - 2}`, changed: 1 }],
          });
          expect(yield* counts(wide("i"), wide("i + (i = 7)::INT"), options)).toMatchObject({
            onlyA: 1,
            onlyB: 1,
          });
          const twice = `${wide("i")} UNION ALL ${wide("i")}`;
          expect(yield* counts(twice, twice, { key, ...options })).toMatchObject({
            verdict: "identical",
            same: 40,
          });
        }),
      60_000,
    );
  }
});
