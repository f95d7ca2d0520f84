/** --budget, --max-bytes-billed and --dry-run against a server that records its bills. */
import { describe, expect } from "bun:test";
import { Effect } from "effect";
import { it } from "../support/effect.ts";
import { randomFaults, type Script, scriptedServer, warehouse } from "../support/scripted-server/index.ts";
import { type BatchRun, batch, statuses, tables } from "./support.ts";

const mib = 2 ** 20;

/** A query's bill, by the number of its job. */
type BillOf = (number: number) => NonNullable<ReturnType<NonNullable<Script["query"]>>["bill"]>;

/** Runs a batch with a budget in bytes; the server's bill must stay within it. */
const within = (
  budget: number,
  bill: BillOf,
  more: Partial<Script> = {},
  options: ReadonlyArray<string> = [],
  items = 40,
) =>
  Effect.gen(function* () {
    const house = warehouse({ tables: items });
    const server = yield* scriptedServer({
      ...house,
      query: (sql, number) => ({ ...house.query(sql, number), bill: bill(number) }),
      ...more,
    });
    const ran = yield* Effect.promise(() =>
      batch(
        server.url,
        "bq-profile",
        tables(items),
        "--rate-limit=1000",
        "--parallel=8",
        `--budget=${budget}B`,
        ...options,
      ),
    );
    const { bytesBilled, jobs } = server.figures();
    expect(bytesBilled).toBeLessThanOrEqual(budget);
    expect(jobs.running).toBe(0);
    return { ran, server, bytesBilled };
  });

const skippedNames = ({ report }: BatchRun) =>
  report.results.filter(({ status }) => status === "skipped").map(({ item }) => String(item));

describe("--budget is never exceeded, and skipped items are reported,", () => {
  it.live("where estimates are exact", () =>
    Effect.gen(function* () {
      const { ran, bytesBilled } = yield* within(500 * mib, () => ({
        estimate: 50 * mib,
        accuracy: "PRECISE",
      }));
      expect(statuses(ran)).toEqual({ ok: 10, skipped: 30 });
      expect(bytesBilled).toBe(500 * mib);
      expect(ran.status).toBe(2);
      expect(skippedNames(ran)).toHaveLength(30);
      for (const { error } of ran.report.results.filter(({ status }) => status === "skipped"))
        expect(error).toMatchObject({ reason: "budget", remedy: expect.stringMatching(/raise --budget/) });
      expect(ran.stderr).toMatch(/30 of 40 not run: p\.d\.t\d+, .* and 25 more/);
    }),
  );

  it.live("where estimates are too high, as those of clustered tables: more items run", () =>
    Effect.gen(function* () {
      const { ran, bytesBilled } = yield* within(500 * mib, () => ({
        estimate: 100 * mib,
        accuracy: "UPPER_BOUND",
        processed: 12 * mib,
      }));
      expect(statuses(ran).ok).toBeGreaterThanOrEqual(33);
      expect(bytesBilled).toBe(12 * mib * statuses(ran).ok!);
    }),
  );

  it.live(
    "where estimates are too low: the service rejects queries without a charge, and the message gives the reason",
    () =>
      Effect.gen(function* () {
        const { ran, bytesBilled } = yield* within(500 * mib, (number) => ({
          estimate: 20 * mib,
          accuracy: "PRECISE",
          processed: number % 2 === 0 ? 20 * mib : 90 * mib,
        }));
        expect(statuses(ran).failed).toBeGreaterThan(5);
        expect(bytesBilled).toBe(20 * mib * statuses(ran).ok!);
        expect(ran.stderr).toMatch(
          /would bill 94\.4 MB .*above the limit of 21\.0 MB, the --budget reserved by its estimate; run it without --budget/,
        );
      }),
  );

  const kinds: ReadonlyArray<readonly [type: string, more: object, billed: number, beneath: number]> = [
    ["CLONE", { cloneDefinition: {} }, 2, 1],
    ["SNAPSHOT", { type: "SNAPSHOT" }, 2, 1],
    ["MATERIALIZED_VIEW", { type: "MATERIALIZED_VIEW", materializedView: { query: "SELECT 1" } }, 3, 2],
    ["VIEW", { type: "VIEW", view: { query: "SELECT 1" } }, 3, 2],
    ["VIEW", { type: "VIEW", view: { query: "SELECT 1" } }, 12, 8],
  ];
  for (const [type, more, billed, beneath] of kinds) {
    it.live(`where one name of a ${type} is billed as ${billed} tables`, () =>
      Effect.gen(function* () {
        const { tables: catalog, query } = warehouse({ tables: 40 });
        const table: typeof catalog.table = (...names) => ({ ...catalog.table(...names), ...more });
        const bill = { estimate: Array(billed).fill(1), accuracy: "PRECISE" } as const;
        const statistics = { query: { referencedTables: Array(beneath).fill({}) } };
        const { ran, bytesBilled } = yield* within(
          2000 * mib,
          () => bill,
          {
            tables: { ...catalog, table },
            query: (sql, number) => ({ ...query(sql, number), bill, statistics }),
          },
          ["--sample-size=0"],
        );
        expect(statuses(ran).failed).toBeUndefined();
        expect(statuses(ran).ok).toBeGreaterThan(5);
        expect(bytesBilled).toBe(10 * mib * billed * statuses(ran).ok!);
      }),
    );
  }

  it.live("for tables of all sizes, from nothing on, each at 10 MiB at least", () =>
    Effect.gen(function* () {
      const { ran } = yield* within(2000 * mib, (number) => ({
        estimate: [0, 1, 10 * mib, 10 * mib + 1, 333.3 * mib][number % 5]!,
        accuracy: "PRECISE",
      }));
      expect(statuses(ran).ok).toBeGreaterThan(10);
    }),
  );

  it.live("where figures are hidden afterwards: the reservation counts", () =>
    Effect.gen(function* () {
      const { ran } = yield* within(
        500 * mib,
        () => ({
          estimate: 50 * mib,
          accuracy: "PRECISE",
          processed: 50 * mib,
          hidden: true,
        }),
        {},
        ["--allow-unknown-cost"],
      );
      expect(statuses(ran).ok).toBeGreaterThan(0);
    }),
  );

  it.live("where the cost is unknown: nothing runs, and the remedy is reported", () =>
    Effect.gen(function* () {
      for (const bill of [{ estimate: 0, accuracy: "LOWER_BOUND" }, { estimate: 5 * mib }, {}] as const) {
        const { ran, bytesBilled } = yield* within(
          500 * mib,
          () => ({ ...bill, processed: 50 * mib }),
          {},
          [],
          6,
        );
        expect([statuses(ran), bytesBilled]).toEqual([{ skipped: 6 }, 0]);
        expect(ran.report.results[0]!.error).toMatchObject({ reason: "unknownCost" });
      }
    }),
  );

  it.live("with --allow-unknown-cost: such items run one after another within the rest of the budget", () =>
    Effect.gen(function* () {
      const { ran } = yield* within(500 * mib, () => ({ accuracy: "UPPER_BOUND", processed: 50 * mib }), {}, [
        "--allow-unknown-cost",
      ]);
      expect(statuses(ran)).toEqual({ ok: 10, skipped: 30 });
    }),
  );

  it.live("where jobs are cancelled by --timeout, and may be billed in full", () =>
    Effect.gen(function* () {
      const house = warehouse({ tables: 20 });
      const { ran } = yield* within(
        500 * mib,
        () => ({ estimate: 50 * mib, accuracy: "PRECISE", cancelled: "full" }),
        {
          query: (sql, number) => ({
            ...house.query(sql, number),
            runsMs: number % 2 === 0 ? 10 : Infinity,
            bill: { estimate: 50 * mib, accuracy: "PRECISE", cancelled: "full" },
          }),
        },
        ["--timeout=2s"],
        20,
      );
      expect(statuses(ran).failed).toBeGreaterThan(0);
      expect(statuses(ran).skipped).toBeGreaterThanOrEqual(10);
    }),
  );

  it.live(
    "where a fifth of all requests fails, answers of queries that ran among them",
    () =>
      Effect.gen(function* () {
        const { ran } = yield* within(1000 * mib, () => ({ estimate: 50 * mib, accuracy: "PRECISE" }), {
          fault: randomFaults(5, 0.2),
        });
        expect(statuses(ran)).toEqual({ ok: 20, skipped: 20 });
      }),
    60_000,
  );

  it.live("of comparisons, whose statistics follow only where rows differ", () =>
    Effect.gen(function* () {
      const server = yield* scriptedServer(
        warehouse({ tables: 30, datasets: ["d", "e"], bytes: 40 * mib, deviants: 3 }),
      );
      const pairs = tables(30).map((name) => `${name}:${name.replace(".d.", ".e.")}`);
      const ran = yield* Effect.promise(() =>
        batch(server.url, "bq-table-compare", pairs, "--rate-limit=1000", `--budget=${1000 * mib}B`),
      );
      expect(server.figures().bytesBilled).toBeLessThanOrEqual(1000 * mib);
      expect(statuses(ran).skipped).toBeGreaterThan(0);
      expect(statuses(ran).different).toBeGreaterThan(0);
    }),
  );
});

