/** The server's capacity: it throttles requests above it, and queues jobs above its slots. */
import { type Answered, faults } from "./faults.ts";

export interface Capacity {
  /** Most in flight; what comes on top is refused. */
  readonly limit: number;
  /** Requests (default), or running jobs, which refuses jobs.query and jobs.insert alone. */
  readonly of?: "requests" | "jobs";
  /** How it refuses (403 rateLimitExceeded). */
  readonly refusal?: Answered;
}

export const refusalOf = (capacity: Capacity): Answered => capacity.refusal ?? faults.rateLimitExceeded;

/** Places that are taken in order of arrival. */
export interface Slots {
  /** Resolves when a place is free, which is taken then; undefined if it could be taken at once. */
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
