import { expect } from "bun:test";
import { Effect } from "effect";
import * as BigQueryTest from "../../../src/layers/test/BigQueryTest.ts";
import * as Profile from "../../../src/programs/profile/Program.ts";
import * as TableCompare from "../../../src/programs/table-compare/Program.ts";
import { it } from "../../support/effect.ts";
import { reference } from "../../support/files.ts";

const schema = [
  { name: "id", type: "INT64", mode: "NULLABLE" },
  { name: "day", type: "DATE", mode: "NULLABLE" },
] as const;
const tables = {
  "p.d.t": BigQueryTest.table("p.d.t", schema, {
    partitioning: { _tag: "Time", unit: "DAY", field: "day", requireFilter: true },
  }),
  "p.d.r": BigQueryTest.table("p.d.r", schema, {
    partitioning: { _tag: "Range", field: "id", start: "0", end: "100", interval: "10", requireFilter: true },
  }),
};
const dryRuns = [
  { when: () => true, answer: { bytesProcessed: 1, accuracy: "PRECISE" as const, schema: [] } },
];
const partitions = { _tag: "Latest", count: 1 } as const;

it.effect("a dry run with --partitions latest filters tables that require a partition filter", () =>
  Effect.gen(function* () {
    const { plan } = Profile.program({ ...Profile.defaults, partitions });
    const ofTime = yield* plan(reference("p.d.t"));
    expect(ofTime.statements.at(-1)!.sql).toContain(
      "(`day` >= DATE '0001-01-01' AND `day` < DATE '9999-12-31')",
    );
    const ofRange = yield* plan(reference("p.d.r"));
    expect(ofRange.statements.at(-1)!.sql).toContain("(`id` >= 0 AND `id` < 100)");
    const compare = TableCompare.program({ ...TableCompare.defaults, partitions });
    const both = yield* compare.plan({ a: reference("p.d.t"), b: reference("p.d.t") });
    expect(both.statements[0]!.sql).toContain("`day` >= DATE '0001-01-01'");
  }).pipe(Effect.scoped, Effect.provide(BigQueryTest.scripted({ tables, dryRuns }))),
);
