import { describe, expect, test } from "bun:test";
import { Effect } from "effect";
import { fromCredentials, fromFault, redact } from "../../../src/layers/google/Errors.ts";
import type { Reason } from "../../../src/services/BigQueryError.ts";
import { it } from "../../support/effect.ts";
import type { Fault, Script } from "../../support/scripted-server/index.ts";
import { connect, statement, t } from "./support.ts";

const tables: Script["tables"] = { "p.d.t": { schema: { fields: [] } } };

describe("an error response", () => {
  type Row = readonly [status: number, reason: string, message: string, meaning: Reason, requests: number];
  const rows: ReadonlyArray<Row> = [
    [403, "rateLimitExceeded", "Exceeded rate limits", "rateLimited", 3],
    [429, "rateLimitExceeded", "Too many requests", "rateLimited", 3],
    [429, "", "", "rateLimited", 3],
    [403, "quotaExceeded", "Quota exceeded: too many concurrent api requests", "rateLimited", 3],
    [403, "quotaExceeded", "Custom quota exceeded", "quotaExceeded", 1],
    [500, "internalError", "internal", "backendError", 3],
    [502, "", "", "backendError", 3],
    [503, "backendError", "backend", "backendError", 3],
    [408, "", "", "backendError", 3],
    [400, "tableUnavailable", "busy", "backendError", 3],
    [400, "", "", "backendError", 3],
    [400, "jobBackendError", "job", "jobFailed", 3],
    [400, "jobInternalError", "job", "jobFailed", 3],
    [400, "jobRateLimitExceeded", "job", "jobFailed", 3],
    [400, "resourcesExceeded", "Resources exceeded during query execution", "tooComplex", 1],
    [400, "invalidQuery", "The query is too complex", "tooComplex", 1],
    [403, "responseTooLarge", "Response too large to return", "tooComplex", 1],
    [400, "billingTierLimitExceeded", "tier", "tooComplex", 1],
    [400, "invalidQuery", "Unrecognized name: foo at [1:8]", "invalidQuery", 1],
    [400, "invalid", "Invalid value", "invalidQuery", 1],
    [400, "invalidQuery", "Cannot query over table 'd.t' without a filter over column(s) 'day' that can be used for partition elimination", "partitionFilterRequired", 1],
    [404, "notFound", "Not found: Table p:d.t was not found in location US", "notFound", 1],
    [403, "accessDenied", "Access Denied: Table p:d.t: User does not have permission", "accessDenied", 1],
    [403, "billingNotEnabled", "Billing has not been enabled for this project", "billingDisabled", 1],
    [403, "accessNotConfigured", "BigQuery API has not been used in project 1 before or it is disabled", "apiDisabled", 1],
    [401, "authError", "Request had invalid authentication credentials", "unauthenticated", 1],
    [400, "stopped", "Job execution was cancelled: User requested cancellation", "stopped", 1],
    [501, "notImplemented", "not implemented", "unsupported", 1],
  ]; // biome-ignore format: one table

  for (const [status, reason, message, meaning, requests] of rows) {
    it.live(`${status} ${reason} "${message.slice(0, 30)}" is ${meaning}, after ${requests} requests`, () =>
      Effect.gen(function* () {
        const { server, bigQuery } = yield* connect(
          {
            tables,
            fault: ({ method }) => (method === "jobs.insert" ? { status, reason, message } : undefined),
          },
          { policy: { retries: 2 } },
        );
        const error = yield* Effect.flip(bigQuery.query(statement()));
        expect([error.reason, server.count("jobs.insert")]).toEqual([meaning, requests]);
        expect(error.retryable).toBe(requests > 1 || meaning === "quotaExceeded");
      }),
    );
  }

  const broken: ReadonlyArray<readonly [Fault, Reason, number]> = [
    ["reset", "connection", 3],
    ["truncated", "connection", 3],
    ["html", "invalidResponse", 1],
  ];
  for (const [fault, meaning, requests] of broken) {
    it.live(`a connection's ${fault} is ${meaning}, after ${requests} requests`, () =>
      Effect.gen(function* () {
        const { server, bigQuery } = yield* connect(
          { tables, fault: () => fault },
          { policy: { retries: 2 } },
        );
        expect((yield* Effect.flip(bigQuery.table(t))).reason).toBe(meaning);
        expect(server.count("tables.get")).toBe(requests);
      }),
    );
  }

  it.live("an unreachable server is a connection error", () =>
    Effect.gen(function* () {
      const { bigQuery } = yield* connect(
        {},
        { policy: { retries: 0 }, connection: { endpoint: "http://127.0.0.1:9" } },
      );
      const error = yield* Effect.flip(bigQuery.table(t));
      expect(error.message).toBe(
        "the connection to 127.0.0.1:9 failed (connection refused); check the network and --endpoint",
      );
    }),
  );

  it.live("a response in an unexpected format is reported with the property", () =>
    Effect.gen(function* () {
      const { bigQuery } = yield* connect({ tables: { "p.d.t": { labels: "none" } } });
      const error = yield* Effect.flip(bigQuery.table(t));
      expect(error.reason).toBe("invalidResponse");
      expect(error.detail).toBe("BigQuery's response has an unexpected format at labels");
    }),
  );

  it.live("a retry waits for Retry-After", () =>
    Effect.gen(function* () {
      const { server, bigQuery } = yield* connect({
        tables,
        fault: (_, before) =>
          before === 0 ? { status: 429, reason: "rateLimitExceeded", retryAfter: "1" } : undefined,
      });
      yield* bigQuery.table(t);
      expect(server.requests[1]!.atMs - server.requests[0]!.atMs).toBeGreaterThanOrEqual(990);
    }),
  );

  it.live("a query above the cap fails with its bytes and its price", () =>
    Effect.gen(function* () {
      const message = "Query exceeded limit for bytes billed: 1000000000. 2199023255552 or higher required.";
      const { bigQuery } = yield* connect({
        tables,
        fault: () => ({ status: 400, reason: "bytesBilledLimitExceeded", message }),
      });
      const error = yield* Effect.flip(bigQuery.query(statement()));
      expect(error.reason).toBe("bytesLimitExceeded");
      expect(error.detail).toBe("p.d.t: the query would bill 2.2 TB ($12.50), above the limit of 1.0 GB");
    }),
  );
});

