/** The requests of a comparison to BigQuery, and its handling of views, partitions and other special tables. */
import { describe, expect } from "bun:test";
import { Effect, Schema } from "effect";
import type { TableMetadata } from "../../../src/domain/TableMetadata.ts";
import type { Row } from "../../../src/domain/Value.ts";
import * as BigQueryTest from "../../../src/layers/test/BigQueryTest.ts";
import {
  type CompareOptions,
  Comparison,
  defaults,
  headline,
  program,
  run,
} from "../../../src/programs/table-compare/Program.ts";
import type { Statement } from "../../../src/services/BigQuery.ts";
import { field } from "../../contract/tables.ts";
import { it } from "../../support/effect.ts";
import { reference } from "../../support/files.ts";

const schema = [field("id", "INT64"), field("day", "DATE"), field("x", "STRING")];

interface Setting {
  readonly a?: Partial<TableMetadata>;
  readonly b?: Partial<TableMetadata>;
  readonly answer?: Row;
  readonly restricted?: boolean;
  readonly options?: Partial<CompareOptions>;
}

const same: Row = {
  rows_a: 3,
  rows_b: 3,
  same: 3,
  changed: 0,
  only_a: 0,
  only_b: 0,
  capped: 0,
  counts: [0, 0],
};

const pair = { a: reference("p.d.a"), b: reference("p.d.b") };

/** Engines with the same answer to every comparison, and the statements that they received. */
const given = ({ a = {}, b = {}, answer = same, restricted = false }: Setting) => {
  const seen: Array<Statement> = [];
  const tables = {
    "p.d.a": BigQueryTest.table("p.d.a", schema, { rows: 3, ...a }),
    "p.d.b": BigQueryTest.table("p.d.b", schema, { rows: 3, ...b }),
  };
  const layer = BigQueryTest.scripted({
    principal: "someone@example.com",
    tables,
    queries: [
      {
        when: /INFORMATION_SCHEMA/,
        answer: (statement) => {
          seen.push(statement);
          return [{ partition_id: "20240131" }];
        },
      },
      {
        when: /km/,
        answer: (statement) => {
          seen.push(statement);
          return [{ bucket: 0, n: 3, s0: "1", s1: "2" }];
        },
      },
      {
        when: () => true,
        answer: (statement) => {
          seen.push(statement);
          return { rows: [answer], statistics: { ...BigQueryTest.free, restricted } };
        },
      },
    ],
    dryRuns: [{ when: () => true, answer: { bytesProcessed: 1000, accuracy: "PRECISE", schema: [] } }],
  });
  return { layer, seen };
};

const compare = (setting: Setting) => {
  const { layer, seen } = given(setting);
  const all = { key: ["id"], stats: "never" as const, ...setting.options };
  return run(pair, all).pipe(
    Effect.map((comparison) => ({ comparison, seen })),
    Effect.provide(layer),
  );
};

