/**
 * The population stability index: how far the shares of a column's bins or values moved. PSI = Σ (a - b) · ln(a / b)
 * over the bins (N. Siddiqi, Credit Risk Scorecards, 2006), which is Jeffreys' divergence (H. Jeffreys, 1946). By
 * custom, below 0.1 nothing happened, and from 0.25 on the population is another. Of n and m values in B bins chance
 * alone gives about (B - 1)(1/n + 1/m) (B. Yurdakul, 2018), so that small tables move by themselves.
 */
import type { Value } from "../../../domain/Value.ts";
import type { ColumnProfile } from "../Profile.ts";
import { fieldOf, present } from "../ReportedColumn.ts";
import { position } from "../statistics/Bins.ts";
import type { Histogram } from "../statistics/Histogram.ts";

/** An empty bin counts as this share: else the index would be infinite. */
export const floor = 1e-4;

/** Of two lists of shares of the same bins: symmetric, 0 or more, 0 only for equal shares. */
export const psi = (before: ReadonlyArray<number>, after: ReadonlyArray<number>): number =>
  before.reduce((sum, share, i) => {
    const a = Math.max(share, floor);
    const b = Math.max(after[i] ?? 0, floor);
    return sum + (a - b) * Math.log(a / b);
  }, 0);

/** Over the baseline's bins, over true and false, or over the top values: undefined where the profiles share none. */
export const columnPsi = (before: ColumnProfile, after: ColumnProfile): number | undefined => {
  const shares = fromHistograms(before, after) ?? fromBooleans(before, after) ?? fromTopValues(before, after);
  return shares === undefined ? undefined : psi(normalized(shares.before), normalized(shares.after));
};

interface Pair {
  readonly before: ReadonlyArray<number>;
  readonly after: ReadonlyArray<number>;
}

const normalized = (counts: ReadonlyArray<number>): ReadonlyArray<number> => {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => (total > 0 ? count / total : 0));
};

const isFilled = (counts: ReadonlyArray<number>): boolean => counts.some((count) => count > 0);

const filled = (pair: Pair): Pair | undefined =>
  isFilled(pair.before) && isFilled(pair.after) ? pair : undefined;

interface Bin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

const fromHistograms = (before: ColumnProfile, after: ColumnProfile): Pair | undefined => {
  if (before.histogram === undefined || after.histogram === undefined) return undefined;
  const old = binsOf(before, before.histogram);
  const now = binsOf(after, after.histogram);
  const edges = old === undefined ? undefined : edgesOf(before, old);
  if (old === undefined || now === undefined || edges === undefined) return undefined;
  return filled({ before: rebin(old, edges), after: rebin(now, edges) });
};

/** Quarters of the places keep differences inside FLOAT64. */
const place = (value: Value, column: ColumnProfile): number | undefined => {
  const at = position(value, fieldOf(column));
  return at === undefined || !Number.isFinite(at) ? undefined : at / 4;
};

const binsOf = (column: ColumnProfile, histogram: Histogram): ReadonlyArray<Bin> | undefined => {
  const bins = histogram.bins.flatMap(({ from, to, count }) => {
    const [start, end] = [place(from, column), place(to, column)];
    return start === undefined || end === undefined || end < start ? [] : [{ from: start, to: end, count }];
  });
  return bins.length === histogram.bins.length && bins.length > 0 ? bins : undefined;
};

interface Edges {
  readonly places: ReadonlyArray<number>;
  /** Whether the last edge is a value of the last bin, not the first one behind it. */
  readonly closed: boolean;
}

/** Whole numbers and dates fill their bin up to the next one. */
const stepOf = (column: ColumnProfile): number => {
  const { type } = fieldOf(column);
  return type === "INT64" ? 1 / 4 : type === "DATE" ? 86_400_000 / 4 : 0;
};

const edgesOf = (column: ColumnProfile, bins: ReadonlyArray<Bin>): Edges => {
  const first = bins[0]!.from;
  const last = bins.at(-1)!.to;
  if (last === first) {
    const step = stepOf(column);
    return { places: [first, first + step], closed: step === 0 };
  }
  const greatest = column.max ?? column.latest;
  return {
    places: [first, ...bins.map(({ to }) => to)],
    closed: greatest === undefined || place(greatest, column) === last,
  };
};

/** Counts below the edges, between each two of them, and above; a bin's rows lie evenly over its width. */
const rebin = (bins: ReadonlyArray<Bin>, { places, closed }: Edges): ReadonlyArray<number> => {
  const last = places.at(-1)!;
  const counts = new Array<number>(places.length + 1).fill(0);
  for (const bin of bins) {
    if (bin.to === bin.from) {
      const inside = closed && bin.from === last;
      const slot = inside ? places.length - 1 : places.filter((edge) => edge <= bin.from).length;
      counts[slot]! += bin.count;
      continue;
    }
    for (let slot = 0; slot <= places.length; slot++) {
      const start = Math.max(bin.from, places[slot - 1] ?? -Infinity);
      const end = Math.min(bin.to, places[slot] ?? Infinity);
      if (end > start) counts[slot]! += (bin.count * (end - start)) / (bin.to - bin.from);
    }
  }
  return counts;
};

const fromBooleans = (before: ColumnProfile, after: ColumnProfile): Pair | undefined => {
  const counts = (column: ColumnProfile) =>
    column.true === undefined || column.false === undefined ? undefined : [column.true, column.false];
  const [old, now] = [counts(before), counts(after)];
  return old === undefined || now === undefined ? undefined : filled({ before: old, after: now });
};

/** Values that either profile lists, and all others together. */
const fromTopValues = (before: ColumnProfile, after: ColumnProfile): Pair | undefined => {
  const [old, now] = [listedOf(before), listedOf(after)];
  if (old === undefined || now === undefined) return undefined;
  const keys = [...new Set([...old.counts.keys(), ...now.counts.keys()])];
  return filled({ before: countsOf(old, now, keys), after: countsOf(now, old, keys) });
};

interface Listed {
  readonly rows: number;
  readonly counts: ReadonlyMap<string, number>;
  /** The least frequent listed value: no other value has more rows. */
  readonly least: number;
}

const listedOf = (column: ColumnProfile): Listed | undefined => {
  const values = column.topValues?.values;
  if (values === undefined) return undefined;
  return {
    rows: present(column),
    counts: new Map(values.map(({ value, count }) => [JSON.stringify(value), count])),
    least: values.at(-1)?.count ?? 0,
  };
};

/**
 * A value that only the other profile lists belongs to the rest here. Its rows are unknown between none and those of the
 * least listed value: the number that is nearest to the other profile's share is taken, so that a shorter list is not drift.
 */
const countsOf = (own: Listed, other: Listed, keys: ReadonlyArray<string>): ReadonlyArray<number> => {
  const rest = Math.max(0, own.rows - [...own.counts.values()].reduce((sum, count) => sum + count, 0));
  const likely = keys.map((key) =>
    own.counts.has(key) || other.rows === 0
      ? 0
      : Math.min(own.least, ((other.counts.get(key) ?? 0) / other.rows) * own.rows),
  );
  const total = likely.reduce((sum, count) => sum + count, 0);
  const scale = total > rest ? rest / total : 1;
  return [
    ...keys.map((key, i) => own.counts.get(key) ?? likely[i]! * scale),
    Math.max(0, rest - total * scale),
  ];
};
