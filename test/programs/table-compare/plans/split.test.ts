/** What is too complex for one statement is split, with the same result. */
import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import { Effect, Layer, ManagedRuntime } from "effect";
import fc from "fast-check";
import * as Router from "../../../../src/layers/Router.ts";
import { type CompareOptions, defaults } from "../../../../src/programs/table-compare/Options.ts";
import { prepare, rowsTask } from "../../../../src/programs/table-compare/Prepare.ts";
import { run } from "../../../../src/programs/table-compare/Program.ts";
import { compareRows } from "../../../../src/programs/table-compare/plans/CompareRows.ts";
import type { Statement } from "../../../../src/services/BigQuery.ts";
import { BigQueryError } from "../../../../src/services/BigQueryError.ts";
import { empty } from "../../../../src/sql/Sql.ts";
import { parquet } from "../../../contract/tables.ts";
import { reference, workdir } from "../../../support/files.ts";
import { compareInMemory } from "../memory.ts";
import { randomPair } from "../random.ts";

setDefaultTimeout(120_000);

const runtime = ManagedRuntime.make(Layer.orDie(Router.layer({ local: { threads: 1 } })));
afterAll(() => runtime.dispose());

const count = (text: string, part: string): number => text.split(part).length - 1;

/** Compares two files on an engine that rejects statements with more than `most` comparisons of columns. */
const compare = (
  files: { readonly a: string; readonly b: string },
  options: Partial<CompareOptions>,
  most: number,
  refuses: (sql: string) => boolean = () => false,
  isTooLong: (sql: string) => boolean = () => false,
) =>
  Effect.gen(function* () {
    const pair = { a: reference(files.a), b: reference(files.b) };
    const prepared = yield* prepare(pair, { ...defaults, stats: "never", ...options });
    const task = rowsTask(prepared);
    const seen: Array<string> = [];
    const query = (statement: Statement) => {
      const { text } = statement.sql;
      seen.push(text);
      if (refuses(text)) return BigQueryError.of("accessDenied", "the account may not read it");
      const isComplex =
        count(text, "IS DISTINCT FROM") > most ||
        (most < 1 && text.includes("AS r FROM u")) ||
        isTooLong(text);
      return isComplex
        ? BigQueryError.of("tooComplex", "query is too complex")
        : task.engine.query(statement);
    };
    const oneStatement = {
      ...task.dialect,
      engine: "bigquery",
      scansAreFree: false,
      unnest: () => empty,
    } as const;
    const found = yield* compareRows({ ...task, dialect: oneStatement, engine: { ...task.engine, query } });
    return { ...found, seen };
  });

test("rows, columns and examples are those of one statement", () =>
  fc.assert(
    fc.asyncProperty(randomPair, fc.constantFrom(0, 1, 2, 3), async ({ schema, a, b, key }, most) => {
      // A comparison of only its key has no parts.
      fc.pre(schema.length > key.length);
      await runtime.runPromise(
        Effect.gen(function* () {
          const dir = yield* workdir;
          const file = (name: string, rows: typeof a) =>
            Effect.promise(() => parquet(dir, { name, schema, rows }));
          const files = { a: yield* file("a", a), b: yield* file("b", b) };
          const { columns, ...truth } = compareInMemory(schema, a, b, key);
          const { comparison, notes } = yield* compare(files, { key }, most);
          expect(comparison).toMatchObject(truth);
          const hasParts = notes.some((note) => note.includes("too complex"));
          if (columns !== undefined && (most > 0 || !hasParts) && !comparison.lowerBounds) {
            const byColumn = comparison.columns.map(({ name, changed }) => [name, changed] as const);
            expect(Object.fromEntries(byColumn)).toEqual({ ...columns });
            const whole = yield* run(
              { a: reference(files.a), b: reference(files.b) },
              { key, stats: "never" },
            );
            const sorted = (all: ReadonlyArray<object> = []) => all.map((one) => JSON.stringify(one)).sort();
            if (key.length > 0)
              expect(sorted(comparison.examples?.changed)).toEqual(sorted(whole.rows?.examples?.changed));
          }
        }).pipe(Effect.scoped),
      );
    }),
    { numRuns: 60 },
  ));

const wide = (change: string) =>
  `SELECT i AS id, ${Array.from({ length: 40 }, (_, n) => `CASE WHEN ${change.replace("n", String(n))} THEN -1 ELSE i END AS c${n}`).join(", ")} FROM range(300) t(i)`;

const wideFiles = Effect.gen(function* () {
  const dir = yield* workdir;
  const a = yield* Effect.promise(() => dir.parquet("a.parquet", wide("FALSE")));
  const b = yield* Effect.promise(() => dir.parquet("b.parquet", wide("i % 50 = n")));
  return { a, b };
});

test("rows that changed in several parts count once, and their examples have all cells", () =>
  runtime.runPromise(
    Effect.gen(function* () {
      const files = yield* wideFiles;
      const { comparison, seen } = yield* compare(files, { key: ["id"], sampleSize: 7 }, 6);
      expect(comparison).toMatchObject({ same: 60, changed: 240, onlyA: 0, onlyB: 0, lowerBounds: false });
      expect(comparison.columns).toHaveLength(40);
      expect(comparison.examples?.changed).toHaveLength(7);
      // One that fails, one for rows, and the columns in halves until six or fewer are left.
      expect(seen).toHaveLength(2 + 2 + 4 + 8);
    }).pipe(Effect.scoped),
  ));

