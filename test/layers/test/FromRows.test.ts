/** Features of BigQueryTest.fromRows beyond the contract: short schemas, delays, errors, and the clock. */
import { describe, expect } from "bun:test";
import { Cause, Clock, Effect, Exit, Fiber } from "effect";
import * as BigQueryTest from "../../../src/layers/test/BigQueryTest.ts";
import * as Profile from "../../../src/programs/profile/Program.ts";
import * as TableCompare from "../../../src/programs/table-compare/Program.ts";
import { BigQuery } from "../../../src/services/BigQuery.ts";
import { BigQueryError } from "../../../src/services/BigQueryError.ts";
import { it } from "../../support/effect.ts";
import { reference } from "../../support/files.ts";

const orders = "p.d.orders";
const schema = {
  id: "INT64",
  price: "NUMERIC",
  at: "TIMESTAMP",
  raw: "BYTES",
  tags: ["STRING"],
  place: { city: "STRING", geo: { lat: "FLOAT64" } },
} as const;
const rows = [
  {
    id: 2n ** 60n,
    price: "1.10",
    at: new Date(0),
    raw: new Uint8Array([104, 105]),
    tags: ["a"],
    place: { city: "Köln", geo: { lat: Number.NaN } },
  },
  { id: 2 },
];
const tables = { [orders]: { schema, rows }, "p.d.copy": { schema, rows } };
const listed = Effect.gen(function* () {
  const bigQuery = yield* BigQuery;
  return yield* bigQuery.listRows(yield* bigQuery.table(reference(orders)), { limit: 10 });
});

describe("tables given as rows", () => {
  it.live("have the types of their short form, and values from JavaScript's", () =>
    Effect.gen(function* () {
      const metadata = yield* Effect.flatMap(BigQuery, (bigQuery) => bigQuery.table(reference(orders)));
      expect(metadata).toMatchObject({ rows: 2, type: "TABLE", location: "US" });
      expect(metadata.schema.map(({ name, type, mode }) => `${name} ${type} ${mode}`)).toEqual([
        "id INT64 NULLABLE",
        "price NUMERIC NULLABLE",
        "at TIMESTAMP NULLABLE",
        "raw BYTES NULLABLE",
        "tags STRING REPEATED",
        "place STRUCT NULLABLE",
      ]);
      expect(yield* listed).toEqual([
        {
          id: "1152921504606846976",
          price: 1.1,
          at: "1970-01-01T00:00:00Z",
          raw: "aGk=",
          tags: ["a"],
          place: { city: "Köln", geo: { lat: "NaN" } },
        },
        { id: 2, price: null, at: null, raw: null, tags: [], place: null },
      ]);
    }).pipe(Effect.provide(BigQueryTest.fromRows(tables))),
  );

  it.live("are profiled and compared as BigQuery's", () =>
    Effect.gen(function* () {
      const profile = yield* Profile.run(reference(orders));
      expect(profile).toMatchObject({ rows: 2, table: { engine: "bigquery" } });
      const pair = { a: reference(orders), b: reference("p.d.copy") };
      expect((yield* TableCompare.run(pair, { key: ["id"] })).verdict).toBe("identical");
    }).pipe(Effect.provide(BigQueryTest.fromRows(tables))),
  );

  it.live("are rejected with an unknown column or a value that does not fit", () =>
    Effect.gen(function* () {
      const because = (row: Readonly<Record<string, unknown>>) =>
        Effect.map(
          Effect.exit(
            Effect.scoped(
              Effect.provide(BigQuery, BigQueryTest.fromRows({ [orders]: { schema, rows: [row] } })),
            ),
          ),
          (exit) => (Exit.isFailure(exit) ? Cause.pretty(exit.cause) : ""),
        );
      expect(yield* because({ idd: 1 })).toContain('a row of p.d.orders has "idd"');
      expect(yield* because({ id: "many" })).toContain("rows of p.d.orders: ");
    }),
  );
});

describe("delays and errors", () => {
  const failed = BigQueryError.of("jobFailed", "the job failed");
  const query = Effect.flatMap(BigQuery, (bigQuery) =>
    bigQuery.query({
      sql: bigQuery.dialect(reference(orders)).from(reference(orders)),
      tables: [reference(orders)],
      location: null,
    }),
  );

  it.effect("are chosen by call and table, then table, then call", () =>
    Effect.gen(function* () {
      const began = yield* Clock.currentTimeMillis;
      const fiber = yield* Effect.fork(
        Effect.gen(function* () {
          yield* Effect.flatMap(BigQuery, (bigQuery) => bigQuery.table(reference(orders)));
          const afterTable = yield* Clock.currentTimeMillis;
          const error = yield* Effect.flip(query);
          return [afterTable - began, (yield* Clock.currentTimeMillis) - began, error.reason];
        }),
      );
      yield* BigQueryTest.adjust("1 hour");
      expect(yield* Fiber.join(fiber)).toEqual([2000, 62_000, "jobFailed"]);
    }).pipe(
      Effect.provide(
        BigQueryTest.fromRows(tables, {
          delays: { table: "3 seconds", [orders]: "2 seconds", [`query ${orders}`]: "1 minute" },
          errors: { query: failed },
        }),
      ),
    ),
  );

  it.live("in a list end after the first calls", () =>
    Effect.gen(function* () {
      const bigQuery = yield* BigQuery;
      const version = bigQuery.version(reference(orders));
      expect((yield* Effect.flip(version)).reason).toBe("jobFailed");
      expect(yield* version).not.toBeNull();
    }).pipe(Effect.provide(BigQueryTest.fromRows(tables, { errors: { version: [failed] } }))),
  );
});
