/** Checking that a condition is a single expression, on either engine. */
import { describe, expect, test } from "bun:test";
import { Effect, Layer } from "effect";
import * as Router from "../../src/layers/Router.ts";
import * as BigQueryTest from "../../src/layers/test/BigQueryTest.ts";
import * as Profile from "../../src/programs/profile/Program.ts";
import * as TableCompare from "../../src/programs/table-compare/Program.ts";
import { problem } from "../../src/sql/Condition.ts";
import { it } from "../support/effect.ts";
import { reference, workdir } from "../support/files.ts";

const valid = {
  both: [
    "id = 1",
    "(id = 1) OR (id = 2)",
    "id IN (1, 2) AND name = 'a)b'",
    "id = 1 -- ) or (",
    "id = 1 /* ) */",
    "name = ')' OR name = '('",
    "name = 'it''s (' OR id = 2",
    "id = (SELECT 1)",
    "values[0] = 1 AND name <> ';'",
    '"a)" = 1',
  ],
  bigquery: [
    "id = 1 # )",
    "`a)b` = 1",
    "name = 'a\\')'",
    'name = r\'\\)\' OR name = """a")\n"""',
    "name = '''it's )''' -- x",
    "name = 'a' /* /* ) */",
  ],
  local: [
    "name = 'a\\' OR (id = 2)",
    "name = E'a\\') or ('",
    "name = $$it's )$$ AND id = 1",
    "name = $t$ ) $$ ( $t$",
    "id = 1 /* a /* ) */ ( */",
    "id = len({'a': [1]}['a'])",
  ],
};

const invalid = {
  both: [
    "id=1) or (id=2",
    ") OR (TRUE",
    "id = 1)",
    "(id = 1",
    "id IN (1, 2",
    "id = 1 /* ( */ ) OR (id = 2",
    "id = 1 -- (\n) OR (id = 2",
    "id = 1 /*",
    "name = 'a",
    'name = "a',
    "id = 1; DROP TABLE t",
    "id = 1, id = 2",
    "values[0) = 1",
    "",
    "  \n",
    "-- nothing",
    "/* nothing */",
    "id = 1\0",
  ],
  bigquery: [
    "name = 'a\\'",
    "`a = 1",
    "id = 1 # (\n) or (id = 2",
    "name = 'a\nb'",
    "name = 'x' /* /* */ */ ) or (",
  ],
  local: [
    "name = 'a\\') or (id = 2",
    "id = 1 /* /* */ ) or (",
    "name = $$a",
    "name = $t$ $$",
    "name = E'\\'",
    "id = 1 # )",
  ],
};

describe("one expression", () => {
  for (const engine of ["bigquery", "local"] as const) {
    for (const text of [...valid.both, ...valid[engine]])
      test(`${engine}: ${JSON.stringify(text)}`, () => expect(problem(text, engine)).toBeUndefined());
    for (const text of [...invalid.both, ...invalid[engine]])
      test(`${engine}: not ${JSON.stringify(text)}`, () => expect(problem(text, engine)).toBeString());
  }
});

const table = BigQueryTest.scripted({
  tables: { "p.d.t": BigQueryTest.table("p.d.t", [{ name: "id", type: "INT64", mode: "NULLABLE" }]) },
});

const refusals = (path: string) =>
  Effect.gen(function* () {
    const t = reference(path);
    const open = "id=1) or (id=2";
    const profile = yield* Effect.flip(Profile.run(t, { where: open }));
    expect([profile.reason, profile.detail]).toEqual([
      "invalidQuery",
      '--where is not a single expression: unmatched ")"',
    ]);
    const pair = { a: t, b: t };
    const both = yield* Effect.flip(TableCompare.run(pair, { where: open }));
    expect(both.detail).toStartWith("--where is not a single expression");
    const a = yield* Effect.flip(TableCompare.run(pair, { whereA: open }));
    expect(a.detail).toStartWith("--where-a is not a single expression");
    const b = yield* Effect.flip(TableCompare.run(pair, { whereB: open }));
    expect(b.detail).toStartWith("--where-b is not a single expression");
  });

it.effect("is required before any request to BigQuery", () => refusals("p.d.t").pipe(Effect.provide(table)));

it.live("is required for local files", () =>
  Effect.gen(function* () {
    const dir = yield* workdir;
    yield* refusals(dir.text("t.csv", "id\n1\n2\n"));
  }).pipe(Effect.provide(Layer.orDie(Router.layer()))),
);
