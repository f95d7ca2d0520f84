import { describe, expect } from "bun:test";
import { Effect } from "effect";
import { format } from "../../../src/domain/TableReference.ts";
import { it } from "../../support/effect.ts";
import { connect, reference, t } from "./support.ts";

const small = { schema: { fields: [{ name: "a", type: "INTEGER" }] } };

describe("a table's metadata", () => {
  it.live("is the complete response of tables.get", () =>
    Effect.gen(function* () {
      const { bigQuery } = yield* connect({
        tables: {
          "p.d.t": {
            type: "TABLE",
            schema: {
              fields: [
                { name: "id", type: "INTEGER", mode: "REQUIRED", description: "the key" },
                {
                  name: "price",
                  type: "NUMERIC",
                  precision: "10",
                  scale: "2",
                  defaultValueExpression: "0",
                  roundingMode: "ROUND_HALF_EVEN",
                },
                {
                  name: "code",
                  type: "STRING",
                  maxLength: "3",
                  collation: "und:ci",
                  policyTags: { names: ["x/y"] },
                },
                { name: "span", type: "RANGE", rangeElementType: { type: "DATE" } },
                {
                  name: "items",
                  type: "RECORD",
                  mode: "REPEATED",
                  fields: [{ name: "ok", type: "BOOLEAN" }],
                },
              ],
            },
            numRows: "12",
            numBytes: "345",
            creationTime: "1704067200000",
            lastModifiedTime: "1704153600000",
            expirationTime: "4102444800000",
            description: "orders",
            labels: { team: "data" },
            timePartitioning: { type: "MONTH", field: "day", expirationMs: "86400000" },
            requirePartitionFilter: true,
            clustering: { fields: ["id", "code"] },
            tableConstraints: { primaryKey: { columns: ["id"] } },
            location: "EU",
            etag: "e1",
            streamingBuffer: { estimatedRows: "1" },
          },
        },
      });
      expect(yield* bigQuery.table(t)).toEqual({
        reference: t,
        type: "TABLE",
        schema: [
          { name: "id", type: "INT64", mode: "REQUIRED", description: "the key" },
          {
            name: "price",
            type: "NUMERIC",
            mode: "NULLABLE",
            precision: "10",
            scale: "2",
            defaultValueExpression: "0",
            roundingMode: "ROUND_HALF_EVEN",
          },
          {
            name: "code",
            type: "STRING",
            mode: "NULLABLE",
            maxLength: "3",
            collation: "und:ci",
            policyTags: ["x/y"],
          },
          { name: "span", type: "RANGE", mode: "NULLABLE", rangeElementType: "DATE" },
          {
            name: "items",
            type: "STRUCT",
            mode: "REPEATED",
            fields: [{ name: "ok", type: "BOOL", mode: "NULLABLE" }],
          },
        ],
        rows: 12,
        bytes: 345,
        created: "2024-01-01T00:00:00.000Z",
        modified: "2024-01-02T00:00:00.000Z",
        expires: "2100-01-01T00:00:00.000Z",
        description: "orders",
        labels: { team: "data" },
        partitioning: {
          _tag: "Time",
          unit: "MONTH",
          field: "day",
          requireFilter: true,
          expirationMs: "86400000",
        },
        clustering: ["id", "code"],
        primaryKey: ["id"],
        location: "EU",
        etag: "e1",
        hasStreamingBuffer: true,
        viewQuery: null,
        version: null,
      });
    }),
  );

  it.live("supports ingestion time, ranges, views, clones and external tables", () =>
    Effect.gen(function* () {
      const range = { field: "n", range: { start: "0", end: "100", interval: "10" } };
      const { bigQuery } = yield* connect({
        tables: {
          "p.d.ingested": { ...small, timePartitioning: { type: "DAY", requirePartitionFilter: true } },
          "p.d.ranged": { ...small, rangePartitioning: range },
          "p.d.view": { ...small, type: "VIEW", view: { query: "SELECT 1" } },
          "p.d.clone": { ...small, cloneDefinition: {} },
          "p.d.sheet": { ...small, type: "EXTERNAL" },
        },
      });
      const get = (name: string) => bigQuery.table(reference("d", name));
      expect((yield* get("ingested")).partitioning).toEqual({
        _tag: "Time",
        unit: "DAY",
        requireFilter: true,
      });
      expect((yield* get("ranged")).partitioning).toEqual({
        _tag: "Range", field: "n", start: "0", end: "100", interval: "10", requireFilter: false,
      }); // biome-ignore format: one object
      expect(yield* get("view")).toMatchObject({
        type: "VIEW",
        viewQuery: "SELECT 1",
        rows: null,
        bytes: null,
      });
      expect((yield* get("clone")).type).toBe("CLONE");
      expect(yield* get("sheet")).toMatchObject({ type: "EXTERNAL", rows: null });
    }),
  );

  it.live("has the connection's project by default, and keeps colons of domain-scoped projects", () =>
    Effect.gen(function* () {
      const { server, bigQuery } = yield* connect({ tables: { "billing.d.t": small } });
      expect((yield* bigQuery.table({ _tag: "BigQueryTable", dataset: "d", table: "t" })).reference).toEqual({
        ...t, project: "billing",
      }); // biome-ignore format: one object
      yield* Effect.flip(bigQuery.table({ ...t, project: "example.com:q" }));
      expect(server.requests[1]!.path).toBe("/projects/example.com:q/datasets/d/tables/t");
    }),
  );

  it.live("includes a column with a foreign type", () =>
    Effect.gen(function* () {
      const fields = [
        { name: "n", type: "INTEGER" },
        { name: "x", type: "FOREIGN", foreignTypeDefinition: "struct<a:int>" },
      ];
      const { bigQuery } = yield* connect({ tables: { "p.d.t": { schema: { fields }, type: "EXTERNAL" } } });
      expect((yield* bigQuery.table(t)).schema[1]).toEqual({
        name: "x", type: "FOREIGN", mode: "NULLABLE", foreignTypeDefinition: "struct<a:int>",
      }); // biome-ignore format: one object
    }),
  );

  it.live("with picoseconds lists them as strings", () =>
    Effect.gen(function* () {
      const at = { name: "at", type: "TIMESTAMP", timestampPrecision: "12" };
      const rows = [["2024-01-02T03:04:05.123456789012Z"]];
      const { server, bigQuery } = yield* connect({
        tables: { "p.d.t": { schema: { fields: [at] }, rows } },
      });
      const listed = yield* bigQuery.listRows(yield* bigQuery.table(t), { limit: 1 });
      expect(listed).toEqual([{ at: "2024-01-02T03:04:05.123456789012Z" }]);
      const { query } = server.requests.find(({ method }) => method === "tabledata.list")!;
      expect(query).toMatchObject({ "formatOptions.timestampOutputFormat": "ISO8601_STRING" });
      expect(query).not.toHaveProperty(["formatOptions.useInt64Timestamp"]);
    }),
  );

  it.live("with an unsupported type is rejected with the name of the column", () =>
    Effect.gen(function* () {
      const { bigQuery } = yield* connect({
        tables: { "p.d.t": { schema: { fields: [{ name: "v", type: "VECTOR" }] } } },
      });
      const error = yield* Effect.flip(bigQuery.table(t));
      expect(error.reason).toBe("unsupported");
      expect(error.detail).toBe("p.d.t: column v has type VECTOR, which is not supported");
    }),
  );
});

