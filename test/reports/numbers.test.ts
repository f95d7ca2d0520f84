/**
 * Every number of a report is one of the JSON's, as near as its
 * digits say, and looks the same in every format.
 */
import { describe, expect, test } from "bun:test";
import { Effect, Stream } from "effect";
import fc from "fast-check";
import * as Figures from "../../src/domain/Format.ts";
import { fromDigits } from "../../src/domain/Value.ts";
import type { ColumnProfile, Profile } from "../../src/programs/profile/Profile.ts";
import { present } from "../../src/reports/presenters/profile/Presenter.ts";
import type { WholeRenderer } from "../../src/reports/Renderer.ts";
import { renderers } from "../../src/reports/Renderers.ts";
import { column, profile, result } from "../programs/profile/profiles.ts";
import { reportOf } from "./support.ts";

/** A number as its exact text in JSON; doubles as their shortest text. */
type Exact = number | string;

const scaled = (text: string): { readonly digits: bigint; readonly places: number } => {
  const [, sign, whole, fraction = "", exponent = "0"] = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]\+?(-?\d+))?$/.exec(
    text,
  )!;
  const size = BigInt(`${whole}${fraction}`);
  return { digits: sign === "-" ? -size : size, places: fraction.length - Number(exponent) };
};

/** Whether the number printed is the exact one, rounded at its last digit: half a unit of it at most. */
const isRounded = (printed: string, exact: Exact): boolean => {
  const [shown, given] = [scaled(printed.replaceAll(",", "")), scaled(String(exact))];
  const places = Math.max(shown.places, given.places, 0);
  const [a, b] = [shown, given].map(({ digits, places: own }) => digits * 10n ** BigInt(places - own));
  const isWhole = given.places <= 0 || given.digits % 10n ** BigInt(Math.max(0, given.places)) === 0n;
  const difference = a! > b! ? a! - b! : b! - a!;
  // Whole numbers are exact, but for FLOAT64 of 1e21 and more.
  if (isWhole && !/E/.test(printed)) return difference === 0n;
  return 2n * difference <= 10n ** BigInt(places - shown.places);
};

const number = fc.oneof(
  fc.integer(),
  fc.maxSafeInteger(),
  fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 }),
  fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e-3, max: 1e-3 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((n) => fromDigits(String(n)) as Exact),
  fc
    .tuple(fc.bigInt({ min: -(10n ** 28n), max: 10n ** 28n }), fc.integer({ min: 1, max: 999_999_999 }))
    .map(([whole, fraction]) => fromDigits(`${whole}.${String(fraction).padStart(9, "0")}`) as Exact),
  fc.constantFrom<Exact>(
    12_345_678,
    1_000_004,
    1_234_570_000_001,
    99_999.99,
    0.99999999,
    -0.00004,
    1e21,
    5e-324,
  ),
);
const count = fc.oneof(fc.nat(20), fc.nat(1e9), fc.maxSafeInteger().map(Math.abs));

const random = fc.record({
  rows: count,
  values: fc.array(number, { minLength: 7, maxLength: 7 }),
  ends: fc.tuple(number, number),
  top: fc.array(fc.tuple(number, count), { minLength: 1, maxLength: 5 }),
  bins: fc.array(count, { minLength: 1, maxLength: 20 }),
  moments: fc.tuple(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
  ),
  exact: fc.boolean(),
});

const profileOf = (one: typeof random extends fc.Arbitrary<infer A> ? A : never): Profile => {
  const [p1, p5, p25, p50, p75, p95, p99] = one.values as [Exact, Exact, Exact, Exact, Exact, Exact, Exact];
  const [from, to] = one.ends;
  const made: Partial<ColumnProfile> = {
    name: "n",
    rows: one.rows,
    nulls: 0,
    distinct: { value: one.rows, exact: one.exact },
    min: from,
    max: to,
    mean: one.moments[0],
    stddev: one.moments[1],
    quantiles: { p1, p5, p25, p50, p75, p95, p99, exact: one.exact },
    zeros: 0,
    negatives: 0,
    topValues: { values: one.top.map(([value, n]) => ({ value, count: n })), exact: one.exact },
    histogram: { bins: one.bins.map((n) => ({ from, to, count: n })), exact: one.exact },
  };
  const sample = one.values.map((n) => ({ n }));
  return profile([column("NUMERIC", made)], { rows: one.rows, sample });
};

