/** Comparisons of tables created by DuckDB statements. */
import { Effect } from "effect";
import * as Router from "../../../src/layers/Router.ts";
import { type CompareOptions, run } from "../../../src/programs/table-compare/Program.ts";
import { reference, workdir } from "../../support/files.ts";

const layer = Router.layer({ local: { threads: 1 } });

/** Compares the results of two SELECTs, as Parquet files. */
export const compared = (a: string, b: string, options: Partial<CompareOptions> = {}) =>
  Effect.gen(function* () {
    const dir = yield* workdir;
    const one = yield* Effect.promise(() => dir.parquet("a.parquet", a));
    const other = yield* Effect.promise(() => dir.parquet("b.parquet", b));
    return yield* run({ a: reference(one), b: reference(other) }, options);
  }).pipe(Effect.scoped, Effect.provide(layer));

/** Only the counts of rows. */
export const counts = (a: string, b: string, options: Partial<CompareOptions> = {}) =>
  Effect.map(compared(a, b, options), ({ verdict, rows }) => ({
    verdict,
    same: rows?.same,
    changed: rows?.changed,
    onlyA: rows?.onlyA,
    onlyB: rows?.onlyB,
  }));
