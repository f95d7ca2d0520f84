/**
 * A random table in five formats is identical in all ten pairings, and a changed value is detected in each.
 */
import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import { DuckDBInstance } from "@duckdb/node-api";
import { Effect, Layer, ManagedRuntime } from "effect";
import fc from "fast-check";
import * as Router from "../../../src/layers/Router.ts";
import { run } from "../../../src/programs/table-compare/Program.ts";
import { reference, workdir } from "../../support/files.ts";

setDefaultTimeout(3_600_000);

const runtime = ManagedRuntime.make(Layer.orDie(Router.layer({ local: { threads: 1 } })));
afterAll(() => runtime.dispose());

/** A kind of column: its type, and texts of its values. */
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

/**
 * Selects the table with an id, and with a column of words, so that the first line is detected as a header.
 */
const select = (
  columns: ReadonlyArray<string>,
  rows: ReadonlyArray<ReadonlyArray<string | null>>,
): string => {
  const names = columns.map((_, i) => `v${i}`);
  const lines = rows.map((row, id) => `(${[id, "'word'", ...row.map(string)].join(", ")})`);
  const casts = columns.map((type, i) => `CAST(v${i} AS ${type}) AS v${i}`);
  return `SELECT id, word, ${casts.join(", ")} FROM (VALUES ${lines.join(", ")}) t(id, word, ${names.join(", ")})`;
};

/** Writes the tables of a case as files of all formats, with one instance of DuckDB. */
const written = (tables: Readonly<Record<string, string>>) =>
  Effect.gen(function* () {
    const { path } = yield* workdir;
    yield* Effect.promise(async () => {
      const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
      const connection = await instance.connect();
      await connection.run("SET TimeZone = 'UTC'");
      for (const [name, content] of Object.entries(tables)) {
        await connection.run(`CREATE TABLE "${name}" AS ${content}`);
        for (const [extension, options] of formats)
          await connection.run(`COPY "${name}" TO '${path}/${name}.${extension}' (${options})`);
        await connection.run(`ATTACH '${path}/${name}.duckdb' AS file`);
        await connection.run(`CREATE TABLE file.t AS FROM "${name}"`);
        await connection.run("DETACH file");
      }
      connection.closeSync();
      instance.closeSync();
    });
    return (name: string) => [
      ...formats.map(([extension]) => `${path}/${name}.${extension}`),
      `${path}/${name}.duckdb#t`,
    ];
  });

const formats = [
  ["parquet", "FORMAT parquet"],
  ["csv", "FORMAT csv"],
  ["tsv", "FORMAT csv, DELIMITER '\t'"],
  ["ndjson", "FORMAT json"],
] as const;

const verdict = (a: string, b: string) =>
  Effect.map(run({ a: reference(a), b: reference(b) }, { key: ["id"] }), (comparison) => comparison.verdict);

const pairings = Array.from({ length: 5 }, (_, a) =>
  Array.from({ length: 4 - a }, (_, b) => [a, a + b + 1] as const),
).flat();

interface Case {
  readonly columns: ReadonlyArray<string>;
  readonly rows: ReadonlyArray<ReadonlyArray<string | null>>;
}

/** The table with one character of one value changed. */
const changed = ({ columns, rows }: Case, seed: number): Case["rows"] => {
  const row = seed % rows.length;
  const column = Math.floor(seed / rows.length) % columns.length;
  return rows.map((values, i) =>
    i === row
      ? values.map((value, j) => (j === column ? other(columns[column]!, value, seed) : value))
      : values,
  );
};

const check = (given: Case, seed: number) =>
  Effect.gen(function* () {
    const files = yield* written({
      a: select(given.columns, given.rows),
      b: select(given.columns, changed(given, seed)),
    });
    for (const [a, b] of pairings) {
      expect([a, b, yield* verdict(files("a")[a]!, files("a")[b]!)]).toEqual([a, b, "identical"]);
      expect([a, b, yield* verdict(files("a")[a]!, files("b")[b]!)]).toEqual([a, b, "different"]);
    }
  });

const isDate = (text: string): boolean => {
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
};

/** Whether a text is a valid and different value of the type. */
const isOther = (type: string, text: string, before: string): boolean => {
  if (type === "VARCHAR") return true;
  if (type === "DATE") return isDate(text) && text >= "0001";
  if (type.startsWith("TIMESTAMP")) {
    const [day = "", time = ""] = text.replace("+00", "").split(" ");
    return isDate(day) && day >= "0001" && /^([01]\d|2[0-3])(:[0-5]\d){2}$/.test(time);
  }
  if (type === "DOUBLE") return Number.isFinite(Number(text)) && Number(text) !== Number(before);
  return /^[1-9]\d*$/.test(text);
};

/** A different value of the type: one character is changed, or NULL becomes a value. */
const other = (type: string, value: string | null, seed: number): string => {
  if (value === null)
    return (
      { BOOLEAN: "true", DATE: "2024-01-02", VARCHAR: "" }[type] ??
      (type.startsWith("TIMESTAMP") ? "2024-01-02 03:04:05" : "7")
    );
  if (type === "BOOLEAN") return value === "true" ? "false" : "true";
  if (value === "") return "x";
  const alphabet = type === "VARCHAR" ? ["x", "y", " ", "0"] : [..."0123456789"];
  const characters = [...value];
  for (let step = 0; step < characters.length; step += 1) {
    const at = (seed + step) % characters.length;
    if (type !== "VARCHAR" && !/\d/.test(characters[at]!)) continue;
    for (const character of alphabet) {
      const text = characters.map((old, i) => (i === at ? character : old)).join("");
      if (text !== value && isOther(type, text, value)) return text;
    }
  }
  return `${value}1`;
};

/** ROUND_TRIPS sets the number of random tables; a few with a fixed seed are the default. */
const cases = process.env.ROUND_TRIPS;

test("random tables are identical in all ten pairings of formats, and a changed character is detected in each", () =>
  fc.assert(
    fc.asyncProperty(table, fc.nat(), (given, seed) => runtime.runPromise(Effect.scoped(check(given, seed)))),
    {
      ...(cases === undefined ? { numRuns: 20, seed: 7 } : { numRuns: Number(cases) }),
      ...(process.env.ROUND_TRIPS_SEED === undefined ? {} : { seed: Number(process.env.ROUND_TRIPS_SEED) }),
    },
  ));
