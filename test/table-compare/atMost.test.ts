/** Counts of changed rows that a tolerance can overstate are upper bounds, and say so. */
import { expect } from "bun:test";
import { Effect } from "effect";
import { defaults } from "../../src/programs/table-compare/Options.ts";
import { headline, program } from "../../src/programs/table-compare/Program.ts";
import { overview } from "../../src/reports/presenters/table-compare/Presenter.ts";
import { it } from "../support/effect.ts";
import { compared } from "./local.ts";

const tolerance = { key: ["id"], absTolerance: { all: "0.5", columns: {} } } as const;
const values = (list: string) => `SELECT 1 AS id, CAST(v AS DOUBLE) AS v FROM (VALUES ${list}) t(v)`;

it.live("several rows of one key with a tolerance give at most so many changes", () =>
  Effect.gen(function* () {
    const found = yield* compared(values("(0), (10), (20)"), values("(10.1), (20.1), (30)"), tolerance);
    expect(found.rows?.changedAtMost).toBe(true);
    expect(headline(found)).toContain("at most");
    const cells = overview.row(found);
    expect(JSON.stringify(cells[2])).toContain("≤");
    expect(program(defaults).verdict(found)).toBe("different");
  }),
);

it.live("one row per key with a tolerance, or several without one, give exact counts", () =>
  Effect.gen(function* () {
    const single = yield* compared(values("(0)"), values("(10)"), tolerance);
    expect(single.rows).toMatchObject({ changed: 1 });
    expect(single.rows?.changedAtMost).toBeUndefined();
    const exact = yield* compared(values("(0), (10)"), values("(10), (30)"), { key: ["id"] });
    expect(exact.rows).toMatchObject({ same: 1, changed: 1 });
    expect(exact.rows?.changedAtMost).toBeUndefined();
  }),
);

const many = (shift: number, more = "") =>
  `SELECT 1 AS id, CAST(i AS DOUBLE) + ${shift} AS v ${more} FROM range(3000) t(i)`;

it.live("3,000 rows of one key and one number, all within the tolerance, are the same", () =>
  Effect.gen(function* () {
    const found = yield* compared(many(0), many(0.1), tolerance);
    expect(found.verdict).toBe("identical");
    expect(found.rows).toMatchObject({ same: 3000, changed: 0, lowerBounds: false });
    expect(found.rows?.changedAtMost).toBeUndefined();
  }),
);

it.live("3,000 rows of one key and several columns are labelled at most", () =>
  Effect.gen(function* () {
    const found = yield* compared(many(0, ", 'x' AS w"), many(0.1, ", 'x' AS w"), tolerance);
    expect(found.rows?.changedAtMost).toBe(true);
    expect(headline(found)).toMatch(/at most/);
  }),
);
