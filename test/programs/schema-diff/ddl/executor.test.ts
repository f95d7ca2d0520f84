/**
 * A model of the service runs every script: it accepts all statements, and comments cover the remaining differences
 * from B.
 */
import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import * as FieldPath from "../../../../src/domain/FieldPath.ts";
import type { TableMetadata } from "../../../../src/domain/TableMetadata.ts";
import type { Field } from "../../../../src/domain/TableSchema.ts";
import { diff } from "../../../../src/programs/schema-diff/Diff.ts";
import { ddl } from "../../../../src/programs/schema-diff/ddl/Ddl.ts";
import type { DiffOptions } from "../../../../src/programs/schema-diff/Options.ts";
import type { DdlLine, SchemaDiff } from "../../../../src/programs/schema-diff/SchemaDiff.ts";
import type { Side } from "../../../../src/programs/schema-diff/source/SchemaSource.ts";
import { array, bigQuery, field, side, struct, target } from "../build.ts";
import { names } from "../naming.ts";
import { executor } from "../service/executor.ts";
import { Refused } from "../service/options.ts";
import { tables } from "../service/tables.ts";

/** Runs the statements of A's way to B. */
const follow = (a: Side, b: Side, options: Partial<DiffOptions> = {}) => {
  const found = diff(a, b, options);
  const lines = ddl(found, a, b, target);
  const service = executor(a.table!);
  for (const { kind, text } of lines) {
    if (kind === "comment") continue;
    try {
      service.run(text);
    } catch (error) {
      throw new Error(`${text}\n${String(error)}`, { cause: error });
    }
  }
  const { table } = service;
  return { found, lines, after: { schema: table.schema, table } satisfies Side };
};

const unnamed = ({ changes }: Pick<SchemaDiff, "changes">, lines: ReadonlyArray<DdlLine>) =>
  changes.filter((change) => !lines.some((line) => names(line, change)));

describe("between random tables", () => {
  test("no statement is rejected, and every change has a statement or a comment", () => {
    fc.assert(
      fc.property(tables, ({ a, b }) => {
        const { found, lines, after } = follow(a, b);
        expect(unnamed(found, lines)).toEqual([]);
        // What still differs is what comments name.
        const rest = diff(after, b);
        const comments = lines.filter(({ kind }) => kind === "comment");
        expect(unnamed(rest, comments)).toEqual([]);
      }),
      { numRuns: 4000 },
    );
  }, 300_000);
});

const ignorable: DiffOptions["ignore"] = [
  "primary-key-changed", "foreign-keys-changed", "moved", "removed", "added", "type-changed", "type-widened", "label-removed",
  "label-changed", "mode-relaxed", "clustering-changed", "case-changed", "default-changed", "collation-changed",
]; // biome-ignore format: one list

test("nor with renames of any column to any name, and with changes that are ignored", () => {
  const picks = fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 4 });
  fc.assert(
    fc.property(tables, picks, fc.subarray([...ignorable]), ({ a, b }, pairs, ignore) => {
      const path = (all: Side, n: number) =>
        FieldPath.format([FieldPath.name(all.schema[n % all.schema.length]!.name)]);
      const map = pairs
        .map(([x, y]) => ({ from: path(a, x), to: path(b, y) }))
        .filter(({ from, to }, i, all) => !all.slice(0, i).some((one) => one.from === from || one.to === to));
      const { found, lines } = follow(a, b, { map, ignore });
      expect(unnamed(found, lines)).toEqual([]);
    }),
    { numRuns: 2000 },
  );
}, 300_000);

describe("a column that comes", () => {
  const added = (more: Partial<TableMetadata>, one: Field) => {
    const a = side([field("x")], more);
    const b = side([field("x"), one], more);
    return follow(a, b).after.schema[1];
  };
  test("does not inherit a default collation or rounding mode that B's column lacks", () => {
    for (const one of [
      field("s"),
      array(field("s")),
      struct("s", [field("t"), field("u", "STRING", { collation: "und:ci" })]),
    ])
      expect(added({ defaultCollation: "und:ci" }, one)).toEqual(one);
    for (const one of [
      field("n", "NUMERIC", { roundingMode: "ROUND_HALF_EVEN" }),
      field("n", "BIGNUMERIC", { precision: "10", scale: "2" }),
    ]) {
      const { roundingMode = "ROUND_HALF_AWAY_FROM_ZERO" } = one;
      expect(added({ defaultRoundingMode: "ROUND_HALF_EVEN" }, one)).toEqual({ ...one, roundingMode });
    }
    expect(added({}, field("n", "NUMERIC"))).toEqual(field("n", "NUMERIC"));
  });
});

