/** The server's capacity: it throttles requests above it, and queues jobs above its slots. */
import { type Answered, faults } from "./faults.ts";

export interface Capacity {
  /** The maximum in flight; further ones are throttled. */
  readonly limit: number;
  /** Limits requests (default), or running jobs, which only throttles jobs.query and jobs.insert. */
  readonly of?: "requests" | "jobs";
  /** The error of throttled requests (403 rateLimitExceeded). */
  readonly refusal?: Answered;
}

export const refusalOf = (capacity: Capacity): Answered => capacity.refusal ?? faults.rateLimitExceeded;

/** Slots that are granted in order of arrival. */
export interface Slots {
  /** Resolves when a slot is free, and takes it; undefined if one was free immediately. */
  readonly take: () => Promise<void> | undefined;
  readonly free: () => void;
}

export const makeSlots = (count: number): Slots => {
  let taken = 0;
  const line: Array<() => void> = [];
  return {
    take: () => {
      if (taken < count) {
        taken += 1;
        return undefined;
      }
      return new Promise((resolve) => line.push(resolve));
    },
    free: () => {
      const next = line.shift();
      if (next === undefined) taken -= 1;
      else next();
    },
  };
};
