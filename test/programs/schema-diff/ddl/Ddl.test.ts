import { describe, expect, test } from "bun:test";
import type { TableMetadata } from "../../../../src/domain/TableMetadata.ts";
import type { Field } from "../../../../src/domain/TableSchema.ts";
import { diff, onlyIn } from "../../../../src/programs/schema-diff/Diff.ts";
import { ddl } from "../../../../src/programs/schema-diff/ddl/Ddl.ts";
import { expression } from "../../../../src/programs/schema-diff/ddl/Expression.ts";
import { ddlText, lineText } from "../../../../src/programs/schema-diff/ddl/Render.ts";
import type { DiffOptions } from "../../../../src/programs/schema-diff/Options.ts";
import { array, field, side, struct, target } from "../build.ts";

type Table = readonly [fields: ReadonlyArray<Field>, more?: Partial<TableMetadata>];

const lines = (a: Table, b: Table, options: Partial<DiffOptions> = {}) => {
  const [from, to] = [side(...a), side(...b)];
  return ddl(diff(from, to, options), from, to, target);
};
const statements = (...args: Parameters<typeof lines>) =>
  lines(...args).flatMap(({ kind, text }) => (kind === "statement" ? [text.replace(/\s+/g, " ")] : []));
const comments = (...args: Parameters<typeof lines>) =>
  lines(...args).flatMap(({ kind, text }) => (kind === "comment" ? [text] : []));

const x = field("x");

