/** Creates a view of a table or view in a DuckDB database file. */
import { Effect, RcMap } from "effect";
import { nearest } from "../../../domain/Suggestion.ts";
import type { LocalTable } from "../../../domain/TableReference.ts";
import type { Field } from "../../../domain/TableSchema.ts";
import { BigQueryError } from "../../../services/BigQueryError.ts";
import { resolve } from "../../../services/file/Path.ts";
import * as Access from "../Access.ts";
import { dialect } from "../dialect/Dialect.ts";
import { classify } from "../Errors.ts";
import { numberColumn } from "../Numbered.ts";
import type { Fault, Session } from "../Session.ts";
import { fieldOf, shown } from "../Types.ts";
import * as Views from "../Views.ts";
import { inspect, shortName } from "./DataFiles.ts";

const { identifier, string } = dialect;

/** The open database files by absolute path, each attached once. */
export const makeAttached = (session: Session) => {
  let count = 0;
  return RcMap.make({
    lookup: (path: string) =>
      Effect.gen(function* () {
        count += 1;
        const alias = `bqkit_${count}`;
        yield* Effect.acquireRelease(session.run(`ATTACH ${string(path).text} AS ${alias} (READ_ONLY)`), () =>
          session.release(`DETACH ${alias}`),
        );
        return alias;
      }),
  });
};

/**
 * Creates the view `target`, and returns the table's metadata. The file stays open until the scope closes.
 */
export const show = Effect.fn("DuckDb.database")(function* (
  session: Session,
  attached: RcMap.RcMap<string, string, Fault>,
  target: string,
  reference: LocalTable,
) {
  const path = resolve(reference.file);
  const file = yield* inspect(path, reference);
  const broken = (fault: Fault) => classify(fault.text, reference);
  const alias = yield* Effect.mapError(RcMap.get(attached, path), broken);
  const found = yield* Effect.mapError(locate(session, alias), broken);
  const entry = found.find(
    (other) => same(other.schema, reference.schema) && same(other.name, reference.table),
  );
  if (entry === undefined) return yield* missing(reference, found);

  if (entry.viewQuery !== null) yield* assertContained(session, alias, entry, found, reference);
  const table = `${alias}.${identifier(entry.schema).text}.${identifier(entry.name).text}`;
  const detail = yield* Effect.mapError(describe(session, alias, entry, table), broken);
  const source: Views.Source = {
    columns: detail.names.map((name, i) => {
      const x = identifier(name).text;
      return [x, shown(x, detail.types[i]!) ?? x];
    }),
    number: numberColumn(detail.names, entry.viewQuery === null ? "table" : "view"),
    from: () => table,
  };
  yield* Effect.mapError(Views.create(session, target, source), broken);
  return { ...entry, ...detail, file, source };
});

interface Entry {
  readonly schema: string;
  readonly name: string;
  readonly comment: string | null;
  /** The statement of a view; null for a table. */
  readonly viewQuery: string | null;
}

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

const textOrNull = (value: unknown): string | null => (value === null ? null : String(value));

const locate = (session: Session, alias: string): Effect.Effect<ReadonlyArray<Entry>, Fault> =>
  session
    .read(
      `SELECT schema_name, table_name, comment, NULL FROM duckdb_tables() WHERE database_name = '${alias}'
       UNION ALL SELECT schema_name, view_name, comment, sql FROM duckdb_views() WHERE database_name = '${alias}' AND NOT internal`,
      Number.MAX_SAFE_INTEGER,
    )
    .pipe(
      Effect.map(({ rows }) =>
        rows.map(([schema, name, comment, viewQuery]) => ({
          schema: String(schema),
          name: String(name),
          comment: textOrNull(comment),
          viewQuery: textOrNull(viewQuery),
        })),
      ),
    );

