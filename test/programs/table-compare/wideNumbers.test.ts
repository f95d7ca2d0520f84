/** Exact numbers of different types are compared in a type that represents both, also with a tolerance. */
import { expect } from "bun:test";
import { Effect, Layer } from "effect";
import * as Router from "../../../src/layers/Router.ts";
import { run } from "../../../src/programs/table-compare/Program.ts";
import { it } from "../../support/effect.ts";
import { reference, workdir } from "../../support/files.ts";

/** Whether two numbers are equal within a tolerance; undefined for exact comparison. */
const equal = (a: string, b: string, absTolerance?: string, relTolerance?: string) =>
  Effect.gen(function* () {
    const dir = yield* workdir;
    const table = (name: string, x: string) =>
      Effect.promise(() => dir.database(`${name}.duckdb`, `CREATE TABLE t AS SELECT 1 AS id, ${x} AS x`));
    const pair = { a: reference(`${yield* table("a", a)}#t`), b: reference(`${yield* table("b", b)}#t`) };
    const { verdict, compared } = yield* run(pair, {
      key: ["id"],
      ...(absTolerance === undefined ? {} : { absTolerance: { all: absTolerance, columns: {} } }),
      ...(relTolerance === undefined ? {} : { relTolerance: { all: relTolerance, columns: {} } }),
    });
    expect(compared.omitted).toEqual([]);
    return verdict === "identical";
  }).pipe(Effect.scoped, Effect.provide(Layer.orDie(Router.layer({ local: { threads: 1 } }))));

const big = "12345678901234567890123456789012345678";
const cases: ReadonlyArray<
  readonly [a: string, b: string, absolute?: string | undefined, relative?: string]
> = [
  ["5::UBIGINT", "5::BIGINT"],
  ["5::UBIGINT", "6::BIGINT", "1"],
  ["18446744073709551615::UBIGINT", "9223372036854775807::BIGINT", "9223372036854775808"],
  ["5::UBIGINT", "(-5)::BIGINT", "10"],
  ["18446744073709551615::UBIGINT", "18446744073709551615.5::DECIMAL(38, 10)", "0.5"],
  [`${big}::DECIMAL(38, 0)`, `${big}::HUGEINT`],
  [`${big}::DECIMAL(38, 0)`, "0.5::DECIMAL(38, 10)", big],
  ["2::DECIMAL(38, 0)", "1.5::DECIMAL(38, 10)", "0.5"],
  ["(-2)::DECIMAL(38, 0)", "(-1.75)::DECIMAL(38, 10)", "0.25"],
  ["(-0.5)::DECIMAL(38, 10)", "0::DECIMAL(38, 0)", "0.5"],
  ["100::DECIMAL(38, 0)", "97.5::DECIMAL(38, 10)", undefined, "0.025"],
  [`${big}::DECIMAL(38, 0)`, `${big.slice(0, -1)}9::DECIMAL(38, 0)`, "1"],
  [
    "170141183460469231731687303715884105727::HUGEINT",
    "340282366920938463463374607431768211454::UHUGEINT",
    undefined,
    "0.5",
  ],
  ["1.5::DECIMAL(4, 2)", "1.25::DECIMAL(10, 4)", "0.25"],
];

for (const [a, b, absolute, relative] of cases) {
  const slack = absolute ?? relative;
  it.live(`${a} is ${slack === undefined ? "" : `within ${slack} of `}${b}`, () =>
    Effect.gen(function* () {
      expect(yield* equal(a, b, absolute, relative)).toBe(true);
      expect(yield* equal(b, a, absolute, relative)).toBe(true);
      if (slack === undefined) return;
      const less = String(slack).includes(".")
        ? slack.replace(/\d$/, (d) => `${Number(d) - 1}9`)
        : String(BigInt(slack) - 1n);
      const tight = absolute === undefined ? ([undefined, less] as const) : ([less, undefined] as const);
      expect(yield* equal(a, b, ...tight)).toBe(false);
      expect(yield* equal(b, a, ...tight)).toBe(false);
    }),
  );
}
