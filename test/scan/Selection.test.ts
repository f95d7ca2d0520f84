import { expect } from "bun:test";
import { Effect } from "effect";
import * as TableReference from "../../src/domain/TableReference.ts";
import * as BigQueryTest from "../../src/layers/test/BigQueryTest.ts";
import * as Profile from "../../src/programs/profile/Program.ts";
import * as TableCompare from "../../src/programs/table-compare/Program.ts";
import { it } from "../support/effect.ts";
import { reference } from "../support/files.ts";

const field = { name: "x", type: "INT64", mode: "NULLABLE" } as const;
const asOf = "2024-05-01T00:00:00.000Z";

/** A BigQuery of one table, in which every query is a defect. */
const table = (type: "VIEW" | "EXTERNAL") =>
  BigQueryTest.scripted({ tables: { "p.d.t": BigQueryTest.table("p.d.t", [field], { type }) } });

for (const [type, words] of [
  ["VIEW", "views"],
  ["EXTERNAL", "external tables"],
] as const) {
  it.effect(`--as-of and --sample-percent are rejected for ${words} before any request`, () =>
    Effect.gen(function* () {
      const t = reference("p.d.t");
      const profile = (options: Partial<Profile.ProfileOptions>) => Effect.flip(Profile.run(t, options));
      expect((yield* profile({ asOf })).detail).toBe(`--as-of: not available for ${words}`);
      expect((yield* profile({ samplePercent: 10 })).detail).toBe(
        `--sample-percent: not available for ${words}`,
      );
      const error = yield* Effect.flip(TableCompare.run({ a: t, b: t }, { asOf }));
      expect([error.reason, error.detail]).toEqual(["unsupported", `--as-of: not available for ${words}`]);
      expect(TableReference.format(error.reference!)).toBe("p.d.t");
    }).pipe(Effect.provide(table(type))),
  );
}
