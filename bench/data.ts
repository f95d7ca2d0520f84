/** Seeded data for the benchmarks, generated once in bench/.data. */
import { existsSync, mkdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";

export const folder = join(import.meta.dir, ".data");

/** Writes the query's rows as Parquet or CSV unless the file exists. */
const make = async (
  name: string,
  queries: ReadonlyArray<readonly [file: string, sql: string]>,
): Promise<string> => {
  const path = join(folder, name);
  if (existsSync(path)) return path;
  mkdirSync(folder, { recursive: true });
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  if (queries.length > 1) mkdirSync(`${path}.tmp`, { recursive: true });
  for (const [file, sql] of queries) {
    const to = file === "" ? `${path}.tmp` : join(`${path}.tmp`, file);
    await connection.run(`COPY (${sql}) TO '${to}' (FORMAT ${name.endsWith(".csv") ? "csv" : "parquet"})`);
  }
  connection.closeSync();
  instance.closeSync();
  renameSync(`${path}.tmp`, path);
  return path;
};

/** 10 columns of common kinds: keys, categories, amounts, strings, times, booleans with NULLs. */
export const mixed = (rows: number): Promise<string> =>
  make(`mixed-${rows}.parquet`, [
    [
      "",
      `SELECT i AS id, (hash(i * 7) % 1000)::INTEGER AS category, (hash(i * 11) % 50000)::BIGINT AS customer,
        (hash(i * 13) % 2000000)::BIGINT AS session, (hash(i * 17) % 10000000) / 1000.0::DOUBLE AS amount,
        ((hash(i * 19) % 1000000) / 100.0)::DECIMAL(12, 2) AS price, 'city-' || (hash(i * 23) % 5000) AS city,
        'user' || (hash(i * 29) % 3000000) || '@example.com' AS email,
        TIMESTAMPTZ '2020-01-01 00:00:00+00' + INTERVAL 1 SECOND * (hash(i * 31) % 100000000)::BIGINT AS created_at,
        CASE WHEN hash(i * 37) % 10 = 0 THEN NULL ELSE hash(i * 41) % 3 = 0 END AS active
      FROM range(${rows}) AS r(i)`,
    ],
  ]);

/** Alternating numbers and strings. */
export const wide = (columns: number, rows: number): Promise<string> => {
  const expressions = Array.from({ length: columns }, (_, c) =>
    c % 2 === 0 ? `hash(i * ${c + 3}) % 5000 AS n${c}` : `'text-' || (hash(i * ${c + 3}) % 700) AS t${c}`,
  );
  return make(`wide-${columns}x${rows}.parquet`, [
    ["", `SELECT ${expressions.join(", ")} FROM range(${rows}) AS r(i)`],
  ]);
};

/** A folder of small files. */
export const small = (files: number, rows: number): Promise<string> =>
  make(
    `small-${files}`,
    Array.from({ length: files }, (_, f) => [
      `table-${f}.parquet`,
      `SELECT i AS id, hash(i * ${f + 3}) % 50 AS kind, (hash(i * 5) % 1000) / 10.0 AS amount, 'name ' || (i % 97) AS name,
        DATE '2024-01-01' + (i % 366)::INTEGER AS day FROM range(${rows}) AS r(i)`,
    ]),
  );

/** `mixed` as CSV. */
export const csv = async (rows: number): Promise<string> =>
  make(`mixed-${rows}.csv`, [["", `FROM read_parquet('${await mixed(rows)}')`]]);

/** 8 columns of `mixed` in the order of `id`; a copy with 10 rows changed; and that copy in another order. */
export const keyed = async (rows: number) => {
  const before = await make(`keyed-${rows}.parquet`, [
    [
      "",
      `SELECT id, category, customer, amount, price, city, created_at, active
        FROM read_parquet('${await mixed(rows)}')`,
    ],
  ]);
  const after = await make(`keyed-changed-${rows}.parquet`, [
    [
      "",
      `SELECT * REPLACE (amount + (id % ${rows / 10} = 7)::INTEGER AS amount) FROM read_parquet('${before}')`,
    ],
  ]);
  const shuffled = await make(`keyed-shuffled-${rows}.parquet`, [
    ["", `FROM read_parquet('${after}') ORDER BY hash(id)`],
  ]);
  return { before, after, shuffled };
};
