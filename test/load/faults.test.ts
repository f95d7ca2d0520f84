/**
 * Batches over a failing service: temporary failures are retried, permanent
 * ones are reported, and no query runs twice.
 */
import { describe, expect } from "bun:test";
import { Effect } from "effect";
import { it } from "../support/effect.ts";
import {
  type Fault,
  faultKinds,
  faults,
  randomFaults,
  scriptedServer,
  warehouse,
} from "../support/scripted-server/index.ts";
import { batch, type Program, profiled, statuses, tables } from "./support.ts";

const fourMinutes = 240_000;

/** Stderr without the line that says that requests are retried, which comes if none succeeds for a second. */
const withoutOutage = ({ stderr }: { readonly stderr: string }): string =>
  stderr.replace(/^.*; retrying (for )?up to .*\n/m, "");

describe("a fifth of all requests fails, with every temporary failure", () => {
  const programs: ReadonlyArray<readonly [program: Program, items: ReadonlyArray<string>, seed: number]> = [
    ["bq-profile", tables(500), 1],
    ["bq-table-compare", tables(500).map((name) => `${name}:${name.replace(".d.", ".e.")}`), 2],
    ["bq-schema-diff", tables(500).map((name) => `${name}:${name.replace(".d.", ".e.")}`), 3],
  ];
  for (const [program, items, seed] of programs) {
    it.live(
      `${program} brings all ${items.length} items home, runs no query twice, and keeps the pace and the number in flight`,
      () =>
        Effect.gen(function* () {
          const server = yield* scriptedServer({
            ...warehouse({ tables: 500, datasets: ["d", "e"] }),
            fault: randomFaults(seed, 0.2),
            location: "EU",
          });
          const ran = yield* Effect.promise(() =>
            batch(server.url, program, items, "--parallel=64", "--rate-limit=200"),
          );
          expect(withoutOutage(ran)).toBe("");
          expect(statuses(ran)).toEqual({ ok: items.length });
          expect(ran.status).toBe(0);
          const figures = server.figures();
          expect(figures.faults).toBeGreaterThan(items.length / 4);
          expect(figures.jobs.moreThanOnce).toEqual([]);
          expect(figures.jobs.running).toBe(0);
          // A busy machine may hold up requests, so that all in flight arrive late, beside those of the next second.
          expect(figures.maxStartsPerSecond).toBeLessThanOrEqual(200 + 64);
          expect(figures.maxInFlight).toBeLessThanOrEqual(64);
          expect(ran.report.summary).toMatchObject({ maxInFlight: Math.min(64, items.length) });
          expect(ran.report.summary.retries).toBeGreaterThan(0);
        }),
      fourMinutes,
    );
  }
});

describe("every kind of fault on its own", () => {
  for (const kind of faultKinds) {
    it.live(`${kind}: each call fails once, and the items succeed`, () =>
      Effect.gen(function* () {
        const met = new Set<string>();
        const server = yield* scriptedServer({
          ...warehouse({ tables: 3 }),
          fault: (seen, before) => {
            const call = `${seen.method} ${seen.path} ${JSON.stringify(seen.body.configuration)}`;
            if (met.has(call) || seen.method === "jobs.cancel") return undefined;
            met.add(call);
            return randomFaults(1, 1, [kind])(seen, before);
          },
        });
        const outcome = yield* profiled(server.url, tables(3), { firstWait: "20 millis", rateLimit: 1000 });
        expect(outcome.summary).toMatchObject({ total: 3, ok: 3 });
        const { faults: seen, jobs } = server.figures();
        expect(seen).toBeGreaterThanOrEqual(3);
        expect([jobs.moreThanOnce, jobs.running]).toEqual([[], 0]);
      }),
    );
  }
});