describe("--max-bytes-billed", () => {
  it.live("rejects a single query above it without a charge, with its bytes and its price", () =>
    Effect.gen(function* () {
      const server = yield* scriptedServer(warehouse({ tables: 2, bytes: 3e12 }));
      const ran = yield* Effect.promise(() =>
        batch(server.url, "bq-profile", tables(2), "--max-bytes-billed=1TB"),
      );
      expect(statuses(ran)).toEqual({ failed: 2 });
      expect(ran.stderr).toMatch(
        /would bill .*TB \(\$\d+\.\d\d\), above the limit of 1\.0 TB; choose fewer columns or partitions, or raise --max-bytes-billed/,
      );
      expect(server.figures().bytesBilled).toBe(0);
    }),
  );
});

describe("--dry-run", () => {
  it.live("runs no query, and reports statements, bytes and price per item and in total", () =>
    Effect.gen(function* () {
      const server = yield* scriptedServer(warehouse({ tables: 3, bytes: 2 ** 40 }));
      const ran = yield* Effect.promise(() =>
        batch(server.url, "bq-profile", tables(3), "--dry-run", "--price-per-tib=5"),
      );
      expect(ran.status).toBe(0);
      expect(server.figures().jobs.started).toBe(0);
      expect(server.figures().bytesBilled).toBe(0);
      expect(ran.report.summary).toMatchObject({ ok: 3, statements: 3, pricePerTib: 5 });
      expect(ran.report.summary.bytes).toBeGreaterThan(2.9 * 2 ** 40);
      expect(ran.report.summary.estimatedCost).toBeCloseTo(15, 0);
    }),
  );

  it.live("notes that one name may be billed as several tables", () =>
    Effect.gen(function* () {
      const { tables: catalog, query } = warehouse({ tables: 2 });
      const table: typeof catalog.table = (...names) => ({ ...catalog.table(...names), cloneDefinition: {} });
      const server = yield* scriptedServer({ tables: { ...catalog, table }, query });
      const ran = yield* Effect.promise(() => batch(server.url, "bq-profile", tables(2), "--dry-run"));
      expect(ran.stdout).toContain("p.d.t1 is a CLONE, which may be billed as 2 tables");
    }),
  );
});
