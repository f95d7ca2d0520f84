/** Pairs of two engines whose statements are too complex are compared in parts of their columns. */
import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import { Effect, Layer, ManagedRuntime } from "effect";
import fc from "fast-check";
import * as Router from "../../src/layers/Router.ts";
import { defaults } from "../../src/programs/table-compare/Options.ts";
import { prepare } from "../../src/programs/table-compare/Prepare.ts";
import { compareInParts } from "../../src/programs/table-compare/plans/CrossEngineParts.ts";
import { rowsDiffer } from "../../src/programs/table-compare/Verdict.ts";
import type { BigQueryService, Statement } from "../../src/services/BigQuery.ts";
import { BigQueryError } from "../../src/services/BigQueryError.ts";
import { parquet } from "../contract/tables.ts";
import { reference, workdir } from "../support/files.ts";
import { compareInMemory } from "./memory.ts";
import { randomPair } from "./random.ts";

setDefaultTimeout(120_000);

const runtime = ManagedRuntime.make(Layer.orDie(Router.layer({ local: { threads: 1 } })));
afterAll(() => runtime.dispose());

/** The engine, which refuses statements over more compared columns. */
const limited = (engine: BigQueryService, most: number): BigQueryService => ({
  ...engine,
  query: (statement: Statement) =>
    new Set(statement.sql.text.match(/ AS c\d+/g)).size > most
      ? BigQueryError.of("tooComplex", "query is too complex")
      : engine.query(statement),
});

const compare = (
  files: { readonly a: string; readonly b: string },
  key: ReadonlyArray<string>,
  most: number,
  rows = 1000,
) =>
  Effect.gen(function* () {
    const pair = { a: reference(files.a), b: reference(files.b) };
    const prepared = yield* prepare(pair, { ...defaults, key });
    const side = (which: "a" | "b") => ({
      ...prepared[which],
      engine: limited(prepared[which].engine, most),
    });
    const limits = { rows, values: 1e9 };
    return yield* compareInParts({ ...prepared, a: side("a"), b: side("b"), together: false }, limits);
  });

test("the verdict and the counts are those of one statement", () =>
  fc.assert(
    fc.asyncProperty(randomPair, fc.constantFrom(2, 1000), async ({ schema, key, ...given }, rows) => {
      fc.pre(key.length > 0 && schema.length > key.length + 1);
      const once = (all: typeof given.a) => [
        ...new Map(all.map((row) => [JSON.stringify(key.map((name) => row[name])), row])).values(),
      ];
      const [a, b] = [once(given.a), once(given.b)];
      await runtime.runPromise(
        Effect.gen(function* () {
          const dir = yield* workdir;
          const file = (name: string, of: typeof a) =>
            Effect.promise(() => parquet(dir, { name, schema, rows: of }));
          const files = { a: yield* file("a", a), b: yield* file("b", b) };
          const truth = compareInMemory(schema, a, b, key);
          const { comparison } = yield* compare(files, key, 1, rows);
          expect(rowsDiffer(comparison)).toBe((truth.changed ?? 0) + truth.onlyA + truth.onlyB > 0);
          expect(comparison.same).toBeLessThanOrEqual(truth.same);
          if (comparison.lowerBounds) {
            expect(comparison.changed).toBeLessThanOrEqual(truth.changed!);
            return;
          }
          expect(comparison).toMatchObject({ onlyA: truth.onlyA, onlyB: truth.onlyB });
          if (comparison.changedAtMost === true)
            expect(comparison.changed).toBeGreaterThanOrEqual(truth.changed!);
          else expect(comparison).toMatchObject({ same: truth.same, changed: truth.changed });
          const byColumn = Object.fromEntries(comparison.columns.map(({ name, changed }) => [name, changed]));
          expect(byColumn).toEqual({ ...truth.columns });
        }).pipe(Effect.scoped),
      );
    }),
    { numRuns: 60 },
  ));

test("a row that changed in two parts has the cells of both, and the count is an upper bound", () =>
  runtime.runPromise(
    Effect.gen(function* () {
      const dir = yield* workdir;
      const wide = (name: string, x: string, y: string) =>
        Effect.promise(() =>
          dir.parquet(`${name}.parquet`, `SELECT i AS id, ${x} AS x, i AS u, ${y} AS y FROM range(9) t(i)`),
        );
      const a = yield* wide("a", "i", "i");
      const b = yield* wide("b", "CASE WHEN i < 2 THEN -1 ELSE i END", "CASE WHEN i = 1 THEN -2 ELSE i END");
      const { comparison, notes } = yield* compare({ a, b }, ["id"], 1);
      expect(comparison).toMatchObject({ same: 6, changed: 3, changedAtMost: true });
      expect(
        comparison.examples?.changed.find(({ key }) => key.id === 1)?.cells.map(({ column }) => column),
      ).toEqual(["x", "y"]);
      expect(notes.join()).toContain("upper bound");
      const repeated = yield* Effect.flip(compare({ a, b: a }, [], 1));
      expect(repeated.reason).toBe("tooComplex");
      const same = yield* compare({ a, b: a }, ["id"], 1);
      expect(same.comparison).toMatchObject({ same: 9, changed: 0, onlyA: 0, onlyB: 0, lowerBounds: false });
    }).pipe(Effect.scoped),
  ));
