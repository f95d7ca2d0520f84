/** The scripted server's bills and limits, like BigQuery's on-demand billing. */
import { describe, expect, test } from "bun:test";
import { Effect } from "effect";
import { it } from "../support/effect.ts";
import { billedBytes, roundedUp } from "../support/scripted-server/billing.ts";
import type { Bill } from "../support/scripted-server/index.ts";
import { reasonOf, serving } from "./support.ts";

const mebibyte = 2 ** 20;

describe("billed bytes", () => {
  test("are rounded up to a MiB per table, at least 10 MiB", () => {
    expect(roundedUp(0)).toBe(10 * mebibyte);
    expect(roundedUp(10 * mebibyte + 1)).toBe(11 * mebibyte);
    expect(roundedUp([1, 20 * mebibyte])).toBe(30 * mebibyte);
    expect(roundedUp(undefined)).toBe(0);
  });

  test("of a cached result are zero", () => {
    expect(billedBytes({ processed: 1e9, cacheHit: true })).toBe(0);
  });
});

/** Runs a query with this bill and cap; returns its outcome. */
const asked = (bill: Bill, cap?: number) =>
  Effect.gen(function* () {
    const { server, query, get, post } = yield* serving({ query: () => ({ bill }) });
    const answer = yield* query("SELECT 1", cap === undefined ? {} : { maximumBytesBilled: String(cap) });
    const { json } = yield* get("/jobs/job-1?location=EU");
    return { server, answer, post, statistics: json.statistics, billed: server.figures().bytesBilled };
  });

describe("a query's cost", () => {
  it.live("is in jobs.get, and is counted", () =>
    Effect.gen(function* () {
      const { statistics, billed } = yield* asked({ estimate: 5e9, processed: 25 * mebibyte, slotMs: 7 });
      expect(statistics).toMatchObject({
        totalBytesProcessed: String(25 * mebibyte),
        totalSlotMs: "7",
        query: { totalBytesBilled: String(25 * mebibyte), cacheHit: false },
      });
      expect(billed).toBe(25 * mebibyte);
    }),
  );

  it.live("that is hidden is still billed", () =>
    Effect.gen(function* () {
      const { answer, statistics, billed } = yield* asked({ processed: 25 * mebibyte, hidden: true });
      expect(JSON.stringify([answer.json, statistics])).not.toContain("totalBytes");
      expect(billed).toBe(25 * mebibyte);
    }),
  );

  it.live("is zero when it fails", () =>
    Effect.gen(function* () {
      const error = { status: 400, reason: "resourcesExceeded", message: "Resources exceeded" };
      const { server, query } = yield* serving({ query: () => ({ error, bill: { processed: 1e9 } }) });
      expect(reasonOf(yield* query("SELECT 1"))).toBe("resourcesExceeded");
      expect(server.figures().bytesBilled).toBe(0);
    }),
  );

  it.live("is none, half or all of it when it is cancelled", () =>
    Effect.gen(function* () {
      const cancelled = (bill: Bill) =>
        Effect.gen(function* () {
          const { server, query, post } = yield* serving({ query: () => ({ bill, runsMs: Infinity }) });
          yield* query("SELECT 1", { timeoutMs: 0 });
          yield* post("/jobs/job-1/cancel?location=EU", {});
          return server.figures().bytesBilled;
        });
      const bill = { processed: 20 * mebibyte };
      expect(yield* cancelled({ ...bill, cancelled: "none" })).toBe(0);
      expect(yield* cancelled({ ...bill, cancelled: "half" })).toBe(10 * mebibyte);
      expect(yield* cancelled(bill)).toBe(20 * mebibyte);
    }),
  );
});

describe("a query with a cap", () => {
  const estimate = [15 * mebibyte, 1];

  it.live("runs if its estimate fits, each table rounded up", () =>
    Effect.gen(function* () {
      expect((yield* asked({ estimate }, 25 * mebibyte)).answer.status).toBe(200);
    }),
  );

  it.live("above it is rejected before it runs, and costs nothing", () =>
    Effect.gen(function* () {
      // A clustered table: it would have read much less than the upper bound.
      const { answer, billed, server } = yield* asked(
        { estimate, accuracy: "UPPER_BOUND", processed: 0 },
        20_000_000,
      );
      expect([answer.status, reasonOf(answer)]).toEqual([400, "bytesBilledLimitExceeded"]);
      expect(answer.json.error.message).toBe(
        `Query exceeded limit for bytes billed: 20000000. ${25 * mebibyte} or higher required.`,
      );
      expect([billed, server.figures().jobs.completed]).toEqual([0, 0]);
    }),
  );

  it.live("fails without a charge when it reads more than was estimated", () =>
    Effect.gen(function* () {
      const { answer, billed } = yield* asked({ estimate: 1, processed: 1e9 }, 20 * mebibyte);
      expect(reasonOf(answer)).toBe("bytesBilledLimitExceeded");
      expect(billed).toBe(0);
    }),
  );

  it.live("runs at any cost if it is federated, or its estimate is a lower bound", () =>
    Effect.gen(function* () {
      const cap = 20 * mebibyte;
      const external = yield* asked({ estimate: 0, accuracy: "LOWER_BOUND", processed: 1e9 }, cap);
      expect([external.answer.status, external.billed > cap]).toEqual([200, true]);
      const federated = yield* asked({ processed: 1e9, uncapped: true }, cap);
      expect([federated.answer.status, federated.billed > cap]).toEqual([200, true]);
    }),
  );
});
