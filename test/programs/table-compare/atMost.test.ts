/** Counts of changed rows that a tolerance can overstate are reported as upper bounds. */
import { expect } from "bun:test";
import { Effect } from "effect";
import {
  type CompareOptions,
  defaults,
  headline,
  program,
} from "../../../src/programs/table-compare/Program.ts";
import { overview } from "../../../src/reports/presenters/table-compare/Presenter.ts";
import { it } from "../../support/effect.ts";
import { compared } from "./local.ts";

const tolerance = { key: ["id"], absTolerance: { all: "0.5", columns: {} } } as const;
const values = (list: string) => `SELECT 1 AS id, CAST(v AS DOUBLE) AS v FROM (VALUES ${list}) t(v)`;

it.live("one row per key, or few, or no tolerance, give exact counts", () =>
  Effect.gen(function* () {
    const single = yield* compared(values("(0)"), values("(10)"), tolerance);
    expect(single.rows).toMatchObject({ changed: 1 });
    expect(single.rows?.changedAtMost).toBeUndefined();
    const exact = yield* compared(values("(0), (10)"), values("(10), (30)"), { key: ["id"] });
    expect(exact.rows).toMatchObject({ same: 1, changed: 1 });
    expect(exact.rows?.changedAtMost).toBeUndefined();
    const few = yield* compared(values("(0), (10), (20)"), values("(10.1), (20.1), (30)"), tolerance);
    expect(few.rows).toMatchObject({ same: 2, changed: 1 });
    expect(few.rows?.changedAtMost).toBeUndefined();
    expect(headline(few)).toBe("different: 1 row changed");
  }),
);

/** Two numbers that no single order can align: B's rows have another order of the second number. */
const many = (n: number, x: string, y: string) =>
  `SELECT 1 AS id, CAST(${x} AS DOUBLE) AS x, CAST(${y} AS DOUBLE) AS y FROM range(${n}) t(i)`;

const crossed = (options: Partial<CompareOptions> = {}) =>
  compared(many(3000, "0.4 * (i % 2)", "i"), many(3000, "0.4 * ((i + 1) % 2)", "i"), {
    ...tolerance,
    ...options,
  });

it.live("many rows with two tolerances give an upper bound of changes", () =>
  Effect.gen(function* () {
    const found = yield* crossed();
    expect(found.rows).toMatchObject({ changedAtMost: true, lowerBounds: false });
    expect(headline(found)).toContain("at most");
    expect(JSON.stringify(overview.row(found))).toContain("≤");
    expect(found.notes.join()).toContain("another pairing");
    expect(program(defaults).verdict(found)).toBe("different");
  }),
);

it.live("a threshold that only an upper bound exceeds is marked", () =>
  Effect.gen(function* () {
    const found = yield* crossed({ maxDiff: { _tag: "Rows", rows: 5 } });
    expect(found.broken).toBe(true);
    expect(headline(found)).toContain("--max-diff 5 may hold");
    const within = yield* crossed({ maxDiff: { _tag: "Percent", percent: 100 } });
    expect(within.broken).toBe(false);
    expect(headline(within)).not.toContain("may hold");
  }),
);

it.live("many rows with two numbers that are all close are the same", () =>
  Effect.gen(function* () {
    const found = yield* compared(many(3000, "i", "i"), many(3000, "i + 0.1", "i - 0.1"), tolerance);
    expect(found).toMatchObject({ verdict: "identical", rows: { same: 3000, changed: 0 } });
    expect(found.rows?.changedAtMost).toBeUndefined();
  }),
);
