/** The contract of every engine. */
import { describe, expect } from "bun:test";
import { Duration, Effect, Exit, Fiber } from "effect";
import * as References from "../../src/domain/TableReference.ts";
import type { Field } from "../../src/domain/TableSchema.ts";
import type { BigQueryError } from "../../src/services/BigQueryError.ts";
import { sql } from "../../src/sql/Sql.ts";
import { secret, tables } from "./data.ts";
import { type Adapter, query, select, suite } from "./suite.ts";

/** Name, type, mode and inner fields, which all engines have. */
const outline = ({ name, type, mode, fields }: Field): unknown => ({
  name,
  type,
  mode,
  ...(fields === undefined ? {} : { fields: fields.map(outline) }),
});

const column = (rows: ReadonlyArray<Readonly<Record<string, unknown>>>, name: string) =>
  rows.map((row) => row[name]);

export const contract = (adapter: Adapter): void => {
  describe(adapter.name, () => {
    const { it, world } = suite(adapter);

    for (const name of ["values", "flat", "nested", "odd", "empty"] as const) {
      it(
        `the metadata of "${name}" holds every field with type, mode and inner fields`,
        name,
        (engine, reference) =>
          Effect.gen(function* () {
            const metadata = yield* engine.table(reference);
            expect(metadata.schema.map(outline)).toEqual(tables[name].schema.map(outline));
            expect(References.format(metadata.reference)).toContain(References.format(reference));
          }),
      );
    }

    it("a NOT NULL field is REQUIRED, and keeps its description", "modes", (engine, reference) =>
      Effect.gen(function* () {
        const { schema } = yield* engine.table(reference);
        expect(schema.map(outline)).toEqual(tables.modes.schema.map(outline));
        expect(schema.map(({ description }) => description)).toEqual(["the key", undefined, undefined]);
      }),
    );

    it("the metadata counts the rows", "flat", (engine, reference) =>
      Effect.gen(function* () {
        expect((yield* engine.table(reference)).rows).toBe(25);
      }),
    );

    it(
      "the metadata of an empty table counts zero rows",
      "empty",
      (engine, reference) =>
        Effect.gen(function* () {
          expect((yield* engine.table(reference)).rows).toBe(0);
        }),
      "rowCountOfEmpty",
    );

    it("a missing table is notFound, and the remedy suggests the nearest one", "flat", (engine, near) =>
      Effect.gen(function* () {
        const error: BigQueryError = yield* Effect.flip(engine.table(world().misspelt));
        expect(error.reason).toBe("notFound");
        expect(error.retryable).toBe(false);
        expect(error.remedy).toContain(References.format(near).split("/").at(-1)!);
        expect(error.message).toContain(References.format(world().misspelt).split("/").at(-1)!);
      }),
    );

    it(
      "a query's rows are Values with all digits, NULLs, base64 and ISO 8601",
      "values",
      (engine, reference) =>
        Effect.gen(function* () {
          const { rows } = yield* query(engine, reference, select(engine, reference, "values"));
          // Separate columns, so that a difference is named.
          for (const { name } of tables.values.schema)
            expect([name, column(rows, name)]).toEqual([name, column(tables.values.rows, name)]);
        }),
    );

    it(
      "a query's nested arrays and STRUCTs keep names, order, NULLs and emptiness",
      "nested",
      (engine, reference) =>
        Effect.gen(function* () {
          const { rows } = yield* query(engine, reference, select(engine, reference, "nested"));
          expect(rows).toEqual(tables.nested.rows);
        }),
    );

    it(
      "NaN and the infinities are strings",
      "floats",
      (engine, reference) =>
        Effect.gen(function* () {
          const { rows } = yield* query(engine, reference, select(engine, reference, "floats"));
          expect(rows).toEqual(tables.floats.rows);
        }),
      "nan",
    );

    it(
      "columns whose names are keywords or contain spaces, dots and quotes can be queried and listed",
      "odd",
      (engine, reference) =>
        Effect.gen(function* () {
          const { rows } = yield* query(engine, reference, select(engine, reference, "odd"));
          expect(rows).toEqual(tables.odd.rows);
          expect(Object.keys(rows[0]!)).toEqual(tables.odd.schema.map(({ name }) => name));
          const columns = ["a.b", "select", "a:b", "__proto__"];
          const listed = yield* engine.listRows(yield* engine.table(reference), { limit: 10, columns });
          const expected = [1, 2].map((id) =>
            columns.map((name): [string, string] => [name, `${name} ${id}`]),
          );
          expect(listed.map((row) => Object.entries(row) as Array<[string, string]>).sort()).toEqual(
            expected,
          );
        }),
    );

    it("an empty result has no rows", "flat", (engine, reference) =>
      Effect.gen(function* () {
        const { rows } = yield* query(
          engine,
          reference,
          select(engine, reference, "flat", sql`WHERE id < 0`),
        );
        expect(rows).toEqual([]);
      }),
    );

    it("a query fetches no more rows than maxRows", "flat", (engine, reference) =>
      Effect.gen(function* () {
        const all = select(engine, reference, "flat");
        expect((yield* query(engine, reference, all, 7)).rows).toEqual(tables.flat.rows.slice(0, 7));
        expect((yield* query(engine, reference, all, 25)).rows).toEqual(tables.flat.rows);
        expect((yield* query(engine, reference, all, 1000)).rows).toHaveLength(25);
      }),
    );

    it("a query's statistics are numbers or nulls, without a restriction", "flat", (engine, reference) =>
      Effect.gen(function* () {
        const { statistics } = yield* query(engine, reference, select(engine, reference, "flat"));
        expect(statistics.restricted).toBe(false);
        for (const figure of [statistics.bytesProcessed, statistics.bytesBilled, statistics.slotMs])
          expect(figure === null || figure >= 0).toBe(true);
      }),
    );

    it("listRows returns the requested number of rows, all columns in order", "flat", (engine, reference) =>
      Effect.gen(function* () {
        const metadata = yield* engine.table(reference);
        const rows = yield* engine.listRows(metadata, { limit: 5 });
        expect(rows).toHaveLength(5);
        for (const row of rows) expect(tables.flat.rows).toContainEqual(row);
        expect(Object.keys(rows[0]!)).toEqual(tables.flat.schema.map(({ name }) => name));
        expect(yield* engine.listRows(metadata, { limit: 1000 })).toHaveLength(25);
        expect(yield* engine.listRows(metadata, { limit: 0 })).toEqual([]);
      }),
    );

    it("listRows returns only the requested columns, in that order", "flat", (engine, reference) =>
      Effect.gen(function* () {
        const metadata = yield* engine.table(reference);
        const rows = yield* engine.listRows(metadata, { limit: 25, columns: ["ok", "name"] });
        expect(rows.map((row) => Object.keys(row).join())).toEqual(Array<string>(25).fill("ok,name"));
        expect(column(rows, "name").sort()).toEqual(column(tables.flat.rows, "name").sort());
      }),
    );

    it("listed rows are the same Values as queried ones", "values", (engine, reference) =>
      Effect.gen(function* () {
        const rows = yield* engine.listRows(yield* engine.table(reference), { limit: 10 });
        expect([...rows].sort((a, b) => Number(a.id) - Number(b.id))).toEqual([...tables.values.rows]);
      }),
    );

    it("listed rows keep nested arrays and STRUCTs", "nested", (engine, reference) =>
      Effect.gen(function* () {
        const rows = yield* engine.listRows(yield* engine.table(reference), { limit: 10 });
        expect([...rows].sort((a, b) => Number(a.id) - Number(b.id))).toEqual([...tables.nested.rows]);
      }),
    );

    it("an empty table has no rows in listings and queries", "empty", (engine, reference) =>
      Effect.gen(function* () {
        expect(yield* engine.listRows(yield* engine.table(reference), { limit: 10 })).toEqual([]);
        expect((yield* query(engine, reference, select(engine, reference, "empty"))).rows).toEqual([]);
      }),
    );

    it("a dry run estimates bytes, or reports them as unknown", "flat", (engine, reference) =>
      Effect.gen(function* () {
        const { bytesProcessed, accuracy } = yield* engine.dryRun({
          sql: select(engine, reference, "flat"),
          tables: [reference],
          location: null,
        });
        if (bytesProcessed === null) expect(accuracy).toBe("UNKNOWN");
        else expect(bytesProcessed).toBeGreaterThanOrEqual(0);
      }),
    );

    it(
      "a statement with a syntax error is an invalidQuery, which is not retried",
      "flat",
      (engine, reference) =>
        Effect.gen(function* () {
          const error = yield* Effect.flip(
            query(engine, reference, sql`SELECT FROM WHERE ${engine.dialect(reference).from(reference)}`),
          );
          expect(error).toMatchObject({ _tag: "BigQueryError", reason: "invalidQuery", retryable: false });
        }),
    );

    it("a missing column is an invalidQuery that names it", "flat", (engine, reference) =>
      Effect.gen(function* () {
        const name = engine.dialect(reference).identifier("no_such_column");
        const error = yield* Effect.flip(
          query(engine, reference, sql`SELECT ${name} FROM ${engine.dialect(reference).from(reference)}`),
        );
        expect(error.reason).toBe("invalidQuery");
        expect(error.message).toContain("no_such_column");
      }),
    );

    it("an error over a value does not repeat the value", "secrets", (engine, reference) =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(
          query(
            engine,
            reference,
            sql`SELECT CAST(s AS INT64) AS n FROM ${engine.dialect(reference).from(reference)}`,
          ),
        );
        expect(error._tag).toBe("BigQueryError");
        expect(`${error.message} ${JSON.stringify(error)}`).not.toContain(secret);
      }),
    );

    it(
      "an error over a value is an invalidQuery",
      "secrets",
      (engine, reference) =>
        Effect.gen(function* () {
          const error = yield* Effect.flip(
            query(
              engine,
              reference,
              sql`SELECT CAST(s AS INT64) AS n FROM ${engine.dialect(reference).from(reference)}`,
            ),
          );
          expect(error.reason).toBe("invalidQuery");
        }),
      "castErrors",
    );

    it("an interrupted query ends, and the engine answers afterwards", "flat", (engine, reference) =>
      Effect.gen(function* () {
        const fiber = yield* Effect.fork(query(engine, reference, world().endless(engine)));
        yield* Effect.sleep(Duration.millis(300));
        const exit = yield* Effect.timeout(Fiber.interrupt(fiber), Duration.seconds(20));
        expect(Exit.isInterrupted(exit)).toBe(true);
        const { rows } = yield* query(engine, reference, select(engine, reference, "flat"), 1);
        expect(rows).toHaveLength(1);
      }),
    );

    it(
      "a pattern lists the tables that it matches, in order of name",
      "flat",
      (engine, reference) =>
        Effect.gen(function* () {
          if (reference._tag !== "BigQueryTable") throw new Error("a pattern is one of BigQuery's");
          const found = yield* engine.listTables({ ...reference, table: "fl*t*" });
          expect(found.map(({ table }) => table)).toEqual(["flat", "floats"]);
          const all = (yield* engine.listTables({ ...reference, table: "*" })).map(({ table }) => table);
          expect(all).toEqual(Object.keys(tables).sort());
        }),
      "listTables",
    );
  });
};
