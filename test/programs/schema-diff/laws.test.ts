import { describe, expect, test } from "bun:test";
import { Schema } from "effect";
import * as fc from "fast-check";
import { type Field, type TableSchema, walk } from "../../../src/domain/TableSchema.ts";
import { apply } from "../../../src/programs/schema-diff/apply/Apply.ts";
import { diff } from "../../../src/programs/schema-diff/Diff.ts";
import { SchemaDiff } from "../../../src/programs/schema-diff/SchemaDiff.ts";
import type { Side } from "../../../src/programs/schema-diff/source/SchemaSource.ts";
import { backwards, forwards } from "./mirror.ts";
import { edited, schema, side, sides, tableAttributes } from "./random.ts";

const runs = { numRuns: 300 };

/** The content of the diff, in canonical order. */
const compared = ({ schema: fields, table }: Side) => {
  const { reference: _r, schema: _s, ...rest } = table ?? side([], {}).table!;
  return { fields, table: { ...rest, labels: Object.entries(rest.labels).sort() } };
};

describe("laws over random nested schemas", () => {
  test("a diff of a table with itself is empty", () => {
    fc.assert(
      fc.property(schema(3, 8), tableAttributes, (fields, attributes) => {
        const one = side(fields, attributes);
        const other = structuredClone(one);
        const { changes, perhapsRenamed, broken } = diff(one, other);
        expect({ changes, perhapsRenamed, broken }).toEqual({
          changes: [],
          perhapsRenamed: [],
          broken: false,
        });
      }),
      runs,
    );
  });

  test("A against B mirrors B against A", () => {
    fc.assert(
      fc.property(sides(3, 8), ({ a, b }) => {
        expect(backwards(diff(b, a))).toEqual(forwards(diff(a, b)));
      }),
      runs,
    );
  });

  test("a diff applied to A gives B", () => {
    fc.assert(
      fc.property(sides(3, 8), ({ a, b }) => {
        expect(compared(apply(diff(a, b), a))).toEqual(compared(b));
      }),
      runs,
    );
  });

  test("also between unrelated schemas", () => {
    fc.assert(
      fc.property(schema(3, 8), schema(3, 8), (a, b) => {
        expect(apply(diff({ schema: a }, { schema: b }), { schema: a }).schema).toEqual(b);
      }),
      runs,
    );
  });

  test("and with stated renames", () => {
    fc.assert(
      fc.property(sides(2, 8), fc.nat(), ({ a, b }, pick) => {
        const inA = new Set(a.schema.map(({ name }) => name.toLowerCase()));
        const inB = new Set(b.schema.map(({ name }) => name.toLowerCase()));
        const from = walk(a.schema).filter(
          ({ path, field }) => path.length === 1 && !inB.has(field.name.toLowerCase()),
        );
        const to = walk(b.schema).filter(
          ({ path, field }) => path.length === 1 && !inA.has(field.name.toLowerCase()),
        );
        fc.pre(from.length > 0 && to.length > 0);
        const rename = { from: from[pick % from.length]!.name, to: to[pick % to.length]!.name };
        const found = diff(a, b, { map: [rename] });
        expect(found.changes.filter(({ rule }) => rule === "renamed")).toHaveLength(1);
        expect(compared(apply(found, a))).toEqual(compared(b));
        const back = diff(b, a, { map: [{ from: rename.to, to: rename.from }] });
        expect(backwards(back)).toEqual(forwards(found));
      }),
      { numRuns: 200 },
    );
  });

  test("and with renames that exchange names, at any depth", () => {
    fc.assert(
      fc.property(
        sides(2, 6),
        fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 5 }),
        ({ a, b }, picks) => {
          const [inA, inB] = [walk(a.schema), walk(b.schema)];
          const isElement = (name: string): boolean => name.endsWith("[]");
          const map = picks.flatMap(([x, y]) => {
            const [from, to] = [inA[x % inA.length]!, inB[y % inB.length]!];
            return isElement(from.name) || isElement(to.name) || from.path.length !== to.path.length
              ? []
              : [{ from: from.name, to: to.name }];
          });
          const once = map.filter(
            ({ from, to }, i) => !map.slice(0, i).some((one) => one.from === from || one.to === to),
          );
          const found = diff(a, b, { map: once });
          expect(compared(apply(found, a))).toEqual(compared(b));
        },
      ),
      { numRuns: 1000 },
    );
  });

  test("JSON round-trips", () => {
    const json = Schema.parseJson(SchemaDiff);
    fc.assert(
      fc.property(sides(3, 8), fc.boolean(), ({ a, b }, full) => {
        const found = diff(a, b, { full });
        expect(Schema.decodeSync(json)(Schema.encodeSync(json)(found))).toEqual(found);
      }),
      runs,
    );
  });
});

describe("a table of 2,000 fields", () => {
  const leaf = (name: string): Field => ({ name, type: "STRING", mode: "NULLABLE" });
  const wide: TableSchema = Array.from(
    { length: 100 },
    (_, i): Field => ({
      name: `group_${i}`,
      type: "STRUCT",
      mode: i % 2 === 0 ? "REPEATED" : "NULLABLE",
      fields: Array.from({ length: 19 }, (_, n) => leaf(`field_${n}`)),
    }),
  );

  test("keeps the laws", () => {
    fc.assert(
      fc.property(edited(wide, 1), (fields) => {
        const [a, b] = [{ schema: wide }, { schema: fields }];
        const found = diff(a, b);
        expect(apply(found, a).schema).toEqual(fields);
        expect(backwards(diff(b, a))).toEqual(forwards(found));
      }),
      { numRuns: 20 },
    );
  });

  test("is compared even if nothing is the same or the order is reversed", () => {
    const flat = Array.from({ length: 2000 }, (_, i) => leaf(`f${i}`));
    const others = flat.map(({ name }) => leaf(`other_${name}`));
    const start = performance.now();
    expect(diff({ schema: flat }, { schema: others }).changes).toHaveLength(4000);
    expect(diff({ schema: flat }, { schema: flat.toReversed() }).changes).toHaveLength(1999);
    expect(performance.now() - start).toBeLessThan(2000);
  });

  test("is compared 15 levels deep", () => {
    const nest = (depth: number, last: Field): Field =>
      depth === 0
        ? last
        : { name: `s${depth}`, type: "STRUCT", mode: "REPEATED", fields: [nest(depth - 1, last)] };
    const found = diff(
      { schema: [nest(15, leaf("x"))] },
      { schema: [nest(15, { ...leaf("x"), type: "BYTES" })] },
    );
    expect(found.changes.map(({ rule, path }) => [rule, path])).toEqual([
      ["type-changed", `${Array.from({ length: 15 }, (_, i) => `s${15 - i}[]`).join(".")}.x`],
    ]);
  });
});
