/**
 * BigQuery's REST calls from a script, over real HTTP, with the faults that the real service and networks have. On
 * node:http, which under Bun can reset connections, hang, and cut answers short.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Effect } from "effect";

export type Method =
  | "tables.get" | "tables.list" | "datasets.list" | "tabledata.list" | "jobs.query" | "jobs.getQueryResults"
  | "jobs.get" | "jobs.cancel" | "jobs.insert"; // biome-ignore format: one list

/** A request as it came in. */
export interface Seen {
  readonly method: Method;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string | ReadonlyArray<string> | undefined>>;
  readonly atMs: number;
}

/** `reset` and `hang` give no answer; `truncated` stops inside it; `html` is what a proxy says. */
export type Fault =
  | "reset"
  | "hang"
  | "truncated"
  | "html"
  | {
      readonly status: number;
      readonly reason: string;
      readonly message?: string;
      readonly retryAfter?: string;
    };

type Json = Readonly<Record<string, unknown>>;

/** A table: its resource, and rows as arrays of cells. */
export interface Table extends Json {
  readonly schema?: { readonly fields: ReadonlyArray<Json> };
  readonly rows?: ReadonlyArray<ReadonlyArray<unknown>>;
}

/** What a query answers. */
export interface Query {
  readonly fields?: ReadonlyArray<Json>;
  readonly rows?: ReadonlyArray<ReadonlyArray<unknown>>;
  /** Polls that find the job unfinished; Infinity for a job that never ends. */
  readonly pending?: number;
  /** The job fails so. */
  readonly error?: { readonly status: number; readonly reason: string; readonly message: string };
  /** Of jobs.get. */
  readonly statistics?: Json;
}

export interface Script {
  /** By `project.dataset.table`. */
  readonly tables?: Readonly<Record<string, Table>>;
  readonly query?: (sql: string, number: number) => Query;
  /** Asked for every request, with how many of its method came before. */
  readonly fault?: (seen: Seen, before: number) => Fault | undefined;
  readonly latencyMs?: number;
  /** Most rows on a page. */
  readonly pageRows?: number;
  readonly location?: string;
}

export interface Job {
  readonly id: string;
  readonly sql: string;
  readonly answer: Query;
  polls: number;
  cancelled: boolean;
}

export interface ScriptedServer {
  readonly url: string;
  readonly requests: ReadonlyArray<Seen>;
  readonly jobs: ReadonlyArray<Job>;
  readonly count: (method: Method) => number;
  /** Requests that still wait for their answer. */
  readonly waiting: () => number;
}

const routes: ReadonlyArray<readonly [verb: string, path: RegExp, method: Method]> = [
  ["GET", /^\/projects\/([^/]+)\/datasets\/([^/]+)\/tables\/([^/]+)\/data$/, "tabledata.list"],
  ["GET", /^\/projects\/([^/]+)\/datasets\/([^/]+)\/tables\/([^/]+)$/, "tables.get"],
  ["GET", /^\/projects\/([^/]+)\/datasets\/([^/]+)\/tables$/, "tables.list"],
  ["GET", /^\/projects\/([^/]+)\/datasets$/, "datasets.list"],
  ["POST", /^\/projects\/([^/]+)\/queries$/, "jobs.query"],
  ["GET", /^\/projects\/([^/]+)\/queries\/([^/]+)$/, "jobs.getQueryResults"],
  ["POST", /^\/projects\/([^/]+)\/jobs\/([^/]+)\/cancel$/, "jobs.cancel"],
  ["GET", /^\/projects\/([^/]+)\/jobs\/([^/]+)$/, "jobs.get"],
  ["POST", /^\/projects\/([^/]+)\/jobs$/, "jobs.insert"],
];

/** The server, for as long as the scope. */
export const scriptedServer = (script: Script) =>
  Effect.acquireRelease(
    Effect.promise(() => start(script)),
    ({ stop }) => Effect.promise(stop),
  );

class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly reason: string,
    message: string,
  ) {
    super(message);
  }
}

