/**
 * Adapts the number of items in flight to the service: grows while throughput grows, stays one below a throttled
 * level, and later probes whether more is possible. Has no effects, so that it can be simulated.
 * Similar to additive-increase controllers (Jacobson, 1988; Netflix concurrency-limits), but it remembers the
 * ceiling: the service throttles by count, and growing into that limit repeatedly wastes requests.
 */

/** The limit that applied after this many items had finished. */
export interface Step {
  readonly finished: number;
  readonly limit: number;
}

export interface Concurrency {
  readonly limit: () => number;
  /** An item finished; `inUse` items were in flight, this one included. */
  readonly finished: (nowMs: number, inUse: number) => void;
  /** A request was throttled; when it was sent, `requestsInFlight` were in flight, and the limit was that of `epoch`. */
  readonly refused: (requestsInFlight: number, epoch: number) => void;
  /** Counts the changes of the limit. */
  readonly epoch: () => number;
  /** Every change of the limit, from the first limit on. */
  readonly path: () => ReadonlyArray<Step>;
}

export interface Bounds {
  /** (4) */
  readonly first?: number;
  /** (256) */
  readonly most?: number;
}

const growth = 1.5;
/** Growth continues only if throughput increases by this factor. */
const gain = 1.1;
/** A throttled request lowers the limit to no less than this share: other clients may be the cause. */
const steepest = 0.7;
/** Finished items before the next probe; doubled after each probe without success. */
const patience = { first: 200, least: 100, most: 3200 };
/** Longer paths keep their first and last steps. */
const longestPath = 60;

type Mode =
  /** Measures the throughput at this limit, to compare it with `base`, that of the previous limit. */
  | {
      readonly _tag: "Growing";
      readonly base: number | undefined;
      readonly before: number;
      readonly strikes: number;
    }
  /** Tries one more item than held, to see whether it is throttled. */
  | { readonly _tag: "Probing"; readonly held: number }
  | { readonly _tag: "Holding" };

export const make = ({ first = 4, most = 256 }: Bounds = {}): Concurrency => {
  let limit = Math.min(first, most);
  let mode: Mode = { _tag: "Growing", base: undefined, before: limit, strikes: 0 };
  let epoch = 0;
  let finished = 0;
  /** Whether throttling determined the held limit. */
  let wasThrottled = false;
  let wait = patience.first;
  /** Items that finished since the limit or the mode changed. */
  let counted = 0;
  let measuredFrom = 0;
  const path: Array<Step> = [{ finished: 0, limit }];

  const enter = (next: Mode, nextLimit = limit): void => {
    if (nextLimit !== limit) {
      limit = nextLimit;
      epoch += 1;
      if (path.length === longestPath) path.splice(longestPath / 2, 1);
      path.push({ finished, limit });
    }
    mode = next;
    counted = 0;
  };

  const higher = (from: number): number => Math.min(most, Math.ceil(from * growth));

  /** Called when the throughput at the current limit is known. */
  const measured = (rate: number, { base, before, strikes }: Extract<Mode, { _tag: "Growing" }>): void => {
    if (base === undefined || rate >= base * gain) {
      if (limit === most) enter({ _tag: "Holding" });
      else enter({ _tag: "Growing", base: rate, before: limit, strikes: 0 }, higher(limit));
    } else if (strikes === 0) {
      // Durations of items vary: one measurement may mislead.
      enter({ _tag: "Growing", base, before, strikes: 1 });
    } else {
      wasThrottled = false;
      enter({ _tag: "Holding" }, before);
    }
  };

  const onFinished = (nowMs: number, inUse: number): void => {
    finished += 1;
    // With free slots, the limit does not affect throughput.
    if (inUse < limit && mode._tag !== "Holding") return;
    counted += 1;
    switch (mode._tag) {
      case "Growing": {
        // The first items started under another limit.
        if (counted === limit) measuredFrom = nowMs;
        else if (counted >= 2 * limit) measured(limit / Math.max(1, nowMs - measuredFrom), mode);
        return;
      }
      case "Probing":
        if (counted < 2 * limit) return;
        wait = Math.max(patience.least, wait / 2);
        enter({ _tag: "Holding" });
        return;
      case "Holding":
        if (counted < wait || limit >= most) return;
        if (wasThrottled) enter({ _tag: "Probing", held: limit }, limit + 1);
        else {
          wait = Math.min(patience.most, wait * 2);
          enter({ _tag: "Growing", base: undefined, before: limit, strikes: 0 });
        }
    }
  };

  const onRefused = (requestsInFlight: number, sentIn: number): void => {
    const below = requestsInFlight - 1;
    // A request sent under an earlier limit counts only if it would be throttled under this one, too.
    if (below >= limit && sentIn !== epoch) return;
    wasThrottled = true;
    if (mode._tag === "Probing") {
      wait = Math.min(patience.most, wait * 2);
      enter({ _tag: "Holding" }, mode.held);
      return;
    }
    enter(
      { _tag: "Holding" },
      Math.max(1, Math.min(limit - 1, Math.max(below, Math.ceil(limit * steepest)))),
    );
  };

  return {
    limit: () => limit,
    finished: onFinished,
    refused: onRefused,
    epoch: () => epoch,
    path: () => path,
  };
};
