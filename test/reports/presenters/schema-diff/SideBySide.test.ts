/** Both schemas side by side as a tree, built from the result. */
import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { diff } from "../../../../src/programs/schema-diff/Diff.ts";
import type { TreeNode } from "../../../../src/reports/Drawing.ts";
import { sideBySide } from "../../../../src/reports/presenters/schema-diff/SideBySide.ts";
import { array, field, struct } from "../../../programs/schema-diff/build.ts";
import { sides } from "../../../programs/schema-diff/random.ts";

const item = { a: "p.d.a", b: "p.d.b" };

const all = (nodes: ReadonlyArray<TreeNode>): ReadonlyArray<TreeNode> =>
  nodes.flatMap((node) => [node, ...all(node.nodes)]);

/** `a INT64 | a NUMERIC : type INT64 → NUMERIC`, moved in by depth. */
const drawn = (nodes: ReadonlyArray<TreeNode>, depth = 0): ReadonlyArray<string> =>
  nodes.flatMap(({ a, b, changes, nodes }) => {
    const [left, right] = [a, b].map((one) => (one === null ? "" : `${one.name} ${one.type}`));
    const told = changes.map(({ group, text }) => ` : ${text} (${group})`).join("");
    return [`${"  ".repeat(depth)}${left} | ${right}${told}`, ...drawn(nodes, depth + 1)];
  });

describe("two schemas side by side", () => {
  test("have each field of B next to its counterpart in A, then removed fields", () => {
    const a = {
      schema: [
        field("id", "INT64"),
        array(struct("items", [field("sku"), field("n", "INT64")])),
        field("old"),
      ],
    };
    const b = {
      schema: [array(struct("items", [field("n", "INT64"), field("lot")])), field("id", "NUMERIC")],
    };
    expect(drawn(sideBySide(diff(a, b), item)!.nodes)).toEqual([
      "items ARRAY<STRUCT> | items ARRAY<STRUCT>",
      "  n INT64 | n INT64",
      "   | lot STRING : added: STRING (safe)",
      "  sku STRING |  : removed: STRING (breaking)",
      "id INT64 | id NUMERIC : moved from place 1 to place 2 (breaking) : type INT64 → NUMERIC (safe)",
      "old STRING |  : removed: STRING (breaking)",
    ]);
  });

  test("follow stated renames only", () => {
    const a = { schema: [field("cust")] };
    const b = { schema: [field("customer")] };
    const map = [{ from: "cust", to: "customer" }];
    expect(drawn(sideBySide(diff(a, b, { map }), item)!.nodes)).toEqual([
      "cust STRING | customer STRING : renamed from cust (breaking)",
    ]);
    expect(drawn(sideBySide(diff(a, b), item)!.nodes)).toHaveLength(2);
  });

  test("have the changes of an array's elements at the array", () => {
    const nested = (inner: "INT64" | "STRING") =>
      field("m", "ARRAY", { mode: "REPEATED", fields: [field("element", inner, { mode: "REPEATED" })] });
    const nodes = all(
      sideBySide(diff({ schema: [nested("INT64")] }, { schema: [nested("STRING")] }), item)!.nodes,
    );
    expect(nodes).toHaveLength(1);
    expect(nodes[0]?.changes.length).toBeGreaterThan(0);
  });

  test("are absent if the result lacks them", () => {
    const same = { schema: [field("a")] };
    expect(sideBySide(diff(same, same), item)).toBeUndefined();
    expect(drawn(sideBySide(diff(same, same, { full: true }), item)!.nodes)).toEqual(["a STRING | a STRING"]);
  });

  test("contain every change of a field once, for any schemas", () =>
    fc.assert(
      fc.property(sides(3, 8), ({ a, b }) => {
        const found = diff(a, b, { full: true });
        const told = all(sideBySide(found, item)!.nodes).flatMap(({ changes }) => changes);
        expect(told).toHaveLength(found.changes.filter(({ path }) => path !== null).length);
      }),
      { numRuns: 300 },
    ));
});
