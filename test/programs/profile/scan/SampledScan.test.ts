/** Profiles of many rows do not depend on threads, on names of columns, or on wrong metadata of a file. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Effect } from "effect";
import * as Router from "../../../../src/layers/Router.ts";
import { type Profile, run } from "../../../../src/programs/profile/Program.ts";
import { reference, workdir } from "../../../support/files.ts";

setDefaultTimeout(60_000);

const rows = 300_000;

type Work = Effect.Effect.Success<typeof workdir>;

const inWorkdir = <A>(body: (work: Work) => Effect.Effect<A, unknown>): Promise<A> =>
  Effect.runPromise(Effect.scoped(Effect.flatMap(workdir, body)));

const profiled = (text: string, threads = 2) =>
  run(reference(text), { sampleSize: 0 }).pipe(Effect.provide(Router.layer({ local: { threads } })));

const columnsOf = ({ columns }: Profile) => columns;

test("one, two and eight threads give the same profile of Parquet, tables, views, CSV and NDJSON", () =>
  inWorkdir((work) =>
    Effect.gen(function* () {
      const select = `SELECT (i * 700001) % ${rows} AS a, i % 7 = 0 AS b, i / 7.0 AS c, 'n' || (i % 200000) AS d FROM range(${rows}) AS r(i)`;
      yield* Effect.promise(() =>
        work.database(
          "t.duckdb",
          `COPY (${select}) TO '${join(work.path, "t.parquet")}' (FORMAT parquet, ROW_GROUP_SIZE 20000)`,
          `COPY (${select}) TO '${join(work.path, "t.csv")}' (HEADER)`,
          `COPY (SELECT * FROM (${select}), range(4)) TO '${join(work.path, "t.ndjson")}' (FORMAT json)`,
          `CREATE TABLE t AS ${select}`,
          "CREATE VIEW v AS SELECT * FROM t",
        ),
      );
      for (const name of ["t.parquet", "t.duckdb#t", "t.duckdb#v", "t.csv", "t.ndjson"]) {
        const path = join(work.path, name);
        const [one, ...others] = yield* Effect.forEach([1, 2, 8], (threads) => profiled(path, threads));
        for (const other of others) expect(columnsOf(other)).toEqual(columnsOf(one!));
        const median = Number(one!.columns[0]!.quantiles!.p50);
        expect(Math.abs(median / rows - 0.5)).toBeLessThan(0.01);
      }
    }),
  ));

test("columns with the names of the engine's row numbers do not affect the sample", () =>
  inWorkdir((work) =>
    Effect.gen(function* () {
      const names = ["file_row_number", "file_index", "rowid", "bqkit_row", "filename"];
      const list = names.map((name) => `NULL::INTEGER AS ${name}`).join(", ");
      const select = `SELECT i AS a, ${list} FROM range(${rows}) AS r(i)`;
      yield* Effect.promise(() =>
        work.database(
          "other.duckdb",
          `COPY (${select}) TO '${join(work.path, "t.parquet")}' (FORMAT parquet)`,
          `COPY (${select}) TO '${join(work.path, "t.csv")}' (HEADER)`,
        ),
      );
      for (const name of ["t.parquet", "t.csv"]) {
        const [a, ...others] = (yield* profiled(join(work.path, name))).columns;
        expect(Math.abs(Number(a!.quantiles!.p50) / rows - 0.5)).toBeLessThan(0.01);
        expect(others.map(({ name, nulls }) => [name, nulls])).toEqual(names.map((name) => [name, rows]));
      }
    }),
  ));

test("a minimum and a maximum that the file's metadata has wrong are not reported", () =>
  inWorkdir((work) =>
    Effect.gen(function* () {
      const path = join(work.path, "t.parquet");
      const greatest = 123_456_789_012_345n;
      yield* Effect.promise(() =>
        work.database(
          "other.duckdb",
          `COPY (SELECT ${greatest} - (i * 700001) % ${rows} AS a FROM range(${rows}) AS r(i)) TO '${path}' (FORMAT parquet)`,
        ),
      );
      const bytes = readFileSync(path);
      const footer = bytes.length - 8 - bytes.readUInt32LE(bytes.length - 8);
      const encoded = Buffer.alloc(8);
      encoded.writeBigInt64LE(greatest);
      let changed = 0;
      for (let at = bytes.indexOf(encoded, footer); at >= 0; at = bytes.indexOf(encoded, at + 8)) {
        bytes.writeBigInt64LE(greatest + 1_000_000n, at);
        changed += 1;
      }
      expect(changed).toBeGreaterThan(0);
      writeFileSync(path, bytes);
      const [column] = (yield* profiled(path)).columns;
      expect(column!.max).toBe(Number(greatest));
      expect(column!.mean).toBe(Number(greatest) - (rows - 1) / 2);
      const bins = column!.histogram!.bins;
      expect(bins.at(-1)!.to).toBe(Number(greatest));
      expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(rows);
    }),
  ));

test("repeated rows have the statistics of the rows, whether they are few or many", () =>
  inWorkdir((work) =>
    Effect.gen(function* () {
      const n = 100_000;
      const values = (
        k: string,
      ) => `(${k}) AS whole, (${k})::UBIGINT AS unsigned, (${k})::HUGEINT AS huge, (${k})::DECIMAL(9, 0) AS units,
        (${k})::DECIMAL(12, 2) / 100 AS price, ((${k})::DECIMAL(12, 2) * 1.25)::DECIMAL(14, 2) AS cents, ((${k}) * 1.000000001)::DECIMAL(38, 9) AS wide,
        ((${k}) - 5000) / 8.0 AS eighths, DATE '2000-01-01' + ((${k}) % 3000)::INTEGER AS day, TIMESTAMP '2000-01-01' + INTERVAL 1 SECOND * (${k}) AS instant,
        TIME '00:00:00' + INTERVAL 1 SECOND * ((${k}) % 86400) AS hour, 'v' || (${k}) AS name, (${k}) % 3 = 0 AS flag`;
      for (const k of ["(i * 700001) % 7919", `(i * 700001) % ${n}`]) {
        const rowsOf = (times: number) =>
          `SELECT ${values(k)} FROM range(${n}) AS r(i), range(${times}) AS t(j)`;
        const [once, often] = yield* Effect.forEach([1, 3], (times) =>
          Effect.promise(() => work.parquet(`${times}.parquet`, rowsOf(times))),
        );
        const few = (yield* profiled(once!)).columns;
        const many = (yield* profiled(often!)).columns;
        for (const [i, column] of many.entries()) {
          const one = few[i]!;
          const exact = ({ min, max, earliest, latest, distinct, lengths }: typeof column) => ({
            ...{ min, max, earliest, latest, distinct, lengths },
          });
          expect([column.name, exact(column)]).toEqual([one.name, exact(one)]);
          const counts = ({ zeros, negatives, nulls, true: yes, false: no, empty }: typeof column) => [
            zeros,
            negatives,
            nulls,
            yes,
            no,
            empty,
          ];
          expect(counts(column)).toEqual(counts(one).map((count) => count && count * 3));
          const bins = ({ histogram }: typeof column) => histogram?.bins ?? [];
          expect([column.name, bins(column)]).toEqual([
            column.name,
            bins(one).map((bin) => ({ ...bin, count: bin.count * 3 })),
          ]);
          const deciles = column.quantiles?.deciles ?? [];
          if (column.quantiles !== undefined)
            expect(deciles.reduce((sum, { count }) => sum + count, 0)).toBe(3 * n);
          for (const { count } of deciles)
            expect([column.name, count < 0.2 * 3 * n]).toEqual([column.name, true]);
          if (one.mean !== undefined) {
            expect(column.mean! / one.mean).toBeCloseTo(1, 12);
            // The divisors are n - 1.
            expect((column.stddev! / one.stddev!) ** 2).toBeCloseTo((3 * (n - 1)) / (3 * n - 1), 10);
          }
        }
      }
    }),
  ));

test("NaN and infinities among many rows are counted, and left out of the other statistics", () =>
  inWorkdir((work) =>
    Effect.gen(function* () {
      const value =
        "CASE i % 5 WHEN 0 THEN 'nan'::DOUBLE WHEN 1 THEN 'inf'::DOUBLE WHEN 2 THEN '-inf'::DOUBLE ELSE i % 5 END";
      yield* Effect.promise(() =>
        work.parquet("t.parquet", `SELECT ${value} AS x FROM range(250000) AS r(i)`),
      );
      const { columns } = yield* profiled(join(work.path, "t.parquet"));
      expect(columns[0]).toMatchObject({ min: 3, max: 4, mean: 3.5, nan: 50_000, infinities: 100_000 });
    }),
  ));
