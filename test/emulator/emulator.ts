/** goccy's bigquery-emulator: local REST and GoogleSQL, for tests. Built by install.sh. */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, spawnGuarded } from "./guarded.ts";
import { columnList, insertStatement, rowText } from "./statements.ts";

export interface Emulator {
  /** For BIGQUERY_EMULATOR_HOST or --endpoint. */
  readonly url: string;
  readonly projectId: string;
  readonly stop: () => Promise<void>;
}

/**
 * A field of a table's schema in the REST API's format; further
 * properties (description, policyTags …) are kept.
 */
export interface Field {
  readonly name: string;
  readonly type: string;
  readonly mode?: string;
  readonly fields?: ReadonlyArray<Field>;
  readonly rangeElementType?: { readonly type: string };
  readonly [property: string]: unknown;
}

export interface Load {
  readonly url: string;
  readonly project: string;
  readonly dataset: string;
  readonly table: string;
  readonly schema: ReadonlyArray<Field>;
  /** Further metadata of the table in the REST API's format: description, labels, timePartitioning … */
  readonly properties?: Readonly<Record<string, unknown>>;
  /** If absent, the table is empty. */
  readonly file?: string;
  readonly format?: "PARQUET" | "NEWLINE_DELIMITED_JSON";
}

const built = join(import.meta.dir, "..", ".cache", "bigquery-emulator");

export const emulatorPath = (): string | undefined =>
  [process.env.BQKIT_EMULATOR, built].find((path) => path !== undefined && path !== "" && existsSync(path));

const startTimeout = 30_000;

const answers = async (url: string): Promise<boolean> => {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
};

export const startEmulator = async (options: {
  readonly project: string;
  readonly dataset: string;
}): Promise<Emulator> => {
  const path = emulatorPath();
  if (path === undefined) throw new Error("no emulator: run test/emulator/install.sh, or set BQKIT_EMULATOR");
  const [port, grpcPort] = [await freePort(), await freePort()];
  // It leaves its databases in the temporary folder.
  const folder = mkdtempSync(join(tmpdir(), "test-emulator-"));
  const child = spawnGuarded(
    [
      path,
      `--project=${options.project}`,
      `--dataset=${options.dataset}`,
      "--host=127.0.0.1",
      `--port=${port}`,
      `--grpc-port=${grpcPort}`,
    ],
    { TMPDIR: folder },
  );
  const stop = async () => {
    await child.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  const url = `http://127.0.0.1:${port}`;
  let ended = false;
  void child.exited.then(() => {
    ended = true;
  });
  const deadline = Date.now() + startTimeout;
  while (!(await answers(`${url}/bigquery/v2/projects/${options.project}/datasets/${options.dataset}`))) {
    if (ended || Date.now() > deadline) {
      await stop();
      throw new Error(`the emulator ${ended ? "ended" : "does not answer"}: ${child.output()}`);
    }
    await Bun.sleep(50);
  }
  return { url, projectId: options.project, stop };
};

/** A REST call; returns the JSON, or an error with the server's message. */
export const request = async (
  url: string,
  options: {
    readonly method?: string;
    readonly headers?: Record<string, string>;
    readonly body?: Blob | string;
  } = {},
): Promise<unknown> => {
  const response = await fetch(url, options);
  const text = await response.text();
  if (!response.ok) {
    // A message may contain the whole statement three times; the cause is at its end.
    const message = text.length > 600 ? `… ${text.slice(-600)}` : text;
    throw new Error(`${options.method ?? "GET"} ${url}: ${response.status} ${message}`);
  }
  return text === "" ? undefined : JSON.parse(text);
};

const json = { "content-type": "application/json" };

const query = (
  url: string,
  project: string,
  sql: string,
  parameters: ReadonlyArray<object> = [],
): Promise<unknown> =>
  request(`${url}/bigquery/v2/projects/${project}/queries`, {
    method: "POST",
    headers: json,
    body: JSON.stringify({
      query: sql,
      useLegacySql: false,
      ...(parameters.length > 0 && { parameterMode: "NAMED", queryParameters: parameters }),
    }),
  });

const rowsPerInsert = 1000;

function* partsOf(text: string): Generator<ReadonlyArray<string>> {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  for (let i = 0; i < lines.length; i += rowsPerInsert) yield lines.slice(i, i + rowsPerInsert);
}

// The emulator reads the fields of a Parquet STRUCT in random order, and TIME in the wrong unit.
const checkParquet = (schema: ReadonlyArray<Field>): void => {
  const wrong = schema.find(({ type }) => ["RECORD", "STRUCT", "TIME"].includes(type));
  if (wrong !== undefined) {
    throw new Error(
      `the emulator mistakes ${wrong.type} in Parquet (${wrong.name}): load newline-delimited JSON`,
    );
  }
};

const uploadParquet = async ({ url, project, dataset, table, schema }: Load, file: string): Promise<void> => {
  const boundary = `bqkit-${crypto.randomUUID()}`;
  const job = {
    jobReference: { projectId: project, jobId: crypto.randomUUID() },
    configuration: {
      jobType: "LOAD",
      load: {
        destinationTable: { projectId: project, datasetId: dataset, tableId: table },
        schema: { fields: schema },
        sourceFormat: "PARQUET",
      },
    },
  };
  const body = new Blob([
    `--${boundary}\r\nContent-Type: application/json\r\n\r\n${JSON.stringify(job)}\r\n`,
    `--${boundary}\r\nContent-Type: application/octet-stream\r\n\r\n`,
    await Bun.file(file).arrayBuffer(),
    `\r\n--${boundary}--\r\n`,
  ]);
  await request(`${url}/upload/bigquery/v2/projects/${project}/jobs?uploadType=multipart`, {
    method: "POST",
    headers: { "content-type": `multipart/related; boundary=${boundary}` },
    body,
  });
};

/**
 * Recreates the table and fills it. DDL creates the table, because tables.insert would create FLOAT columns
 * of 32 bits, and reject quoted names inside a STRUCT; its metadata is added afterwards. In NDJSON, BYTES are
 * base64, and numbers that a double cannot represent are strings; NaN becomes NULL.
 */
export const loadTable = async (load: Load): Promise<void> => {
  const { url, project, dataset, table, schema, properties, file, format = "NEWLINE_DELIMITED_JSON" } = load;
  if (file !== undefined && format === "PARQUET") checkParquet(schema);
  const resource = `${url}/bigquery/v2/projects/${project}/datasets/${dataset}/tables/${table}`;
  await fetch(resource, { method: "DELETE" });
  const name = `\`${project}.${dataset}.${table}\``;
  await query(url, project, `CREATE TABLE ${name} (${columnList(schema)})`);
  await request(resource, {
    method: "PATCH",
    headers: json,
    body: JSON.stringify({ ...properties, schema: { fields: schema } }),
  });
  if (file === undefined) return;
  if (format === "PARQUET") return uploadParquet(load, file);
  const insert = insertStatement(name, schema);
  for (const part of partsOf(await Bun.file(file).text())) {
    const value = `[${part.map((line) => rowText(line, schema)).join(",")}]`;
    await query(url, project, insert, [
      { name: "rows", parameterType: { type: "STRING" }, parameterValue: { value } },
    ]);
  }
};
