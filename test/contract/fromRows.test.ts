/** The contract over tables given as rows by a test. */
import { Context, Effect, Layer } from "effect";
import * as BigQueryTest from "../../src/layers/test/BigQueryTest.ts";
import { BigQuery } from "../../src/services/BigQuery.ts";
import { sql } from "../../src/sql/Sql.ts";
import { reference } from "../support/files.ts";
import { contract } from "./contract.ts";
import { type TableName, tables } from "./data.ts";
import { dataset, project } from "./tables.ts";

const text = (name: string) => `${project}.${dataset}.${name}`;

contract({
  name: "BigQueryTest.fromRows",
  open: Effect.map(
    Layer.build(
      BigQueryTest.fromRows(
        Object.fromEntries(
          Object.values(tables).map(({ name, schema, rows }) => [text(name), { schema, rows }]),
        ),
      ),
    ),
    (context) => ({
      bigQuery: Context.get(context, BigQuery),
      reference: (name: TableName) => reference(text(name)),
      misspelt: reference(text("flatt")),
      endless: () =>
        sql`SELECT count(*) FROM range(1000000000) AS a, range(1000000000) AS b WHERE a.range % 7 = b.range % 5`,
    }),
  ),
  lacks: {},
});
