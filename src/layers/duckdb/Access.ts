/**
 * Determines what a statement reads, with DuckDB's parser. A condition or a view could name any file of the
 * user, and reports are meant to be shared, so statements may read only the tables of the item.
 */
import { Effect } from "effect";
import { BigQueryError } from "../../services/BigQueryError.ts";
import { dialect } from "./dialect/Dialect.ts";
import { numberedSchema } from "./Numbered.ts";
import type { Session } from "./Session.ts";

export interface Reads {
  /** Tables with their explicit schemas, except those that the statement defines in WITH. */
  readonly tables: ReadonlyArray<{ readonly schema: string; readonly name: string }>;
  readonly tableFunctions: ReadonlyArray<string>;
  readonly functions: ReadonlySet<string>;
}

const harmless: ReadonlySet<string> = new Set([
  "unnest", "range", "generate_series", "repeat", "json_each", "json_tree", "duckdb_tables", "duckdb_views", "duckdb_columns",
  "duckdb_databases", "duckdb_temporary_files", "duckdb_memory", "duckdb_settings",
]); // biome-ignore format: one list

/** What a SELECT statement reads; undefined if it is not a SELECT, or cannot be parsed. */
export const readsOf = Effect.fn("DuckDb.Access.readsOf")(function* (session: Session, select: string) {
  const { rows } = yield* session.read(
    `SELECT CAST(json_serialize_sql(${dialect.string(select).text}, skip_null := true, skip_empty := true) AS VARCHAR)`,
  );
  const tree = JSON.parse(String(rows[0]![0])) as Node;
  return tree.error === true ? undefined : collect(tree);
});

/** The first object that a statement reads outside the schema of this layer; undefined if there is none. */
export const foreign = (reads: Reads): string | undefined =>
  reads.tables.find(({ schema }) => schema !== "bqkit" && schema !== numberedSchema)?.name ??
  foreignFunction(reads);

/** A function that reads something other than its arguments. */
export const foreignFunction = ({ tableFunctions, functions }: Reads): string | undefined =>
  tableFunctions.find((name) => !harmless.has(name)) ??
  ["getenv", "query", "query_table"].find((name) => functions.has(name));

/** Fails if the statement reads anything but the relations of this layer. */
export const assertOwn = Effect.fn("DuckDb.Access.assertOwn")(function* (session: Session, select: string) {
  const reads = yield* readsOf(session, select);
  // Without a parse tree, the statement is invalid, which EXPLAIN reports, or it cannot be checked.
  if (reads === undefined) yield* session.read(`EXPLAIN ${select}`);
  const other = reads === undefined ? undefined : foreign(reads);
  if (reads !== undefined && other === undefined) return;
  return yield* BigQueryError.of(
    "accessDenied",
    `the statement reads ${other === undefined ? "data that cannot be checked" : `${other}, which is not a table of this item`}`,
    { remedy: "remove it from the condition" },
  );
});

type Node = { readonly [name: string]: unknown };

const collect = (tree: Node): Reads => {
  const tables: Array<Reads["tables"][number]> = [];
  const tableFunctions: Array<string> = [];
  const functions = new Set<string>();
  const defined = new Set<string>();
  const rest: Array<unknown> = [tree];
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    if (Array.isArray(next)) {
      for (const item of next) rest.push(item);
      continue;
    }
    if (typeof next !== "object" || next === null) continue;
    const node = next as Node;
    if (node.type === "BASE_TABLE")
      tables.push({ schema: String(node.schema_name ?? ""), name: String(node.table_name) });
    const called = node.function as Node | undefined;
    if (node.type === "TABLE_FUNCTION") tableFunctions.push(String(called?.function_name).toLowerCase());
    if (node.type === "FUNCTION") functions.add(String(node.function_name).toLowerCase());
    const map = (node.cte_map as Node | undefined)?.map;
    if (Array.isArray(map)) for (const entry of map) defined.add(String((entry as Node).key).toLowerCase());
    for (const value of Object.values(node)) rest.push(value);
  }
  return {
    tables: tables.filter(({ schema, name }) => schema !== "" || !defined.has(name.toLowerCase())),
    tableFunctions,
    functions,
  };
};
