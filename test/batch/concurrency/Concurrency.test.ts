/** The controller of --parallel auto against simulated services, with seeded randomness and without a clock. */
import { describe, expect, test } from "bun:test";
import * as Concurrency from "../../../src/batch/concurrency/Concurrency.ts";
import { seeded } from "../../support/scripted-server/random.ts";

interface Service {
  /** Requests in flight above which it throttles. */
  readonly capacity?: number;
  /** Requests in flight above which latency grows proportionally. */
  readonly queue?: number;
  /** The latency of a request in milliseconds. */
  readonly time: (random: () => number) => number;
  /** The share of requests that it throttles for other reasons. */
  readonly whim?: number;
}

const requestsAnItem = 4;

/** Runs items of four requests each; throttled requests are retried after a second or two. */
const simulate = (service: Service, items: number, seed = 1) => {
  const { capacity = Infinity, queue = Infinity, whim = 0, time } = service;
  const random = seeded(seed);
  const concurrency = Concurrency.make();
  const events: Array<{ readonly at: number; readonly act: () => void }> = [];
  const limits: Array<number> = [];
  let [now, started, finished, inUse, inFlight] = [0, 0, 0, 0, 0];
  const sent = { all: 0, settled: 0, refused: 0 };

  const after = (ms: number, act: () => void) => events.push({ at: now + ms, act });
  const begin = () => {
    while (started < items && inUse < concurrency.limit()) {
      started += 1;
      inUse += 1;
      send(requestsAnItem);
    }
  };
  const send = (left: number) => {
    inFlight += 1;
    const [mine, epoch] = [inFlight, concurrency.epoch()];
    const isRefused = mine > capacity || random() < whim;
    sent.all += 1;
    if (finished >= 100) sent.settled += 1;
    if (isRefused && finished >= 100) sent.refused += 1;
    after(isRefused ? 5 : time(random) * Math.max(1, inFlight / queue), () => {
      inFlight -= 1;
      if (isRefused) {
        concurrency.refused(mine, epoch);
        after(1000 + 1000 * random(), () => send(left));
      } else if (left > 1) send(left - 1);
      else {
        concurrency.finished(now, inUse);
        inUse -= 1;
        finished += 1;
        limits.push(concurrency.limit());
        begin();
      }
    });
  };

  begin();
  while (events.length > 0) {
    const next = events.reduce((first, event, i) => (event.at < events[first]!.at ? i : first), 0);
    const [event] = events.splice(next, 1);
    now = event!.at;
    event!.act();
  }
  return { limits, path: concurrency.path(), share: sent.refused / sent.settled, wallMs: now };
};

const steady = () => 50;
const uneven = (random: () => number) => 20 + 60 * random();
/** A factor of a hundred between the fastest and the slowest. */
const heavy = (random: () => number) => 10 * Math.exp(4.6 * random());

describe("a service that throttles above 12 in flight", () => {
  for (const [name, time] of Object.entries({ steady, uneven, heavy })) {
    test(`finds the limit settled between 8 and 14 within 100 items, and throttles at most 2%: ${name} times`, () => {
      for (const seed of [1, 2, 3, 4, 5]) {
        const { limits, share } = simulate({ capacity: 12, time }, 2000, seed);
        for (const limit of limits.slice(99)) {
          expect(limit).toBeGreaterThanOrEqual(8);
          expect(limit).toBeLessThanOrEqual(14);
        }
        expect(share).toBeLessThanOrEqual(0.02);
      }
    });
  }

  test("is probed again after a while, at growing intervals", () => {
    const { path } = simulate({ capacity: 12, time: steady }, 4000);
    const probes = path.filter(({ limit }) => limit === 13).map(({ finished }) => finished);
    expect(probes.length).toBeGreaterThanOrEqual(3);
    const gaps = probes.slice(1).map((at, i) => at - probes[i]!);
    for (const [i, gap] of gaps.slice(1).entries()) expect(gap).toBeGreaterThanOrEqual(gaps[i]!);
  });
});

test("a service without throttling is used up to the maximum", () => {
  const { limits } = simulate({ time: steady }, 3000);
  expect(Math.max(...limits)).toBe(256);
});

test("if throughput stops growing, the limit stays, without throttling", () => {
  const { limits } = simulate({ queue: 20, time: uneven }, 3000);
  for (const limit of limits.slice(500)) {
    expect(limit).toBeGreaterThanOrEqual(16);
    expect(limit).toBeLessThanOrEqual(48);
  }
});

test("single throttled requests with other causes do not reduce it permanently", () => {
  const { limits } = simulate({ time: steady, whim: 0.001 }, 4000);
  expect(limits.at(-1)).toBeGreaterThanOrEqual(4);
});

test("throttled requests sent under an earlier limit count once", () => {
  const concurrency = Concurrency.make({ first: 20 });
  const epoch = concurrency.epoch();
  for (const inFlight of [20, 17, 15, 18, 19]) concurrency.refused(inFlight, epoch);
  expect(concurrency.limit()).toBe(14);
});

test("throttling of a single request leaves one in flight", () => {
  const concurrency = Concurrency.make({ first: 2 });
  for (let i = 0; i < 10; i += 1) concurrency.refused(1, concurrency.epoch());
  expect(concurrency.limit()).toBe(1);
});

test("the path of a long run keeps its first and last steps, within a limit", () => {
  const concurrency = Concurrency.make();
  for (let i = 0; i < 10_000; i += 1) {
    concurrency.finished(i * 10, concurrency.limit());
    if (i % 50 === 0) concurrency.refused(concurrency.limit() + 1, concurrency.epoch());
  }
  const path = concurrency.path();
  expect(path.length).toBeLessThanOrEqual(60);
  expect(path[0]).toEqual({ finished: 0, limit: 4 });
  expect(path.at(-1)!.limit).toBe(concurrency.limit());
});
