/** A program whose items are named after their behaviour, and engines without answers. */
import { Effect, Layer, Schema } from "effect";
import type { Program } from "../../src/batch/Program.ts";
import { dialect as googleDialect } from "../../src/layers/google/dialect/Dialect.ts";
import { BigQuery } from "../../src/services/BigQuery.ts";
import type { BigQueryError } from "../../src/services/BigQueryError.ts";

export const Payload = Schema.Struct({ name: Schema.String, size: Schema.NumberFromString });
export type Payload = typeof Payload.Type;

/** The table of every item; no engine is called. */
const table = { _tag: "BigQueryTable", dataset: "d", table: "t" } as const;

export const program = (
  run: (name: string) => Effect.Effect<number, BigQueryError>,
): Program<string, Payload> => ({
  name: "bq-profile",
  key: "profile",
  schema: Payload,
  itemName: (name) => name,
  references: () => [table],
  run: (name) => Effect.map(run(name), (size) => ({ name, size })),
  plan: (name) =>
    Effect.map(run(name), (bytes) => ({
      statements: [
        {
          purpose: "the scan",
          sql: "SELECT 1",
          bytes: bytes < 0 ? null : bytes,
          trusted: bytes !== 7,
          tables: 1,
        },
      ],
      notes: ["1 metadata call"],
    })),
  verdict: ({ size }) => (size > 1000 ? "different" : "ok"),
});

/** No item of these tests calls an engine. */
export const engines = Layer.mock(BigQuery, { dialect: () => googleDialect() });