describe("an unknown name", () => {
  const tables = { "p.sales.orders": small, "p.sales.customers": small };

  it.live("of a table is reported with the nearest one", () =>
    Effect.gen(function* () {
      const { bigQuery } = yield* connect({ tables });
      const error = yield* Effect.flip(bigQuery.table(reference("sales", "ordres")));
      expect(error.message).toBe("there is no table p.sales.ordres; did you mean p.sales.orders?");
    }),
  );

  it.live("of a dataset is reported with the nearest one, for a pattern, too", () =>
    Effect.gen(function* () {
      const { bigQuery } = yield* connect({ tables });
      const error = yield* Effect.flip(bigQuery.table(reference("sale", "orders")));
      expect(error.message).toBe("there is no dataset p.sale; did you mean p.sales.orders?");
      const listing = yield* Effect.flip(bigQuery.listTables(reference("sale", "o*")));
      expect(listing.message).toBe("there is no dataset p.sale; did you mean p.sales.o*?");
    }),
  );

  it.live("is reported without a suggestion if no name is near, or if names cannot be listed", () =>
    Effect.gen(function* () {
      const { bigQuery } = yield* connect({
        tables,
        fault: ({ method, path }) =>
          method === "tables.list" && path.includes("sales")
            ? { status: 403, reason: "accessDenied" }
            : undefined,
      });
      const error = yield* Effect.flip(bigQuery.table(reference("sales", "ordres")));
      expect(error.message).toBe(
        "there is no table p.sales.ordres; check the name, the project and the location",
      );
    }),
  );
});

describe("a pattern", () => {
  it.live("matches case-sensitively, over all pages, ordered by name", () =>
    Effect.gen(function* () {
      const names = ["events_3", "events_10", "Events_1", "events", "events_1", "xevents_1", "events_2_old"];
      const { server, bigQuery } = yield* connect({
        tables: Object.fromEntries(names.map((name) => [`p.d.${name}`, small])),
        pageRows: 2,
      });
      const found = yield* bigQuery.listTables(reference("d", "events_*"));
      expect(found.map(format)).toEqual([
        "p.d.events_1",
        "p.d.events_10",
        "p.d.events_2_old",
        "p.d.events_3",
      ]);
      expect(server.count("tables.list")).toBe(4);
    }),
  );
});

