/** A comparison as text: the verdict in one line, then why, then the details. */
import { describe, expect } from "bun:test";
import { Effect } from "effect";
import type { ResultBase } from "../../../../src/batch/Result.ts";
import type { CompareOptions, Comparison } from "../../../../src/programs/table-compare/Program.ts";
import { overview, present } from "../../../../src/reports/presenters/table-compare/Presenter.ts";
import { documentLines } from "../../../../src/reports/text/TextDocument.ts";
import { compared } from "../../../programs/table-compare/local.ts";
import { it } from "../../../support/effect.ts";

const result: ResultBase = {
  type: "result",
  index: 0,
  item: { a: "a.parquet", b: "b.parquet" },
  status: "different",
  startedAt: "2026-01-01T00:00:00.000Z",
  durationMs: 1,
  attempts: 1,
  bytesProcessed: 0,
  bytesBilled: 0,
  slotMs: 0,
  jobIds: [],
};

const lines = (comparison: Comparison) =>
  documentLines(present({ ...comparison, principal: "me" }, result), { color: false });

const orders = (rows: string) => `SELECT * FROM (VALUES ${rows}) AS t(id, status, amount)`;
const a = orders("(1, 'new', 1.50), (2, 'paid', 2.00), (3, NULL, 3.00)");
const b = orders("(1, 'new', 1.50), (2, 'sent', 2.25), (4, 'new', 4.00)");

const text = (one: string, other: string, options: Partial<CompareOptions>) =>
  Effect.map(compared(one, other, options), lines);

describe("a comparison as text", () => {
  it.live("without a key names a column that could be one", () =>
    Effect.gen(function* () {
      const rows = (status: string) =>
        `SELECT range % 2 AS half, range AS id, '${status}' || range AS status FROM range(4)`;
      const hint = /--key id would show changed values/;
      const shown = (x: string, y: string, options = {}) =>
        Effect.map(text(x, y, { stats: "always", ...options }), (lines) => lines.join(" "));
      expect(yield* shown(rows("old"), rows("new"))).toMatch(hint);
      expect(yield* shown(rows("old"), rows("new"), { key: ["id"] })).not.toMatch(hint);
      expect(yield* shown(rows("old"), rows("old"))).not.toMatch(hint);
      const repeated = `${rows("old")} UNION ALL ${rows("old")}`;
      expect(yield* shown(repeated, rows("new"))).not.toMatch(/--key/);
    }),
  );

  it.live("of tables that differ", () =>
    Effect.gen(function* () {
      const shown = yield* text(a, b, { key: ["id"], stats: "never" });
      expect(shown).toEqual([
        "a.parquet ↔ b.parquet",
        "different: 1 row changed, 1 row only in A, 1 row only in B",
        "",
        "Rows of each  3",
        "Same          1",
        "Compared      by key id, value by value",
        "Columns       id, status, amount",
        "",
        "Changed rows by column",
        "  column  changed  of changed rows",
        "  status        1     █████   100%",
        "  amount        1     █████   100%",
        "",
        "Rows changed",
        "  id  changes",
        "  2   status paid → sent · amount 2 → 2.25",
        "",
        "Rows only in A",
        "  id  status  amount",
        "   3  -            3",
        "",
        "Rows only in B",
        "  id  status  amount",
        "   4  new          4",
      ]);
    }),
  );

  it.live("of identical tables states what was compared", () =>
    Effect.gen(function* () {
      const shown = yield* text(a, a, {
        key: ["id"],
        where: "id < 3",
        absTolerance: { columns: { amount: "0.01" } },
      });
      expect(shown).toEqual([
        "a.parquet ↔ b.parquet",
        "identical within 1 tolerance: 2 selected rows in 3 columns",
        "",
        "Compared             by key id, value by value",
        "Columns              id, status, amount",
        "Tolerance of amount  0.01 absolute, 0 relative",
        "Where                id < 3",
      ]);
    }),
  );

  it.live("has statistics that changed, and counts reasons beyond the first two", () =>
    Effect.gen(function* () {
      const shown = yield* text(a, `SELECT *, 1 AS extra FROM (${b}) UNION ALL SELECT 5, 'new', 1, 1`, {
        key: ["id"],
      });
      expect(shown[1]).toBe(
        "different: 1 row changed, 1 row only in A, 2 rows only in B; only B has extra; and 1 more reason",
      );
      expect(shown).toContain("! count: 3 rows in A, 4 rows in B");
      expect(shown).toContain("Statistics that changed");
    }),
  );

  it.live("of a batch has a line per pair", () =>
    Effect.gen(function* () {
      const row = overview.row(yield* compared(a, b, { key: ["id"] }));
      expect(overview.columns.map(({ title }) => title)).toEqual([
        "verdict",
        "rows",
        "changed",
        "only in A",
        "only in B",
      ]);
      expect(row.map((cell) => ("value" in cell ? cell.value : "text" in cell ? cell.text : ""))).toEqual([
        "different",
        3,
        1,
        1,
        1,
      ]);
    }),
  );
});
