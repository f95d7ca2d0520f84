/** The calls of a profile of a BigQuery table, and its behaviour if one is rejected. */
import { describe, expect } from "bun:test";
import { Effect } from "effect";
import type { Row } from "../../../src/domain/Value.ts";
import * as BigQueryTest from "../../../src/layers/test/BigQueryTest.ts";
import { defaults } from "../../../src/programs/profile/Options.ts";
import { prepare } from "../../../src/programs/profile/Prepare.ts";
import { BigQuery, type Statement } from "../../../src/services/BigQuery.ts";
import { BigQueryError } from "../../../src/services/BigQueryError.ts";
import { it } from "../../support/effect.ts";
import { answer, asked, type Calls, names, plain, profiled } from "./given.ts";
import { field, nested } from "./statements.ts";

describe("A pattern as one table", () => {
  for (const table of ["*", "e_*", "e_*_x", "*_x", "e_*_*"]) {
    const isPrefix = table.indexOf("*") === table.length - 1;
    it.effect(`${table} is ${isPrefix ? "requested" : "rejected before any request"}`, () =>
      Effect.gen(function* () {
        let calls = 0;
        const none = Effect.suspend(() => {
          calls += 1;
          return BigQueryError.of("notFound", "none");
        });
        const engine = { ...BigQueryTest.make({}), table: () => none, listTables: () => none };
        const reference = { _tag: "BigQueryTable", project: "p", dataset: "d", table } as const;
        const run = prepare(reference, defaults).pipe(Effect.provideService(BigQuery, engine));
        const error = yield* Effect.flip(run);
        expect([error.reason, calls]).toEqual(isPrefix ? ["notFound", 1] : ["unsupported", 0]);
      }),
    );
  }
});

describe("Columns of special types", () => {
  it.effect("of another system are omitted, with a note, without failing the table", () =>
    Effect.gen(function* () {
      const schema = [field("n", "INT64"), field("x", "FOREIGN", { foreignTypeDefinition: "map<int,int>" })];
      const { profile, calls } = yield* profiled({ schema });
      expect(names(profile)).toEqual(["n"]);
      expect(profile.selection.notes.join()).toContain(
        "x is omitted: queries cannot read columns of type FOREIGN",
      );
      for (const { sql } of calls.statements) expect(sql.text).not.toContain("`x`");
    }),
  );

  it.effect("with picoseconds keep them", () =>
    Effect.gen(function* () {
      const text = "2024-01-02T03:04:05.123456789012Z";
      const reply = answer(() => ({
        present: 10,
        earliest: text,
        latest: text,
        top: [{ value: text, count: 3 }],
      }));
      const schema = [field("at", "TIMESTAMP", { timestampPrecision: "12" })];
      const { profile, calls } = yield* profiled({ schema, reply });
      expect(profile.columns[0]).toMatchObject({ earliest: text, topValues: { values: [{ value: text }] } });
      expect(calls.statements[0]!.sql.text).toContain(
        "FORMAT_TIMESTAMP('%FT%H:%M:%E*SZ', o.c0_earliest, 'UTC')",
      );
    }),
  );
});

describe("The calls of a profile", () => {
  const cost = ({ calls }: { readonly calls: Calls }) => [
    calls.metadata,
    calls.statements.length,
    calls.listings,
  ];

  it.effect("of 300 columns are one for metadata, one query and one listing", () =>
    Effect.map(profiled({ schema: plain(300) }), (done) => {
      expect(cost(done)).toEqual([1, 1, 1]);
      expect(names(done.profile)).toHaveLength(300);
    }),
  );
  it.effect("of a table with nested arrays are one for metadata, one query and one listing", () =>
    Effect.map(profiled({ schema: nested }), (done) => {
      expect(cost(done)).toEqual([1, 1, 1]);
      expect(names(done.profile)).toContain("items[].parts[].weights[]");
    }),
  );
  it.effect("include no listing without a sample", () =>
    Effect.gen(function* () {
      for (const options of [{ sampleSize: 0 }, { values: "aggregates" }, { values: "none" }] as const) {
        const done = yield* profiled({ schema: plain(3), options });
        expect(cost(done)).toEqual([1, 1, 0]);
        expect(done.profile.sample).toBeUndefined();
      }
    }),
  );
  it.effect("include one more query for outliers, over the numeric columns only", () =>
    Effect.gen(function* () {
      const schema = [field("s", "STRING"), field("n", "INT64"), field("f", "FLOAT64")];
      const quantiles = Array.from({ length: 101 }, (_, i) => String(i));
      const reply = ({ sql }: Statement): ReadonlyArray<Row> =>
        sql.text.includes("outliersBelow")
          ? [{ counts: [10], profiles: [1, 2].map((n) => JSON.stringify({ present: 10, lowerFence: -50, upperFence: 150, outliersBelow: n, outliersAbove: 0 })) }]
          : [{ counts: [10], profiles: [{ present: 10 }, { present: 10, quantiles }, { present: 10, quantiles }].map((raw) => JSON.stringify(raw)) }]; // biome-ignore format: two answers
      const done = yield* profiled({ schema, reply, options: { detectAnomalies: true } });
      expect(cost(done)).toEqual([1, 2, 1]);
      expect(done.calls.statements[1]!.sql.text).not.toContain("`s`");
      expect(done.profile.columns.map(({ outliers }) => outliers?.below)).toEqual([undefined, 1, 2]);
    }),
  );
  it.effect("never select *, and read 1,000 columns by statements over disjoint columns", () =>
    Effect.map(profiled({ schema: plain(1000) }), ({ profile, calls }) => {
      expect(calls.statements.length).toBeGreaterThan(1);
      expect(calls.statements.flatMap(asked)).toEqual(Array.from({ length: 1000 }, (_, i) => i));
      expect(names(profile)).toEqual(plain(1000).map((column) => column.name));
      for (const { sql } of calls.statements) {
        expect(sql.text).not.toMatch(/SELECT\s+(\w+\.)?\*/i);
        expect(sql.text.length).toBeLessThan(1_000_000);
      }
    }),
  );
});

