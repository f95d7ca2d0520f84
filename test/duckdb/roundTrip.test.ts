/** The same random table in five formats is the same table in all ten pairings; one changed value is found in each. */
import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import { Effect, Layer, ManagedRuntime } from "effect";
import fc from "fast-check";
import * as Router from "../../src/layers/Router.ts";
import { run } from "../../src/programs/table-compare/Program.ts";
import { reference, workdir } from "../support/files.ts";

setDefaultTimeout(300_000);

const runtime = ManagedRuntime.make(Layer.orDie(Router.layer({ local: { threads: 1 } })));
afterAll(() => runtime.dispose());

/** A column: its type, texts of it, and two values that differ in one character. */
interface Kind {
  readonly type: string;
  readonly texts: fc.Arbitrary<string>;
}

const digits = (length: number) => fc.stringMatching(new RegExp(`^[1-9][0-9]{0,${length - 1}}$`));
const days = fc.date({ min: new Date("0001-01-01"), max: new Date("9999-12-31"), noInvalidDate: true });

const kinds: ReadonlyArray<Kind> = [
  { type: "BIGINT", texts: digits(18) },
  // DuckDB writes HUGEINT to Parquet as DOUBLE.
  { type: "DECIMAL(38, 0)", texts: fc.stringMatching(/^[1-9][0-9]{20,36}$/) },
  {
    type: "DOUBLE",
    texts: fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => String(x === 0 ? 0.5 : x)),
  },
  { type: "BOOLEAN", texts: fc.constantFrom("true", "false") },
  { type: "DATE", texts: days.map((day) => day.toISOString().slice(0, 10)) },
  { type: "TIMESTAMP", texts: days.map((day) => day.toISOString().slice(0, 19).replace("T", " ")) },
  { type: "TIMESTAMPTZ", texts: days.map((day) => `${day.toISOString().slice(0, 19).replace("T", " ")}+00`) },
  { type: "VARCHAR", texts: fc.string({ maxLength: 8 }).map((text) => `w${text.replaceAll("\0", "")}`) },
  {
    type: "VARCHAR",
    texts: fc.constantFrom(
      "w",
      "",
      '"',
      "a,b",
      "tab\there",
      "two\nlines",
      "00501",
      "1e3",
      "é",
      "NULL",
      " w ",
    ),
  },
];

const table = fc.array(fc.constantFrom(...kinds), { minLength: 1, maxLength: 4 }).chain((columns) =>
  fc.record({
    columns: fc.constant(columns.map(({ type }) => type)),
    rows: fc.array(fc.tuple(...columns.map(({ texts }) => fc.option(texts, { freq: 5 }))), {
      minLength: 1,
      maxLength: 12,
    }),
  }),
);

const string = (text: string | null) => (text === null ? "NULL" : `'${text.replaceAll("'", "''")}'`);

/** The table with an id, and a column of words so that no text is taken for another type. */
const select = (
  columns: ReadonlyArray<string>,
  rows: ReadonlyArray<ReadonlyArray<string | null>>,
): string => {
  const names = columns.map((_, i) => `v${i}`);
  const lines = rows.map((row, id) => `(${[id, "'word'", ...row.map(string)].join(", ")})`);
  const casts = columns.map((type, i) => `CAST(v${i} AS ${type}) AS v${i}`);
  return `SELECT id, word, ${casts.join(", ")} FROM (VALUES ${lines.join(", ")}) t(id, word, ${names.join(", ")})`;
};

const written = (name: string, content: string) =>
  Effect.gen(function* () {
    const dir = yield* workdir;
    const copy = (file: string, options: string) =>
      Effect.promise(async () => {
        await dir.database(
          `${name}-${file}.db`,
          "SET TimeZone = 'UTC'",
          `COPY (${content}) TO '${dir.path}/${name}-${file}' (${options})`,
        );
        return `${dir.path}/${name}-${file}`;
      });
    const database = yield* Effect.promise(() =>
      dir.database(`${name}.duckdb`, "SET TimeZone = 'UTC'", `CREATE TABLE t AS ${content}`),
    );
    return [
      yield* copy("t.parquet", "FORMAT parquet"),
      yield* copy("t.csv", "FORMAT csv"),
      yield* copy("t.tsv", "FORMAT csv, DELIMITER '\t'"),
      yield* copy("t.ndjson", "FORMAT json"),
      `${database}#t`,
    ];
  });

const verdict = (a: string, b: string) =>
  Effect.map(run({ a: reference(a), b: reference(b) }, { key: ["id"] }), (comparison) => comparison.verdict);

const pairings = Array.from({ length: 5 }, (_, a) =>
  Array.from({ length: 4 - a }, (_, b) => [a, a + b + 1] as const),
).flat();

const property = fc.asyncProperty(table, fc.nat(), async ({ columns, rows }, seed) => {
  const body = Effect.gen(function* () {
    const files = yield* written("a", select(columns, rows));
    for (const [a, b] of pairings)
      expect([a, b, yield* verdict(files[a]!, files[b]!)]).toEqual([a, b, "identical"]);

    const row = seed % rows.length;
    const column = seed % columns.length;
    const old = rows[row]![column]!;
    const changed = rows.map((values, i) =>
      i === row ? values.map((value, j) => (j === column ? other(columns[column]!, value) : value)) : values,
    );
    const others = yield* written("b", select(columns, changed));
    for (const [a, b] of pairings)
      expect([a, b, old, yield* verdict(files[a]!, others[b]!)]).toEqual([a, b, old, "different"]);
  });
  await runtime.runPromise(Effect.scoped(body));
});

/** Another value of the type: one character differs, or NULL becomes a value. */
const other = (type: string, value: string | null): string => {
  if (value === null)
    return (
      { BOOLEAN: "true", DATE: "2024-01-02", VARCHAR: "" }[type] ??
      (type.startsWith("TIMESTAMP") ? "2024-01-02 03:04:05" : "7")
    );
  if (type === "VARCHAR")
    return value === "" ? "x" : `${value.slice(0, -1)}${value.endsWith("x") ? "y" : "x"}`;
  if (type === "BOOLEAN") return value === "true" ? "false" : "true";
  if (type === "DATE") return `${value.slice(0, -1)}${value.endsWith("1") ? "2" : "1"}`;
  if (type.startsWith("TIMESTAMP"))
    return value.replace(/\d(?=\+|$)/, (digit) => (digit === "1" ? "2" : "1"));
  if (type === "DOUBLE") return value.startsWith("-") ? value.slice(1) : `-${value}`;
  return `${value.slice(0, -1)}${value.endsWith("1") ? "2" : "1"}`;
};

test("a table is the same in all formats, and a changed value is found in all", () =>
  fc.assert(property, { numRuns: Number(process.env.ROUND_TRIPS ?? 5) }));
