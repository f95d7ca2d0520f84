/**
 * Orders results by how much they need attention: failed, different, then by the severity that the presenter
 * computes.
 */
import type { ResultBase, Status } from "../batch/Result.ts";
import type { Presenter } from "./Presenter.ts";

/** Compared number by number, larger first; ties are in input order. */
export interface Rank {
  readonly places: ReadonlyArray<number>;
  readonly index: number;
}

const urgency: Readonly<Record<Status, number>> = { failed: 3, different: 2, skipped: 1, ok: 0 };

export const rankOf = <Payload>(
  { overview }: Presenter<Payload>,
  { status, index }: ResultBase,
  payload: Payload | undefined,
): Rank => {
  const severity = payload === undefined ? [] : (overview.severity?.(payload) ?? []);
  return { places: [urgency[status], ...severity], index };
};

/** `ok` with a severity of 0. */
export const isUneventful = ({ places }: Rank): boolean => places.every((place) => place === 0);

/** Negative if `a` is worse. */
export const compareRanks = (a: Rank, b: Rank): number => {
  for (let i = 0; i < Math.max(a.places.length, b.places.length); i++) {
    const difference = (b.places[i] ?? 0) - (a.places[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.index - b.index;
};

export interface Worst<A> {
  /** Calls `make` only if its value may be kept. */
  readonly offer: (rank: Rank, make: () => A) => void;
  /** The worst first. */
  readonly values: () => ReadonlyArray<A>;
}

export interface Limits<A> {
  readonly most: number;
  /** The maximum total weight. */
  readonly room?: number;
  readonly weigh?: (value: A) => number;
}

/** Keeps the worst values within the limits: every kept value ranks above every dropped one. */
export const keepWorst = <A>({ most, room = Number.POSITIVE_INFINITY, weigh }: Limits<A>): Worst<A> => {
  const kept: Array<{ readonly rank: Rank; readonly value: A; readonly weight: number }> = [];
  let weight = 0;
  let leftOut: Rank | undefined;
  return {
    offer: (rank, make) => {
      if (leftOut !== undefined && compareRanks(rank, leftOut) > 0) return;
      const value = make();
      const own = weigh?.(value) ?? 0;
      kept.splice(placeOf(kept, rank), 0, { rank, value, weight: own });
      weight += own;
      while (kept.length > most || weight > room) {
        const last = kept.pop()!;
        weight -= last.weight;
        leftOut = last.rank;
      }
    },
    values: () => kept.map(({ value }) => value),
  };
};

/** The position of a rank in the sorted list. */
const placeOf = (kept: ReadonlyArray<{ readonly rank: Rank }>, rank: Rank): number => {
  let [from, to] = [0, kept.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (compareRanks(kept[middle]!.rank, rank) <= 0) from = middle + 1;
    else to = middle;
  }
  return from;
};
