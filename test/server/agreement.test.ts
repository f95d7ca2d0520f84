/**
 * The scripted server against the emulator: the same tables in both, the same requests by plain fetch, and a
 * comparison of the responses that the Google layer uses. Tests state each difference and its reason.
 */
import { expect, setDefaultTimeout, test } from "bun:test";
import { Effect } from "effect";
import { typeName } from "../../src/domain/TableSchema.ts";
import * as CallPolicy from "../../src/layers/CallPolicy.ts";
import * as Google from "../../src/layers/google/Google.ts";
import * as Send from "../../src/layers/google/Send.ts";
import { binary, run } from "../cli/spawn.ts";
import { dataset, emulatorNeed, load, project, startedEmulator } from "../contract/tables.ts";
import { workdir } from "../support/files.ts";
import { describeWith } from "../support/needs.ts";
import { scriptedServer, warehouse } from "../support/scripted-server/index.ts";
import { type Answer, reasonOf, send } from "./support.ts";

setDefaultTimeout(120_000);

/** In dataset d, t0 deviates from t1. The emulator is in the United States. */
const script = {
  ...warehouse({ tables: 2, columns: 9, rows: 60, datasets: ["other", dataset], deviants: 2 }),
  location: "US",
};

/**
 * Both servers with the same two tables; the emulator's are created from responses of the scripted server.
 */
const both = Effect.gen(function* () {
  const server = yield* scriptedServer(script);
  const emulator = yield* startedEmulator;
  const dir = yield* workdir;
  const { policy } = yield* CallPolicy.make({ rateLimit: 10_000 });
  const connection = { project, endpoint: server.url };
  const google = yield* Google.make(connection, policy).pipe(
    Effect.provideServiceEffect(Send.Send, Send.make(connection)),
  );
  for (const name of ["t0", "t1"]) {
    const reference = { _tag: "BigQueryTable", project, dataset, table: name } as const;
    const table = yield* google.table(reference);
    const rows = yield* google.listRows(table, { limit: 1000 });
    yield* Effect.promise(() => load(emulator, dir, { name, schema: table.schema, rows }));
  }
  server.reset();
  const ask = (path: string, body?: object) =>
    Effect.promise(async () => {
      const options = body === undefined ? {} : { body };
      return {
        own: await send(server.url, path, options),
        emulated: await send(emulator.url, path, options),
      };
    });
  return { server, ask };
});

/** The value at a path like `a.b`; `a[].b` is the list of all b. */
const at = (value: unknown, path: string): unknown => {
  const [head = "", ...rest] = path.split(".");
  const name = head.replace("[]", "");
  const inner = (value as Record<string, unknown> | undefined)?.[name];
  if (rest.length === 0) return inner;
  const below = rest.join(".");
  return head.endsWith("[]")
    ? (inner as ReadonlyArray<unknown>)?.map((one) => at(one, below))
    : at(inner, below);
};

const typeOf = (value: unknown): unknown =>
  Array.isArray(value) ? [...new Set(value.map(typeOf))] : value === null ? "null" : typeof value;

interface Agreement {
  /** Paths with the same value in both. */
  readonly same: ReadonlyArray<string>;
  /** Paths with values of the same type, which are independent of those of the other server. */
  readonly typed?: ReadonlyArray<string>;
  /** Paths at which they differ, and why that is right. */
  readonly different?: Readonly<Record<string, string>>;
}

const agree = ({ own, emulated }: Record<"own" | "emulated", Answer>, agreement: Agreement): void => {
  expect(own.status).toBe(emulated.status);
  const pick = (answer: Answer, paths: ReadonlyArray<string> = []) =>
    Object.fromEntries(paths.map((path) => [path, at(answer.json, path)]));
  const present = pick(own, agreement.same);
  expect(present).toEqual(pick(emulated, agreement.same));
  expect(Object.values(present).every((value) => value !== undefined)).toBe(true);
  const types = (answer: Answer) =>
    (agreement.typed ?? []).map((path) => [path, typeOf(at(answer.json, path))]);
  expect(types(own)).toEqual(types(emulated));
  for (const path of Object.keys(agreement.different ?? {}))
    expect([path, at(own.json, path)]).not.toEqual([path, at(emulated.json, path)]);
};

const everything = "formatOptions.useInt64Timestamp=true";
const list = `/datasets/${dataset}/tables`;
const counts = (table: string) =>
  `SELECT (SELECT COUNT(*) FROM (SELECT 1 AS nothing FROM \`${project}.${dataset}.${table}\` AS bqkit_r) AS a) AS rows_a, ` +
  `(SELECT COUNT(*) FROM (SELECT 1 AS nothing FROM \`${project}.${dataset}.t1\` AS bqkit_r) AS b) AS rows_b`;