describe("A call that BigQuery rejects", () => {
  it.effect("as too complex is split in half, with every column once", () =>
    Effect.gen(function* () {
      const reply = (statement: Statement) =>
        asked(statement).length > 3
          ? BigQueryError.of("tooComplex", "too complex")
          : answer((index) => ({ present: index % 10 }))(statement);
      const { profile, calls } = yield* profiled({ schema: plain(20), reply });
      expect(names(profile)).toEqual(plain(20).map((column) => column.name));
      expect(profile.columns.map(({ nulls }) => nulls)).toEqual(plain(20).map((_, i) => 10 - (i % 10)));
      const answered = calls.statements.filter((statement) => asked(statement).length <= 3);
      expect(answered.flatMap(asked)).toEqual(Array.from({ length: 20 }, (_, i) => i));
    }),
  );
  it.effect("as too complex for a single column fails", () =>
    Effect.gen(function* () {
      const refusal = BigQueryError.of("tooComplex", "too complex");
      const error = yield* Effect.flip(profiled({ schema: plain(5), reply: () => refusal }));
      expect(error.reason).toBe("tooComplex");
    }),
  );
  it.effect("to list is replaced by the scan's sample", () =>
    Effect.gen(function* () {
      const rows = BigQueryError.of("unsupported", "a row policy stands");
      const sample = [{ column_0: "a", column_1: null }];
      const { profile, calls } = yield* profiled({
        schema: plain(2),
        rows,
        reply: answer(undefined, sample),
      });
      expect(profile.sample).toEqual(sample);
      expect(calls.statements).toHaveLength(1);
      expect(calls.statements[0]!.sql.text).toContain(" AS sample");
    }),
  );
  it.effect("of a view is not requested: the scan returns the sample", () =>
    Effect.gen(function* () {
      const sample = [{ column_0: "a" }];
      const { profile, calls } = yield* profiled({
        schema: plain(1),
        type: "VIEW",
        reply: answer(undefined, sample),
      });
      expect(profile.sample).toEqual(sample);
      expect([calls.listings, calls.statements.length]).toEqual([0, 1]);
    }),
  );
  it.effect("with policy tags is omitted and listed, and the rest is profiled", () =>
    Effect.gen(function* () {
      const schema = [
        field("id", "INT64"),
        field("ssn", "STRING", { policyTags: ["projects/p/tag"] }),
        field("person", "STRUCT", {
          fields: [field("name", "STRING"), field("tax", "STRING", { policyTags: ["projects/p/tag"] })],
        }),
        field("accounts", "STRUCT", {
          mode: "REPEATED",
          fields: [field("bank", "STRING"), field("iban", "STRING", { policyTags: ["projects/p/tag"] })],
        }),
      ];
      const denied = BigQueryError.of("accessDenied", "a policy tag withholds it");
      const reply = (statement: Statement) =>
        /`ssn`|`tax`|`iban`|`accounts`|`person` /.test(statement.sql.text) ? denied : answer()(statement);
      const { profile } = yield* profiled({ schema, reply, options: { sampleSize: 0 } });
      expect(profile.omitted.map((column) => column.name)).toEqual([
        "ssn", "person", "person.tax", "accounts", "accounts[]", "accounts[].bank", "accounts[].iban",
      ]); // biome-ignore format: one list
      expect(names(profile)).toEqual(["id", "person.name"]);
      for (const { reason } of profile.omitted) expect(reason).toContain("policy tag");
    }),
  );
  it.effect("without policy tags is a failure", () =>
    Effect.gen(function* () {
      const denied = BigQueryError.of("accessDenied", "no");
      const error = yield* Effect.flip(profiled({ schema: plain(2), reply: () => denied }));
      expect(error.reason).toBe("accessDenied");
    }),
  );
});
