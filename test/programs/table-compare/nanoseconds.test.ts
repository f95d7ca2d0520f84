/** Every digit of nanoseconds counts: in comparisons with and without a key, as keys, inside others, and in profiles. */
import { describe, expect, test } from "bun:test";
import { Effect, Either, Layer } from "effect";
import type { Field } from "../../../src/domain/TableSchema.ts";
import { dialect as duckdb } from "../../../src/layers/duckdb/dialect/Dialect.ts";
import { dialect as google } from "../../../src/layers/google/dialect/Dialect.ts";
import * as Router from "../../../src/layers/Router.ts";
import { run as profile } from "../../../src/programs/profile/Program.ts";
import { common } from "../../../src/programs/table-compare/columns/CommonType.ts";
import type { Prepared } from "../../../src/programs/table-compare/Prepare.ts";
import type { CompareOptions } from "../../../src/programs/table-compare/Program.ts";
import { run as compare } from "../../../src/programs/table-compare/Program.ts";
import { canonicalColumns } from "../../../src/programs/table-compare/plans/CrossEngine.ts";
import { it } from "../../support/effect.ts";
import { reference, workdir } from "../../support/files.ts";

const layer = Layer.orDie(Router.layer({ local: { threads: 1 } }));

/** The verdict on two columns, each in a DuckDB table with an id. */
const verdict = (a: string, b: string, options: Partial<CompareOptions>) =>
  Effect.gen(function* () {
    const dir = yield* workdir;
    const table = (name: string, x: string) =>
      Effect.promise(() => dir.database(`${name}.duckdb`, `CREATE TABLE t AS SELECT 1 AS id, ${x} AS x`));
    const pair = {
      a: reference(`${yield* table("a", a)}#t`),
      b: reference(`${yield* table("b", b)}#t`),
    };
    return yield* compare(pair, options);
  }).pipe(Effect.scoped, Effect.provide(layer));

const day = "2024-01-02 03:04:05";

/** Two values of the types, equal or different. */
const cases: ReadonlyArray<readonly [a: string, b: string, equal: boolean]> = [
  [`'${day}.123456789'::TIMESTAMP_NS`, `'${day}.123456788'::TIMESTAMP_NS`, false],
  [`'${day}.123456789'::TIMESTAMP_NS`, `'${day}.123456'::TIMESTAMP`, false],
  [`'${day}.123456000'::TIMESTAMP_NS`, `'${day}.123456'::TIMESTAMP`, true],
  [`'${day}'::TIMESTAMP_NS`, `'${day}'::TIMESTAMP_S`, true],
  [`'${day}.5'::TIMESTAMP_NS`, `'${day}.500'::TIMESTAMP_MS`, true],
  [`'2024-01-02'::TIMESTAMP_NS`, "'2024-01-02'::DATE", true],
  [`'2024-01-02 00:00:00.000000001'::TIMESTAMP_NS`, "'2024-01-02'::DATE", false],
  [`'${day}'::TIMESTAMP_NS`, "'9999-12-31'::TIMESTAMP", false],
  ["'1969-12-31 23:59:59.999999999'::TIMESTAMP_NS", "'1969-12-31 23:59:59.999999'::TIMESTAMP", false],
  ["'01:02:03.123456789'::TIME_NS", "'01:02:03.123456788'::TIME_NS", false],
  ["'01:02:03.123456789'::TIME_NS", "'01:02:03.123456'::TIME", false],
  ["'01:02:03.1'::TIME_NS", "'01:02:03.1'::TIME", true],
  [`['${day}.000000001'::TIMESTAMP_NS]`, `['${day}'::TIMESTAMP]`, false],
  [`['${day}'::TIMESTAMP_NS]`, `['${day}'::TIMESTAMP]`, true],
  [`{'t': '${day}.000000001'::TIMESTAMP_NS}`, `{'t': '${day}.000000002'::TIMESTAMP_NS}`, false],
  [`{'t': '01:02:03.5'::TIME_NS}`, `{'t': '01:02:03.5'::TIME}`, true],
];

