/**
 * Answers only with values given by a test; any other call dies with a message that names it. An answer may be an
 * effect, so that `Effect.sleep` under TestClock simulates the duration of a call.
 */

import { Effect } from "effect";
import * as Pattern from "../../domain/Pattern.ts";
import { asUnion, type TableMetadata } from "../../domain/TableMetadata.ts";
import * as TableReference from "../../domain/TableReference.ts";
import type { TableSchema } from "../../domain/TableSchema.ts";
import * as TableVersion from "../../domain/TableVersion.ts";
import type { Row } from "../../domain/Value.ts";
import type {
  BigQueryService,
  DryRun,
  QueryResult,
  QueryStatistics,
  Statement,
} from "../../services/BigQuery.ts";
import { BigQueryError } from "../../services/BigQueryError.ts";
import type { Dialect } from "../../sql/Dialect.ts";
import { dialect as localDialect } from "../duckdb/dialect/Dialect.ts";
import { dialect as googleDialect } from "../google/dialect/Dialect.ts";

/** A value, an error to fail with, or an effect. */
export type Answer<A> = A | BigQueryError | Effect.Effect<A, BigQueryError>;

/** The answer to statements that match `when`: a substring, a pattern or a predicate. */
export interface Reply<A> {
  readonly when: string | RegExp | ((statement: Statement) => boolean);
  readonly answer: Answer<A> | ((statement: Statement) => Answer<A>);
}

export interface Given {
  /** (each engine's own) */
  readonly dialect?: Dialect;
  readonly principal?: string | null;
  /** By reference as text. */
  readonly tables?: Readonly<Record<string, Answer<TableMetadata>>>;
  /** Rows for listRows, by reference; limited to the requested number and columns. */
  readonly rows?: Readonly<Record<string, Answer<ReadonlyArray<Row>>>>;
  /** By pattern; by default, the matching tables above. */
  readonly patterns?: Readonly<Record<string, Answer<ReadonlyArray<TableReference.BigQueryTable>>>>;
  /** The first match applies; a function is called at every run of the query. */
  readonly queries?: ReadonlyArray<Reply<ReadonlyArray<Row> | QueryResult>>;
  readonly dryRuns?: ReadonlyArray<Reply<DryRun>>;
}

/** Statistics of a query that cost nothing. */
export const free: QueryStatistics = {
  jobId: null,
  bytesProcessed: 0,
  bytesBilled: 0,
  slotMs: 0,
  cacheHit: false,
  restricted: false,
};

/** Metadata of a plain table. */
export const table = (
  reference: string,
  schema: TableSchema,
  more: Partial<TableMetadata> = {},
): TableMetadata => {
  const facts = { ...plain(reference, schema), ...more };
  return { version: TableVersion.stored(facts), ...facts };
};

const plain = (reference: string, schema: TableSchema): Omit<TableMetadata, "version"> => ({
  reference: read(reference),
  type: "TABLE",
  schema,
  rows: 0,
  bytes: 0,
  created: "2024-01-01T00:00:00.000Z",
  modified: "2024-01-02T00:00:00.000Z",
  expires: null,
  description: null,
  labels: {},
  partitioning: null,
  clustering: [],
  primaryKey: [],
  location: "US",
  etag: null,
  hasStreamingBuffer: false,
  viewQuery: null,
});

/** The metadata of a table, or of all tables that a pattern matches. */
export const tableOrUnion = (
  reference: TableReference.TableReference,
  { table, listTables }: Pick<BigQueryService, "table" | "listTables">,
): Effect.Effect<TableMetadata, BigQueryError> =>
  TableReference.isPattern(reference)
    ? Effect.flatMap(listTables(reference), (tables) => {
        const last = tables.at(-1);
        return last === undefined
          ? BigQueryError.of("notFound", `no table matches ${TableReference.format(reference)}`, {
              reference,
            })
          : Effect.map(table(last), (metadata) => asUnion(metadata, reference, tables.length));
      })
    : table(reference);

