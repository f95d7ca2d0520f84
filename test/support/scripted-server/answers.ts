/** The responses of each call without faults. */
import { dryRunStatistics, processedBytes, statisticsOf } from "./billing.ts";
import { tableIn, tablesIn } from "./catalog.ts";
import type { Fault } from "./faults.ts";
import { type Job, type Jobs, nameOf } from "./jobs.ts";
import { masked } from "./mask.ts";
import { type Catalog, type Json, type Query, Refusal, refusal, type Seen } from "./script.ts";

export interface World {
  readonly catalog: Catalog;
  readonly jobs: Jobs;
  readonly query: (sql: string, number: number) => Query;
  readonly location: string;
  readonly pageRows: number;
}

/** A response, or a promise of it. */
type Answer = Json | Promise<Json>;

const object = (value: unknown): Json => (typeof value === "object" && value !== null ? (value as Json) : {});

const text = (value: unknown): string | undefined => (value === undefined ? undefined : String(value));

/** A page of a list, and the token of the next one. */
const part = <A>(all: ReadonlyArray<A>, { pageToken, maxResults }: Json, most: number) => {
  const from = Number(pageToken ?? 0);
  const items = all.slice(from, from + Math.min(Number(maxResults ?? Infinity), most));
  const next = from + items.length;
  return { items, next: next < all.length ? String(next) : undefined };
};

/**
 * Formats TIMESTAMPs: as floating-point seconds, which lose digits, unless integers or strings are requested.
 */
const timestampsOf = (fields: ReadonlyArray<Json>, query: Json): ((cell: unknown, i: number) => unknown) => {
  const wanted =
    object(query.formatOptions).useInt64Timestamp ?? query["formatOptions.useInt64Timestamp"] ?? false;
  const isText = query["formatOptions.timestampOutputFormat"] === "ISO8601_STRING";
  if (String(wanted) === "true" || isText) return (cell) => cell;
  const isTimestamp = fields.map(({ type, mode }) => type === "TIMESTAMP" && mode !== "REPEATED");
  return (cell, i) =>
    isTimestamp[i] === true && cell !== null ? (Number(cell) / 1e6).toExponential().replace("e+", "E") : cell;
};

const rowsPage = (
  fields: ReadonlyArray<Json>,
  rows: ReadonlyArray<ReadonlyArray<unknown>>,
  query: Json,
  { pageRows }: World,
): Json => {
  const { items, next } = part(rows, query, pageRows);
  const cellOf = timestampsOf(fields, query);
  return {
    totalRows: String(rows.length),
    ...(next === undefined ? {} : { pageToken: next }),
    ...(items.length === 0
      ? {}
      : { rows: items.map((cells) => ({ f: cells.map((cell, i) => ({ v: cellOf(cell, i) })) })) }),
  };
};

const referenceOf = ({ project, id, location }: Job): Json => ({
  projectId: project,
  jobId: id,
  location,
});

const withQuery = (statistics: Json, more: Json = {}): Json => ({
  ...statistics,
  ...more,
  query: { ...object(statistics.query), ...object(more.query) },
});

/** The response of jobs.query and jobs.getQueryResults. */
const resultsOf = (job: Job, kind: string, query: Json, world: World): Json => {
  const head = { kind, jobReference: referenceOf(job) };
  if (job.state !== "DONE") return { ...head, jobComplete: false };
  if (job.error !== undefined) throw refusal(job.error);
  const { fields = [], rows = [], bill } = job.answer;
  return {
    ...head,
    jobComplete: true,
    schema: { fields },
    ...rowsPage(fields, rows, query, world),
    ...(bill === undefined || bill.hidden === true
      ? {}
      : { totalBytesProcessed: String(processedBytes(bill)) }),
    cacheHit: bill?.cacheHit ?? false,
  };
};

const jobResource = (job: Job): Json => {
  const { state, error, answer, sql, createdMs, startedMs, endedMs } = job;
  const told = error && { reason: error.reason, message: error.message };
  const times = {
    creationTime: String(createdMs),
    ...(startedMs === undefined ? {} : { startTime: String(startedMs) }),
    ...(endedMs === undefined ? {} : { endTime: String(endedMs) }),
  };
  return {
    kind: "bigquery#job",
    id: nameOf(job),
    jobReference: referenceOf(job),
    configuration: { jobType: "QUERY", query: { query: sql, useLegacySql: false } },
    status: { state, ...(told === undefined ? {} : { errorResult: told, errors: [told] }) },
    statistics:
      state === "DONE"
        ? withQuery({ ...times, ...statisticsOf(answer.bill, job.billed) }, answer.statistics)
        : times,
  };
};

const dryRun = (project: string, sql: string, world: World): Json => {
  const { fields = [], bill, statistics, error } = world.query(sql, 0);
  if (error !== undefined) throw refusal(error);
  return {
    kind: "bigquery#job",
    jobReference: { projectId: project, location: world.location },
    configuration: { jobType: "QUERY", dryRun: true, query: { query: sql, useLegacySql: false } },
    status: { state: "DONE" },
    statistics: withQuery(withQuery(dryRunStatistics(bill), statistics), { query: { schema: { fields } } }),
  };
};