describe("nanoseconds", () => {
  for (const [a, b, equal] of cases) {
    it.live(`${a} ${equal ? "equals" : "differs from"} ${b}`, () =>
      Effect.gen(function* () {
        const expected = equal ? "identical" : "different";
        for (const [one, other] of [
          [a, b],
          [b, a],
        ] as const) {
          for (const key of [["id"], [], ["x"]]) {
            const { verdict: found } = yield* verdict(one, other, { key });
            expect([key, found]).toEqual([key, expected]);
          }
        }
      }),
    );
  }

  it.live("and microseconds are noted", () =>
    Effect.gen(function* () {
      const { notes } = yield* verdict(`'${day}'::TIMESTAMP_NS`, `'${day}'::TIMESTAMP`, { key: ["id"] });
      expect(notes).toContain("x: nanoseconds in A and microseconds in B; compared with all digits");
    }),
  );

  test("of BigQuery below a microsecond are named, not compared with a file's", () => {
    const local = { name: "t", type: "TIMESTAMP", mode: "NULLABLE", nativeType: "TIMESTAMP_NS" } as const;
    const column = (b: Field) => ({ name: "t", a: local, b, as: Either.getOrThrow(common(local, b)) });
    const columns = (b: Field) => {
      const sides = { a: { dialect: duckdb }, b: { dialect: google() } };
      return canonicalColumns({
        ...sides,
        columns: { key: [], compared: [column(b)] },
      } as unknown as Prepared);
    };
    const micros: Field = { name: "t", type: "TIMESTAMP", mode: "NULLABLE" };
    expect(columns(micros).leftOut).toEqual([]);
    expect(columns({ ...micros, timestampPrecision: "12" }).leftOut).toEqual([
      {
        name: "t",
        reason: "TIMESTAMP in A and TIMESTAMP(12) in B: digits below a microsecond cannot be compared",
      },
    ]);
  });

  it.live("are shown in examples", () =>
    Effect.gen(function* () {
      const { rows } = yield* verdict(`'${day}.000000001'::TIMESTAMP_NS`, `'${day}'::TIMESTAMP`, {
        key: ["id"],
      });
      expect(rows?.examples?.changed[0]?.cells).toEqual([
        { column: "x", a: "2024-01-02T03:04:05.000000001", b: "2024-01-02T03:04:05" },
      ]);
    }),
  );

  it.live("are in every statistic of a profile", () =>
    Effect.gen(function* () {
      const dir = yield* workdir;
      const values = [1, 2, 2, 3].map(
        (i) => `('${day}.00000000${i}'::TIMESTAMP_NS, '01:02:03.00000000${i}'::TIME_NS)`,
      );
      const path = yield* Effect.promise(() =>
        dir.database("p.duckdb", `CREATE TABLE t AS FROM (VALUES ${values.join(", ")}) t(ts, tm)`),
      );
      const { columns, sample } = yield* profile(reference(`${path}#t`), { sampleSize: 4 });
      const [ts, tm] = columns;
      const at = (i: number) => [`2024-01-02T03:04:05.00000000${i}`, `01:02:03.00000000${i}`] as const;
      expect([ts?.earliest, ts?.latest, tm?.earliest, tm?.latest]).toEqual([
        at(1)[0],
        at(3)[0],
        at(1)[1],
        at(3)[1],
      ]);
      expect([ts?.distinct, tm?.distinct]).toMatchObject([{ value: 3 }, { value: 3 }]);
      expect(ts?.topValues?.values[0]).toEqual({ value: at(2)[0], count: 2 });
      expect(ts?.quantiles).toMatchObject({ p50: at(2)[0] });
      expect(sample?.map(({ ts: value }) => value)).toEqual([1, 2, 2, 3].map((i) => at(i)[0]));
      expect(sample?.map(({ tm: value }) => value)).toEqual([1, 2, 2, 3].map((i) => at(i)[1]));
    }).pipe(Effect.provide(layer)),
  );
});
