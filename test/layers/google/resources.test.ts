/** Responses with every property that BigQuery's documentation and public recordings of the service show. */
import { describe, expect } from "bun:test";
import { Effect, Layer } from "effect";
import * as Google from "../../../src/layers/google/Google.ts";
import * as Send from "../../../src/layers/google/Send.ts";
import { diff } from "../../../src/programs/schema-diff/Diff.ts";
import * as SchemaSource from "../../../src/programs/schema-diff/source/SchemaSource.ts";
import { BigQuery } from "../../../src/services/BigQuery.ts";
import { it } from "../../support/effect.ts";
import resources from "./resources.json" with { type: "json" };
import { reference, statement, withJobId } from "./support.ts";

const { tables, jobs } = resources;

/** A service that answers with these resources; the ended job is `end`. */
const service = (end: object = jobs.ended) => {
  const error = { code: 400, ...jobs.failed.status.errorResult, errors: jobs.failed.status.errors };
  const respond = ({ method, url, body }: Send.HttpRequest): object => {
    const path = new URL(url).pathname;
    const table = path.split("/tables/")[1];
    if (table !== undefined) return tables[table as keyof typeof tables];
    if (method === "POST") return String(body).includes('"dryRun":true') ? jobs.dryRun : jobs.started;
    if (!path.includes("/queries/")) return end;
    return end === jobs.failed ? { error } : jobs.results;
  };
  const transport = Send.fromFunction(
    withJobId((request) =>
      Effect.sync(() => {
        const body = respond(request);
        return { status: "error" in body ? 400 : 200, headers: new Headers(), text: JSON.stringify(body) };
      }),
    ),
    { project: "p" },
  );
  const policy = { firstWait: "1 millis", rateLimit: 10_000, retries: 0 } as const;
  return Layer.provide(Google.layerWithoutSend({ policy }), transport);
};

const get = (name: string) =>
  Effect.flatMap(BigQuery, (bigQuery) => bigQuery.table(reference("d", name))).pipe(
    Effect.provide(service()),
  );

describe("a table", () => {
  const expected: Readonly<Record<keyof typeof tables, object>> = {
    partitioned: {
      type: "TABLE",
      rows: 23_414,
      bytes: 7_971_816,
      partitioning: { _tag: "Time", unit: "DAY", field: "day", requireFilter: true },
      clustering: ["id"],
      primaryKey: ["id"],
    },
    ranged: {
      type: "TABLE",
      partitioning: { _tag: "Range", field: "n", start: "0", end: "100", interval: "10" },
    },
    view: { type: "VIEW", rows: null, viewQuery: "SELECT id FROM `p.d.partitioned`" },
    legacy: { type: "VIEW", rows: null, viewQuery: "SELECT id FROM [p:d.partitioned]" },
    materialized: { type: "MATERIALIZED_VIEW", rows: 70 },
    external: { type: "EXTERNAL", rows: null },
    snapshot: { type: "SNAPSHOT", rows: 33_266 },
    clone: { type: "CLONE", rows: 33_266 },
    iceberg: { type: "TABLE", rows: 1 },
  };
  for (const [name, facts] of Object.entries(expected)) {
    it.live(`${name} is read in full, and equals itself without a property that is not compared`, () =>
      Effect.gen(function* () {
        const table = yield* get(name);
        expect(table).toMatchObject(facts);
        const side = SchemaSource.ofTable(table);
        const found = diff(side, side);
        expect(found.changes).toEqual([]);
        expect(found.notes.join()).not.toContain("not compared");
      }),
    );
  }

  it.live("of another format with other partitions is a change of storage", () =>
    Effect.gen(function* () {
      const table = yield* get("iceberg");
      const other = {
        ...table,
        attributes: {
          ...table.attributes,
          storage: { partitions: { partitionedColumn: [{ field: "day" }] } },
        },
      };
      const found = diff(SchemaSource.ofTable(table), SchemaSource.ofTable(other));
      expect(found.changes.map(({ rule }) => rule)).toEqual(["storage-changed"]);
    }),
  );
});

describe("a job", () => {
  it.live("that only estimates has no id, and gives bytes and columns", () =>
    Effect.gen(function* () {
      const bigQuery = yield* BigQuery;
      expect(yield* bigQuery.dryRun(statement())).toMatchObject({
        bytesProcessed: 33_089_028,
        accuracy: "PRECISE",
        referencedTables: 1,
        schema: [{ name: "n", type: "INT64" }],
      });
    }).pipe(Effect.provide(service())),
  );

  it.live("that ends gives rows with every digit, and its bill", () =>
    Effect.gen(function* () {
      const { rows, statistics } = yield* (yield* BigQuery).query(statement());
      expect(rows).toEqual([
        { n: "9007199254740993", tags: ["a"] },
        { n: null, tags: [] },
      ]);
      expect(statistics).toMatchObject({ bytesBilled: 33_554_432, slotMs: 512, restricted: false });
    }).pipe(Effect.provide(service())),
  );

  it.live("that failed gives its own error, and costs nothing", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip((yield* BigQuery).query(statement()));
      expect(error).toMatchObject({ reason: "invalidQuery" });
      expect(error.message).toContain("Unrecognized name: custmer");
    }).pipe(Effect.provide(service(jobs.failed))),
  );
});