/** The location of a statement; fails if its tables are in another location. */
const locationOf = (asked: unknown, sql: string, world: World): string => {
  const location = text(asked) ?? world.location;
  const [, project, dataset] = /`([^`.]+)\.([^`.]+)\.[^`]+`/.exec(sql) ?? [];
  if (location !== world.location && project !== undefined)
    throw new Refusal(
      404,
      "notFound",
      `Not found: Dataset ${project}:${dataset} was not found in location ${location}`,
    );
  return location;
};

const startOf = (project: string, configuration: Json, location: unknown, world: World) => {
  const sql = String(configuration.query);
  const cap = configuration.maximumBytesBilled;
  return {
    project,
    sql,
    location: locationOf(location, sql, world),
    cap: cap === undefined ? undefined : Number(cap),
  };
};

/** Plays the fault `duplicate`: responds that the job, which has just started, already exists. */
const duplicated = (job: Job, fault: Fault | undefined): void => {
  const hidden = typeof fault === "object" && "duplicate" in fault ? fault.duplicate : 0;
  if (fault !== "duplicate" && !(typeof fault === "object" && "duplicate" in fault)) return;
  job.hidden = hidden;
  throw new Refusal(409, "duplicate", `Already Exists: Job ${nameOf(job)}`);
};

/** The maximum wait of a long poll without a time-out. */
const defaultWaitMs = 10_000;

const whenEnded = (job: Job, given: unknown, { jobs }: World, answer: () => Json): Answer => {
  const waiting = jobs.ended(job, Number(given ?? defaultWaitMs));
  return waiting === undefined ? answer() : waiting.then(answer);
};

/** Starts a job regardless of the requestId: the service guarantees nothing else for statements that read. */
const startQuery = (project: string, { body }: Seen, fault: Fault | undefined, world: World): Answer => {
  const start = startOf(project, body, body.location, world);
  const job = world.jobs.start({ ...start, fault });
  duplicated(job, fault);
  return whenEnded(job, body.timeoutMs, world, () => resultsOf(job, "bigquery#queryResponse", body, world));
};

const insert = (project: string, { body }: Seen, fault: Fault | undefined, world: World): Answer => {
  const configuration = object(body.configuration);
  const query = object(configuration.query);
  if (configuration.dryRun === true) return dryRun(project, String(query.query), world);
  const { jobId, location } = object(body.jobReference);
  const job = world.jobs.start({
    ...startOf(project, query, location, world),
    id: text(jobId),
    fault,
  });
  duplicated(job, fault);
  return jobResource(job);
};

const tableResource = (
  catalog: Catalog,
  project: string,
  dataset: string,
  name: string,
  world: World,
): Json => {
  const { rows, ...resource } = tableIn(catalog, project, dataset, name);
  return {
    kind: "bigquery#table",
    id: `${project}:${dataset}.${name}`,
    tableReference: { projectId: project, datasetId: dataset, tableId: name },
    type: "TABLE",
    numRows: String(rows?.length ?? 0),
    location: world.location,
    ...resource,
  };
};

/** The response. Throws a Refusal, or returns a promise that fails with it. */
export const answer = (
  seen: Seen,
  [project = "", second = "", third = ""]: ReadonlyArray<string>,
  fault: Fault | undefined,
  world: World,
): Answer => {
  const { catalog, jobs } = world;
  const { query } = seen;
  switch (seen.method) {
    case "tables.get":
      return masked(tableResource(catalog, project, second, third, world), query.fields);
    case "tabledata.list": {
      const { rows = [], schema } = tableIn(catalog, project, second, third);
      const selected = query.selectedFields?.split(",");
      const isKept = (schema?.fields ?? []).map(({ name }) => selected?.includes(String(name)) ?? true);
      const kept = <A>(list: ReadonlyArray<A>) => list.filter((_, i) => isKept[i]);
      const narrow = selected === undefined ? rows : rows.map(kept);
      return {
        kind: "bigquery#tableDataList",
        ...rowsPage(kept(schema?.fields ?? []), narrow, query, world),
      };
    }
    case "tables.list": {
      const names = tablesIn(catalog, project, second);
      const { items, next } = part(names, query, world.pageRows);
      return {
        kind: "bigquery#tableList",
        tables: items.map((tableId) => {
          const { type = "TABLE", creationTime } = tableIn(catalog, project, second, tableId);
          return {
            kind: "bigquery#table",
            id: `${project}:${second}.${tableId}`,
            tableReference: { projectId: project, datasetId: second, tableId },
            type,
            ...(creationTime === undefined ? {} : { creationTime }),
          };
        }),
        totalItems: names.length,
        ...(next === undefined ? {} : { nextPageToken: next }),
      };
    }
    case "datasets.list":
      return {
        kind: "bigquery#datasetList",
        datasets: catalog.datasets(project).map((datasetId) => ({
          kind: "bigquery#dataset",
          id: `${project}:${datasetId}`,
          datasetReference: { projectId: project, datasetId },
          location: world.location,
        })),
      };
    case "jobs.query":
      return startQuery(project, seen, fault, world);
    case "jobs.getQueryResults": {
      const job = jobs.find(project, query.location, second);
      jobs.poll(job);
      return whenEnded(job, query.timeoutMs, world, () =>
        resultsOf(job, "bigquery#getQueryResultsResponse", query, world),
      );
    }
    case "jobs.get":
      return masked(jobResource(jobs.find(project, query.location, second)), query.fields);
    case "jobs.cancel": {
      const job = jobs.find(project, query.location, second);
      jobs.cancel(job);
      return { kind: "bigquery#jobCancelResponse", job: jobResource(job) };
    }
    case "jobs.insert":
      return insert(project, seen, fault, world);
  }
};
