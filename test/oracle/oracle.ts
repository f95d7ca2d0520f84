/**
 * Google's GoogleSQL analyzer and reference evaluator, configured for BigQuery. Installed by `bun install` in
 * this folder; tests check `oracleAvailable()` first.
 */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { freePort, spawnGuarded } from "../emulator/guarded.ts";
import { decodeRow, literal, quoteName, type TypeProto, typeText, type ValueProto } from "./values.ts";

export interface Column {
  readonly name: string;
  /** As in DDL: `STRUCT<a INT64, b ARRAY<STRING>>`. */
  readonly type: string;
  /** Can be named but is not in `SELECT *`, as _TABLE_SUFFIX. */
  readonly pseudo?: boolean;
  /** See collations.ts. */
  readonly annotations?: object | undefined;
}

export interface Table {
  /** The dotted path, `project.dataset.table`; a wildcard table is one named `project.dataset.prefix_*`. */
  readonly name: string;
  readonly columns: ReadonlyArray<Column>;
  /** Contents for `evaluate`, in the format of its results; omitted values are NULL. */
  readonly rows?: ReadonlyArray<Readonly<Record<string, unknown>>>;
  /** Contents as a query, whose columns are the table's by position. */
  readonly select?: string;
}

export type Row = Readonly<Record<string, unknown>>;

export interface Oracle {
  /** Rejects with the analyzer's message. Takes any statement, DDL too. */
  readonly analyze: (sql: string, tables?: ReadonlyArray<Table>) => Promise<void>;
  /** Rows by BigQuery's TO_JSON rules. Rejects for APPROX_*, HLL_COUNT.* and GEOGRAPHY. */
  readonly evaluate: (sql: string, tables?: ReadonlyArray<Table>) => Promise<ReadonlyArray<Row>>;
  readonly stop: () => Promise<void>;
}

/** Features of the maximum that BigQuery does not have. */
const notInBigQuery: ReadonlySet<string> = new Set([
  "FEATURE_TIMESTAMP_NANOS",
  "FEATURE_EXTENDED_TYPES",
  "FEATURE_V_1_1_ARRAY_EQUALITY",
  "FEATURE_V_1_3_ARRAY_ORDERING",
  "FEATURE_V_1_3_ARRAY_GREATEST_LEAST",
  "FEATURE_V_1_3_INLINE_LAMBDA_ARGUMENT",
  "FEATURE_V_1_3_UNNEST_AND_FLATTEN_ARRAYS",
  "FEATURE_V_1_3_WITH_GROUP_ROWS",
  "FEATURE_V_1_3_ALLOW_SLASH_PATHS",
  "FEATURE_V_1_4_STRUCT_POSITIONAL_ACCESSOR",
  "FEATURE_V_1_4_ARRAY_AGGREGATION_FUNCTIONS",
  "FEATURE_V_1_4_ARRAY_FIND_FUNCTIONS",
  "FEATURE_V_1_4_FIRST_AND_LAST_N",
  "FEATURE_V_1_4_NULLIFZERO_ZEROIFNULL",
  "FEATURE_V_1_4_PI_FUNCTIONS",
]);

/** In BigQuery, though "in development" upstream and so not in the maximum. */
const onlyInBigQuery = [
  "FEATURE_INTERVAL_TYPE",
  "FEATURE_V_1_3_COLLATION_SUPPORT",
  "FEATURE_ALTER_COLUMN_SET_DATA_TYPE",
];

const home = join(import.meta.dir, "node_modules", "@fivetrandevelopers", "zetasql");
const server = join(
  home,
  "lib",
  "zetasql",
  `remote_server${process.arch === "arm64" ? "_arm" : ""}${process.platform === "darwin" ? "" : ".so"}`,
);

export const oracleAvailable = (): boolean => existsSync(server);

interface Method {
  readonly path: string;
  readonly requestSerialize: (request: object) => Buffer;
  readonly responseDeserialize: (response: Buffer) => unknown;
}

interface Client {
  waitForReady(deadline: number, done: (error?: Error) => void): void;
  makeUnaryRequest(
    path: string,
    serialize: (request: object) => Buffer,
    deserialize: (response: Buffer) => unknown,
    request: object,
    done: (error: (Error & { readonly details: string }) | null, response?: unknown) => void,
  ): void;
  close(): void;
}

