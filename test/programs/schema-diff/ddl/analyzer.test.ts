/** Google's analyzer accepts every statement, each with the table as left by the statements before it. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import * as fc from "fast-check";
import { type Field, type TableSchema, typeText } from "../../../../src/domain/TableSchema.ts";
import { diff } from "../../../../src/programs/schema-diff/Diff.ts";
import { ddl } from "../../../../src/programs/schema-diff/ddl/Ddl.ts";
import { needsRebuild } from "../../../../src/programs/schema-diff/ddl/Subject.ts";
import { isUndeclarable, type } from "../../../../src/programs/schema-diff/ddl/Types.ts";
import type { Side } from "../../../../src/programs/schema-diff/source/SchemaSource.ts";
import { type Oracle, oracleAvailable, startOracle } from "../../../oracle/oracle.ts";
import { describeWith } from "../../../support/needs.ts";
import { field, target } from "../build.ts";
import { model } from "../model.ts";
import { edited, schema, side, sides, tableAttributes } from "../random.ts";

const need = {
  available: oracleAvailable(),
  missing: "no analyzer; install it: (cd test/oracle && bun install)",
};

/**
 * Without what no table of BigQuery can have: arrays of arrays,
 * defaults inside of columns, nonsense as a default.
 */
const possible = (fields: TableSchema): TableSchema => {
  const kept = fields
    .filter((one) => !isUndeclarable(one))
    .map((one) => ({ ...one, defaultValueExpression: "NULL" }));
  return kept.length === 0 ? [field("only")] : kept;
};

/** Its keys are columns that it has. */
const possibleTable = ({ schema: fields, table }: Side): Side => {
  const kept = possible(fields);
  const texts = kept
    .filter((one) => one.type === "STRING" && one.mode !== "REPEATED")
    .map(({ name }) => name);
  return side(kept, {
    ...table,
    type: "TABLE",
    schema: kept,
    primaryKey: texts.slice(0, table?.primaryKey.length ?? 0),
    clustering: texts.slice(0, (table?.clustering.length ?? 0) > 2 ? 1 : 0),
    foreignKeys:
      texts.length === 0
        ? []
        : (table?.foreignKeys ?? []).map((key) => ({ ...key, columns: texts.slice(0, 1) })),
  });
};

const others = { name: "p.d.other", columns: [{ name: "id", type: "STRING" }] };

/** Runs the statements one by one over the model; gives the columns that there are in the end. */
const follow = async (oracle: Oracle, a: Side, b: Side) => {
  const { clustering = [], partitioning } = a.table ?? {};
  const held = [...clustering, ...(partitioning?.field ? [partitioning.field] : [])].map((one) =>
    one.toLowerCase(),
  );
  const table = model(a.schema, b.schema, held);
  const lines = ddl(diff(a, b), a, b, target);
  for (const { kind, text } of lines) {
    if (kind === "comment") continue;
    const catalog = [{ name: "p.d.t", columns: table.columns }, others];
    try {
      await oracle.analyze(text, catalog);
      table.run(text);
    } catch (error) {
      throw new Error(`${text}\n${String(error)}`, { cause: error });
    }
  }
  return table.columns;
};

describeWith(need, "Google's analyzer accepts", () => {
  let oracle: Oracle;
  beforeAll(async () => {
    oracle = await startOracle();
  });
  afterAll(() => oracle.stop());

  test("every statement between random tables, in their order", async () => {
    await fc.assert(
      fc.asyncProperty(sides(2, 6), async ({ a, b }) => {
        await follow(oracle, possibleTable(a), possibleTable(b));
      }),
      { numRuns: 60 },
    );
  }, 120_000);

  test("and without changes that need a rebuilt table, they change A's columns into B's", async () => {
    const plain = fc.tuple(schema(1, 5), tableAttributes).chain(([fields, attributes]) =>
      edited(possible(fields), 0)
        .map((after) => ({
          a: side(possible(fields), { ...attributes, type: "TABLE", clustering: [], partitioning: null }),
          b: side(possible(after), { type: "TABLE" }),
        }))
        .map(({ a, b }) => ({ a: possibleTable({ ...a, table: { ...a.table!, clustering: [] } }), b })),
    );
    let reached = 0;
    await fc.assert(
      fc.asyncProperty(plain, async ({ a, b }) => {
        const { changes } = diff(a, b);
        fc.pre(!changes.some((one) => needsRebuild(one) || (one.path?.includes(".") ?? false)));
        reached += 1;
        const of = ({ name, type: text }: { readonly name: string; readonly type: string }) =>
          `${name} ${text}`;
        const wanted = b.schema.map((one) => of({ name: one.name, type: type(withoutCollation(one)).text }));
        expect((await follow(oracle, a, b)).map(of).sort()).toEqual(wanted.sort());
      }),
      { numRuns: 60 },
    );
    expect(reached).toBe(60);
  }, 120_000);

  test("types that the rules call widened, and rejects those that they call changed", async () => {
    const scalars = ["STRING", "BYTES", "INT64", "FLOAT64", "NUMERIC", "BIGNUMERIC", "BOOL", "DATE", "DATETIME", "TIME", "TIMESTAMP", "JSON", "INTERVAL"] as const; // biome-ignore format: one list
    for (const from of scalars) {
      for (const to of scalars) {
        if (from === to) continue;
        const [rule] = diff({ schema: [field("x", from)] }, { schema: [field("x", to)] }).changes.map(
          (one) => one.rule,
        );
        const statement = `ALTER TABLE \`p.d.t\` ALTER COLUMN x SET DATA TYPE ${to}`;
        const accepted = await oracle
          .analyze(statement, [{ name: "p.d.t", columns: [{ name: "x", type: typeText(field("x", from)) }] }])
          .then(
            () => true,
            () => false,
          );
        // The analyzer accepts it, but the service rejects it: its
        // documented type changes exclude BIGNUMERIC.
        if (from === "BIGNUMERIC" && to === "FLOAT64") {
          expect(rule).toBe("type-changed");
          continue;
        }
        expect(`${from} ${to} ${accepted ? "type-widened" : "type-changed"}`).toBe(`${from} ${to} ${rule}`);
      }
    }
  });
});

const withoutCollation = ({ collation: _, ...rest }: Field): Field => ({
  ...rest,
  ...(rest.fields === undefined ? {} : { fields: rest.fields.map(withoutCollation) }),
});