export const make = (given: Given): BigQueryService => ({
  dialect: (reference) =>
    given.dialect ?? (reference._tag === "BigQueryTable" ? googleDialect() : localDialect),
  principal: () => Effect.succeed(given.principal ?? null),
  table: (reference) =>
    tableOrUnion(reference, {
      table: (one) => lookUp("table", given.tables, one),
      listTables: (pattern) => make(given).listTables(pattern),
    }),
  version: (reference) => Effect.map(lookUp("table", given.tables, reference), ({ version }) => version),
  listTables: (pattern) =>
    given.patterns === undefined && given.tables !== undefined
      ? Effect.succeed(matching(Object.keys(given.tables), pattern))
      : lookUp("listTables", given.patterns, pattern),
  listRows: (metadata, { limit, columns }) =>
    Effect.map(lookUp("listRows", given.rows, metadata.reference), (rows) =>
      rows.slice(0, limit).map((row) => (columns === undefined ? row : pick(row, columns))),
    ),
  query: (statement) =>
    Effect.map(reply("query", given.queries, statement), (answer) =>
      "statistics" in answer
        ? { ...answer, rows: upTo(statement, answer.rows) }
        : { rows: upTo(statement, answer), statistics: free },
    ),
  dryRun: (statement) => reply("dryRun", given.dryRuns, statement),
});

const read = (reference: string): TableReference.TableReference => {
  const parsed = TableReference.parse(reference);
  if (parsed._tag === "Left") throw new TypeError(parsed.left);
  return parsed.right;
};

const settle = <A>(answer: Answer<A>): Effect.Effect<A, BigQueryError> =>
  answer instanceof BigQueryError
    ? Effect.fail(answer)
    : Effect.isEffect(answer)
      ? answer
      : Effect.succeed(answer);

const lookUp = <A>(
  what: string,
  answers: Readonly<Record<string, Answer<A>>> | undefined,
  reference: TableReference.TableReference,
): Effect.Effect<A, BigQueryError> => {
  const name = TableReference.format(reference);
  const known = Object.keys(answers ?? {});
  return answers !== undefined && Object.hasOwn(answers, name)
    ? settle(answers[name]!)
    : Effect.dieMessage(
        `BigQueryTest: no ${what} given for ${name}; given: ${known.join(", ") || "nothing"}`,
      );
};

const reply = <A>(
  what: string,
  replies: ReadonlyArray<Reply<A>> | undefined,
  statement: Statement,
): Effect.Effect<A, BigQueryError> =>
  Effect.suspend(() => {
    const found = replies?.find(({ when }) => matches(when, statement));
    if (found === undefined) {
      return Effect.dieMessage(`BigQueryTest: no ${what} given for\n${statement.sql.text}`);
    }
    const { answer } = found;
    return settle(
      typeof answer === "function" ? (answer as (statement: Statement) => Answer<A>)(statement) : answer,
    );
  });

const matches = (when: Reply<never>["when"], statement: Statement): boolean => {
  if (typeof when === "function") return when(statement);
  return typeof when === "string" ? statement.sql.text.includes(when) : when.test(statement.sql.text);
};

const upTo = ({ maxRows }: Statement, rows: ReadonlyArray<Row>): ReadonlyArray<Row> =>
  rows.slice(0, maxRows ?? 10_000);

const pick = (row: Row, columns: ReadonlyArray<string>): Row =>
  Object.fromEntries(columns.map((name) => [name, row[name] ?? null]));

const matching = (
  names: ReadonlyArray<string>,
  pattern: TableReference.BigQueryTable,
): ReadonlyArray<TableReference.BigQueryTable> => {
  const dataset = TableReference.format({ ...pattern, table: "" });
  const matches = Pattern.matcher(pattern.table);
  return names
    .filter((name) => name.startsWith(dataset) && matches(name.slice(dataset.length)))
    .sort((a, b) => (a < b ? -1 : 1))
    .map(read)
    .filter((reference): reference is TableReference.BigQueryTable => reference._tag === "BigQueryTable");
};
