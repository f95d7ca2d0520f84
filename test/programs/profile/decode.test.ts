/** Decoding BigQuery's results in profiles without loss. */
import { describe, expect } from "bun:test";
import { Effect } from "effect";
import type { Field } from "../../../src/domain/TableSchema.ts";
import type { Statement } from "../../../src/services/BigQuery.ts";
import { it } from "../../support/effect.ts";
import { answer, names, plain, profiled, type Raw } from "./given.ts";
import { field } from "./statements.ts";

describe("Decoded without loss", () => {
  const one = (of: Field, raw: Raw) =>
    Effect.map(profiled({ schema: [of], reply: answer(() => ({ present: 8, ...raw })) }), ({ profile }) => {
      expect(names(profile)).toEqual([of.name]);
      return profile.columns[0]!;
    });
  const top = (value: unknown) => ({
    distinct: 3,
    top: [
      { value: null, count: 2 },
      { value, count: 5 },
    ],
  });

  for (const [of, value] of [
    [field("g", "GEOGRAPHY"), "POINT(1 2)"],
    [field("r", "RANGE", { rangeElementType: "DATE" }), "[2024-01-01, UNBOUNDED)"],
    [field("j", "JSON"), '{"a":[1,null]}'],
    [field("v", "INTERVAL"), "-1-2 3 -4:5:6.5"],
  ] as const) {
    it.effect(`${of.type} has counts and top values as text, and nothing that needs an order`, () =>
      Effect.map(one(of, top(value)), (column) => {
        expect(column.topValues?.values).toEqual([{ value, count: 5 }]);
        expect(Object.keys(column).sort()).toEqual([
          "distinct",
          "mode",
          "name",
          "nulls",
          "rows",
          "topValues",
          "type",
          "uniqueness",
        ]);
      }),
    );
  }

  it.effect("NULL is not a top value, and its rows are counted as nulls", () =>
    Effect.map(one(field("s", "STRING"), top("x")), (column) => {
      expect(column.topValues).toEqual({ values: [{ value: "x", count: 5 }], exact: false });
      expect(column).toMatchObject({
        rows: 10,
        nulls: 2,
        distinct: { value: 3, exact: false },
        uniqueness: 3 / 8,
      });
    }),
  );

  for (const [type, least, greatest] of [
    ["INT64", "-9223372036854775808", "9223372036854775807"],
    ["INT64", "-312041555750289000", "9007199254740993"],
    ["NUMERIC", "-99999999999999999999999999999.999999999", "99999999999999999999999999999.999999999"],
    ["BIGNUMERIC", `-${"5".repeat(38)}.${"7".repeat(38)}`, `${"5".repeat(38)}.${"7".repeat(38)}`],
  ] as const) {
    it.effect(`${type} keeps every digit, in quantiles too`, () =>
      Effect.map(
        one(field("n", type), {
          min: least, max: greatest, quantiles: [...Array<string>(100).fill(least), greatest], mean: 0.5, ...top(greatest),
        }), // biome-ignore format: one list
        (column) => {
          expect([column.min, column.max, column.quantiles?.p50]).toEqual([least, greatest, least]);
          expect(column.topValues?.values[0]?.value).toBe(greatest);
        },
      ),
    );
  }

  it.effect("a timestamp in microseconds is ISO 8601, before 1970 and at the limits too", () =>
    Effect.map(
      one(field("t", "TIMESTAMP"), {
        min: undefined,
        earliest: "-62135596800000000",
        latest: "253402300799999999",
      }),
      (column) => {
        expect([column.earliest, column.latest]).toEqual([
          "0001-01-01T00:00:00Z",
          "9999-12-31T23:59:59.999999Z",
        ]);
      },
    ),
  );

  it.effect("fractions of seconds have no trailing zeros, as in listed rows", () =>
    Effect.gen(function* () {
      const datetime = yield* one(field("t", "DATETIME"), {
        earliest: "2024-01-02 03:04:05.600",
        latest: "2024-01-02 03:04:05",
      });
      expect([datetime.earliest, datetime.latest]).toEqual(["2024-01-02T03:04:05.6", "2024-01-02T03:04:05"]);
      const time = yield* one(field("t", "TIME"), { earliest: "03:04:00", latest: "03:04:05.000120" });
      expect([time.earliest, time.latest]).toEqual(["03:04:00", "03:04:05.00012"]);
    }),
  );

  it.effect("nested values in a scan's sample equal those of listed rows", () =>
    Effect.gen(function* () {
      const schema = [
        field("items", "STRUCT", {
          mode: "REPEATED",
          fields: [
            field("price", "NUMERIC"),
            field("at", "TIMESTAMP"),
            field("doc", "JSON"),
            field("n", "INT64"),
          ],
        }),
      ];
      const item = { price: "15.8", at: "2020-01-01T00:00:00.500Z", doc: { a: 1 }, n: "9007199254740993" };
      const reply = answer(undefined, [{ items: [item, null] }]);
      const { profile } = yield* profiled({ schema, type: "VIEW", reply });
      expect(profile.sample).toEqual([
        { items: [{ ...item, price: 15.8, at: "2020-01-01T00:00:00.5Z" }, null] },
      ]);
    }),
  );

  it.effect("statistics with infinite or NaN results are absent", () =>
    Effect.map(
      one(field("f", "FLOAT64"), { mean: "NaN", stddev: "Infinity", nan: 3, infinities: 5 }),
      (column) => {
        expect("mean" in column || "stddev" in column).toBe(false);
        expect(column).toMatchObject({ nan: 3, infinities: 5 });
      },
    ),
  );

  it.effect("a result with a different number of columns is rejected", () =>
    Effect.gen(function* () {
      const short = (statement: Statement) => [{ ...answer()(statement)[0]!, profiles: ["{}"] }];
      const error = yield* Effect.flip(profiled({ schema: plain(2), reply: short }));
      expect(error.reason).toBe("invalidResponse");
    }),
  );
});