/** Every error about tables with contents is wrapped in a sentence about missing contents. */
const messageOf = (error: Error & { readonly details: string }): string =>
  /^One or more tables .* content set\. \[(.*)\]$/s.exec(error.details)?.[1] ??
  (error.details || error.message);

/**
 * The used parts of @grpc/grpc-js and @grpc/proto-loader, which the ordinary installation does not include.
 */
const connect = (address: string) => {
  const load = createRequire(join(home, "package.json"));
  const grpc = load("@grpc/grpc-js") as {
    readonly Client: new (address: string, credentials: unknown, options: object) => Client;
    readonly credentials: { createInsecure(): unknown };
  };
  const loader = load("@grpc/proto-loader") as {
    loadSync(file: string, options: object): Readonly<Record<string, Readonly<Record<string, Method>>>>;
  };
  const definition = loader.loadSync("local_service.proto", {
    includeDirs: [join(home, "lib", "zetasql", "protos")],
    keepCase: true,
    longs: String,
    enums: String,
    oneofs: true,
  });
  const methods = definition["zetasql.local_service.ZetaSqlLocalService"];
  const client = new grpc.Client(address, grpc.credentials.createInsecure(), {
    "grpc.max_send_message_length": -1,
    "grpc.max_receive_message_length": -1,
  });
  const call = <A>(name: string, request: object, ignoreResponse = false): Promise<A> => {
    const method = methods?.[name];
    if (method === undefined) throw new Error(`the service has no method ${name}`);
    const deserialize = ignoreResponse ? () => ({}) : method.responseDeserialize;
    return new Promise((resolve, reject) =>
      client.makeUnaryRequest(
        method.path,
        method.requestSerialize,
        deserialize,
        request,
        (error, response) => (error ? reject(new Error(messageOf(error))) : resolve(response as A)),
      ),
    );
  };
  const ready = (timeout: number) =>
    new Promise<void>((resolve, reject) =>
      client.waitForReady(Date.now() + timeout, (error) => (error ? reject(error) : resolve())),
    );
  return { call, ready, close: () => client.close() };
};

interface Resolved {
  readonly table: Table;
  readonly columns: ReadonlyArray<{ readonly name: string; readonly type: TypeProto }>;
}

interface QueryResponse {
  readonly content?: {
    readonly table_data?: { readonly row?: ReadonlyArray<{ readonly cell?: ReadonlyArray<ValueProto> }> };
  };
  readonly prepared?: {
    readonly columns?: ReadonlyArray<{ readonly name?: string; readonly type: TypeProto }>;
  };
}

interface Catalog {
  readonly name: string;
  readonly table: Array<object>;
  readonly catalog: Array<Catalog>;
}

const tableProto = (name: string, { table, columns }: Resolved) => ({
  name,
  full_name: table.name,
  column: columns.map((column, i) => {
    const { pseudo = false, annotations } = table.columns[i] ?? {};
    return { ...column, is_pseudo_column: pseudo, ...(annotations && { annotation_map: annotations }) };
  }),
});

const insert = (catalog: Catalog, path: ReadonlyArray<string>, resolved: Resolved): void => {
  const [first = "", ...rest] = path;
  if (rest.length === 0) {
    catalog.table.push(tableProto(first, resolved));
    return;
  }
  let child = catalog.catalog.find(({ name }) => name === first);
  if (child === undefined) {
    child = { name: first, table: [], catalog: [] };
    catalog.catalog.push(child);
  }
  insert(child, rest, resolved);
};

/** The evaluator rejects arrays above 1 MB. */
const inParts = (rows: ReadonlyArray<string>): ReadonlyArray<ReadonlyArray<string>> => {
  const parts: Array<Array<string>> = [];
  let size = Number.POSITIVE_INFINITY;
  for (const row of rows) {
    if (size > 50_000) {
      parts.push([]);
      size = 0;
    }
    parts.at(-1)?.push(row);
    size += row.length;
  }
  return parts;
};

const escapeRegExp = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** Normalizes the table's path: quoted as a whole, or with quotes around each segment. */
const respell = (
  sql: string,
  tables: ReadonlyArray<Table>,
  spelling: (path: ReadonlyArray<string>) => string,
) =>
  tables.reduce((text, { name }) => {
    const path = name.split(".");
    const segments = path.map((segment) => escapeRegExp(quoteName(segment))).join("\\s*\\.\\s*");
    const pattern = new RegExp(`${escapeRegExp(quoteName(name))}|${segments}`, "g");
    return text.replace(pattern, () => spelling(path));
  }, sql);