describe("a message", () => {
  test("that quotes values is redacted", () => {
    expect(redact("Bad int64 value: 4111 1111")).toBe("Bad int64 value: …");
    expect(redact('Could not cast literal "secret" to type DATE at [3:5]')).toBe(
      "Could not cast literal … to type DATE at [3:5]",
    );
    expect(redact("Invalid date: '2021-99-01'")).toBe("Invalid date: …");
    expect(redact("division by zero: 12345 / 0")).toBe("division by zero: …");
    expect(redact("int64 overflow in 'a'b' + 99")).not.toContain("99");
  });

  test("about names is not redacted", () => {
    const names = "Unrecognized name: custmer; Did you mean customer? at [2:7]";
    expect(redact(names)).toBe(names);
    expect(fromFault({ status: 400, reason: "invalidQuery", message: names }, t).message).toBe(
      `p.d.t: ${names}; check the condition and the selected columns`,
    );
  });

  test("of goccy's emulator about a statement is not a job error", () => {
    const fault = (message: string) => fromFault({ status: 400, reason: "jobInternalError", message }).reason;
    expect(fault("failed to analyze: Unrecognized name: x [at 1:8]")).toBe("invalidQuery");
    expect(fault("failed to analyze: Table not found: d.nope [at 1:15]")).toBe("notFound");
  });

  test("that is missing is replaced by the status and the reason", () => {
    expect(fromFault({ status: 502, reason: "", message: "" }).detail).toBe(
      "BigQuery responded with HTTP 502",
    );
  });

  test("of a job with a transient error requires a new job", () => {
    expect(fromFault({ reason: "backendError", message: "" }).reason).toBe("jobFailed");
  });
});

describe("credentials", () => {
  test("that are missing or rejected are reported with a remedy, and without secrets", () => {
    const missing = fromCredentials(new Error("Could not load the default credentials. Browse to https://…"));
    expect(missing.message).toBe(
      "there are no Google credentials on this machine; run `gcloud auth application-default login`, or give --credentials FILE",
    );
    const refused = fromCredentials(new Error("invalid_grant: token=abc"));
    expect(refused.detail).toBe("the credentials were rejected (invalid_grant)");
    expect(fromCredentials(Object.assign(new Error("x"), { code: "ENOTFOUND" })).reason).toBe("connection");
    expect(fromCredentials(Object.assign(new Error("x"), { status: 503 })).reason).toBe("backendError");
  });
});
