/**
 * A custom program in a batch: counts the rows of tables, and marks empty ones. `bun examples/empty-tables.ts TABLE…`
 */
import { Console, Effect, Schema, Stream } from "effect";
import { Batch, BigQuery, type Program, Router, TableReference } from "../src/index.ts";

const RowCount = Schema.Struct({ rows: Schema.NullOr(Schema.Number) });

const rowCount: Program<TableReference.TableReference, typeof RowCount.Type> = {
  name: "row-count",
  key: "rowCount",
  schema: RowCount,
  itemName: TableReference.format,
  references: (table) => [table],
  run: (table) =>
    Effect.flatMap(BigQuery, (bigQuery) => Effect.map(bigQuery.table(table), ({ rows }) => ({ rows }))),
  plan: () => Effect.succeed({ statements: [], notes: ["1 metadata call, free of charge"] }),
  verdict: ({ rows }) => (rows === 0 ? "different" : "ok"),
};

const main = Effect.gen(function* () {
  const tables = yield* Effect.forEach(process.argv.slice(2), TableReference.parse);
  const { results } = yield* Batch.run(rowCount, tables, { parallel: 16 });
  yield* Stream.runForEach(results, (result) => {
    const count = Batch.payloadOf(rowCount, result);
    return Console.log(`${Batch.label(result.item)}: ${count?.rows ?? result.error?.message ?? "unknown"}`);
  });
});

await main.pipe(Effect.scoped, Effect.provide(Router.layer()), Effect.runPromise);