describe("a pattern as one table", () => {
  const of = (name: string, created: number, more: object = {}) => ({
    schema: { fields: [{ name, type: "INTEGER" }] },
    creationTime: String(created),
    ...more,
  });

  it.live("has the schema of the newest table, regardless of the order of names and pages", () =>
    Effect.gen(function* () {
      const tables = {
        "p.d.e_1": of("a", 999),
        "p.d.e_2": of("b", 10_000),
        "p.d.e_3": of("c", 5000),
        "p.d.f": of("f", 1e6),
      };
      const { server, bigQuery } = yield* connect({ tables, pageRows: 1 });
      const metadata = yield* bigQuery.table(reference("d", "e_*"));
      expect(metadata.schema.map(({ name }) => name)).toEqual(["b"]);
      expect(format(metadata.reference)).toBe("p.d.e_*");
      expect([metadata.rows, metadata.version]).toEqual([null, null]);
      expect(metadata.notes).toEqual(["a union of 3 tables with the schema of e_2"]);
      expect(server.count("tables.get")).toBe(1);
    }),
  );

  for (const type of ["VIEW", "EXTERNAL", "MATERIALIZED_VIEW"]) {
    it.live(`is rejected if it matches a ${type}`, () =>
      Effect.gen(function* () {
        const tables = {
          "p.d.e_1": of("a", 1),
          "p.d.e_2": of("b", 2, { type, view: { query: "SELECT 1" } }),
        };
        const { server, bigQuery } = yield* connect({ tables });
        const error = yield* Effect.flip(bigQuery.table(reference("d", "e_*")));
        expect([error.reason, server.count("tables.get")]).toEqual(["unsupported", 0]);
        expect(error.message).toContain(`p.d.e_* matches p.d.e_2, a ${type}`);
        expect((yield* bigQuery.table(reference("d", "e_1*"))).schema).toHaveLength(1);
      }),
    );
  }

  it.live("that matches nothing is not found", () =>
    Effect.gen(function* () {
      const { bigQuery } = yield* connect({ tables: { "p.d.f": of("f", 1) } });
      expect((yield* Effect.flip(bigQuery.table(reference("d", "e_*")))).reason).toBe("notFound");
    }),
  );
});

describe("rows of a table", () => {
  const wide = {
    schema: { fields: ["a", "b", "c"].map((name) => ({ name, type: "INTEGER" })) },
    rows: Array.from({ length: 10 }, (_, i) => [String(i), String(10 + i), null]),
  };

  it.live("are limited over all pages, with their columns in the requested order", () =>
    Effect.gen(function* () {
      const { server, bigQuery } = yield* connect({ tables: { "p.d.t": wide }, pageRows: 2 });
      const table = yield* bigQuery.table(t);
      const rows = yield* bigQuery.listRows(table, { limit: 3, columns: ["c", "a"] });
      expect(rows.map((row) => Object.entries(row))).toEqual(
        [0, 1, 2].map((i) => [
          ["c", null],
          ["a", i],
        ]),
      );
      const pages = server.requests
        .filter(({ method }) => method === "tabledata.list")
        .map(({ query }) => query);
      expect(pages.map((query) => [query.maxResults, query.selectedFields])).toEqual([
        ["3", "a,c"],
        ["1", "a,c"],
      ]);
      expect(pages[0]!["formatOptions.useInt64Timestamp"]).toBe("true");
    }),
  );

  it.live("are empty, without a call, for a limit of zero", () =>
    Effect.gen(function* () {
      const { server, bigQuery } = yield* connect({ tables: { "p.d.t": wide } });
      expect(yield* bigQuery.listRows(yield* bigQuery.table(t), { limit: 0 })).toEqual([]);
      expect(server.count("tabledata.list")).toBe(0);
    }),
  );

  it.live("of a view or a table with a row policy are unsupported", () =>
    Effect.gen(function* () {
      const { bigQuery } = yield* connect({
        tables: { "p.d.v": { ...wide, type: "VIEW" }, "p.d.t": wide },
        fault: ({ method }) =>
          method === "tabledata.list"
            ? {
                status: 403,
                reason: "accessDenied",
                message: "Access Denied: tabledata.list is not allowed on tables with row access policies",
              }
            : undefined,
      });
      const view = yield* bigQuery.table(reference("d", "v"));
      expect((yield* Effect.flip(bigQuery.listRows(view, { limit: 1 }))).reason).toBe("unsupported");
      expect((yield* Effect.flip(bigQuery.listRows(yield* bigQuery.table(t), { limit: 1 }))).reason).toBe(
        "unsupported",
      );
    }),
  );
});