const cell = (value: unknown): Json => ({ v: value });

const start = async (script: Script): Promise<ScriptedServer & { readonly stop: () => Promise<void> }> => {
  const requests: Array<Seen> = [];
  const jobs: Array<Job> = [];
  const byRequestId = new Map<string, Job>();
  const location = script.location ?? "EU";
  let waiting = 0;
  const count = (method: Method): number => requests.filter((seen) => seen.method === method).length;

  const tableAt = (name: string): Table => {
    const [project, dataset] = name.split(".");
    const inDataset = Object.keys(script.tables ?? {}).some((known) =>
      known.startsWith(`${project}.${dataset}.`),
    );
    if (!inDataset) throw new Refusal(404, "notFound", `Not found: Dataset ${project}:${dataset}`);
    const table = script.tables?.[name];
    if (table === undefined) throw new Refusal(404, "notFound", `Not found: Table ${name.replace(".", ":")}`);
    return table;
  };

  const page = (
    rows: ReadonlyArray<ReadonlyArray<unknown>>,
    query: Readonly<Record<string, unknown>>,
  ): Json => {
    const from = Number(query.pageToken ?? 0);
    const size = Math.min(Number(query.maxResults ?? Infinity), script.pageRows ?? Infinity);
    const rest = rows.slice(from, from + size);
    const next = from + rest.length;
    return {
      rows: rest.map((cells) => ({ f: cells.map(cell) })),
      totalRows: String(rows.length),
      ...(next < rows.length ? { pageToken: String(next) } : {}),
    };
  };

  const answerOf = (job: Job, query: Readonly<Record<string, unknown>>): Json => {
    const jobReference = { projectId: "billing", jobId: job.id, location };
    if (job.cancelled)
      throw new Refusal(400, "stopped", "Job execution was cancelled: User requested cancellation");
    if (job.polls < (job.answer.pending ?? 0)) return { jobReference, jobComplete: false };
    if (job.answer.error !== undefined) {
      throw new Refusal(job.answer.error.status, job.answer.error.reason, job.answer.error.message);
    }
    const rows = page(job.answer.rows ?? [], query);
    return { jobReference, jobComplete: true, schema: { fields: job.answer.fields ?? [] }, ...rows };
  };

  const jobAt = (id: string | undefined, seen: Seen): Job => {
    const job = jobs.find((known) => known.id === id);
    // As the service: a job outside the default location is found only where it is.
    if (job === undefined || seen.query.location !== location)
      throw new Refusal(404, "notFound", `Not found: Job ${id}`);
    return job;
  };

  const answer = (seen: Seen, parts: ReadonlyArray<string>): Json => {
    const [project, second, third] = parts;
    const name = `${project}.${second}.${third}`;
    const names = Object.keys(script.tables ?? {}).map((known) => known.split("."));
    switch (seen.method) {
      case "tables.get": {
        const { rows, ...resource } = tableAt(name);
        return { numRows: String(rows?.length ?? 0), location, ...resource };
      }
      case "tabledata.list": {
        const { rows = [], schema } = tableAt(name);
        const selected = seen.query.selectedFields?.split(",");
        const kept = (schema?.fields ?? []).map((field) => selected?.includes(String(field.name)) ?? true);
        return page(
          rows.map((cells) => cells.filter((_, i) => kept[i])),
          seen.query,
        );
      }
      case "tables.list": {
        const found = names.filter(([p, d]) => p === project && d === second);
        if (found.length === 0) throw new Refusal(404, "notFound", `Not found: Dataset ${project}:${second}`);
        const { rows, ...rest } = page(
          found.map((known) => [known[2]]),
          seen.query,
        );
        const tables = (rows as ReadonlyArray<{ f: [{ v: string }] }>).map(({ f }) => ({
          tableReference: { tableId: f[0].v },
        }));
        return { tables, ...(rest.pageToken === undefined ? {} : { nextPageToken: rest.pageToken }) };
      }
      case "datasets.list": {
        const datasets = [...new Set(names.filter(([p]) => p === project).map((known) => known[1]))];
        return { datasets: datasets.map((datasetId) => ({ datasetReference: { datasetId } })) };
      }
      case "jobs.query": {
        const requestId = String(seen.body.requestId);
        const sql = String(seen.body.query);
        const known = byRequestId.get(requestId);
        const job: Job = known ?? {
          id: `job-${jobs.length + 1}`, sql, answer: script.query?.(sql, jobs.length) ?? {}, polls: 0, cancelled: false,
        }; // biome-ignore format: one object
        if (known === undefined) jobs.push(job);
        byRequestId.set(requestId, job);
        return answerOf(job, seen.body);
      }
      case "jobs.getQueryResults": {
        const job = jobAt(second, seen);
        job.polls += 1;
        return answerOf(job, seen.query);
      }
      case "jobs.get":
        return { status: { state: "DONE" }, statistics: jobAt(second, seen).answer.statistics ?? {} };
      case "jobs.cancel":
        jobAt(second, seen).cancelled = true;
        return {};
      case "jobs.insert": {
        const { query } = seen.body.configuration as { readonly query: { readonly query: string } };
        const given = script.query?.(query.query, 0) ?? {};
        if (given.error !== undefined)
          throw new Refusal(given.error.status, given.error.reason, given.error.message);
        return {
          statistics: {
            ...given.statistics,
            query: { ...(given.statistics?.query as Json), schema: { fields: given.fields ?? [] } },
          },
        };
      }
    }
  };

  const send = (
    response: ServerResponse,
    status: number,
    body: string,
    headers: Record<string, string> = {},
  ): void => {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(body);
  };

  const refuse = (
    response: ServerResponse,
    status: number,
    reason: string,
    message: string,
    headers = {},
  ): void =>
    send(
      response,
      status,
      JSON.stringify({ error: { code: status, message, errors: [{ reason, message }] } }),
      headers,
    );

  const respond = (
    seen: Seen,
    parts: ReadonlyArray<string>,
    fault: Fault | undefined,
    response: ServerResponse,
  ): void => {
    if (fault === "reset") {
      response.socket?.destroy();
      return;
    }
    if (fault === "hang") return;
    if (fault === "html") {
      send(response, 200, "<html>Sign in to the network</html>", { "content-type": "text/html" });
      return;
    }
    if (typeof fault === "object") {
      const headers = fault.retryAfter === undefined ? {} : { "retry-after": fault.retryAfter };
      refuse(response, fault.status, fault.reason, fault.message ?? fault.reason, headers);
      return;
    }
    try {
      const text = JSON.stringify(answer(seen, parts));
      send(response, 200, fault === "truncated" ? text.slice(0, -5) : text);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      refuse(response, error.status, error.reason, error.message);
    }
  };

  const server = createServer(async (request: IncomingMessage, response: ServerResponse) => {
    waiting += 1;
    response.once("close", () => {
      waiting -= 1;
    });
    const chunks: Array<Buffer> = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const url = new URL(request.url ?? "/", "http://localhost");
    const path = decodeURIComponent(url.pathname.replace(/^\/bigquery\/v2/, ""));
    const route = routes.find(([verb, pattern]) => verb === request.method && pattern.test(path));
    if (route === undefined)
      return refuse(response, 404, "notFound", `no such call: ${request.method} ${path}`);
    const body = chunks.length === 0 ? {} : (JSON.parse(Buffer.concat(chunks).toString()) as Json);
    const seen: Seen = {
      method: route[2], path, query: Object.fromEntries(url.searchParams), body, headers: request.headers, atMs: Date.now(),
    }; // biome-ignore format: one object
    const fault = script.fault?.(seen, count(route[2]));
    requests.push(seen);
    if (script.latencyMs !== undefined) await Bun.sleep(script.latencyMs);
    respond(seen, route[1].exec(path)?.slice(1) ?? [], fault, response);
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    jobs,
    count,
    waiting: () => waiting,
    stop: () =>
      new Promise((stopped) => {
        server.closeAllConnections();
        server.close(() => stopped());
      }),
  };
};
