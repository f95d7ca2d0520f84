/**
 * The population stability index: how much the distribution of a column's bins or values moved.
 * PSI = Σ (a - b) · ln(a / b) over the bins (N. Siddiqi, Credit Risk Scorecards, 2006), which is Jeffreys' divergence
 * (H. Jeffreys, 1946). By convention, below 0.1 is no change, and 0.25 or more is a major change. For n and m values
 * in B bins, chance alone gives about (B - 1)(1/n + 1/m) (B. Yurdakul, 2018), so small tables vary more.
 */
import type { ColumnProfile } from "../Profile.ts";
import { present } from "../ReportedColumn.ts";
import { baselineBins } from "./BaselineBins.ts";

/** The minimum share of a bin: an empty bin would make the index infinite. */
export const floor = 1e-4;

/** A share and its error. */
export interface Share {
  readonly value: number;
  readonly error: number;
}

const term = (before: number, after: number): number => {
  const [a, b] = [Math.max(before, floor), Math.max(after, floor)];
  return (a - b) * Math.log(a / b);
};

/** The index of two lists of shares of the same bins: symmetric, non-negative, 0 only for equal shares. */
export const psi = (before: ReadonlyArray<number>, after: ReadonlyArray<number>): number =>
  before.reduce((sum, share, i) => sum + term(share, after[i] ?? 0), 0);

/** The index if every share is wrong by its error, towards the other one. */
export const leastPsi = (before: ReadonlyArray<Share>, after: ReadonlyArray<Share>): number =>
  before.reduce((sum, a, i) => {
    const b = after[i]!;
    const distance = Math.abs(a.value - b.value);
    const errors = a.error + b.error;
    if (errors === 0) return sum + term(a.value, b.value);
    if (distance <= errors) return sum;
    const towards = Math.sign(b.value - a.value);
    return sum + term(a.value + towards * a.error, b.value - towards * b.error);
  }, 0);

interface Counts {
  readonly counts: ReadonlyArray<number>;
  /** The error of each count, as a share of all rows; absent: exact. */
  readonly errors?: ReadonlyArray<number>;
}

type Pair = { readonly before: Counts; readonly after: Counts };

/** The error of a share in a random sample of n: three standard errors, so that twelve bins hold at 95% together. */
export const samplingError = (share: number, n: number): number =>
  n === 0 ? 1 : 3 * Math.sqrt((share * (1 - share)) / n) + 9 / n;

const sharesOf = ({ counts, errors }: Counts, isSampled: boolean): ReadonlyArray<Share> => {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count, i) => {
    const value = total > 0 ? count / total : 0;
    return { value, error: (errors?.[i] ?? 0) + (isSampled ? samplingError(value, total) : 0) };
  });
};

/** Over the bins of the baseline, or over true and false; a reason if they cannot be compared. */
export const columnPsi = (
  before: ColumnProfile,
  after: ColumnProfile,
  counted: ReadonlyArray<number> | undefined,
  isSampled: { readonly before: boolean; readonly after: boolean },
): { readonly change: number; readonly least: number } | string => {
  const pair = fromBooleans(before, after) ?? fromBins(before, after, counted);
  if (typeof pair === "string") return pair;
  if (!isFilled(pair.before.counts)) return "the baseline has no values";
  if (!isFilled(pair.after.counts)) return "there are no values";
  const [a, b] = [sharesOf(pair.before, isSampled.before), sharesOf(pair.after, isSampled.after)];
  const change = psi(
    a.map(({ value }) => value),
    b.map(({ value }) => value),
  );
  return { change, least: Math.min(change, leastPsi(a, b)) };
};

const isFilled = (counts: ReadonlyArray<number>): boolean => counts.some((count) => count > 0);

const fromBooleans = (before: ColumnProfile, after: ColumnProfile): Pair | undefined => {
  const counts = (column: ColumnProfile): Counts | undefined =>
    column.true === undefined || column.false === undefined
      ? undefined
      : { counts: [column.true, column.false] };
  const [old, now] = [counts(before), counts(after)];
  return old === undefined || now === undefined ? undefined : { before: old, after: now };
};

const fromBins = (
  before: ColumnProfile,
  after: ColumnProfile,
  counted: ReadonlyArray<number> | undefined,
): Pair | string => {
  const bins = baselineBins(before);
  if (bins === undefined) return "the baseline has no bins";
  const places = bins._tag === "Cuts" ? bins.cuts : bins.values;
  if (counted === undefined || counted.length !== places.length)
    return "no rows were counted in the baseline's bins";
  if (bins._tag === "Values") {
    if (!isCertain(before)) return "the baseline's top values are estimates without a bound";
    const own = bins.values.map(({ count }) => count);
    return { before: { counts: withRest(own, before) }, after: { counts: withRest(counted, after) } };
  }
  const { deciles = [] } = before.quantiles ?? {};
  const upTo = [...counted, Math.max(counted.at(-1) ?? 0, finiteRows(after))];
  return {
    before: { counts: [0, ...deciles.map(({ count }) => count), 0], errors: errorsOf(deciles) },
    after: { counts: upTo.map((count, i) => count - (upTo[i - 1] ?? 0)) },
  };
};

/** If every value is listed, the counts are exact, even if top values are approximate otherwise. */
const isCertain = (column: ColumnProfile): boolean => {
  const { topValues, distinct } = column;
  if (topValues === undefined || topValues.exact) return topValues !== undefined;
  const listed = topValues.values.reduce((sum, { count }) => sum + count, 0);
  return listed === present(column) && topValues.values.length >= (distinct?.value ?? 0);
};

const withRest = (counts: ReadonlyArray<number>, column: ColumnProfile): ReadonlyArray<number> => [
  ...counts,
  Math.max(0, present(column) - counts.reduce((sum, count) => sum + count, 0)),
];

const finiteRows = (column: ColumnProfile): number =>
  present(column) - (column.nan ?? 0) - (column.infinities ?? 0);

type Deciles = NonNullable<NonNullable<ColumnProfile["quantiles"]>["deciles"]>;

/**
 * An estimated cut has an error of 1% of rank and one row, and another 1% at the ends of a run of equal values. The
 * extremes are exact.
 */
const errorsOf = (bins: Deciles): ReadonlyArray<number> => {
  const row = 1 / bins.reduce((sum, { count }) => sum + count, 0);
  const isRun = (i: number) => bins[i]?.from === bins[i]?.to;
  const cut = (i: number) =>
    i === 0 || i === bins.length ? 0 : row + (isRun(i - 1) || isRun(i) ? 0.02 : 0.01);
  return [0, ...bins.map(({ estimated }, i) => (estimated === true ? cut(i) + cut(i + 1) : 0)), 0];
};