describe("columns", () => {
  test("of another system's type are not added", () => {
    const b = [x, field("f", "FOREIGN"), struct("s", [field("g", "FOREIGN")]), field("y")];
    expect(statements([[x]], [b])).toEqual(["ALTER TABLE `p.d.t` ADD COLUMN `y` STRING"]);
    expect(comments([[x]], [b]).join()).toContain(
      "`f`, `s`: not added: DDL has no arrays of arrays and no columns of another",
    );
  });

  test("that come are added in one statement, their defaults afterwards", () => {
    const b = [
      x,
      field("y", "STRING", {
        maxLength: "5",
        collation: "und:ci",
        description: "it's",
        defaultValueExpression: "'a'",
      }),
      array(struct("s", [field("n", "INT64", { mode: "REQUIRED" })])),
    ];
    expect(statements([[x]], [b])).toEqual([
      "ALTER TABLE `p.d.t` ADD COLUMN `y` STRING(5) COLLATE 'und:ci' OPTIONS (description = 'it\\'s'), ADD COLUMN `s` ARRAY<STRUCT<`n` INT64 NOT NULL> >",
      "ALTER TABLE `p.d.t` ALTER COLUMN `y` SET DEFAULT 'a'",
    ]);
  });

  test("that are REQUIRED are added as NULLABLE, with a comment", () => {
    const b = [x, field("y", "INT64", { mode: "REQUIRED" })];
    expect(statements([[x]], [b])).toEqual(["ALTER TABLE `p.d.t` ADD COLUMN `y` INT64"]);
    expect(comments([[x]], [b]).join()).toContain("cannot add a REQUIRED column");
  });

  test("are dropped before others take their names, and a case change uses a temporary name", () => {
    const a = [x, field("a"), field("b"), field("Case")];
    const b = [x, field("b"), field("case"), field("a", "INT64")];
    expect(statements([a], [b], { map: [{ from: "a", to: "b" }] })).toEqual([
      "ALTER TABLE `p.d.t` DROP COLUMN `b`",
      "ALTER TABLE `p.d.t` RENAME COLUMN `Case` TO `bqkit_renamed_1`",
      "ALTER TABLE `p.d.t` RENAME COLUMN `a` TO `b`, RENAME COLUMN `bqkit_renamed_1` TO `case`",
      "ALTER TABLE `p.d.t` ADD COLUMN `a` INT64",
    ]);
  });

  test("that exchange their names are renamed through temporary names", () => {
    const swap = [
      { from: "a", to: "b" },
      { from: "b", to: "a" },
    ];
    expect(statements([[field("a"), field("b")]], [[field("b"), field("a")]], { map: swap })).toEqual([
      "ALTER TABLE `p.d.t` RENAME COLUMN `a` TO `bqkit_renamed_1`, RENAME COLUMN `b` TO `bqkit_renamed_2`",
      "ALTER TABLE `p.d.t` RENAME COLUMN `bqkit_renamed_1` TO `b`, RENAME COLUMN `bqkit_renamed_2` TO `a`",
    ]);
  });

  test("are added before the last old one is dropped", () => {
    expect(statements([[x]], [[field("y", "INT64")]]).map((sql) => sql.split(" ")[3])).toEqual([
      "ADD",
      "DROP",
    ]);
  });

  test("that partition or cluster the table are kept, with a comment", () => {
    const more = { clustering: ["x"] };
    expect(statements([[x, field("y")], more], [[field("y")], more])).toEqual([]);
    expect(comments([[x, field("y")], more], [[field("y")], more])[0]).toContain(
      "`x`: columns that partition or cluster",
    );
  });

  test("of a key are altered after dropping the key, which is added again", () => {
    const a: Table = [[field("id"), x], { primaryKey: ["id"] }];
    const b: Table = [[field("key"), x], { primaryKey: ["key"] }];
    expect(statements(a, b, { map: [{ from: "id", to: "key" }], ignore: ["primary-key-changed"] })).toEqual([
      "ALTER TABLE `p.d.t` DROP PRIMARY KEY",
      "ALTER TABLE `p.d.t` RENAME COLUMN `id` TO `key`",
      "ALTER TABLE `p.d.t` ADD PRIMARY KEY (`key`) NOT ENFORCED",
    ]);
  });

  test("are widened, relaxed and described", () => {
    const a = [
      field("n", "INT64", { mode: "REQUIRED" }),
      field("t", "STRING", { maxLength: "3", description: "d" }),
      struct("s", [field("n", "NUMERIC", { precision: "9" }), field("z")]),
    ];
    const b = [field("n", "NUMERIC"), field("t"), struct("s", [field("n", "NUMERIC"), field("z")])];
    expect(statements([a], [b])).toEqual([
      "ALTER TABLE `p.d.t` ALTER COLUMN `n` DROP NOT NULL",
      "ALTER TABLE `p.d.t` ALTER COLUMN `n` SET DATA TYPE NUMERIC, ALTER COLUMN `t` SET DATA TYPE STRING, ALTER COLUMN `s` SET DATA TYPE STRUCT<`n` NUMERIC, `z` STRING>",
      "ALTER TABLE `p.d.t` ALTER COLUMN `t` SET OPTIONS (description = NULL)",
    ]);
  });

  test("that only a rebuilt table can have are comments with the reason", () => {
    const a = [
      x,
      field("m"),
      array(struct("s", [field("n", "INT64"), field("gone")])),
      field("l", "STRING", { maxLength: "9" }),
    ];
    const b = [
      field("x", "INT64"),
      { ...field("m"), mode: "REQUIRED" as const },
      array(struct("s", [field("n", "NUMERIC"), field("more")])),
      field("l", "STRING", { maxLength: "3" }),
    ];
    expect(statements([a], [b])).toEqual([]);
    const said = comments([a], [b]).join("\n");
    for (const part of [
      "`x`: BigQuery cannot change its type from STRING to INT64",
      "`s[].n`: BigQuery cannot change its type from INT64 to NUMERIC",
      "`l`: BigQuery cannot change its max-length from 9 to 3",
      "`m`: NULLABLE cannot become REQUIRED",
      "`s[].more`: ADD COLUMN cannot add a field of a STRUCT; use tables.patch",
      "`s[].gone`: DROP COLUMN cannot drop a field of a STRUCT",
    ])
      expect(said).toContain(part);
  });

  test("an order that statements cannot make is a comment", () => {
    expect(comments([[x, field("y")]], [[field("y"), x]]).join()).toContain(
      "their order will differ from B's",
    );
    expect(comments([[x]], [[field("y"), x]]).join()).toContain("their order will differ from B's");
    expect(comments([[x]], [[x, field("y")]])).toEqual([]);
  });
});

