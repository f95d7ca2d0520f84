/**
 * Files of other programs are read as they were written. make.py creates the files and the expected values;
 * this folder contains a small set of them. CORPUS is the folder of a larger set, such
 * as the data files of public packages.
 */
import { afterAll, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Effect, Layer, ManagedRuntime } from "effect";
import * as Router from "../../src/layers/Router.ts";
import type { ColumnProfile } from "../../src/programs/profile/Profile.ts";
import { run } from "../../src/programs/profile/Program.ts";
import { BigQuery } from "../../src/services/BigQuery.ts";
import { reference } from "../support/files.ts";
import { rawSql } from "../support/sql.ts";

/** What is absent is not checked. */
interface Column {
  readonly type?: string;
  readonly nulls: number;
  readonly distinct?: number;
  readonly empty?: number;
  readonly min?: string;
  readonly max?: string;
  /** Exact. */
  readonly sum?: string;
}

type Expected =
  | { readonly error: string }
  | { readonly rows: number; readonly columns: Readonly<Record<string, Column>> };

const folder = process.env.CORPUS ?? join(import.meta.dir, "files");
const files = JSON.parse(readFileSync(join(folder, "expected.json"), "utf8")) as Readonly<
  Record<string, Expected>
>;

const runtime = ManagedRuntime.make(Layer.orDie(Router.layer({ local: { threads: 1 } })));
afterAll(() => runtime.dispose());

/** Doubles by value, everything else by its text. */
const normal = (value: unknown, type: string): unknown =>
  value === undefined ? undefined : type === "FLOAT64" ? Number(value) : String(value);

const withoutZeros = (text: string): string => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);

const found = (column: ColumnProfile, sum: string | undefined, expected: Column): Column => ({
  ...(expected.type === undefined ? {} : { type: column.type.replace(/\(.*/, "") }),
  nulls: column.nulls,
  ...(expected.distinct === undefined ? {} : { distinct: column.distinct?.value ?? 0 }),
  ...(expected.empty === undefined ? {} : { empty: column.empty ?? 0 }),
  ...(expected.min === undefined
    ? {}
    : {
        min: normal(column.min ?? column.earliest, column.type) as string,
        max: normal(column.max ?? column.latest, column.type) as string,
      }),
  ...(expected.sum === undefined ? {} : { sum: withoutZeros(sum ?? "") }),
});

const sums = (path: string, names: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    if (names.length === 0) return {};
    const service = yield* BigQuery;
    const ref = reference(path);
    const { schema } = yield* service.table(ref);
    const dialect = service.dialect(ref);
    const list = names.map((name, i) => {
      const field = schema.find((other) => other.name === name)!;
      return `CAST(sum(${dialect.identifier(field.nativeName ?? name).text}) AS VARCHAR) AS s${i}`;
    });
    const sql = rawSql(`SELECT ${list.join(", ")} FROM ${dialect.from(ref).text}`);
    const { rows } = yield* service.query({ sql, tables: [ref], location: null });
    return Object.fromEntries(names.map((name, i) => [name, String(rows[0]![`s${i}`])])) as Record<
      string,
      string
    >;
  });

const read = Effect.fn(function* (path: string, expected: Readonly<Record<string, Column>>) {
  const profile = yield* run(reference(path), { sampleSize: 0, top: 0, exact: true });
  // A name with a dot is in backticks.
  const columns = new Map(profile.columns.map((column) => [column.name.replaceAll("`", ""), column]));
  const names = Object.keys(expected).filter((name) => columns.has(name));
  const summed = yield* sums(
    path,
    names.filter((name) => expected[name]!.sum !== undefined),
  );
  const wanted = names.map((name) => {
    const { min, max, ...rest } = expected[name]!;
    const { type } = columns.get(name)!;
    return [name, min === undefined ? rest : { ...rest, min: normal(min, type), max: normal(max, type) }];
  });
  return {
    rows: profile.rows,
    columns: Object.fromEntries(
      names.map((name) => [name, found(columns.get(name)!, summed[name], expected[name]!)]),
    ),
    wanted: { ...expected, ...Object.fromEntries(wanted) } as Readonly<Record<string, Column>>,
  };
});

for (const [name, expected] of Object.entries(files)) {
  test(name, () =>
    runtime.runPromise(
      Effect.gen(function* () {
        const path = join(folder, name);
        const columns = "error" in expected ? {} : expected.columns;
        const result = yield* Effect.either(read(path, columns));
        if (result._tag === "Left") {
          expect({ error: result.left.message }).toEqual({
            error: expect.stringContaining("error" in expected ? expected.error : "no error"),
          });
          return;
        }
        const { wanted, ...actual } = result.right;
        expect<unknown>(actual).toEqual(
          "error" in expected ? expected : { rows: expected.rows, columns: wanted },
        );
      }),
    ),
  );
}