/** Fails if a view, or a view that it reads, reads anything except tables of its database. */
const assertContained = Effect.fn(function* (
  session: Session,
  alias: string,
  view: Entry,
  found: ReadonlyArray<Entry>,
  reference: LocalTable,
) {
  const broken = (fault: Fault) => classify(fault.text, reference);
  const { rows } = yield* Effect.mapError(
    session.read(
      `SELECT DISTINCT lower(function_name) FROM duckdb_functions() WHERE database_name = '${alias}' AND function_type IN ('macro', 'table_macro')`,
      Number.MAX_SAFE_INTEGER,
    ),
    broken,
  );
  const macros = rows.map(([name]) => String(name));
  const seen = new Set<Entry>([view]);
  for (const entry of seen) {
    const select = /^\s*CREATE\s+VIEW\s+.*?\sAS\s+(.*?);?\s*$/is.exec(entry.viewQuery ?? "")?.[1];
    const reads =
      select === undefined ? undefined : yield* Effect.mapError(Access.readsOf(session, select), broken);
    const others = reads?.tables.flatMap(({ name }) => found.filter((other) => same(other.name, name))) ?? [];
    const other =
      reads === undefined
        ? "an unidentified object"
        : (reads.tables.find(({ name }) => !found.some((known) => same(known.name, name)))?.name ??
          Access.foreignFunction(reads) ??
          macros.find((macro) => reads.functions.has(macro)));
    if (other !== undefined) {
      return yield* BigQueryError.of(
        "accessDenied",
        `the view ${entry.schema}.${entry.name} reads ${other}, which is not a table of its database`,
        { reference, remedy: "create a table from it in the database" },
      );
    }
    for (const next of others) if (next.viewQuery !== null) seen.add(next);
  }
});

const describe = Effect.fn(function* (session: Session, alias: string, entry: Entry, table: string) {
  const { names, types } = yield* session.read(`SELECT * FROM ${table} LIMIT 0`);
  const here = `database_name = '${alias}' AND schema_name = ${string(entry.schema).text} AND table_name = ${string(entry.name).text}`;
  const { rows: columns } = yield* session.read(
    `SELECT column_name, is_nullable, comment, column_default FROM duckdb_columns() WHERE ${here}`,
    Number.MAX_SAFE_INTEGER,
  );
  const facts = new Map(columns.map((column) => [String(column[0]), column]));
  const fields = names.map((name, i): Field => {
    const [, nullable, comment, preset] = facts.get(name) ?? [];
    const field = fieldOf(
      name,
      types[i]!,
      nullable === false && entry.viewQuery === null ? "REQUIRED" : "NULLABLE",
    );
    return {
      ...field,
      ...(typeof comment === "string" ? { description: comment } : {}),
      ...(typeof preset === "string" && preset !== "NULL" ? { defaultValueExpression: preset } : {}),
    };
  });
  const keys = yield* session.read(
    `SELECT unnest(constraint_column_names) FROM duckdb_constraints() WHERE ${here} AND constraint_type = 'PRIMARY KEY'`,
  );
  const rows =
    entry.viewQuery === null ? (yield* session.read(`SELECT count(*) FROM ${table}`)).rows[0]![0] : null;
  return {
    names,
    types,
    fields,
    primaryKey: keys.rows.map(([key]) => String(key)),
    rows: rows === null ? null : Number(rows),
  };
});

const missing = (reference: LocalTable, found: ReadonlyArray<Entry>): BigQueryError => {
  const names = found.map((entry) => `${entry.schema}.${entry.name}`);
  const near =
    nearest(`${reference.schema}.${reference.table}`, names) ??
    found.find((e) => same(e.name, reference.table));
  const file = shortName(resolve(reference.file));
  const suggested = typeof near === "object" ? `${near.schema}.${near.name}` : near;
  return BigQueryError.of("notFound", `${file} has no table ${reference.schema}.${reference.table}`, {
    reference,
    remedy:
      suggested !== undefined
        ? `did you mean ${reference.file}#${suggested}?`
        : names.length === 0
          ? "the database has no tables"
          : `it has ${names.slice(0, 5).join(", ")}${names.length > 5 ? " and more" : ""}`,
  });
};
