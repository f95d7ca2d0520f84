/** Runs comparisons on Google's reference evaluator. */
import { Effect, Layer } from "effect";
import type { Field } from "../../../src/domain/TableSchema.ts";
import type { Row } from "../../../src/domain/Value.ts";
import { dialect } from "../../../src/layers/google/dialect/Dialect.ts";
import * as BigQueryTest from "../../../src/layers/test/BigQueryTest.ts";
import { type CompareOptions, run } from "../../../src/programs/table-compare/Program.ts";
import { BigQuery } from "../../../src/services/BigQuery.ts";
import { annotationsOf } from "../../oracle/collations.ts";
import type { Oracle } from "../../oracle/oracle.ts";
import { reference } from "../../support/files.ts";

export interface Given {
  readonly schema: ReadonlyArray<Field>;
  readonly rows: ReadonlyArray<Row>;
}

const quotedType = (of: Field): string => {
  if (of.mode === "REPEATED") return `ARRAY<${quotedType({ ...of, mode: "NULLABLE" })} >`;
  if (of.type === "RANGE") return `RANGE<${of.rangeElementType}>`;
  if (of.type !== "STRUCT") return of.type;
  return `STRUCT<${(of.fields ?? []).map((inner) => `\`${inner.name}\` ${quotedType(inner)}`).join(", ")} >`;
};

export const oracleTable = (name: string, { schema, rows }: Given) => ({
  name,
  columns: schema.map((of) => ({ name: of.name, type: quotedType(of), annotations: annotationsOf(of) })),
  rows,
});

/** The engine that runs queries on the evaluator. */
export const evaluator = (oracle: Oracle, a: Given, b: Given, seen: Array<string> = []) => {
  const tables = {
    "p.d.a": BigQueryTest.table("p.d.a", a.schema),
    "p.d.b": BigQueryTest.table("p.d.b", b.schema),
  };
  const engine = {
    ...BigQueryTest.make({
      tables,
      dialect: dialect(),
      principal: "tester",
      dryRuns: [{ when: () => true, answer: { bytesProcessed: 2_000_000, accuracy: "PRECISE", schema: [] } }],
    }),
    query: ({ sql }: { readonly sql: { readonly text: string } }) =>
      Effect.map(
        Effect.promise(() => {
          seen.push(sql.text);
          return oracle.evaluate(sql.text, [oracleTable("p.d.a", a), oracleTable("p.d.b", b)]);
        }),
        (rows) => ({ rows: rows as ReadonlyArray<Row>, statistics: BigQueryTest.free }),
      ),
  };
  return Layer.succeed(BigQuery, engine);
};

export const evaluated = (
  oracle: Oracle,
  a: Given,
  b: Given,
  options: Partial<CompareOptions>,
  seen?: Array<string>,
) =>
  run({ a: reference("p.d.a"), b: reference("p.d.b") }, { stats: "never", ...options }).pipe(
    Effect.scoped,
    Effect.provide(evaluator(oracle, a, b, seen)),
  );