const render = (from: Profile, name: "text" | "markdown" | "html"): Promise<string> => {
  const document = present(from, result);
  const renderer = renderers[name] as WholeRenderer;
  const report = reportOf(1, () => ({ item: "t", status: "ok", document }));
  return Effect.runPromise(
    Stream.mkString(
      renderer.render(report as never, { color: false, width: 500, full: true, links: "off" } as never),
    ),
  );
};

/** What a reader sees of a page or of Markdown, without the round numbers along axes. */
const seen = (text: string): string =>
  text
    .replaceAll(/<(style|script|svg)[\s\S]*?<\/\1>/g, " ")
    .replaceAll(/<div class="[xy]">[\s\S]*?<\/div>/g, " ")
    .replaceAll(/<[^>]*>/g, " ")
    .replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
    .replaceAll(/&nbsp;|&#160;/g, " ");

const tokens = (text: string): ReadonlyArray<string> =>
  seen(text).match(
    /(?<![\w.,:-])-?\d[\d,]*(?:\.\d+)?(?:E-?\d+)?(?![\w%:–]|[.,-]\d| (?:kB|MB|GB|bytes|s|ms|min)\b)/g,
  ) ?? [];

const numbersIn = (json: unknown): ReadonlyArray<Exact> => {
  if (typeof json === "number") return [json];
  if (typeof json === "string") return /^-?\d+(\.\d+)?$/.test(json) ? [json] : [];
  return typeof json === "object" && json !== null ? Object.values(json).flatMap(numbersIn) : [];
};

describe("A number", () => {
  test("is rounded only after the decimal point, and parses to the same number", () =>
    fc.assert(
      fc.property(number, (value) => {
        const shown = Figures.measure(value);
        expect([value, shown, isRounded(shown, value)]).toEqual([value, shown, true]);
        expect(shown).not.toMatch(/^-0(\.0*)?%?$/);
        expect(isRounded(Figures.digits(value), value)).toBe(true);
      }),
      { numRuns: 10_000 },
    ));
  test("of whole rows is printed whole, and a share never as -0.0%", () =>
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.double({ min: -1, max: 1, noNaN: true }), (n, share) => {
        expect(Figures.count(n).replaceAll(",", "")).toBe(String(n));
        expect(Figures.share(share)).not.toMatch(/^-0(\.0)?%$/);
      }),
      { numRuns: 10_000 },
    ));
});

describe("A report", () => {
  for (const format of ["text", "markdown", "html"] as const)
    test(`as ${format} has no number that the JSON does not have, and all of its statistics alike`, async () => {
      for (const one of fc.sample(random, { numRuns: 60, seed: 13 })) {
        const made = profileOf(one);
        const page = await render(made, format);
        const known = [
          ...numbersIn(JSON.parse(JSON.stringify({ made, result }))),
          1,
          2,
          3,
          one.values.length,
        ];
        const printed = tokens(page);
        for (const token of printed)
          expect([token, known.some((exact) => isRounded(token, exact))]).toEqual([token, true]);
        const { min, max, mean, stddev, quantiles } = made.columns[0]!;
        for (const value of [min, max, mean, stddev, quantiles?.p25, quantiles?.p50, quantiles?.p75])
          expect([format, value!, printed.includes(Figures.measure(value as Exact))]).toEqual([
            format,
            value!,
            true,
          ]);
      }
    }, 120_000);
});
