/** Moments, bins and outliers of values in memory, with integers of any size, so that no sum is rounded. */
import { expect } from "bun:test";
import type { Field } from "../../../src/domain/TableSchema.ts";
import type { Value } from "../../../src/domain/Value.ts";
import type { ColumnProfile } from "../../../src/programs/profile/Program.ts";
import type { Column } from "./memory.ts";
import { comparison, position, scaled, sorted } from "./memory.ts";

/** A fraction of integers. */
interface Ratio {
  readonly over: bigint;
  readonly under: bigint;
}

/** A FLOAT64 multiplied by 2^1074, which is always an integer. */
const wholeDouble = (value: number): bigint => {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const exponent = (bits >> 52n) & 2047n;
  const mantissa = (bits & ((1n << 52n) - 1n)) | (exponent === 0n ? 0n : 1n << 52n);
  const size = mantissa << (exponent === 0n ? 0n : exponent - 1n);
  return value < 0 ? -size : size;
};

const unitOf = ({ type }: Field): bigint => (type === "FLOAT64" ? 1n << 1074n : 10n ** 40n);
const whole = (value: Value, field: Field): bigint =>
  field.type === "FLOAT64" ? wholeDouble(Number(value)) : scaled(value);

const size = (value: bigint): bigint => (value < 0n ? -value : value);
const bitsOf = (value: bigint): number => size(value).toString(2).length;

/** The fraction as a double, computed with 60 correct bits. */
const toDouble = ({ over, under }: Ratio): number => {
  if (over === 0n) return 0;
  const shift = 64 - (bitsOf(over) - bitsOf(under));
  const quotient = shift >= 0 ? (over << BigInt(shift)) / under : over / (under << BigInt(-shift));
  // In two steps, because a single power of two may exceed the range although the product does not.
  return Number(quotient) * 2 ** Math.floor(-shift / 2) * 2 ** Math.ceil(-shift / 2);
};

/** Mean, sample deviation and the distance between the extremes. */
export const momentsOf = (finite: ReadonlyArray<Value>, field: Field) => {
  const n = BigInt(finite.length);
  const values = finite.map((value) => whole(value, field));
  const unit = unitOf(field);
  const sum = values.reduce((all, value) => all + value, 0n);
  const squares = values.reduce((all, value) => all + value * value, 0n);
  const variance = { over: n * squares - sum * sum, under: n * (n - 1n) * unit * unit };
  return {
    mean: toDouble({ over: sum, under: n * unit }),
    stddev: n < 2n ? undefined : Math.sqrt(toDouble(variance)),
    range: toDouble({ over: values.at(-1)! - values[0]!, under: unit }),
    largest: Math.max(...[finite[0]!, finite.at(-1)!].map((value) => Math.abs(Number(value)))),
  };
};

const within = (what: string, found: number | undefined, truth: number | undefined, error: number): void => {
  if (truth === undefined || found === undefined) {
    expect([what, found]).toEqual([what, truth]);
    return;
  }
  expect(Math.abs(found - truth) <= error ? "within" : `${what}: ${found}, not ${truth} by ${error}`).toBe(
    "within",
  );
};

/** Within the rounding of FLOAT64 and 2^-48 of the range; `google`: within 1e-9 of the largest value. */
export const expectMoments = (found: ColumnProfile, column: Column, engine: "local" | "google"): void => {
  if (found.zeros === undefined) return;
  const finite = sorted(column.values, column.field);
  const isHuge = finite.some((value) => Math.abs(Number(value)) >= 1e150);
  if (finite.length === 0 || isHuge) {
    expect([found.mean, found.stddev]).toEqual([undefined, undefined]);
    return;
  }
  const { mean, stddev, range, largest } = momentsOf(finite, column.field);
  const error = (of: number) =>
    engine === "google" ? 1e-9 * largest : 2 ** -48 * range + 4 * Number.EPSILON * Math.abs(of);
  within(`${column.name} mean`, found.mean, mean, error(mean));
  within(`${column.name} deviation`, found.stddev, stddev, error(stddev ?? 0) + 1e-9 * (stddev ?? 0));
};

type Bin = NonNullable<ColumnProfile["histogram"]>["bins"][number];

/** Values of each bin, by the definition of its ends. */
const countsIn = (bins: ReadonlyArray<Bin>, inOrder: ReadonlyArray<Value>, field: Field) => {
  const compare = comparison(field);
  const below = (value: Value) => position(inOrder, value, field, (order) => order < 0);
  const upTo = (value: Value) => position(inOrder, value, field, (order) => order <= 0);
  return bins.map(({ from, to }, i) => {
    const before = bins[i - 1];
    const isAfterOne = before !== undefined && compare(before.from, before.to) === 0;
    const isLast = i === bins.length - 1;
    const isOne = compare(from, to) === 0;
    return (isOne || isLast ? upTo(to) : below(to)) - (isAfterOne && !isOne ? upTo(from) : below(from));
  });
};

/**
 * Counted bins are exact; the edges of estimated ones are off by up to 1% of rank (2% in a run), and a row.
 */
const expectBins = (what: string, bins: ReadonlyArray<Bin>, { values, field }: Column): void => {
  const inOrder = sorted(values, field);
  const counts = countsIn(bins, inOrder, field);
  const all = bins.reduce((sum, { count }) => sum + count, 0);
  expect([what, all]).toEqual([what, inOrder.length]);
  expect([what, bins[0]!.from, bins.at(-1)!.to]).toEqual([what, inOrder[0]!, inOrder.at(-1)!]);
  if (bins.every(({ estimated }) => estimated !== true)) {
    expect([what, bins.map(({ count }) => count)]).toEqual([what, counts]);
    return;
  }
  let [found, truth] = [0, 0];
  for (const [i, { count }] of bins.entries()) {
    found += count;
    truth += counts[i]!;
    const off = Math.abs(found - truth) / all;
    expect(off <= 0.02 + 1 / all ? "near" : `${what}: edge ${i} is off by ${off}`).toBe("near");
  }
};

export const expectDistribution = (found: ColumnProfile, column: Column): void => {
  if (found.histogram !== undefined) expectBins(`${column.name} histogram`, found.histogram.bins, column);
  if (found.quantiles?.deciles !== undefined)
    expectBins(`${column.name} deciles`, found.quantiles.deciles, column);
};

/** Outliers are exact for the reported fences. */
export const expectOutliers = (found: ColumnProfile, { name, values, field }: Column): void => {
  if (found.outliers === undefined) return;
  const { lowerFence, upperFence, below, above } = found.outliers;
  const numbers = sorted(values, field).map(Number);
  expect([name, below, above]).toEqual([
    name,
    numbers.filter((x) => x < lowerFence).length,
    numbers.filter((x) => x > upperFence).length,
  ]);
};
