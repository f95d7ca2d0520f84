import { describe, expect, test } from "bun:test";
import type { ResultBase } from "../../../../src/batch/Result.ts";
import { diff } from "../../../../src/programs/schema-diff/Diff.ts";
import { ruleIds } from "../../../../src/programs/schema-diff/rules/Rules.ts";
import { markdown } from "../../../../src/programs/schema-diff/rules/RulesPage.ts";
import type { SchemaDiff } from "../../../../src/programs/schema-diff/SchemaDiff.ts";
import { overview, present } from "../../../../src/reports/presenters/schema-diff/Presenter.ts";
import { documentLines } from "../../../../src/reports/text/TextDocument.ts";
import { array, field, side, struct } from "../../../programs/schema-diff/build.ts";

const result: ResultBase = {
  type: "result",
  index: 0,
  item: { a: "p.d.a", b: "p.d.b" },
  status: "different",
  startedAt: "2026-01-01T00:00:00.000Z",
  durationMs: 1,
  attempts: 1,
  bytesProcessed: 0,
  bytesBilled: 0,
  slotMs: 0,
  jobIds: [],
};

const lines = (found: SchemaDiff) => documentLines(present(found, result), { color: false });

const a = side(
  [
    field("id", "INT64"),
    array(struct("items", [field("sku"), field("n", "INT64")])),
    field("cust"),
    field("same"),
  ],
  { labels: { team: "data" } },
);
const b = side(
  [
    field("id", "NUMERIC"),
    array(struct("items", [field("sku", "INT64"), field("n", "INT64"), struct("lot", [field("no")])])),
    field("customer"),
    field("same"),
  ],
  { location: "EU" },
);

describe("a diff as text", () => {
  test("is a tree of changes, with marks and words", () => {
    expect(lines(diff(a, b))).toEqual([
      "p.d.a → p.d.b",
      "6 changes: 2 breaking, 3 safe, 1 metadata · 1 perhaps renamed",
      "",
      "• cust → customer: perhaps renamed: both STRING, same place; --map cust=customer",
      "",
      "field       change                    class",
      "± id        type INT64 → NUMERIC      safe",
      "  items[]",
      "±   sku     type STRING → INT64       breaking",
      "+   lot     added: STRUCT<no STRING>  safe",
      "+     no    STRING",
      "+ customer  added: STRING             safe",
      "- cust      removed: STRING           breaking",
      "",
      "table     change             class",
      "- labels  team: data → none  metadata",
      "",
      "p.d.t is in US, p.d.t is in EU",
    ]);
  });

  test("is the complete tree with --full", () => {
    const text = lines(diff(a, b, { full: true })).join("\n");
    expect(text).toContain("\n    n       INT64\n");
    expect(text).toContain("\n  same      STRING\n");
    expect(text).toContain("\n+   lot     added: STRUCT<no STRING>  safe\n+     no    STRING\n");
  });

  test("of equal tables only claims what was compared", () => {
    expect(lines(diff(a, a))).toEqual([
      "p.d.a → p.d.b",
      "no difference in 6 fields and the table's attributes",
    ]);
    expect(lines(diff({ schema: a.schema }, a)).join()).toContain("no difference in 6 fields,");
    expect(lines(diff(a, a, { ignore: ["description-changed"] })).at(-1)).toBe(
      "ignored: description-changed",
    );
    expect(lines(diff(a, b, { only: ["same"] }))[1]).toBe("no difference in 1 field · 6 changes ignored");
  });

  test("shows a removed and an added field of the same name next to each other", () => {
    const found = diff(
      { schema: [field("a"), field("b")] },
      { schema: [field("b")] },
      { map: [{ from: "a", to: "b" }] },
    );
    expect(lines(found).slice(3, 6)).toEqual([
      "field  change           class",
      "± b    renamed from a   breaking",
      "- b    removed: STRING  breaking",
    ]);
  });

  test("shows the differing parts of long texts, and quotes renames for a shell", () => {
    const long = "SELECT id, name, street, city FROM `p.d.customers` WHERE NOT deleted AND country = ";
    const [view, changed] = ["'FR'", "'DE'"].map((country) =>
      side([field("x")], { type: "VIEW", viewQuery: long + country }),
    );
    expect(lines(diff(view!, changed!)).at(-1)).toContain(`"…AND country = 'FR'" → "…AND country = 'DE'"`);
    const renamed = diff({ schema: [field("a b")] }, { schema: [field("a c")] });
    expect(lines(renamed)[3]).toEndWith("--map 'a b=a c'");
  });

  test("colours only repeat the marks", () => {
    const painted = documentLines(present(diff(a, b), result), { color: true }).join("\n");
    expect(painted).toContain("\u001b[32m+ customer\u001b[39m");
    expect(painted).toContain("\u001b[31m- cust\u001b[39m");
    expect(painted).toContain("\u001b[33m± id\u001b[39m");
    expect(Bun.stripANSI(painted)).toBe(lines(diff(a, b)).join("\n"));
  });

  test("has a line for each pair of a batch", () => {
    expect(overview.row(diff(a, b)).map((cell) => (cell._tag === "Count" ? cell.value : null))).toEqual([
      2, 3, 1, 1,
    ]);
  });
});

test("the docs list every rule with its class, reason and example", () => {
  const page = markdown();
  for (const id of ruleIds) expect(page).toContain(`| \`${id}\` | `);
  expect(page.split("\n").filter((line) => line.startsWith("| `"))).toHaveLength(ruleIds.length);
});
