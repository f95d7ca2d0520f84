/**
 * What names a table: a BigQuery table or pattern, local files (a glob is one table), or a table in a DuckDB file.
 */
import { Either, Schema } from "effect";

export const BigQueryTable = Schema.TaggedStruct("BigQueryTable", {
  /** Absent: the default project of the connection. */
  project: Schema.optionalWith(Schema.String, { exact: true }),
  dataset: Schema.String,
  /** May contain `*`: a pattern of tables, or with --union one table made of all that match. */
  table: Schema.String,
});
export interface BigQueryTable extends Schema.Schema.Type<typeof BigQueryTable> {}

export const LocalFiles = Schema.TaggedStruct("LocalFiles", {
  /** A path or a glob, as it was given. */
  path: Schema.String,
});
export interface LocalFiles extends Schema.Schema.Type<typeof LocalFiles> {}

export const LocalTable = Schema.TaggedStruct("LocalTable", {
  /** A DuckDB database file, opened read-only. */
  file: Schema.String,
  schema: Schema.String,
  table: Schema.String,
});
export interface LocalTable extends Schema.Schema.Type<typeof LocalTable> {}

export const TableReference = Schema.Union(BigQueryTable, LocalFiles, LocalTable);
export type TableReference = typeof TableReference.Type;

const dataFile = /\.(parquet|csv|tsv|json|ndjson|jsonl)(\.gz|\.zst)?$/i;
const duckdbTable = /^(.+\.(?:duckdb|ddb|db))#(?:([^.#]+)\.)?([^#]+)$/i;

/** Whether the text names something on this machine rather than in BigQuery. */
export const isLocal = (text: string): boolean =>
  /[/\\]/.test(text) || text.includes(".duckdb#") || dataFile.test(text);

/** Reads a reference as a person writes it; the Left says what is wrong with it, and what would be right. */
export const parse = (text: string): Either.Either<TableReference, string> => {
  const given = text.trim();
  if (given === "") return Either.left("a table reference is empty");
  if (given.includes("\0")) return Either.left("a table reference holds a zero byte");
  if (isLocal(given)) {
    const inside = duckdbTable.exec(given);
    if (inside !== null) {
      return Either.right({
        _tag: "LocalTable",
        file: inside[1]!,
        schema: inside[2] ?? "main",
        table: inside[3]!,
      });
    }
    if (/\.(duckdb|ddb)$/i.test(given)) {
      return Either.left(`"${given}" is a whole database; name one table: ${given}#schema.table`);
    }
    return Either.right({ _tag: "LocalFiles", path: given });
  }
  return parseBigQuery(given);
};

/** A name without the quotes of GoogleSQL, of a shell or of legacy SQL, as people paste them. */
const unquote = (given: string): string => {
  const text = given.replace(/\s*;$/, "");
  const inner = /^(?:"(.+)"|'(.+)'|\[(.+)\])$/s.exec(text);
  const whole = inner?.[1] ?? inner?.[2] ?? inner?.[3] ?? text;
  const parts = whole.split(".");
  const isQuoted = (part: string): boolean => /^`[^`]+`$/.test(part);
  if (parts.some(isQuoted)) return parts.map((part) => (isQuoted(part) ? part.slice(1, -1) : part)).join(".");
  return isQuoted(whole) ? whole.slice(1, -1) : whole;
};

const parseBigQuery = (given: string): Either.Either<TableReference, string> => {
  const text = unquote(given);
  const wrong = (what: string) =>
    Either.left(
      `"${given}" is not a table reference: ${what}; write project.dataset.table, dataset.table or a file`,
    );
  const domainScoped = /^([a-z0-9.-]+\.[a-z]+:[a-z0-9-]+)[.:](.*)$/i.exec(text);
  const legacy = /^([a-z0-9-]+):(.*)$/i.exec(text);
  const project = domainScoped?.[1] ?? legacy?.[1];
  const rest = domainScoped?.[2] ?? legacy?.[2] ?? text;
  const parts = rest.split(".");
  const names = project === undefined ? parts : [project, ...parts];
  if (names.some((part) => part === "")) return wrong("empty part");
  if (names.length < 2) return wrong("missing dataset");
  if (names.length > 3) return wrong("more than three parts");
  const table = names.at(-1)!;
  const dataset = names.at(-2)!;
  const owner = names.length === 3 ? names[0] : undefined;
  if (owner !== undefined && !/^([a-z0-9.-]+:)?[a-z][a-z0-9-]*$/i.test(owner))
    return wrong(`"${owner}" is no project`);
  if (!/^\w+$/.test(dataset)) return wrong(`"${dataset}" is no dataset`);
  if (!/^[\p{L}\p{M}\p{N}\p{Pc}\p{Pd}\p{Zs}*$]+$/u.test(table)) return wrong(`"${table}" is no table`);
  return Either.right({
    _tag: "BigQueryTable",
    ...(owner === undefined ? {} : { project: owner }),
    dataset,
    table,
  });
};

/** The reference as people write it; parsing it gives the same reference again. */
export const format = (reference: TableReference): string => {
  switch (reference._tag) {
    case "BigQueryTable":
      return [
        ...(reference.project === undefined ? [] : [reference.project]),
        reference.dataset,
        reference.table,
      ].join(".");
    case "LocalFiles":
      return reference.path;
    case "LocalTable":
      return `${reference.file}#${reference.schema}.${reference.table}`;
  }
};

/** Whether it is a BigQuery pattern. */
export const isPattern = (reference: TableReference): reference is BigQueryTable =>
  reference._tag === "BigQueryTable" && reference.table.includes("*");
