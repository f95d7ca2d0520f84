/**
 * Compares a keyed comparison of two Parquet files with hand-written SQL for the same counts in the same DuckDB: `bun
 * bench/compare.ts [MEMORY]`. Rows only, without statistics. The SQL relies on a 64-bit hash of the row and does not
 * check for duplicate keys.
 */
import { Effect } from "effect";
import type { LocalFiles } from "../src/domain/TableReference.ts";
import * as Router from "../src/layers/Router.ts";
import * as TableCompare from "../src/programs/table-compare/Program.ts";
import { BigQuery } from "../src/services/BigQuery.ts";
import * as ItemScope from "../src/services/ItemScope.ts";
import { join, sql, word } from "../src/sql/Sql.ts";
import { changed, mixed } from "./data.ts";

const rows = Number(process.env.BENCH_ROWS ?? 10_000_000);
const runs = Number(process.env.BENCH_RUNS ?? 3);
const memoryLimit = process.argv[2];
const local = (path: string): LocalFiles => ({ _tag: "LocalFiles", path });
const [a, b] = [local(await mixed(rows)), local(await changed(rows))];

const provided = <A, E>(effect: Effect.Effect<A, E, BigQuery>): Promise<A> =>
  Effect.runPromise(
    Effect.provide(effect, Router.layer({ local: memoryLimit === undefined ? {} : { memoryLimit } })),
  );

const ours = () => provided(TableCompare.run({ a, b }, { key: ["id"], stats: "never" }));

const columns = "category customer session amount price city email created_at active".split(" ").map(word);
const byHand = () =>
  provided(
    ItemScope.within(
      Effect.gen(function* () {
        const engine = yield* BigQuery;
        yield* engine.table(a);
        yield* engine.table(b);
        const [from, other] = [engine.dialect(a).from(a), engine.dialect(b).from(b)];
        const hashed = sql`id, hash(${join(columns, ", ")}) AS h`;
        const differs = columns.map(
          (c) => sql`count(*) FILTER (WHERE x.${c} IS DISTINCT FROM y.${c}) AS ${c}`,
        );
        const statement = sql`WITH j AS MATERIALIZED (
          SELECT x.id AS ida, y.id AS idb, x.h AS ha, y.h AS hb
          FROM (SELECT ${hashed} FROM ${from}) AS x FULL JOIN (SELECT ${hashed} FROM ${other}) AS y ON x.id = y.id
          WHERE x.h IS DISTINCT FROM y.h),
        k AS MATERIALIZED (SELECT ida AS id FROM j WHERE ida IS NOT NULL AND idb IS NOT NULL)
        SELECT (SELECT count(*) FROM j WHERE idb IS NULL) AS only_a, (SELECT count(*) FROM j WHERE ida IS NULL) AS only_b, *
        FROM (SELECT count(*) AS changed, ${join(differs, ", ")}
          FROM (SELECT * FROM ${from} WHERE id IN (SELECT id FROM k)) AS x
          JOIN (SELECT * FROM ${other} WHERE id IN (SELECT id FROM k)) AS y ON x.id = y.id)`;
        return yield* engine.query({ sql: statement, tables: [a, b], location: null });
      }),
    ),
  );

const times: Record<"ours" | "byHand", Array<number>> = { ours: [], byHand: [] };
for (let run = 0; run < runs; run++) {
  for (const [name, work] of [
    ["ours", ours],
    ["byHand", byHand],
  ] as const) {
    const start = performance.now();
    const answer = await work();
    times[name].push((performance.now() - start) / 1000);
    if (run === 0) console.error(name, JSON.stringify("rows" in answer ? answer.rows : answer).slice(0, 300));
  }
}
const median = (all: ReadonlyArray<number>) => all.toSorted((x, y) => x - y)[Math.floor(all.length / 2)]!;
const [mine, theirs] = [median(times.ours), median(times.byHand)];
console.log(
  `comparison / hand-written SQL, ${rows.toLocaleString("en")} rows twice${memoryLimit === undefined ? "" : `, ${memoryLimit}`}: ${(mine / theirs).toFixed(2)}   ${mine.toFixed(2)} s / ${theirs.toFixed(2)} s`,
);