describe("A comparison on BigQuery", () => {
  it.effect("is one statement over both tables, each named once", () =>
    Effect.gen(function* () {
      const { comparison, seen } = yield* compare({});
      expect(seen.length).toBe(1);
      expect(seen[0]?.tables).toEqual([pair.a, pair.b]);
      expect(seen[0]?.location).toBe("US");
      for (const name of ["p.d.a", "p.d.b"]) expect(seen[0]?.sql.text.split(`\`${name}\``).length).toBe(2);
      expect(seen[0]?.sql.text).not.toMatch(/\*\s+FROM `/);
      expect(headline(comparison)).toBe("identical: 3 rows in 3 columns");
      expect(comparison.rows?.oddsOfMiss).toBeCloseTo(36 / 2 ** 129);
      expect(Schema.decodeUnknownSync(Comparison)(Schema.encodeSync(Comparison)(comparison))).toEqual(
        comparison,
      );
    }),
  );

  it.effect("uses the table's primary key by default, and none if the key is empty", () =>
    Effect.gen(function* () {
      const { layer } = given({ b: { primaryKey: ["id"] } });
      const key = (options: Partial<CompareOptions>) =>
        Effect.map(run(pair, { stats: "never", ...options }), ({ rows }) => rows?.key).pipe(
          Effect.provide(layer),
        );
      expect(yield* key({})).toEqual(["id"]);
      expect(yield* key({ key: [] })).toEqual([]);
    }),
  );

  it.effect("reads one snapshot of both", () =>
    Effect.gen(function* () {
      const { seen } = yield* compare({ options: { asOf: "2024-01-01T00:00:00Z" } });
      expect(seen[0]?.sql.text.split("FOR SYSTEM_TIME AS OF TIMESTAMP '2024-01-01T00:00:00Z'").length).toBe(
        3,
      );
    }),
  );

  const partitioning = { _tag: "Time", unit: "DAY", field: "day", requireFilter: true } as const;

  it.effect("rejects a table that requires a partition filter, and names the column", () =>
    Effect.gen(function* () {
      const failed = yield* Effect.flip(compare({ b: { partitioning } }));
      expect(failed.reason).toBe("partitionFilterRequired");
      expect(failed.message).toContain('"day"');
      const { comparison } = yield* compare({
        b: { partitioning },
        options: { whereB: "day > '2024-01-01'" },
      });
      expect(comparison.b.where).toBe("day > '2024-01-01'");
    }),
  );

  it.effect("reads partitions of each table; an unpartitioned one entirely, with a note", () =>
    Effect.gen(function* () {
      const { comparison, seen } = yield* compare({
        b: { partitioning },
        options: { partitions: { _tag: "Latest", count: 1 } },
      });
      expect(seen.length).toBe(2);
      expect(
        seen[1]?.sql.text.match(/`day` >= DATE '2024-01-31' AND `day` < DATE '2024-02-01'/g)?.length,
      ).toBe(1);
      expect(comparison.b.partitions).toBe("20240131");
      expect(comparison.notes).toEqual(["A: all rows; the table is not partitioned"]);
    }),
  );

  it.effect("reads views and external tables like others", () =>
    Effect.gen(function* () {
      const { comparison } = yield* compare({
        a: { type: "VIEW", rows: null },
        b: { type: "EXTERNAL", rows: null },
      });
      expect(comparison.verdict).toBe("identical");
      expect(comparison.a.table.type).toBe("VIEW");
      expect(comparison.notes).toEqual([
        "A is a view: its content may change between queries",
        "B is an external table: its content may change between queries",
      ]);
    }),
  );

  it.effect("gives no verdict if data is hidden, unless that is allowed", () =>
    Effect.gen(function* () {
      const failed = yield* Effect.flip(compare({ restricted: true }));
      expect(failed.reason).toBe("accessDenied");
      expect(failed.message).toContain("identical as visible to someone@example.com");
      expect(failed.message).toContain("--allow-restricted");
      const { comparison } = yield* compare({ restricted: true, options: { allowRestricted: true } });
      expect(headline(comparison)).toBe("identical as visible to someone@example.com: 3 rows in 3 columns");
    }),
  );

  it.effect("in two locations queries each side in its own", () =>
    Effect.gen(function* () {
      const { comparison, seen } = yield* compare({ b: { location: "EU" } });
      expect(seen.map(({ location }) => location)).toEqual(["US", "EU"]);
      expect(comparison.rows).toMatchObject({ method: "digests", same: 3 });
    }),
  );

  it.effect(
    "in two locations fetches rows of differing buckets up to a limit, and reports what is proven",
    () =>
      Effect.gen(function* () {
        const answered = (buckets: ReadonlyArray<number>, rows: number) => {
          const tables = {
            "p.d.a": BigQueryTest.table("p.d.a", schema),
            "p.d.b": BigQueryTest.table("p.d.b", schema, { location: "EU" }),
          };
          const row = (x: string) => ({
            row_text: JSON.stringify({ km: "0".repeat(32), rm: x, d: ["v", x], k: ["7"], v: [null, x] }),
          });
          const layer = BigQueryTest.scripted({
            tables,
            dryRuns: [{ when: () => true, answer: { bytesProcessed: 1e9, accuracy: "PRECISE", schema: [] } }],
            queries: [
              { when: /row_text/, answer: ({ location }) => [row(String(location))] },
              {
                when: () => true,
                answer: ({ location }) =>
                  buckets.map((bucket) => ({ bucket, n: rows, s0: location, s1: "0" })),
              },
            ],
          });
          return run(pair, { key: ["id"], stats: "never" }).pipe(Effect.provide(layer));
        };
        const one = yield* answered([0], 1);
        expect(one.rows).toMatchObject({
          same: 0,
          changed: 1,
          lowerBounds: false,
          columns: [{ name: "x", changed: 1 }],
        });
        expect(one.rows?.examples?.changed).toEqual([
          { key: { id: 7 }, cells: [{ column: "x", a: "US", b: "EU" }] },
        ]);
        const some = yield* answered([0, 1], 40_000);
        expect(some.rows).toMatchObject({ changed: 1, lowerBounds: true });
        expect(some.rows?.unread).toEqual({ a: 40_000, b: 40_000 });
        expect(some.notes.at(-1)).toContain("40,000 rows of A and 40,000 rows of B, among which some differ");
        expect(some.notes.filter((note) => note.includes("1.0 GB estimated"))).toHaveLength(2);
        const none = yield* answered([0], 60_000);
        expect(none).toMatchObject({ verdict: "different", broken: true });
        expect(none.rows).toMatchObject({ changed: 0, lowerBounds: true, unread: { a: 60_000, b: 60_000 } });
        expect(headline(none)).toBe(
          "different: rows differ among 60,000 unread rows of A and 60,000 unread rows of B",
        );
      }),
  );

  it.effect("of a pattern is rejected", () =>
    Effect.gen(function* () {
      const { layer } = given({});
      const failed = yield* Effect.flip(run({ a: reference("p.d.t_*"), b: pair.b })).pipe(
        Effect.provide(layer),
      );
      expect(failed.reason).toBe("unsupported");
    }),
  );

  it.effect("of a partition is rejected: SQL does not support decorators", () =>
    Effect.gen(function* () {
      const { layer } = given({});
      const failed = yield* Effect.flip(run({ a: reference("p.d.t$20240101"), b: pair.b })).pipe(
        Effect.provide(layer),
      );
      expect(failed.message).toContain("is a partition");
      expect(failed.remedy).toContain("--partitions 20240101");
    }),
  );

  it.effect("can be planned: rows, and statistics if they may follow", () =>
    Effect.gen(function* () {
      const { layer, seen } = given({});
      const purposes = (options: Partial<CompareOptions>) =>
        Effect.map(program({ ...defaults, key: ["id"], ...options }).plan(pair), ({ statements }) =>
          statements.map(({ purpose, bytes }) => `${purpose}: ${bytes}`),
        ).pipe(Effect.provide(layer), Effect.scoped);
      expect(yield* purposes({})).toEqual([
        "rows: 1000",
        "statistics of A (only if rows differ): 1000",
        "statistics of B (only if rows differ): 1000",
      ]);
      expect(yield* purposes({ stats: "never" })).toEqual(["rows: 1000"]);
      expect(yield* purposes({ stats: "always", skipRows: true })).toEqual([
        "row counts: 1000",
        "statistics of A: 1000",
        "statistics of B: 1000",
      ]);
      expect(seen).toEqual([]);
      const apart = given({ b: { location: "EU" } });
      const planned = yield* program({ ...defaults, key: ["id"], stats: "never" })
        .plan(pair)
        .pipe(Effect.provide(apart.layer), Effect.scoped);
      expect(planned.statements.map(({ purpose }) => purpose)).toEqual([
        "digests of rows of A",
        "rows of A (only if digests differ)",
        "digests of rows of B",
        "rows of B (only if digests differ)",
      ]);
    }),
  );
});