describe("a permanent fault", () => {
  const lasting: ReadonlyArray<readonly [name: string, fault: Fault, attempts: number, said: RegExp]> = [
    ["503", faults.unavailable, 2, /The service is currently unavailable; try again later/],
    ["429", faults.tooManyRequests, 2, /Exceeded rate limits.*; lower --rate-limit or --parallel/],
    ["a reset", "reset", 2, /the connection to 127\.0\.0\.1:\d+ failed.*; check the network and --endpoint/],
    ["a truncated answer", "truncated", 2, /response was truncated/],
    ["an empty answer", "empty", 2, /response was truncated/],
    ["a proxy's page", "html", 1, /a proxy or another server responded instead of BigQuery \(HTTP 200\); check --endpoint/],
    ["404", { status: 404, reason: "notFound", message: "Not found: Table p:d.t1" }, 1, /no table p\.d\.t1/],
    ["accessDenied", { status: 403, reason: "accessDenied", message: "Access Denied: Table p:d.t1" }, 1, /Access Denied.*; ask for bigquery\.dataViewer/],
    ["a quota that is used up", { status: 403, reason: "quotaExceeded", message: "Quota exceeded: bytes scanned per day" }, 1, /Quota exceeded.*; lower --parallel, or try later/],
  ]; // biome-ignore format: one table
  for (const [name, fault, attempts, said] of lasting) {
    it.live(
      `${name}: its item fails after its attempts with the reason, the others are untouched`,
      () =>
        Effect.gen(function* () {
          const server = yield* scriptedServer({
            ...warehouse({ tables: 4 }),
            fault: ({ method, path }) =>
              method === "tables.get" && path.endsWith("/t1") ? fault : undefined,
          });
          const ran = yield* Effect.promise(() =>
            batch(server.url, "bq-profile", tables(4), "--retries=1", "--rate-limit=1000"),
          );
          expect(ran.status).toBe(2);
          expect(statuses(ran)).toEqual({ ok: 3, failed: 1 });
          expect(ran.report.results[1]).toMatchObject({ item: "p.d.t1", status: "failed", attempts });
          expect(ran.stderr.trimEnd().split("\n")).toEqual([expect.stringMatching(said)]);
          expect(ran.stderr).toContain("p.d.t1");
          const asked = server.requests.filter(
            ({ method, path }) => method === "tables.get" && path.endsWith("/t1"),
          );
          // Bun itself retries a request on a reused connection that was reset.
          if (fault === "reset") expect(asked.length).toBeGreaterThanOrEqual(attempts);
          else expect(asked.length).toBe(attempts);
        }),
      60_000,
    );
  }

  it.live(
    "a hung service times out without affecting others",
    () =>
      Effect.gen(function* () {
        const server = yield* scriptedServer({
          ...warehouse({ tables: 4 }),
          fault: ({ method, path }) => (method === "tables.get" && path.endsWith("/t1") ? "hang" : undefined),
        });
        const ran = yield* Effect.promise(() => batch(server.url, "bq-profile", tables(4), "--timeout=2s"));
        expect(statuses(ran)).toEqual({ ok: 3, failed: 1 });
        expect(ran.stderr).toMatch(/p\.d\.t1: exceeded its time limit of 2s; raise --timeout/);
      }),
    60_000,
  );

  it.live(
    "refused connections are retried",
    () =>
      Effect.gen(function* () {
        const server = yield* scriptedServer(warehouse({ tables: 20 }));
        yield* Effect.promise(() => server.refuseConnections(1500));
        const ran = yield* Effect.promise(() =>
          batch(server.url, "bq-profile", tables(20), "--rate-limit=1000"),
        );
        expect(withoutOutage(ran)).toBe("");
        expect(statuses(ran)).toEqual({ ok: 20 });
      }),
    60_000,
  );
});

describe("an error that affects every item ends the batch immediately, with one message", () => {
  const hopeless: ReadonlyArray<readonly [name: string, fault: Fault, said: RegExp]> = [
    ["no valid credentials", { status: 401, reason: "authError", message: "Request had invalid authentication credentials" }, /invalid authentication credentials; run `gcloud auth application-default login`/],
    ["the API disabled", { status: 403, reason: "accessNotConfigured", message: "BigQuery API has not been used in project 1 before or it is disabled" }, /BigQuery API has not been used.*; enable the BigQuery API/],
    ["billing off", { status: 403, reason: "billingNotEnabled", message: "Billing has not been enabled for this project" }, /Billing has not been enabled.*; enable billing/],
  ]; // biome-ignore format: one table
  for (const [name, fault, said] of hopeless) {
    it.live(`${name}`, () =>
      Effect.gen(function* () {
        const server = yield* scriptedServer({
          ...warehouse({ tables: 100 }),
          fault: () => fault,
          latency: 20,
        });
        const ran = yield* Effect.promise(() => batch(server.url, "bq-profile", tables(100), "--parallel=8"));
        expect(ran.status).toBe(2);
        expect(ran.report.summary).toMatchObject({ total: 100, ok: 0 });
        expect(ran.stderr.match(new RegExp(said, "g"))).toHaveLength(1);
        expect(server.figures().requests).toBeLessThanOrEqual(16);
      }),
    );
  }
});