export const startOracle = async (): Promise<Oracle> => {
  if (!oracleAvailable()) throw new Error("the oracle is not installed: run `bun install` in test/oracle");
  const port = await freePort();
  const child = spawnGuarded([server, "localhost", String(port)]);
  const { call, ready, close } = connect(`localhost:${port}`);
  const stop = async () => {
    close();
    await child.stop();
  };
  try {
    await ready(20_000);
  } catch (error) {
    await stop();
    throw new Error(`the oracle does not answer: ${child.output()}`, { cause: error });
  }

  const maximum = await call<{ readonly enabled_language_features: ReadonlyArray<string> }>(
    "GetLanguageOptions",
    {
      maximum_features: true,
    },
  );
  const language_options = {
    ...maximum,
    product_mode: "PRODUCT_EXTERNAL",
    enabled_language_features: [
      ...maximum.enabled_language_features.filter((feature) => !notInBigQuery.has(feature)),
      ...onlyInBigQuery,
    ],
    // None listed is all allowed.
    supported_statement_kinds: [],
  };
  const defaults = await call<object>("GetAnalyzerOptions", {});
  const options = {
    ...defaults,
    language_options,
    default_timezone: "UTC",
    allow_undeclared_parameters: true,
  };

  const simple_catalog = { name: "root", builtin_function_options: { language_options } };
  const run = (sql: string, tables: object = {}) =>
    call<QueryResponse>("EvaluateQuery", { sql, options, simple_catalog, ...tables });

  const resolve = async (table: Table): Promise<Resolved> => {
    const casts = table.columns.map(({ name, type }) => `CAST(NULL AS ${type}) AS ${quoteName(name)}`);
    const { prepared } = await run(`SELECT ${casts.join(", ")}`);
    const types = prepared?.columns ?? [];
    const columns = table.columns.map(({ name, type }, i) => {
      const resolved = types[i]?.type;
      if (resolved === undefined) throw new Error(`the oracle gave no type for ${name} ${type}`);
      return { name, type: resolved };
    });
    return { table, columns };
  };

  const contents = async ({ table, columns }: Resolved): Promise<object> => {
    if (table.select !== undefined) return (await run(table.select)).content ?? {};
    if (table.rows === undefined || table.rows.length === 0) return { table_data: { row: [] } };
    const type = typeText({
      type_kind: "TYPE_STRUCT",
      struct_type: { field: columns.map(({ name, type }) => ({ field_name: name, field_type: type })) },
    });
    const rows = table.rows.map(
      (row) => `(${columns.map(({ name, type }) => literal(row[name], type)).join(", ")})`,
    );
    const parts = await Promise.all(
      inParts(rows).map((part) => run(`SELECT * FROM UNNEST(ARRAY<${type} >[${part.join(", ")}])`)),
    );
    return { table_data: { row: parts.flatMap(({ content }) => content?.table_data?.row ?? []) } };
  };

  return {
    analyze: async (sql, tables = []) => {
      const catalog = { ...simple_catalog, table: [], catalog: [] };
      for (const resolved of await Promise.all(tables.map(resolve))) {
        insert(catalog, resolved.table.name.split("."), resolved);
      }
      const sql_statement = respell(sql, tables, (path) => path.map(quoteName).join("."));
      await call("Analyze", { sql_statement, options, simple_catalog: catalog }, true);
    },
    // The service takes contents only for tables with a name of one segment.
    evaluate: async (sql, tables = []) => {
      const resolved = await Promise.all(tables.map(resolve));
      const filled = await Promise.all(
        resolved.map(async (table) => [table.table.name, await contents(table)] as const),
      );
      const catalog = {
        ...simple_catalog,
        table: resolved.map((table) => tableProto(table.table.name, table)),
      };
      const flat = respell(sql, tables, (path) => quoteName(path.join(".")));
      const { content, prepared } = await run(flat, {
        simple_catalog: catalog,
        table_content: Object.fromEntries(filled),
      });
      const fields = (prepared?.columns ?? []).map(({ name, type }) => ({
        field_name: name ?? "",
        field_type: type,
      }));
      return (content?.table_data?.row ?? []).map(({ cell = [] }) => decodeRow(cell, fields));
    },
    stop,
  };
};