test("rows without a key have the examples of one statement", () =>
  runtime.runPromise(
    Effect.gen(function* () {
      const files = yield* wideFiles;
      const options = { key: [], sampleSize: 7 };
      const whole = yield* compare(files, options, 1e6);
      const longest = whole.seen[0]!.length;
      const shows = (text: string) => text.includes("only_a_rows");
      const half = yield* compare(
        files,
        options,
        1e6,
        undefined,
        (text) => shows(text) && text.length > longest * 0.75,
      );
      expect(half.seen.length).toBeGreaterThan(3);
      expect(half.comparison).toEqual(whole.comparison);
      expect(half.comparison.examples?.onlyA).toHaveLength(7);
      const none = yield* compare(files, options, 1e6, undefined, shows);
      expect(none.comparison).toMatchObject({ onlyA: 240, onlyB: 240, examples: { onlyA: [], onlyB: [] } });
    }).pipe(Effect.scoped),
  ));

test("columns that cannot be counted are named, and the verdict holds", () =>
  runtime.runPromise(
    Effect.gen(function* () {
      const files = yield* wideFiles;
      const refuses = (text: string) => text.includes('"c39"') && !text.includes('"c0"');
      const { comparison, notes } = yield* compare(files, { key: ["id"] }, 30, refuses);
      expect(comparison).toMatchObject({ changed: 240, lowerBounds: true });
      expect(comparison.columns).toHaveLength(20);
      expect(notes.join()).toContain("c39: the account may not read it");
    }).pipe(Effect.scoped),
  ));

const tolerance = { key: ["id"], absTolerance: { all: "1", columns: {} } };

test("with a tolerance and unique keys the verdict is exact, and the count may be an upper bound", () =>
  runtime.runPromise(
    Effect.gen(function* () {
      const files = yield* wideFiles;
      const found = yield* compare(files, tolerance, 6);
      // Row 0 is changed from 0 to -1, within the tolerance.
      expect(found.comparison).toMatchObject({ changed: 239, same: 61, onlyA: 0, onlyB: 0 });
      expect(found.comparison.changedAtMost).toBe(true);
      expect(found.notes.join()).toContain("upper bound");
      const same = yield* compare(files, { ...tolerance, absTolerance: { all: "400", columns: {} } }, 6);
      expect(same.comparison).toMatchObject({ changed: 0, same: 300 });
      expect(same.comparison.changedAtMost).toBeUndefined();
    }).pipe(Effect.scoped),
  ));

test("with a tolerance and several rows per key the count is an upper bound", () =>
  runtime.runPromise(
    Effect.gen(function* () {
      const dir = yield* workdir;
      const several = (x: string, rows = 3) =>
        Effect.promise(() =>
          dir.parquet(
            `${x}-${rows}.parquet`,
            `SELECT i // 3 AS id, i + ${x} AS u, i AS v FROM range(${rows}) t(i)`,
          ),
        );
      const a = yield* several("0");
      const close = yield* compare({ a, b: yield* several("0.5") }, tolerance, 1);
      expect(close.comparison).toMatchObject({ same: 0, changed: 3, changedAtMost: true });
      expect(close.notes.join()).toContain("upper bound");
      const same = yield* compare({ a, b: a }, tolerance, 1);
      expect(same.comparison).toMatchObject({ same: 3, changed: 0 });
      expect(same.comparison.changedAtMost).toBeUndefined();
      const far = yield* compare({ a, b: yield* several("5", 4) }, tolerance, 1);
      expect(far.comparison).toMatchObject({ same: 0, changed: 3, onlyB: 1, changedAtMost: true });
      expect(far.comparison.columns).toEqual([{ name: "u", changed: 3 }]);
    }).pipe(Effect.scoped),
  ));

test("with tolerances, the upper bound of split comparisons holds", () =>
  fc.assert(
    fc.asyncProperty(randomPair, async ({ schema, a, b, key }) => {
      fc.pre(schema.length > key.length && key.length > 0);
      await runtime.runPromise(
        Effect.gen(function* () {
          const dir = yield* workdir;
          const file = (name: string, rows: typeof a) =>
            Effect.promise(() => parquet(dir, { name, schema, rows }));
          const files = { a: yield* file("a", a), b: yield* file("b", b) };
          const options = { key, absTolerance: { all: "1", columns: {} } };
          const whole = yield* run(
            { a: reference(files.a), b: reference(files.b) },
            { ...options, stats: "never" },
          );
          const { comparison } = yield* compare(files, options, 1);
          const { changed, onlyA, onlyB } = whole.rows!;
          expect(comparison).toMatchObject({ onlyA, onlyB });
          expect(comparison.changed).toBeGreaterThanOrEqual(changed!);
          if (comparison.changedAtMost !== true) expect(comparison.changed).toBe(changed);
        }).pipe(Effect.scoped),
      );
    }),
    { numRuns: 20 },
  ));