describe("the table", () => {
  const daily = { _tag: "Time", unit: "DAY", field: "x", requireFilter: false } as const;

  test("has its options set in one statement", () => {
    const a: Table = [[x], { partitioning: daily, expires: "2030-01-01T00:00:00.000Z", labels: { a: "1" } }];
    const b: Table = [
      [x],
      {
        partitioning: { ...daily, requireFilter: true, expirationMs: "129600000" },
        labels: { b: "it's" },
        description: "d",
        friendlyName: "f",
        defaultRoundingMode: "ROUND_HALF_EVEN",
        defaultCollation: "und:ci",
      },
    ];
    expect(statements(a, b)).toEqual([
      "ALTER TABLE `p.d.t` SET OPTIONS ( description = 'd', friendly_name = 'f', labels = [('b', 'it\\'s')], expiration_timestamp = NULL, default_rounding_mode = 'ROUND_HALF_EVEN', require_partition_filter = TRUE, partition_expiration_days = 1.5e0 )",
      "ALTER TABLE `p.d.t` SET DEFAULT COLLATE 'und:ci'",
    ]);
  });

  test("has its foreign keys exchanged", () => {
    const key = (name: string) => ({ name, columns: ["x"], table: target, references: ["id"] });
    expect(
      statements([[x], { foreignKeys: [key("a"), key("b")] }], [[x], { foreignKeys: [key("b"), key("c")] }]),
    ).toEqual([
      "ALTER TABLE `p.d.t` DROP CONSTRAINT `a`",
      "ALTER TABLE `p.d.t` ADD CONSTRAINT `c` FOREIGN KEY (`x`) REFERENCES `p.d.t` (`id`) NOT ENFORCED",
    ]);
  });

  test("gets comments for partitioning, clustering and the columns of a view", () => {
    expect(comments([[x]], [[x], { partitioning: { ...daily, requireFilter: true } }]).join()).toContain(
      "partitioning is set when a table is created",
    );
    expect(statements([[x]], [[x], { partitioning: { ...daily, requireFilter: true } }])).toEqual([]);
    expect(comments([[x]], [[x], { clustering: ["x"] }]).join()).toContain("--clustering_fields=x p:d.t");
    expect(comments([[x]], [[x], { type: "VIEW" }]).join()).toContain("A is a TABLE, B a VIEW");
    const view: Table = [[x], { type: "VIEW", viewQuery: "SELECT 1" }];
    const other: Table = [[x, field("y")], { type: "VIEW", viewQuery: "SELECT 2", description: "d" }];
    expect(statements(view, other)).toEqual(["ALTER VIEW `p.d.t` SET OPTIONS ( description = 'd' )"]);
    expect(comments(view, other).join()).toContain("CREATE OR REPLACE VIEW");
  });
});

