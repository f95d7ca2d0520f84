/**
 * The DDL on real tables, as far as goccy's emulator supports it. It checks every ALTER TABLE
 * except SET DATA TYPE and RENAME COLUMN, which it rejects, but changes nothing. So tables created
 * with the columns of ADD COLUMN verify those, and this test pins the emulator's behaviour for
 * ALTER TABLE, to notice when it supports it.
 */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { Either } from "effect";
import type { Field } from "../../../../src/domain/TableSchema.ts";
import { diff } from "../../../../src/programs/schema-diff/Diff.ts";
import { ddl } from "../../../../src/programs/schema-diff/ddl/Ddl.ts";
import * as SchemaFile from "../../../../src/programs/schema-diff/source/SchemaFile.ts";
import { type Emulator, emulatorPath, request, startEmulator } from "../../../emulator/emulator.ts";
import { describeWith } from "../../../support/needs.ts";
import { array, field, side, struct, target } from "../build.ts";

const need = {
  available: emulatorPath() !== undefined,
  missing: "no emulator; build it: test/emulator/install.sh",
};

const key = field("id", "INT64", { mode: "REQUIRED" });

const added: ReadonlyArray<Field> = [
  field("text"),
  field("short", "STRING"),
  field("price", "NUMERIC"),
  field("big", "BIGNUMERIC"),
  field("at", "TIMESTAMP"),
  field("day", "DATE"),
  field("yes", "BOOL"),
  field("j", "JSON"),
  array(field("tags")),
  struct("one", [field("n", "INT64"), struct("two", [array(field("deep", "FLOAT64"))])]),
  array(
    struct("items", [field("sku"), array(struct("lots", [field("qty", "INT64"), field("made", "DATE")]))]),
  ),
];

const statements = (a: ReadonlyArray<Field>, b: ReadonlyArray<Field>, more = {}) => {
  const [from, to] = [side(a), side(b, more)];
  return ddl(diff(from, to), from, to, target).flatMap(({ kind, text }) =>
    kind === "statement" ? [text] : [],
  );
};

describeWith(need, "on the emulator", () => {
  let emulator: Emulator;
  beforeAll(async () => {
    emulator = await startEmulator({ project: "p", dataset: "d" });
  });
  afterAll(() => emulator.stop());

  const run = (query: string): Promise<unknown> =>
    request(`${emulator.url}/bigquery/v2/projects/p/queries`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query, useLegacySql: false }),
    });

  const schemaOf = async (table: string) => {
    const resource = await request(`${emulator.url}/bigquery/v2/projects/p/datasets/d/tables/${table}`);
    return Either.getOrThrow(SchemaFile.parse(JSON.stringify(resource)));
  };

  test("a table created with the columns of ADD COLUMN has B's columns", async () => {
    const [statement] = statements([key], [key, ...added]);
    const columns = statement!
      .split("\n")
      .slice(1)
      .map((line) => line.replace("  ADD COLUMN ", ""));
    await run(`CREATE TABLE \`p.d.made\` (\`id\` INT64,\n${columns.join("\n")}\n)`);
    expect(
      diff({ schema: await schemaOf("made") }, { schema: [field("id", "INT64"), ...added] }).changes,
    ).toEqual([]);
    await run(
      "INSERT INTO `p.d.made` (id, one, items) VALUES (1, STRUCT(2, STRUCT([0.5])), [STRUCT('s', [STRUCT(3, DATE '2024-01-02')])])",
    );
    const answer = (await run(
      "SELECT one.two.deep[OFFSET(0)], items[OFFSET(0)].lots[OFFSET(0)].made FROM `p.d.made`",
    )) as {
      readonly rows: ReadonlyArray<{ readonly f: ReadonlyArray<{ readonly v: string }> }>;
    };
    expect(answer.rows[0]!.f.map(({ v }) => v)).toEqual(["0.5", "2024-01-02"]);
  });

  test("statements are accepted, but the table is unchanged", async () => {
    const old = [key, field("text"), field("gone")];
    await run("CREATE TABLE `p.d.t` (`id` INT64 NOT NULL, `text` STRING, `gone` STRING)");
    const before = await schemaOf("t");
    const to = [
      { ...key, mode: "NULLABLE" as const },
      field("text", "STRING", { description: "it's", defaultValueExpression: "'x'" }),
      field("more"),
    ];
    for (const statement of statements(old, to, { description: "d", labels: { a: "1" }, primaryKey: ["id"] }))
      await run(statement);
    expect(await schemaOf("t")).toEqual(before);
    await expect(run("SELECT more FROM `p.d.t`")).rejects.toThrow("Unrecognized name: more");
    await run("SELECT gone FROM `p.d.t`");
  });

  test("it supports neither SET DATA TYPE nor RENAME COLUMN: Google's analyzer covers them", async () => {
    await run("CREATE TABLE `p.d.u` (`id` INT64)");
    const wider = "ALTER TABLE `p.d.u`\n  ALTER COLUMN `id` SET DATA TYPE NUMERIC";
    await expect(run(wider)).rejects.toThrow("does not support ALTER COLUMN SET DATA TYPE");
    await expect(run("ALTER TABLE `p.d.u`\n  RENAME COLUMN `id` TO `key`")).rejects.toThrow(
      "does not support RENAME COLUMN",
    );
  });
});
