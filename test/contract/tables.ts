/**
 * Tables of given rows for every engine: an NDJSON file by the rules of TO_JSON, and a Parquet file converted from
 * it.
 */
import { join } from "node:path";
import { Context, Effect, Layer, type Scope } from "effect";
import { elementOf, type Field, type TableSchema, type TypeName } from "../../src/domain/TableSchema.ts";
import type { Row } from "../../src/domain/Value.ts";
import * as Router from "../../src/layers/Router.ts";
import { BigQuery, type BigQueryService } from "../../src/services/BigQuery.ts";
import {
  type Emulator,
  emulatorPath,
  loadTable,
  type Field as Resource,
  startEmulator,
} from "../emulator/emulator.ts";
import type { Workdir } from "../support/files.ts";

export interface Table {
  readonly name: string;
  readonly schema: TableSchema;
  readonly rows: ReadonlyArray<Row>;
}

export const field = (name: string, type: TypeName, more: Partial<Field> = {}): Field => ({
  name,
  type,
  mode: "NULLABLE",
  ...(type === "NUMERIC" ? { precision: "38", scale: "9" } : {}),
  ...(type === "BIGNUMERIC" ? { precision: "38", scale: "20" } : {}),
  ...more,
});

const localTypes: Partial<Readonly<Record<TypeName, string>>> = {
  STRING: "VARCHAR", BYTES: "BLOB", INT64: "BIGINT", FLOAT64: "DOUBLE", NUMERIC: "DECIMAL(38, 9)",
  BIGNUMERIC: "DECIMAL(38, 20)", BOOL: "BOOLEAN", DATE: "DATE", DATETIME: "TIMESTAMP", TIME: "TIME",
  TIMESTAMP: "TIMESTAMPTZ", JSON: "JSON",
}; // biome-ignore format: one table

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

const localType = (of: Field, scalar: (type: TypeName) => string): string => {
  if (of.mode === "REPEATED") return `${localType(elementOf(of), scalar)}[]`;
  if (of.type !== "STRUCT") return scalar(of.type);
  return `STRUCT(${(of.fields ?? []).map((f) => `${quoted(f.name)} ${localType(f, scalar)}`).join(", ")})`;
};

/** The column's value from its text in NDJSON. */
const fromText = (of: Field): string => {
  const name = quoted(of.name);
  const isText = of.mode !== "REPEATED" && of.type !== "STRUCT";
  if (isText && of.type === "BYTES") return `from_base64(${name})`;
  // DuckDB cannot parse intervals in BigQuery's format, `1-2 3 4:5:6`.
  if (isText && of.type === "INTERVAL") {
    const part = (i: number) => `regexp_extract(${name}, '^(-?\\d+)-(\\d+) (-?\\d+) (.+)$', ${i})`;
    return `CASE WHEN ${name} IS NOT NULL THEN CAST(concat(${part(1)}, ' years ', ${part(2)}, ' months ', ${part(3)}, ' days ', ${part(4)}) AS INTERVAL) END`;
  }
  return `CAST(${name} AS ${localType(of, (type) => localTypes[type] ?? type)})`;
};

export const ndjson = (rows: ReadonlyArray<Row>): string =>
  rows.map((row) => `${JSON.stringify(row)}\n`).join("");

/** A SELECT of the NDJSON file that converts every value from text. */
const selectTyped = ({ schema }: Table, file: string): string => {
  const columns = schema.map(
    (f) => `${literal(f.name)}: ${literal(localType(f, (type) => (type === "JSON" ? "JSON" : "VARCHAR")))}`,
  );
  const values = schema.map((f) => `${fromText(f)} AS ${quoted(f.name)}`);
  return `SELECT ${values.join(", ")} FROM read_json(${literal(file)}, format = 'newline_delimited', columns = {${columns.join(", ")}})`;
};

/** The table's rows as a DuckDB statement. */
export const select = (dir: Workdir, table: Table): string =>
  selectTyped(table, dir.text(join("ndjson", `${table.name}.ndjson`), ndjson(table.rows)));

export const parquet = (dir: Workdir, table: Table): Promise<string> =>
  dir.parquet(`${table.name}.parquet`, select(dir, table));

export const project = "p";
export const dataset = "d";

/** The field in the REST API's format. */
const resource = (of: Field): Resource =>
  ({
    ...of,
    fields: (of.fields ?? []).map(resource),
    ...(of.rangeElementType === undefined ? {} : { rangeElementType: { type: of.rangeElementType } }),
  }) as Resource;

export const emulatorNeed = {
  available: emulatorPath() !== undefined,
  missing: "no emulator; build it: test/emulator/install.sh",
};

export const startedEmulator = Effect.acquireRelease(
  Effect.promise(() => startEmulator({ project, dataset })),
  ({ stop }) => Effect.promise(stop),
);

/** The configuration for the emulator. */
export const connected = (emulator: Emulator): Router.RouterConfig => ({
  connection: { endpoint: emulator.url, project },
  policy: { rateLimit: 1000, retries: 1, firstWait: "1 millis" },
});

/** The service until the scope closes. */
export const started = (config: Router.RouterConfig): Effect.Effect<BigQueryService, never, Scope.Scope> =>
  Effect.map(Layer.build(Router.layer(config)), (context) => Context.get(context, BigQuery));

/** Creates the table in the emulator, from `file` if given, else from its rows. */
export const load = (
  emulator: Emulator,
  dir: Workdir,
  table: Table,
  file?: { readonly path: string; readonly format: "PARQUET" | "NEWLINE_DELIMITED_JSON" },
): Promise<void> => {
  const rows = () => ({
    file: dir.text(join("load", `${table.name}.ndjson`), ndjson(table.rows)),
    format: "NEWLINE_DELIMITED_JSON" as const,
  });
  return loadTable({
    url: emulator.url,
    project,
    dataset,
    table: table.name,
    schema: table.schema.map(resource),
    ...(file === undefined
      ? table.rows.length === 0
        ? {}
        : rows()
      : { file: file.path, format: file.format }),
  });
};
