/**
 * Statements without approximate functions give the same results in
 * Google's reference evaluator and in DuckDB.
 */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { Effect } from "effect";
import * as FieldPath from "../../../../src/domain/FieldPath.ts";
import type { Field } from "../../../../src/domain/TableSchema.ts";
import type { Row } from "../../../../src/domain/Value.ts";
import * as Router from "../../../../src/layers/Router.ts";
import * as BigQueryTest from "../../../../src/layers/test/BigQueryTest.ts";
import { type Profile, type ProfileOptions, run } from "../../../../src/programs/profile/Program.ts";
import * as Anomalies from "../../../../src/programs/profile/scan/Anomalies.ts";
import * as BigQueryScan from "../../../../src/programs/profile/scan/BigQueryScan.ts";
import * as LocalScan from "../../../../src/programs/profile/scan/LocalScan.ts";
import * as Sample from "../../../../src/programs/profile/scan/Sample.ts";
import type { ScanRequest } from "../../../../src/programs/profile/scan/Scan.ts";
import { toColumnProfile } from "../../../../src/programs/profile/scan/ScanResults.ts";
import {
  type Aggregate,
  count,
  type StatisticOptions,
} from "../../../../src/programs/profile/statistics/Statistic.ts";
import { applicable } from "../../../../src/programs/profile/statistics/Statistics.ts";
import { columnsOf } from "../../../../src/scan/Columns.ts";
import { rowAlias } from "../../../../src/scan/Target.ts";
import { BigQuery, type BigQueryService } from "../../../../src/services/BigQuery.ts";
import type { Dialect } from "../../../../src/sql/Dialect.ts";
import { condition, type Sql, sql } from "../../../../src/sql/Sql.ts";
import { tables } from "../../../contract/data.ts";
import { madeTable } from "../../../contract/made.ts";
import { field, parquet, type Table } from "../../../contract/tables.ts";
import { type Oracle, oracleAvailable, startOracle } from "../../../oracle/oracle.ts";
import { reference, workdir } from "../../../support/files.ts";
import { describeWith } from "../../../support/needs.ts";
import { expectClose, expectTruth } from "../compare.ts";
import { columnsOf as columnsInMemory } from "../memory.ts";

setDefaultTimeout(60_000);

const strings: Table = {
  name: "strings",
  schema: [field("s", "STRING"), field("y", "BYTES")],
  rows: [
    "", " ", "\t\n\u000b\f\r", "\u0085", "\u00a0x", "x\u2028", "\u200b", "\ufeff", "\u3000", "🙂", "a\u0301", "a\0b", "'", '"', "\\n", "`", null, "x ", "x", "x",
  ].map((s, i) => ({ s, y: s === null ? null : Buffer.from([0, i, 255]).toString("base64") })),
}; // biome-ignore format: a list

const cases: ReadonlyArray<Table> = [
  tables.values, tables.nested, tables.flat, tables.empty, tables.odd, tables.floats, strings, madeTable(60),
]; // biome-ignore format: one list

const everything: StatisticOptions = { top: 10, exact: true, values: "all" };
const approximate = new Set(["quantiles", "histogram", "topValues"]);

/** All statistics except those of approximate functions. */
const exactAggregates =
  (dialect: Dialect): NonNullable<ScanRequest["aggregates"]> =>
  (column, statement) =>
    Object.assign(
      { present: count(sql`COUNT(${statement.x})`) },
      ...applicable(column, everything)
        .filter(({ id }) => !approximate.has(id))
        .map(
          (statistic): Readonly<Record<string, Aggregate>> =>
            statistic.aggregates(statement, dialect, everything),
        ),
    );

const need = {
  available: oracleAvailable(),
  missing: "no evaluator; install it: (cd test/oracle && bun install)",
};