describe("a key", () => {
  const key = (name: string, table: string, columns = ["x"]) => ({
    name,
    columns,
    table: bigQuery(table),
    references: columns,
  });
  const of = (reference: string, fields: ReadonlyArray<Field>, more: Partial<TableMetadata>): Side => ({
    schema: fields,
    table: { ...side(fields, more).table!, reference: bigQuery(reference) },
  });
  const x = field("x", "INT64");

  test("within B's dataset becomes one within A's dataset, with a comment", () => {
    const { lines, after } = follow(
      of("p.d.t", [x], {}),
      of("q.e.t", [x], { foreignKeys: [key("fk", "q.e.other")] }),
    );
    expect(after.table?.foreignKeys?.[0]?.table).toEqual(bigQuery("p.d.other"));
    expect(lines.find(({ kind }) => kind === "comment")?.text).toContain("q.e.other");
  });

  test("that both have, each in its own dataset, stays when another one comes", () => {
    const { lines } = follow(
      of("p.d.t", [x], { foreignKeys: [key("fk", "p.d.other")] }),
      of("q.e.t", [x], { foreignKeys: [key("fk", "q.e.other"), key("more", "q.e.more")] }),
    );
    const statements = lines.filter(({ kind }) => kind === "statement");
    expect(statements.map(({ text }) => text.split("\n")[1])).toEqual([
      "ADD CONSTRAINT `more` FOREIGN KEY (`x`) REFERENCES `p.d.more` (`x`) NOT ENFORCED",
    ]);
  });

  test("to a third dataset is a comment", () => {
    const { lines } = follow(
      of("p.d.t", [x], {}),
      of("q.e.t", [x], { foreignKeys: [key("fk", "q.third.other")] }),
    );
    expect(lines.map(({ kind }) => kind)).toEqual(["comment"]);
    expect(lines[0]?.text).toContain("across datasets");
  });

  test("is dropped while the type of its column is set", () => {
    const wider = field("x", "NUMERIC");
    const more = { primaryKey: ["x"], foreignKeys: [key("fk", "p.d.other")] };
    const { after } = follow(of("p.d.t", [x], more), of("p.d.t", [wider], more));
    expect(after.schema).toEqual([wider]);
    expect(after.table).toMatchObject(more);
  });

  test("without a name keeps its columns unchanged", () => {
    const more = { foreignKeys: [key("", "p.d.other")] };
    const a = of("p.d.t", [x, field("y")], more);
    for (const b of [[field("x", "NUMERIC"), field("y")], [field("y")], [field("X", "INT64"), field("y")]]) {
      const { after, lines } = follow(a, of("p.d.t", b, more));
      expect(after.schema).toEqual(a.schema);
      expect(lines.map(({ text }) => text).join()).toContain("whose name is unknown");
    }
  });
});

test("a partition refers to its table, with a comment", () => {
  const [a, b] = [side([field("x")]), side([field("x"), field("y")])];
  const lines = ddl(diff(a, b), a, b, { ...target, table: "t$20240101" });
  expect(lines.map(({ text }) => text)).toEqual([
    "A is the partition 20240101: the statements alter the whole table t",
    "ALTER TABLE `p.d.t`\n  ADD COLUMN `y` STRING",
  ]);
});

test("statements stay below 1 MB", () => {
  const long = (name: string) => field(name, "STRING", { description: `${name} é`.padEnd(16_000, "é") });
  const fields = Array.from({ length: 150 }, (_, i) => long(`column_${i}`));
  const huge = struct(
    "huge",
    Array.from({ length: 100 }, (_, i) => long(`field_${i}`)),
  );
  const { lines, after } = follow(side([field("x")]), side([field("x"), ...fields, huge]));
  expect(after.schema).toEqual([field("x"), ...fields]);
  expect(
    lines
      .filter(({ kind }) => kind === "comment")
      .map(({ text }) => text)
      .join(),
  ).toContain("`huge`");
});

test("the model rejects what the service rejects", () => {
  const more = { clustering: ["c"], primaryKey: ["k"] };
  const fields = [
    field("c"),
    field("k"),
    field("n", "INT64", { mode: "REQUIRED" }),
    field("big", "BIGNUMERIC"),
  ];
  for (const statement of [
    "ALTER TABLE `p.d.t` DROP COLUMN `c`",
    "ALTER TABLE `p.d.t` RENAME COLUMN `k` TO `j`",
    "ALTER TABLE `p.d.t` ADD COLUMN `x` INT64 NOT NULL",
    "ALTER TABLE `p.d.t` ADD COLUMN `K` INT64",
    "ALTER TABLE `p.d.t` ALTER COLUMN `n` SET DATA TYPE NUMERIC",
    "ALTER TABLE `p.d.t` ALTER COLUMN `big` SET DATA TYPE FLOAT64",
    "ALTER TABLE `p.d.t` ADD PRIMARY KEY (`big`) NOT ENFORCED",
    "ALTER TABLE `p.d.t` ADD FOREIGN KEY (`k`) REFERENCES `p.e.o` (`k`) NOT ENFORCED",
    "ALTER TABLE `p.d.t` SET OPTIONS (require_partition_filter = TRUE)",
    "ALTER VIEW `p.d.t` SET OPTIONS (description = 'd')",
    "ALTER TABLE `p.d.t$20240101` DROP PRIMARY KEY",
  ])
    expect(() => executor(side(fields, more).table!).run(statement)).toThrow(Refused);
});
