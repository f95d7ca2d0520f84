/**
 * How many items to have in flight, found out from the service: grow while throughput grows, stay one below what was
 * refused, and look again later whether more is possible by now. Pure but for its own state, so that it can be simulated.
 *
 * In the manner of additive-increase controllers (Jacobson, 1988; Netflix concurrency-limits), with the ceiling kept:
 * the service refuses by count, and growing into it again and again would cost requests for nothing.
 */

/** The limit from the so-and-so-many-th finished item on. */
export interface Step {
  readonly finished: number;
  readonly limit: number;
}

export interface Concurrency {
  readonly limit: () => number;
  /** An item is done; `inUse` items were in flight with it. */
  readonly finished: (nowMs: number, inUse: number) => void;
  /** A request was refused that made so many in flight, sent when the limit was that of `epoch`. */
  readonly refused: (requestsInFlight: number, epoch: number) => void;
  /** Counts the changes of the limit. */
  readonly epoch: () => number;
  /** Every change, the first limit at 0. */
  readonly path: () => ReadonlyArray<Step>;
}

export interface Bounds {
  /** (4) */
  readonly first?: number;
  /** (256) */
  readonly most?: number;
}

const growth = 1.5;
/** A limit that is half as high again must bring so much more throughput to be worth it. */
const gain = 1.1;
/** A single refusal lowers the limit to this share at most: it may be the fault of others. */
const steepest = 0.7;
/** Finished items from the settling to the next look; doubled each time that it brings nothing. */
const patience = { first: 200, least: 100, most: 3200 };
/** Longer paths keep their beginning and their end. */
const longestPath = 60;

type Mode =
  /** Measures the present limit, to compare it with `base`, the throughput of the limit before. */
  | {
      readonly _tag: "Growing";
      readonly base: number | undefined;
      readonly before: number;
      readonly strikes: number;
    }
  /** One more than was held, to see whether it is refused. */
  | { readonly _tag: "Probing"; readonly held: number }
  | { readonly _tag: "Holding" };

export const make = ({ first = 4, most = 256 }: Bounds = {}): Concurrency => {
  let limit = Math.min(first, most);
  let mode: Mode = { _tag: "Growing", base: undefined, before: limit, strikes: 0 };
  let epoch = 0;
  let finished = 0;
  /** Whether the limit that is held was found by a refusal. */
  let wasRefused = false;
  let wait = patience.first;
  /** Items that ended since the limit, or the mode, was set. */
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

  /** The throughput at the present limit is known. */
  const measured = (rate: number, { base, before, strikes }: Extract<Mode, { _tag: "Growing" }>): void => {
    if (base === undefined || rate >= base * gain) {
      if (limit === most) enter({ _tag: "Holding" });
      else enter({ _tag: "Growing", base: rate, before: limit, strikes: 0 }, higher(limit));
    } else if (strikes === 0) {
      // Items differ in length: one look may deceive.
      enter({ _tag: "Growing", base, before, strikes: 1 });
    } else {
      wasRefused = false;
      enter({ _tag: "Holding" }, before);
    }
  };

  const onFinished = (nowMs: number, inUse: number): void => {
    finished += 1;
    // Where items are waited for, the limit limits nothing, and says nothing.
    if (inUse < limit && mode._tag !== "Holding") return;
    counted += 1;
    switch (mode._tag) {
      case "Growing": {
        // The first ones were begun under another limit.
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
        if (wasRefused) enter({ _tag: "Probing", held: limit }, limit + 1);
        else {
          wait = Math.min(patience.most, wait * 2);
          enter({ _tag: "Growing", base: undefined, before: limit, strikes: 0 });
        }
    }
  };

  const onRefused = (requestsInFlight: number, sentIn: number): void => {
    const below = requestsInFlight - 1;
    // What was sent under an earlier limit is news only if it would have been refused under this one, too.
    if (below >= limit && sentIn !== epoch) return;
    wasRefused = true;
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
