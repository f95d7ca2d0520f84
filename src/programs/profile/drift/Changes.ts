/**
 * Computes the change of a measure between two profiles, and the part that the stated errors cannot explain.
 * Estimates vary between runs, so only that part decides the verdict.
 */
import type { Value } from "../../../domain/Value.ts";
import type { ColumnProfile, Profile } from "../Profile.ts";
import { fieldOf, present } from "../ReportedColumn.ts";
import { offset } from "../statistics/Bins.ts";
import { samplingError } from "./Psi.ts";

export interface Change {
  readonly before: Value;
  readonly after: Value;
  readonly change: number;
  /** The remaining change if both values are wrong by their errors, towards each other. */
  readonly least: number;
}

/** A column or a table in one of the two profiles. */
export interface Side<A> {
  readonly of: A;
  /** The fraction of rows that was read, if it is a random sample of single rows; 1 for all. */
  readonly share: number;
}

type Sides<A> = readonly [before: Side<A>, after: Side<A>];

const isSampled = ({ share }: Side<unknown>): boolean => share < 1;

const changeOf = (before: Value, after: Value, distance: number, error: number, unit: number): Change => ({
  before,
  after,
  change: distance / unit,
  least: Math.max(0, distance - error) / unit,
});

/** The change of a count relative to the earlier one. `estimates` is the estimation error of each. */
const countChange = ([a, b]: Sides<number>, estimates: number): Change => {
  const spread = Math.sqrt(a.of * (1 - a.share) + b.of * (1 - b.share));
  return changeOf(a.of, b.of, Math.abs(b.of - a.of), estimates + 2 * spread, Math.max(a.of, 1));
};

export const rowsChange = ([a, b]: Sides<Profile>): Change =>
  countChange(
    [
      { ...a, of: a.of.rows },
      { ...b, of: b.of.rows },
    ],
    0,
  );

/** Estimates are within 2%. */
export const distinctChange = ([a, b]: Sides<ColumnProfile>): Change => {
  const [old, now] = [a.of.distinct!, b.of.distinct!];
  const errors = [old, now].reduce((sum, { value, exact }) => sum + (exact ? 0 : 0.02 * value), 0);
  return countChange(
    [
      { ...a, of: old.value },
      { ...b, of: now.value },
    ],
    errors,
  );
};

const nullRate = ({ rows, nulls }: ColumnProfile): number => nulls / rows;

export const nullRateChange = (sides: Sides<ColumnProfile>): Change => {
  const [old, now] = sides.map(({ of }) => nullRate(of)) as [number, number];
  const errors = sides.map((side) => (isSampled(side) ? samplingError(nullRate(side.of), side.of.rows) : 0));
  return changeOf(old, now, Math.abs(now - old), errors[0]! + errors[1]!, 1);
};

/** The rounding error of FLOAT64 sums, whose order varies between runs, relative to the largest value. */
const rounding = 1e-9;

const meanError = (side: Side<ColumnProfile>): number => {
  const { min, max, mean = 0, stddev = 0 } = side.of;
  const ofSums = fieldOf(side.of).type === "FLOAT64" ? rounding : 0;
  const largest = Math.max(Math.abs(Number(min ?? 0)), Math.abs(Number(max ?? 0)));
  const ofSample = isSampled(side) ? (2 * stddev) / Math.sqrt(Math.max(1, present(side.of))) : 0;
  return Math.abs(mean) * Number.EPSILON + ofSums * largest + ofSample;
};

/** In standard deviations of the earlier column, or relative to its mean if the deviation is 0. */
export const meanChange = ([a, b]: Sides<ColumnProfile>): Change => {
  const [old, now] = [a.of.mean!, b.of.mean!];
  const distance = Math.abs(now - old);
  const { stddev = 0 } = a.of;
  const unit = stddev > 0 ? stddev : old === 0 ? distance || 1 : Math.abs(old);
  return changeOf(old, now, distance, meanError(a) + meanError(b), unit);
};

const compared = ["p5", "p25", "p50", "p75", "p95"] as const;
type Quantiles = NonNullable<ColumnProfile["quantiles"]>;

/** Smaller samples have quantile errors above 1% of rank, which their bounds assume. */
const enoughSampled = 10_000;

const reported = ["p1", "p5", "p25", "p50", "p75", "p95", "p99"] as const;

/** The bounds of a quantile. */
const boundsOf = (q: Quantiles, p: (typeof compared)[number], isSample: boolean): readonly [Value, Value] => {
  if (q.exact && !isSample) return [q[p], q[p]];
  if (q.low !== undefined && q.high !== undefined) return [q.low[p], q.high[p]];
  const at = reported.indexOf(p);
  return [q[reported[at - 1]!], q[reported[at + 1]!]];
};

/**
 * The quantile that moved most, relative to the distance between the earlier 5 and 95% quantiles; or the reason why
 * it cannot be compared.
 */
export const quantilesChange = ([a, b]: Sides<ColumnProfile>): Change | string => {
  for (const side of [a, b])
    if (isSampled(side) && present(side.of) < enoughSampled)
      return `the sample has fewer than ${enoughSampled.toLocaleString("en-US")} values`;
  const [old, now] = [a.of.quantiles!, b.of.quantiles!];
  const [before, after] = [fieldOf(a.of), fieldOf(b.of)];
  const field = before.type === after.type ? before : { ...before, type: "FLOAT64" as const };
  const place = (value: Value): number => offset(value, old.p5, field) ?? Number.NaN;
  const range = place(old.p95);
  const relative = (distance: number): number =>
    distance <= 0 ? 0 : range > 0 ? distance / range : distance > 0 ? 1 : Number.NaN;
  const changes = compared.map((p): Change => {
    const [lowA, highA] = boundsOf(old, p, isSampled(a)).map(place) as [number, number];
    const [lowB, highB] = boundsOf(now, p, isSampled(b)).map(place) as [number, number];
    return {
      before: old[p],
      after: now[p],
      change: relative(Math.abs(place(now[p]) - place(old[p]))),
      least: relative(Math.max(lowB - highA, lowA - highB)),
    };
  });
  if (changes.some(({ change, least }) => Number.isNaN(change) || Number.isNaN(least)))
    return "a quantile is not a valid time";
  return changes.reduce((most, next) =>
    next.least > most.least || (next.least === most.least && next.change > most.change) ? next : most,
  );
};
