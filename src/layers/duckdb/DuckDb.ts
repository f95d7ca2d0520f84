/** The local engine: reads files and DuckDB databases as BigQuery tables, and never writes to them. */
import { Config, type ConfigError, Effect, Layer } from "effect";
import { didYouMean } from "../../domain/Suggestion.ts";
import type { TableMetadata } from "../../domain/TableMetadata.ts";
import type { TableReference } from "../../domain/TableReference.ts";
import {
  BigQuery,
  type BigQueryService,
  type ListRowsOptions,
  type QueryStatistics,
  type Statement,
} from "../../services/BigQuery.ts";
import { BigQueryError } from "../../services/BigQueryError.ts";
import * as CallPolicy from "../CallPolicy.ts";
import { userName } from "../UserName.ts";
import * as Access from "./Access.ts";
import { dialect } from "./dialect/Dialect.ts";
import * as Engine from "./Engine.ts";
import { classify } from "./Errors.ts";
import * as Version from "./files/FileVersion.ts";
import * as SameBytes from "./files/SameBytes.ts";
import { numbered } from "./Numbered.ts";
import * as Relations from "./Relations.ts";
import type * as Session from "./Session.ts";
import { rowsOf } from "./Values.ts";
import * as Views from "./Views.ts";

export type { Config } from "./Session.ts";

const defaultMaxRows = 10_000;

const statistics: QueryStatistics = {
  jobId: null,
  bytesProcessed: null,
  bytesBilled: 0,
  slotMs: null,
  cacheHit: null,
  restricted: false,
};

/** Starts the engine, which stops when the scope closes. One engine serves a whole run. */
export const make = Effect.fn("DuckDb.make")(function* (config: Session.Config = {}) {
  const use = yield* Engine.make(config);

  const table = Effect.fn("DuckDb.table")(function* (
    { relations }: Engine.Engine,
    reference: TableReference,
  ) {
    const { facts } = yield* relations.get(reference);
    return metadata(reference, yield* facts);
  });

  const listRows = Effect.fn("DuckDb.listRows")(function* (
    { session, relations }: Engine.Engine,
    of: TableMetadata,
    options: ListRowsOptions,
  ) {
    const { target, facts } = yield* relations.get(of.reference);
    const { schema } = yield* facts;
    const names = options.columns ?? schema.map((field) => field.name);
    const columns = yield* Effect.forEach(names, (name) => {
      const field = schema.find((other) => other.name === name);
      return field === undefined
        ? noColumn(
            name,
            schema.map((other) => other.name),
            of.reference,
          )
        : Effect.succeed([dialect.identifier(field.nativeName ?? field.name), field] as const);
    });
    if (columns.length === 0 || options.limit === 0) return [];
    const list = dialect.shorten(columns).map(({ text }) => text);
    const answer = yield* session
      .read(`SELECT ${list.join(", ")} FROM ${target} LIMIT ${options.limit}`, options.limit)
      .pipe(Effect.mapError((fault) => classify(fault.text, of.reference)));
    return rowsOf(answer, names);
  });

  const query = Effect.fn("DuckDb.query")(function* (
    { session, relations }: Engine.Engine,
    statement: Statement,
  ) {
    let text = statement.sql.text;
    const used: Array<{ readonly target: string; readonly source: Views.Source }> = [];
    for (const reference of statement.tables) {
      const { name, target, facts } = yield* relations.get(reference);
      const { source } = yield* facts;
      used.push({ target, source });
      if (name === target) continue;
      text = text.replaceAll(name, target).replaceAll(numbered(name), numbered(target));
    }
    const answer = yield* Effect.zipRight(
      // Text of the programs names only the statement's tables.
      statement.sql.hasCondition ? Access.assertOwn(session, text) : Effect.void,
      session.query(
        statement.sql.hasCondition ? text : Views.narrow(text, used),
        statement.maxRows ?? defaultMaxRows,
      ),
    ).pipe(Effect.catchTag("DuckDbFault", (fault) => classify(fault.text, onlyOne(statement.tables))));
    return { rows: rowsOf(answer), statistics };
  });

  const service: BigQueryService = {
    dialect: () => dialect,
    principal: () => Effect.sync(userName),
    table: (reference) => use((engine) => table(engine, reference)),
    version: (reference) =>
      reference._tag === "BigQueryTable"
        ? Relations.elsewhere(reference)
        : use(({ session }) => Version.current(session, reference)),
    haveSameBytes: (a, b) => SameBytes.ofTables(a, b),
    listTables: (pattern) =>
      BigQueryError.of("unsupported", "the local engine does not support patterns of tables", {
        reference: pattern,
        remedy: "list the files; a glob of files is one table",
      }),
    listRows: (of, options) => use((engine) => listRows(engine, of, options)),
    query: (statement) => use((engine) => query(engine, statement)),
    dryRun: () => Effect.succeed({ bytesProcessed: 0, accuracy: "PRECISE", schema: [] }),
  };
  return service;
});

export const layer = (config: Session.Config = {}): Layer.Layer<BigQuery, BigQueryError> =>
  Layer.scoped(BigQuery, Effect.map(make(config), CallPolicy.measured));

export const layerConfig = (
  config: Config.Config.Wrap<Session.Config>,
): Layer.Layer<BigQuery, BigQueryError | ConfigError.ConfigError> =>
  Layer.unwrapEffect(Effect.map(Config.unwrap(config), layer));

const onlyOne = (tables: ReadonlyArray<TableReference>): TableReference | undefined =>
  tables.length === 1 ? tables[0] : undefined;

const noColumn = (name: string, names: ReadonlyArray<string>, reference: TableReference): BigQueryError => {
  const remedy = didYouMean(name, names, (column) => column);
  return BigQueryError.of("invalidQuery", `there is no column ${name}`, {
    reference,
    ...(remedy === undefined ? {} : { remedy }),
  });
};

const metadata = (reference: TableReference, facts: Relations.Facts): TableMetadata => ({
  reference,
  type: facts.type,
  schema: facts.schema,
  rows: facts.rows,
  bytes: facts.bytes,
  created: null,
  modified: new Date(facts.modifiedMs).toISOString(),
  expires: null,
  description: facts.description,
  labels: {},
  partitioning: null,
  clustering: [],
  primaryKey: facts.primaryKey,
  location: null,
  etag: null,
  hasStreamingBuffer: false,
  viewQuery: facts.viewQuery,
  ...(facts.reading === undefined ? {} : { reading: facts.reading }),
  ...(facts.notes === undefined || facts.notes.length === 0 ? {} : { notes: facts.notes }),
  version: facts.version,
});
