/**
 * References to a BigQuery table or pattern, to local files (a glob is one table), or to a table in a DuckDB file.
 */
import { Either, Schema } from "effect";

export const BigQueryTable = Schema.TaggedStruct("BigQueryTable", {
  /** Absent: the connection's default project. */
  project: Schema.optionalWith(Schema.String, { exact: true }),
  dataset: Schema.String,
  /** May contain `*`: a pattern of tables, or one union table with --union. */
  table: Schema.String,
});
export interface BigQueryTable extends Schema.Schema.Type<typeof BigQueryTable> {}

export const LocalFiles = Schema.TaggedStruct("LocalFiles", {
  /** A path or a glob, as given. */
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

/** Whether the text refers to a local file rather than to BigQuery. */
export const isLocal = (text: string): boolean =>
  /[/\\]/.test(text) || text.includes(".duckdb#") || dataFile.test(text);

/** Parses a reference; Left explains the problem and shows the expected form. */
export const parse = (text: string): Either.Either<TableReference, string> => {
  const given = text.trim();
  if (given === "")
    return Either.left("a table reference is empty; write project.dataset.table, dataset.table or a file");
  if (given.includes("\0")) return Either.left("a table reference contains a NUL byte");
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
      return Either.left(`"${given}" is a database; add a table: ${given}#schema.table`);
    }
    return Either.right({ _tag: "LocalFiles", path: given });
  }
  return parseBigQuery(given);
};

/** Removes the quotes of GoogleSQL, a shell or legacy SQL around a name. */
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
  const invalid = (what: string) =>
    Either.left(
      `"${given}" is not a table reference: ${what}; write project.dataset.table, dataset.table or a file`,
    );
  const domainScoped = /^([a-z0-9.-]+\.[a-z]+:[a-z0-9-]+)[.:](.*)$/i.exec(text);
  const legacy = /^([a-z0-9-]+):(.*)$/i.exec(text);
  const project = domainScoped?.[1] ?? legacy?.[1];
  const rest = domainScoped?.[2] ?? legacy?.[2] ?? text;
  const parts = rest.split(".");
  const names = project === undefined ? parts : [project, ...parts];
  if (names.some((part) => part === "")) return invalid("empty part");
  if (names.length < 2) return invalid("missing dataset");
  if (names.length > 3) return invalid("more than three parts");
  const table = names.at(-1)!;
  const dataset = names.at(-2)!;
  const owner = names.length === 3 ? names[0] : undefined;
  if (owner !== undefined && !/^([a-z0-9.-]+:)?[a-z][a-z0-9-]*$/i.test(owner))
    return invalid(`"${owner}" is not a valid project`);
  if (!/^\w+$/.test(dataset)) return invalid(`"${dataset}" is not a valid dataset`);
  if (!/^[\p{L}\p{M}\p{N}\p{Pc}\p{Pd}\p{Zs}*$]+$/u.test(table))
    return invalid(`"${table}" is not a valid table`);
  return Either.right({
    _tag: "BigQueryTable",
    ...(owner === undefined ? {} : { project: owner }),
    dataset,
    table,
  });
};

/** Formats a reference; parsing the text returns the same reference. */
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
