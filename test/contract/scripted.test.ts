/** The contract over the scripted layer, so that tests with it reflect the engines' behaviour. */
import { Effect } from "effect";
import * as BigQueryTest from "../../src/layers/test/BigQueryTest.ts";
import { BigQuery, type Statement } from "../../src/services/BigQuery.ts";
import { BigQueryError } from "../../src/services/BigQueryError.ts";
import { sql } from "../../src/sql/Sql.ts";
import { reference } from "../support/files.ts";
import { contract } from "./contract.ts";
import { type TableName, tables } from "./data.ts";
import { dataset, project } from "./tables.ts";

const text = (name: string) => `${project}.${dataset}.${name}`;
const refused = (detail: string) => BigQueryError.of("invalidQuery", detail);
const holds = (part: string) => (statement: Statement) => statement.sql.text.includes(part);

const given: BigQueryTest.Given = {
  tables: {
    ...Object.fromEntries(
      Object.values(tables).map(({ name, schema, rows }) => [
        text(name),
        BigQueryTest.table(text(name), schema, { rows: rows.length }),
      ]),
    ),
  },
  rows: Object.fromEntries(Object.values(tables).map(({ name, rows }) => [text(name), rows])),
  queries: [
    { when: "endless", answer: Effect.never },
    { when: "SELECT FROM", answer: refused("syntax error") },
    { when: "no_such_column", answer: refused("no column no_such_column") },
    { when: "CAST(s AS INT64)", answer: refused("a value does not fit INT64") },
    { when: "WHERE id < 0", answer: [] },
    ...Object.values(tables).map(({ name, rows }) => ({ when: holds(`\`${text(name)}\``), answer: rows })),
  ],
  dryRuns: [{ when: () => true, answer: { bytesProcessed: 1, accuracy: "PRECISE", schema: [] } }],
};

const misspelt = text("flatt");
const withMisspelt: BigQueryTest.Given = {
  ...given,
  tables: {
    ...given.tables,
    [misspelt]: BigQueryError.of("notFound", `there is no table ${misspelt}`, {
      remedy: `did you mean ${text("flat")}?`,
    }),
  },
  patterns: {
    [text("fl*t*")]: [reference(text("flat")), reference(text("floats"))] as never,
    [text("*")]: Object.keys(tables)
      .sort()
      .map((name) => reference(text(name))) as never,
  },
};

contract({
  name: "BigQueryTest.scripted",
  open: Effect.map(Effect.provide(BigQuery, BigQueryTest.scripted(withMisspelt)), (bigQuery) => ({
    bigQuery,
    reference: (name: TableName) => reference(text(name)),
    misspelt: reference(misspelt),
    endless: () => sql`SELECT 'endless'`,
  })),
  lacks: {},
});