describeWith(need, "Google's evaluator and DuckDB agree", () => {
  let oracle: Oracle;
  beforeAll(async () => {
    oracle = await startOracle();
  });
  afterAll(() => oracle.stop());

  /** The table as an engine whose queries the evaluator answers. */
  const evaluator = (table: Table, seen: Array<string> = []): BigQueryService => {
    const name = `p.d.${table.name}`;
    const columns = table.schema.map((f: Field) => ({ name: f.name, type: quotedType(f) }));
    return {
      ...BigQueryTest.make({
        tables: { [name]: BigQueryTest.table(name, table.schema, { rows: table.rows.length }) },
      }),
      query: (statement) =>
        Effect.map(
          Effect.promise(() => {
            seen.push(statement.sql.text);
            return oracle.evaluate(statement.sql.text, [{ name, columns, rows: table.rows }]);
          }),
          (rows) => ({ rows: rows as ReadonlyArray<Row>, statistics: BigQueryTest.free }),
        ),
    };
  };

  const request = (engine: BigQueryService, text: string, schema: Table["schema"], where?: Sql) => {
    const table = reference(text);
    const dialect = engine.dialect(table);
    return {
      engine,
      dialect,
      target: { from: dialect.from(table, { alias: rowAlias }), where },
      columns: columnsOf(schema, dialect),
      options: everything,
      statement: (statement: Sql) => ({ sql: statement, tables: [table], location: null }),
    };
  };

  /** The exact statistics of the columns in both. */
  const both = (
    table: Table,
    aggregates: (dialect: Dialect) => NonNullable<ScanRequest["aggregates"]>,
    where?: Sql,
  ) =>
    Effect.runPromise(
      Effect.scoped(
        Effect.gen(function* () {
          const dir = yield* workdir;
          const file = yield* Effect.promise(() => parquet(dir, table));
          const local = yield* BigQuery;
          const google = evaluator(table);
          const localSchema = (yield* local.table(reference(file))).schema;
          const asked = request(google, `p.d.${table.name}`, table.schema, where);
          const sample = { columns: Sample.sampleColumns(asked.columns), limit: 1000 };
          const theirs = yield* BigQueryScan.run({
            ...asked,
            sample,
            aggregates: aggregates(asked.dialect),
          });
          const ourRequest = request(local, file, localSchema, where);
          const ours = yield* LocalScan.runAggregates({
            ...ourRequest,
            aggregates: aggregates(ourRequest.dialect),
          });
          return {
            google: theirs.results.map((result) => ({
              result,
              profile: toColumnProfile(result, everything),
            })),
            local: [...ours]
              .sort((a, b) => a.column.index - b.column.index)
              .map((answer) => ({
                answer,
                profile: toColumnProfile({ ...answer, exact: new Set(["distinct"]) }, everything),
              })),
            sample: theirs.sample.map(Sample.fromRaw(sample.columns)),
          };
        }).pipe(Effect.provide(Router.layer({ local: { threads: 1 } }))),
      ),
    );

  const asProfile = (columns: ReadonlyArray<{ readonly profile: Profile["columns"][number] }>) => ({
    columns: columns.map(({ profile }) => profile),
  });

  for (const table of cases) {
    test(`on every exact statistic of "${table.name}", and on the rows of a sample`, async () => {
      const { local, google, sample } = await both(table, exactAggregates);
      const truth = columnsInMemory(table.schema, table.rows);
      expectTruth(asProfile(google), truth, { approximate: false });
      expectTruth(asProfile(local), truth, { approximate: false });
      expect(sorted(sample)).toEqual(sorted(table.rows.map(asWritten(table))));
    });
  }

  test("on rows selected by a condition that contains a comment", async () => {
    const made = madeTable(60);
    const where = condition("small > 0 -- and nothing else");
    const { local, google } = await both(made, exactAggregates, where);
    const rows = made.rows.filter((row) => Number(row.small) > 0);
    expect(rows.length).toBeGreaterThan(5);
    const truth = columnsInMemory(made.schema, rows);
    expectTruth(asProfile(google), truth, { approximate: false });
    expectTruth(asProfile(local), truth, { approximate: false });
  });

  test("on outliers beyond given limits", async () => {
    const made = madeTable(60);
    const limits = { lower: -3, upper: 4, mean: 0.5, stddev: 2 };
    const aggregates = (dialect: Dialect): NonNullable<ScanRequest["aggregates"]> => {
      const all = new Map(columnsOf(made.schema, dialect).map(({ index }) => [index, limits]));
      const outliers = Anomalies.aggregates(all, dialect);
      return (column, statement) =>
        Anomalies.isNumeric(column)
          ? outliers(column, statement)
          : { present: count(sql`COUNT(${statement.x})`) };
    };
    const { local, google } = await both(made, aggregates);
    let compared = 0;
    for (const [i, { name, field: of, values }] of columnsInMemory(made.schema, made.rows).entries()) {
      const numbers = values.filter((value) => value !== null).map(Number);
      const expected =
        ["INT64", "FLOAT64", "NUMERIC", "BIGNUMERIC"].includes(of.type) && of.mode !== "REPEATED"
          ? {
              lowerFence: -3,
              upperFence: 4,
              below: numbers.filter((x) => x < -3).length,
              above: numbers.filter((x) => x > 4).length,
              beyondThreeSigma: numbers.filter((x) => Math.abs(x - 0.5) > 6).length,
            }
          : undefined;
      for (const { profile } of [local[i]!, google[i]!]) {
        const { maxZScore, ...outliers } = profile.outliers ?? {};
        expect([name, expected === undefined ? undefined : outliers]).toEqual([name, expected]);
        if (expected !== undefined)
          expectClose(`${name} z`, maxZScore, Math.max(...numbers.map((x) => Math.abs(x - 0.5) / 2)));
        compared++;
      }
    }
    expect(compared).toBe(2 * local.length);
  });

  for (const table of cases) {
    test(`on a complete profile of "${table.name}" with only counts`, async () => {
      const options: Partial<ProfileOptions> = { values: "none", exact: true, detectAnomalies: true };
      const seen: Array<string> = [];
      const engine = evaluator(table, seen);
      const google = await Effect.runPromise(
        Effect.scoped(Effect.provideService(run(reference(`p.d.${table.name}`), options), BigQuery, engine)),
      );
      const local = await Effect.runPromise(
        Effect.scoped(
          Effect.gen(function* () {
            const dir = yield* workdir;
            return yield* run(reference(yield* Effect.promise(() => parquet(dir, table))), options);
          }).pipe(Effect.provide(Router.layer({ local: { threads: 1 } }))),
        ),
      );
      expect(seen).toHaveLength(1);
      expect(google.rows).toBe(table.rows.length);
      expect(google.columns).toEqual(
        local.columns.map((column, i) => ({ ...column, type: google.columns[i]!.type })),
      );
      const revealing = [
        "min",
        "max",
        "earliest",
        "latest",
        "mean",
        "quantiles",
        "topValues",
        "histogram",
        "lengths",
      ];
      for (const column of google.columns) expect(revealing.filter((figure) => figure in column)).toEqual([]);
    });
  }
});

const sorted = (rows: ReadonlyArray<Row>) => rows.map((row) => JSON.stringify(row)).sort();

/** The row in a statement's sample: JSON as its text. */
const asWritten =
  ({ schema }: Table) =>
  (row: Row): Row =>
    Object.fromEntries(
      schema.map(({ name, type, mode }) => {
        const value = row[name] ?? null;
        const path = FieldPath.format([FieldPath.name(name)]);
        return [
          path,
          type === "JSON" && mode !== "REPEATED" && value !== null ? JSON.stringify(value) : value,
        ];
      }),
    );

/** The field's type for DDL, with quoted names. */
const quotedType = (of: Field): string => {
  if (of.mode === "REPEATED") return `ARRAY<${quotedType({ ...of, mode: "NULLABLE" })}>`;
  if (of.type === "STRUCT")
    return `STRUCT<${(of.fields ?? []).map((f) => `\`${f.name}\` ${quotedType(f)}`).join(", ")}>`;
  return of.type;
};