const query = (sql: string) => ({
  query: sql, useLegacySql: false, location: "US", formatOptions: { useInt64Timestamp: true },
}); // biome-ignore format: one object

const perBoth = (name: string, body: (given: Effect.Effect.Success<typeof both>) => Effect.Effect<void>) =>
  test(name, () => Effect.runPromise(Effect.scoped(Effect.flatMap(both, body))));

describeWith(emulatorNeed, "As the emulator", () => {
  perBoth("tables and their rows are told, and what is missing", ({ ask }) =>
    Effect.gen(function* () {
      const table = yield* ask(`${list}/t0`);
      agree(table, {
        same: [
          "schema.fields[].name",
          "schema.fields[].mode",
          "numRows",
          "type",
          "kind",
          "id",
          "tableReference",
        ],
        typed: ["creationTime", "lastModifiedTime"],
        different: {
          "schema.fields[].type": "BigQuery has the legacy names, the emulator those that it was given",
          location: "the emulator knows none, BigQuery always tells it",
          etag: "as above",
          numBytes: "as above",
        },
      });
      const types = ({ json }: Answer) =>
        json.schema.fields.map(({ type }: { type: string }) => typeName(type));
      expect(types(table.own)).toEqual(types(table.emulated));
      agree(yield* ask(list), {
        same: ["totalItems", "tables[].tableReference", "tables[].id", "tables[].type"],
      });
      const datasets = yield* ask("/datasets");
      const references = ({ json }: Answer) => at(json, "datasets[].datasetReference");
      expect(references(datasets.emulated)).toEqual([{ datasetId: dataset, projectId: project }]);
      expect(references(datasets.own)).toEqual([
        { datasetId: "other", projectId: project },
        { datasetId: dataset, projectId: project },
      ]);
      agree(yield* ask(`${list}/t0/data?${everything}`), {
        same: ["totalRows", "rows"],
      });
      agree(yield* ask(`${list}/t1/data?maxResults=1000&${everything}`), { same: ["totalRows", "rows"] });
      agree(yield* ask(`${list}/t0/data?maxResults=7&${everything}`), {
        same: ["totalRows"],
        different: { pageToken: "the emulator sends all rows at once", rows: "as above" },
      });
      agree(yield* ask(`${list}?maxResults=1`), {
        same: ["totalItems"],
        different: { nextPageToken: "the emulator sends all tables at once", tables: "as above" },
      });
      for (const path of [
        `${list}/nix`,
        `${list}/nix/data`,
        "/datasets/nix/tables",
        "/datasets/nix/tables/t0",
      ])
        agree(yield* ask(path), {
          same: ["error.code", "error.errors[].reason"],
          typed: ["error.message", "error.errors[].message"],
          different: {
            "error.message": "BigQuery names the kind and the whole name: Not found: Table p:d.nix",
          },
        });
    }),
  );

  perBoth("queries and their jobs are answered, and what is missing", ({ ask }) =>
    Effect.gen(function* () {
      const started = yield* ask("/queries", query(counts("t0")));
      agree(started, {
        same: ["jobComplete", "totalRows", "rows", "jobReference.projectId", "jobReference.location"],
        typed: ["jobReference.jobId", "schema.fields[].name", "schema.fields[].type", "schema.fields[].mode"],
      });
      expect(started.own.json.schema).toEqual(started.emulated.json.schema);
      const jobs = {
        own: started.own.json.jobReference.jobId,
        emulated: started.emulated.json.jobReference.jobId,
      };
      const ofJob = (path: (id: string) => string, body?: object) =>
        Effect.map(
          Effect.all([ask(path(jobs.own), body), ask(path(jobs.emulated), body)]),
          ([one, other]) => ({
            own: one.own,
            emulated: other.emulated,
          }),
        );
      agree(yield* ofJob((id) => `/queries/${id}?location=US`), {
        same: ["jobComplete", "totalRows", "rows", "schema", "jobReference.projectId"],
        different: { "jobReference.location": "the emulator leaves it out here" },
      });
      const job = {
        same: ["status.state", "kind", "configuration.jobType", "configuration.query.query"],
        typed: [
          "statistics.creationTime", "statistics.startTime", "statistics.endTime", "statistics.totalBytesProcessed",
          "statistics.query.totalBytesProcessed", "statistics.query.totalBytesBilled",
        ],
        different: { "statistics.query.totalBytesBilled": "the emulator does not round up as BigQuery bills" },
      }; // biome-ignore format: one list
      agree(yield* ofJob((id) => `/jobs/${id}?location=US`), job);
      const inside = (path: string) => `job.${path}`;
      agree(yield* ofJob((id) => `/jobs/${id}/cancel?location=US`, {}), {
        same: job.same.map(inside),
        typed: job.typed.map(inside),
      });
      for (const path of ["/jobs/nix?location=US", "/queries/nix?location=US"])
        agree(yield* ask(path), {
          same: ["error.code", "error.errors[].reason"],
          different: { "error.message": "BigQuery's names the location, too" },
        });
      agree(yield* ask("/jobs/nix/cancel?location=US", {}), {
        same: ["error.code", "error.errors[].reason"],
      });
    }),
  );

  perBoth("jobs are inserted and tried dry, and names are taken once", ({ ask, server }) =>
    Effect.gen(function* () {
      const configuration = { query: { query: counts("t0"), useLegacySql: false } };
      const jobReference = { projectId: project, location: "US" };
      const inserted = { jobReference: { ...jobReference, jobId: "mine" }, configuration };
      agree(yield* ask("/jobs", inserted), {
        same: ["kind", "jobReference", "status.state", "configuration.query.query"],
        typed: ["statistics.query.totalBytesProcessed"],
      });
      const again = yield* ask("/jobs", inserted);
      expect([again.own.status, reasonOf(again.own)]).toEqual([409, "duplicate"]);
      // The emulator also fails, but at the table for the result, which it reports as an internal error.
      expect([again.emulated.status, reasonOf(again.emulated)]).toEqual([400, "jobInternalError"]);
      const before = server.jobs.length;
      agree(yield* ask("/jobs", { jobReference, configuration: { ...configuration, dryRun: true } }), {
        same: [
          "kind",
          "status.state",
          "configuration.dryRun",
          "jobReference.projectId",
          "jobReference.location",
        ],
        typed: ["statistics.totalBytesProcessed", "statistics.query.totalBytesProcessed"],
        different: {
          "jobReference.jobId": "BigQuery gives a dry run no id, because it has no job",
          "statistics.query.totalBytesProcessedAccuracy": "the emulator does not say",
          "statistics.query.schema": "the emulator does not tell it",
        },
      });
      expect(server.jobs.length).toBe(before);
    }),
  );

  perBoth("a statement over what is missing fails", ({ ask }) =>
    Effect.gen(function* () {
      const { own, emulated } = yield* ask("/queries", query(counts("nix")));
      expect([own.status, reasonOf(own)]).toEqual([404, "notFound"]);
      // The emulator responds in this way to every error in a statement.
      expect([emulated.status, reasonOf(emulated)]).toEqual([400, "jobInternalError"]);
      expect(emulated.json.error.message).toMatch(/^failed to analyze: Table not found/);
    }),
  );

  perBoth("a warehouse answers the programs' own statements", ({ ask, server }) =>
    Effect.gen(function* () {
      const [one, other] = [`${project}.${dataset}.t0`, `${project}.${dataset}.t1`];
      const connection = ["--endpoint", server.url, "--project", project];
      for (const [program, ...argv] of [
        ["bq-profile", other],
        ["bq-profile", "--exact", "--top=0", one],
        ["bq-table-compare", "--key=id", `${one}:${other}`],
        ["bq-table-compare", "--key=n4,s5", `${one}:${other}`],
        ["bq-table-compare", "--skip-stats", `${one}:${other}`],
        ["bq-table-compare", "--skip-samples", "--skip-stats", "--key=name", `${other}:${one}`],
        ["bq-table-compare", "--skip-rows", `${one}:${other}`],
      ] as const)
        expect((yield* Effect.promise(() => run([...binary(program), ...connection, ...argv]))).stderr).toBe(
          "",
        );
      const statements = server.jobs.map(({ sql }) => sql);
      expect(statements.length).toBeGreaterThan(7);
      for (const sql of statements) {
        const answers = yield* ask("/queries", query(sql));
        expect(answers.own.json.schema).toEqual(answers.emulated.json.schema);
        expect(cellsOf(answers.own)).toEqual(cellsOf(answers.emulated));
      }
    }),
  );
});

/** The only row of the response, with parsed JSON. */
const cellsOf = ({ json }: Answer): ReadonlyArray<unknown> =>
  json.rows[0].f.map(({ v }: { readonly v: unknown }) =>
    Array.isArray(v) ? v.map(({ v: text }: { readonly v: string }) => settled(JSON.parse(text))) : v,
  );

/** Keeps only the counts of top values, because the selection among equally frequent values is undefined. */
const settled = (value: unknown): unknown =>
  typeof value === "object" && value !== null && "top" in value && Array.isArray(value.top)
    ? { ...value, top: value.top.map(({ count }: { readonly count: number }) => count) }
    : value;
