/** A statement over a wide relation plans only the columns that it names. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { Effect } from "effect";
import { narrow, type Source } from "../../../src/layers/duckdb/Views.ts";
import * as Router from "../../../src/layers/Router.ts";
import * as Profile from "../../../src/programs/profile/Program.ts";
import { reference, workdir } from "../../support/files.ts";

setDefaultTimeout(300_000);

const columns = ["a", `it's "x"`, ...Array.from({ length: 120 }, (_, i) => `c${i}`)];
const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;
const source: Source = {
  columns: columns.map((name) => [quoted(name), quoted(name)]),
  number: "rowid AS bqkit_row",
  from: () => "t",
};
const target = `"bqkit"."/a ""b"".parquet"`;

test("only named columns remain, and text in strings is neither a name nor replaced", () => {
  const text = `SELECT r."it's ""x""", '"c5"', 'it''s ${target}' FROM ${target} AS r JOIN ${target.replace("bqkit", "bqkit_numbered")} AS s ON r."c7" = s."c7"`;
  const inner = `SELECT "it's ""x""", "c7"`;
  expect(narrow(text, [{ target, source }])).toBe(
    `WITH bqkit_wide_0 AS NOT MATERIALIZED (${inner} FROM t),\nbqkit_wide_1 AS NOT MATERIALIZED (${inner}, rowid AS bqkit_row FROM t)\n` +
      `SELECT * FROM (\nSELECT r."it's ""x""", '"c5"', 'it''s ${target}' FROM bqkit_wide_0 AS r JOIN bqkit_wide_1 AS s ON r."c7" = s."c7"\n)`,
  );
  expect(narrow(`SELECT count(*) FROM ${target}`, [{ target, source }])).toStartWith(
    'WITH bqkit_wide_0 AS NOT MATERIALIZED (SELECT "a" FROM t)',
  );
  const few = { ...source, columns: source.columns.slice(0, 50) };
  expect(narrow(text, [{ target, source: few }])).toBe(text);
});

test("a wide file has the profile of its columns one by one, also with a condition on another column", () =>
  Effect.gen(function* () {
    const dir = yield* workdir;
    const list = columns.map((name, i) => `(i * ${i + 1}) % 7 AS ${quoted(name)}`);
    const file = yield* Effect.promise(() =>
      dir.parquet("wide.parquet", `SELECT ${list.join(", ")} FROM range(50) AS r(i)`),
    );
    for (const where of [{}, { where: "c3 > 1" }]) {
      const whole = yield* Profile.run(reference(file), { ...Profile.defaults, ...where });
      const [one] = (yield* Profile.run(reference(file), {
        ...Profile.defaults,
        ...where,
        columns: ["c9"],
      })).columns;
      expect(whole.columns).toHaveLength(columns.length);
      expect(whole.columns.find(({ name }) => name === "c9")).toEqual(one!);
      expect(whole.columns[1]!.name).toContain("it's");
    }
  }).pipe(Effect.scoped, Effect.provide(Router.layer({})), Effect.runPromise));
