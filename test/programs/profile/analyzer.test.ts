/** Google's analyzer accepts every statement of a profile. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { Effect } from "effect";
import { type Oracle, oracleAvailable, startOracle } from "../../oracle/oracle.ts";
import { describeWith } from "../../support/needs.ts";
import { cases, catalogTable, largest, partitionsView, statementsOf } from "./statements.ts";

const need = {
  available: oracleAvailable(),
  missing: "no analyzer; install it: (cd test/oracle && bun install)",
};

describeWith(need, "Google's analyzer accepts", () => {
  let oracle: Oracle;
  beforeAll(async () => {
    oracle = await startOracle();
  });
  afterAll(() => oracle.stop());

  for (const one of cases) {
    test(one.name, async () => {
      const statements = await Effect.runPromise(statementsOf(one));
      expect(statements.length).toBeGreaterThan(0);
      for (const sql of statements) {
        expect(sql).not.toMatch(/SELECT\s+\*/i);
        expect(sql.length).toBeLessThan(1_000_000);
        await oracle.analyze(sql, [catalogTable(one), partitionsView("p.d")]);
      }
    });
  }

  // With the columns of one statement only: analysis of a statement takes longer for each column of the catalog.
  test("10,000 columns with names of 300 characters", async () => {
    const one = { name: "", table: "p.d.largest", schema: largest };
    const statements = await Effect.runPromise(statementsOf(one));
    const namesIn = (sql: string) => new Set(sql.match(/c\d+_x{290,}/g) ?? []);
    const named = statements.flatMap((sql) => [...namesIn(sql)]);
    expect(named.sort()).toEqual(largest.map(({ name }) => name).sort());
    for (const sql of statements) expect(sql.length).toBeLessThan(1_000_000);
    const first = namesIn(statements[0]!);
    const schema = largest.filter(({ name }) => first.has(name));
    await oracle.analyze(statements[0]!, [catalogTable({ ...one, schema })]);
  });

  test("nothing that is not GoogleSQL", async () => {
    await expect(oracle.analyze("SELECT quantile_disc(x, 0.5) FROM UNNEST([1]) AS x", [])).rejects.toThrow();
  });
});
