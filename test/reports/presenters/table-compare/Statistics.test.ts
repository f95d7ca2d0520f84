/** Statistics side by side. */
import { describe, expect } from "bun:test";
import { Effect } from "effect";
import { present } from "../../../../src/reports/presenters/table-compare/Presenter.ts";
import { compared } from "../../../programs/table-compare/local.ts";
import { it } from "../../../support/effect.ts";

const table = (amount: string, more = "") =>
  `SELECT i AS id, ${amount} AS amount, {'city': 'c' || i % 3, 'n': i} AS place, [i, i] AS list FROM range(10) r(i)${more}`;

describe("statistics", () => {
  it.live("of widened types prove nothing by statistics of one type only", () =>
    Effect.gen(function* () {
      const widened = (int: string, day: string) =>
        `SELECT i::${int} AS n, (DATE '2024-01-01' + i::INT)::${day} AS d FROM range(5) r(i)`;
      const found = yield* compared(widened("BIGINT", "DATE"), widened("DOUBLE", "TIMESTAMP"), {
        skipRows: true,
      });
      expect(found.verdict).toBe("identical");
      const moved = yield* compared(
        widened("BIGINT", "DATE"),
        `SELECT n + 1 AS n, d FROM (${widened("DOUBLE", "TIMESTAMP")})`,
        { skipRows: true },
      );
      expect(moved.reasons).toEqual([{ kind: "statistics", text: "the statistics of n differ" }]);
    }),
  );

  it.live("of debits and credits do not differ in another order, with a mean near zero", () =>
    Effect.gen(function* () {
      const ledger = (order: string) =>
        `SELECT CASE WHEN i % 2 = 0 THEN 1 ELSE -1 END * (1e6 / 3 + (i // 2) * 0.1) AS amount FROM range(9000) r(i) ORDER BY ${order}`;
      const found = yield* compared(ledger("i"), ledger("hash(i)"), { skipRows: true });
      expect(found.verdict).toBe("identical");
      expect(found.statistics?.map(({ differs, moved }) => [differs, moved < 1e-9])).toEqual([[false, true]]);
      const cent = yield* compared(ledger("i"), `SELECT amount + 0.01 AS amount FROM (${ledger("i")})`, {
        skipRows: true,
      });
      expect(cent.verdict).toBe("different");
    }),
  );

  it.live("are not scanned for identical rows, except with --stats always", () =>
    Effect.gen(function* () {
      expect((yield* compared(table("i"), table("i"), { key: ["id"] })).statistics).toBeUndefined();
      const always = yield* compared(table("i"), table("i"), { key: ["id"], stats: "always" });
      expect(always.verdict).toBe("identical");
      expect(always.statistics?.every(({ moved, differs }) => moved === 0 && !differs)).toBe(true);
      const never = yield* compared(table("i"), table("i + 1"), { key: ["id"], stats: "never" });
      expect(never.statistics).toBeUndefined();
    }),
  );

  it.live("cover every column and leaf, with deltas, the largest change first", () =>
    Effect.gen(function* () {
      const found = yield* compared(table("i"), table("i * 2 + 2"), { key: ["id"] });
      expect(found.statistics?.map(({ column }) => column).sort()).toEqual(
        ["amount", "id", "list", "list[]", "place", "place.city", "place.n"].sort(),
      );
      const [first] = found.statistics!;
      expect(first).toMatchObject({ column: "amount", differs: true });
      const figure = (name: string) => first!.figures.find(({ statistic }) => statistic === name);
      expect(figure("max")).toEqual({
        statistic: "max",
        a: 9,
        b: 20,
        delta: 11,
        relative: 11 / 20,
        exact: true,
      });
      expect(figure("mean")).toMatchObject({ a: 4.5, b: 11, delta: 6.5 });
      expect(figure("nulls")).toEqual({ statistic: "nulls", a: 0, b: 0, delta: 0, relative: 0, exact: true });
      expect(found.statistics?.find(({ column }) => column === "place.city")).toMatchObject({
        moved: 0,
        differs: false,
      });
    }),
  );

  it.live("prove a difference if rows are not compared", () =>
    Effect.gen(function* () {
      const found = yield* compared(table("i"), table("i + 1"), { skipRows: true });
      expect(found.reasons).toEqual([{ kind: "statistics", text: "the statistics of amount differ" }]);
      const nulls = yield* compared(table("i"), table("nullif(i, 5)"), { skipRows: true });
      expect(nulls.statistics?.[0]?.figures.find(({ statistic }) => statistic === "nulls")).toMatchObject({
        a: 0,
        b: 1,
      });
    }),
  );
});

it.live("different metadata is reported, but is not a difference", () =>
  Effect.gen(function* () {
    const found = yield* compared(table("i"), table("i"), { key: ["id"] });
    const other = {
      ...found,
      b: { ...found.b, table: { ...found.b.table, clustering: ["id"], labels: { team: "x" } } },
    };
    const { blocks, headline } = present(other, { item: "x" } as never);
    expect(headline).toStartWith("identical");
    expect(blocks.at(-1)).toMatchObject({
      title: "Different metadata",
      rows: [
        [{ text: "clustering" }, { text: "none" }, { text: "id" }],
        [{ text: "labels" }, { text: "none" }, { text: "team=x" }],
      ],
    });
  }),
);
