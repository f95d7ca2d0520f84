/** Google's analyzer accepts every statement of a profile. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { Effect } from "effect";
import { type Oracle, oracleAvailable, startOracle } from "../oracle/oracle.ts";
import { describeWith } from "../support/needs.ts";
import { cases, catalogTable, partitionsView, statementsOf } from "./statements.ts";

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

  test("nothing that is not GoogleSQL", async () => {
    await expect(oracle.analyze("SELECT quantile_disc(x, 0.5) FROM UNNEST([1]) AS x", [])).rejects.toThrow();
  });
});