describe("names and texts from outside", () => {
  const evil = "a` INT64; DROP TABLE p.d.t; --\nDROP TABLE p.d.u\u2028x";

  test("cannot end their quotes or the line of a comment", () => {
    const a: Table = [[x, struct("s", [field("k")]), field(evil, "STRING")]];
    const b: Table = [
      [
        x,
        struct("s", [field("k"), field(evil)]),
        field(`${evil}2`, "INT64"),
        field(evil, "INT64", { description: evil }),
      ],
      { description: evil, labels: { [evil]: evil } },
    ];
    for (const line of lines(a, b).map(lineText)) {
      const bare = line.replaceAll(/`(?:[^`\\]|\\.)*`|'(?:[^'\\]|\\.)*'/g, "?");
      if (line.startsWith("--")) expect(line).not.toMatch(/[\n\r\u2028]/);
      else expect(bare).not.toMatch(/DROP TABLE|--/);
    }
    const head = ddlText({ a: "x\nDROP TABLE y", b: "z" }, diff(side([x]), side([x])));
    expect(head.split("\n").filter((line) => line !== "" && !line.startsWith("--"))).toEqual([]);
  });

  test("defaults are copied if they can only be a single expression", () => {
    for (const text of [
      "NULL",
      "'a;b'",
      "CURRENT_TIMESTAMP()",
      "[CURRENT_DATE(), DATE '2020-01-01']",
      "(1, 'x')",
      '"it\\"s"',
      "-1.5e3",
    ]) {
      expect(expression(text)?.text).toBe(text);
    }
    for (const text of [
      "1; DROP TABLE x",
      "1, ALTER COLUMN y DROP DEFAULT",
      "1 -- x",
      "1 /* x",
      "1 # x",
      "(1",
      "1)",
      "'a",
      "'''a'''",
      "r'\\'",
      "[1)",
      "",
      "'a\nb'",
    ]) {
      expect(expression(text)).toBeUndefined();
    }
    const b = [x, field("y", "INT64", { defaultValueExpression: "1; DROP TABLE p.d.t" })];
    expect(statements([[x]], [b])).toHaveLength(1);
    expect(comments([[x]], [b]).join()).toContain("set it manually");
    expect(comments([[x]], [[{ ...x, defaultValueExpression: "1 -- 2" }]]).join()).toContain(
      "set it manually",
    );
  });
});

describe("as text", () => {
  test("one pair is a heading, statements with semicolons, and comments", () => {
    const [a, b] = [side([x]), side([x, field("y")])];
    const found = diff(a, b);
    expect(ddlText({ a: "p.d.t", b: "p.e.t" }, { ...found, ddl: ddl(found, a, b, target) })).toBe(
      "-- p.d.t into p.e.t\nALTER TABLE `p.d.t`\n  ADD COLUMN `y` STRING;\n",
    );
  });

  test("it explains an empty result", () => {
    const item = { a: "a", b: "b" };
    const same = diff(side([x]), side([x]));
    expect(ddlText(item, { ...same, ddl: [] })).toBe("-- a into b\n-- nothing to do\n");
    expect(ddlText(item, same)).toContain("A is not a BigQuery table");
    expect(ddlText(item, onlyIn("a", "t"))).toContain("B has no such table");
    expect(ddlText(item, onlyIn("b", "t"))).toContain("A has no such table");
  });
});

describe("irreversible changes are avoided", () => {
  const key = (name: string, columns = ["x"]) => ({
    name,
    columns,
    table: { _tag: "BigQueryTable", project: "p", dataset: "d", table: "o" } as const,
    references: ["id"],
  });

  test("a foreign key without a name is a comment", () => {
    const found = [[x], { foreignKeys: [key("")] }] as const;
    expect(statements(found, [[x]])).toEqual([]);
    expect(comments(found, [[x]]).join()).toContain("the foreign key over `x` has an unknown name");
  });

  test("a primary key is kept if the new one needs a column that cannot be added", () => {
    const a: Table = [[x, field("y", "STRING")], { primaryKey: ["x"] }];
    const b: Table = [[x, field("y", "INT64")], { primaryKey: ["x", "y"] }];
    expect(statements(a, b)).toEqual([]);
    expect(comments(a, b).join()).toContain(
      "the primary key (`x`, `y`) can be added after rebuilding the table",
    );
  });

  test("the last columns are kept if none can be added", () => {
    const nested = array(field("n", "ARRAY", { fields: [array(field("element", "INT64"))] }));
    expect(statements([[x]], [[nested]])).toEqual([]);
    expect(comments([[x]], [[nested]]).join()).toContain("cannot drop the last column");
  });

  test("a REQUIRED column keeps its type, at the top level or inside a STRUCT", () => {
    const number = (precision: string) => field("n", "NUMERIC", { precision, mode: "REQUIRED" });
    for (const wrap of [(one: Field) => one, (one: Field) => struct("s", [one])]) {
      const [a, b]: [Table, Table] = [[[wrap(number("10"))]], [[wrap(number("12"))]]];
      expect(statements(a, b)).toEqual([]);
      expect(comments(a, b).join()).toContain("SET DATA TYPE cannot change a REQUIRED field");
    }
    const relaxed = statements([[number("10")]], [[{ ...number("12"), mode: "NULLABLE" }]]);
    expect(relaxed).toEqual([
      "ALTER TABLE `p.d.t` ALTER COLUMN `n` DROP NOT NULL",
      "ALTER TABLE `p.d.t` ALTER COLUMN `n` SET DATA TYPE NUMERIC(12)",
    ]);
  });
});

test("ignored labels keep A's values", () => {
  const [a, b]: [Table, Table] = [
    [[x], { labels: { team: "a", old: "1" } }],
    [[x], { labels: { team: "b", new: "2" } }],
  ];
  expect(statements(a, b, { ignore: ["label-removed"] })).toEqual([
    "ALTER TABLE `p.d.t` SET OPTIONS ( labels = [('new', '2'), ('old', '1'), ('team', 'b')] )",
  ]);
});

test("temporary names are unused on both sides", () => {
  const a: Table = [[field("a"), field("b"), field("BQKIT_renamed_1")]];
  const map = [
    { from: "a", to: "b" },
    { from: "b", to: "a" },
  ];
  const [first] = statements(a, a, { map });
  expect(first).toContain("bqkit_renamed_2");
  expect(first).not.toContain("bqkit_renamed_1");
});

test("names in a shell command are quoted", () => {
  const text = comments(
    [[field("it's")], { clustering: [] }],
    [[field("it's")], { clustering: ["it's"] }],
  ).join();
  expect(text).toContain("--clustering_fields='it'\\''s' p:d.t");
});

test("an attribute that no statement sets is listed in a comment", () => {
  const attributes = { "external-source": { sourceUris: ["gs://b/*"] }, "kms-key": "k" };
  expect(comments([[x]], [[x], { attributes }]).join()).toContain(
    "external-source, kms-key: set them as in B",
  );
  const view: Table = [[x], { type: "VIEW" }];
  const other: Table = [
    [x],
    { type: "VIEW", description: "d", attributes, defaultRoundingMode: "ROUND_HALF_EVEN" },
  ];
  expect(statements(view, other)).toEqual(["ALTER VIEW `p.d.t` SET OPTIONS ( description = 'd' )"]);
  expect(comments(view, other).join()).toContain("default-rounding-mode, external-source, kms-key");
});

test("a wider type removes a collation that B's field lacks", () => {
  const short = { maxLength: "3", collation: "und:ci" };
  expect(statements([[field("t", "STRING", short)]], [[field("t")]])).toEqual([
    "ALTER TABLE `p.d.t` ALTER COLUMN `t` SET DATA TYPE STRING COLLATE ''",
  ]);
  const fields = (more: Partial<Field>) => [struct("s", [field("u", "STRING", more), field("v")])];
  expect(statements([fields(short)], [fields({})])).toEqual([
    "ALTER TABLE `p.d.t` ALTER COLUMN `s` SET DATA TYPE STRUCT<`u` STRING COLLATE '', `v` STRING COLLATE ''>",
  ]);
});

test("no type is set around a REQUIRED field that only the API can relax", () => {
  const fields = (more: Partial<Field>) => [struct("s", [field("u", "STRING", more)])];
  const [a, b]: [Table, Table] = [[fields({ mode: "REQUIRED", maxLength: "3" })], [fields({})]];
  expect(statements(a, b)).toEqual([]);
  expect(comments(a, b).join()).toContain("SET DATA TYPE cannot change a REQUIRED field");
});
