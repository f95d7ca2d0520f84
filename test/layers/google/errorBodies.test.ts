/** BigQuery's error responses: the reason, the remedy, the message, and the exit status of a batch. */
import { describe, expect } from "bun:test";
import { Effect, Layer } from "effect";
import * as Google from "../../../src/layers/google/Google.ts";
import * as Send from "../../../src/layers/google/Send.ts";
import { BigQuery } from "../../../src/services/BigQuery.ts";
import { batch, tables } from "../../load/support.ts";
import { it } from "../../support/effect.ts";
import { scriptedServer, warehouse } from "../../support/scripted-server/index.ts";
import { type ErrorBody, errorBodies } from "./errorBodies.ts";
import { statement, withJobId } from "./support.ts";

const bodyOf = ({ http, says, status, detail, message }: ErrorBody) => ({
  error: {
    code: http,
    message,
    ...(says === undefined ? {} : { errors: [{ message, domain: "global", reason: says }] }),
    ...(status === undefined ? {} : { status }),
    ...(detail === undefined ? {} : { details: [{ "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason: detail }] }),
  },
}); // biome-ignore format: one object

/** The response of jobs.insert: the error, or a job that failed with it. */
const answered = (given: ErrorBody) =>
  given.http === undefined
    ? {
        status: 200,
        body: {
          jobReference: { projectId: "p", jobId: "j", location: "EU" },
          status: { state: "DONE", errorResult: { reason: given.says, message: given.message } },
        },
      }
    : { status: given.http, body: bodyOf(given) };

const missing = bodyOf({
  http: 404,
  says: "notFound",
  message: "Not found: Job",
  reason: "notFound",
  remedy: "",
});

const errorOf = (given: ErrorBody) => {
  const transport = Send.fromFunction(
    withJobId(({ method, url }) => {
      const { status, body } =
        method === "POST" && url.endsWith("/jobs") ? answered(given) : { status: 404, body: missing };
      return Effect.succeed({ status, headers: new Headers(), text: JSON.stringify(body) });
    }),
    { project: "p" },
  );
  const layer = Google.layerWithoutSend({ policy: { firstWait: "1 millis", retries: 0, rateLimit: 10_000 } });
  return Effect.flatMap(BigQuery, (service) => service.query(statement())).pipe(
    Effect.provide(layer),
    Effect.provide(transport),
    Effect.flip,
  );
};

describe("the error of a query", () => {
  for (const given of errorBodies) {
    const { http, says, status, detail, message } = given;
    it.live(`${http ?? "job"} ${says ?? detail ?? status}: ${message.slice(0, 60)} is ${given.reason}`, () =>
      Effect.map(errorOf(given), (error) => {
        expect(error.reason).toBe(given.reason);
        expect(error.remedy).toContain(given.remedy);
        expect(error.detail).toContain(given.shown ?? "");
        if (given.hidden !== undefined) expect(error.message).not.toContain(given.hidden);
      }),
    );
  }
});

describe("a batch", () => {
  const ofItems = errorBodies.filter(
    ({ http, says, reason }) =>
      http !== undefined && says !== undefined && !/unauthenticated|Disabled/.test(reason),
  );

  it.live("of tables with these errors has exit status 2, and reports each with its reason and remedy", () =>
    Effect.gen(function* () {
      const server = yield* scriptedServer({
        ...warehouse({ tables: ofItems.length + 1 }),
        fault: ({ method, path }) => {
          const given = ofItems[Number(/\/t(\d+)$/.exec(path)?.[1] ?? -1)];
          if (method !== "tables.get" || given?.http === undefined) return undefined;
          return { status: given.http, reason: given.says ?? "", message: given.message };
        },
      });
      const names = tables(ofItems.length + 1);
      const ran = yield* Effect.promise(() =>
        batch(server.url, "bq-profile", names, "--retries=0", "--rate-limit=1000"),
      );
      expect(ran.status).toBe(2);
      const [last, ...failed] = ran.report.results.toReversed();
      expect(last?.status).toBe("ok");
      for (const [i, { error }] of failed.reverse().entries()) {
        const { reason, remedy } = ofItems[i]!;
        expect([i, error?.reason]).toEqual([i, reason]);
        if (reason !== "notFound") expect(error?.remedy).toContain(remedy);
      }
    }),
  );
});

describe("a table over Google Drive", () => {
  const denied = {
    says: "accessDenied",
    message: "Access Denied: BigQuery BigQuery: Permission denied while getting Drive credentials.",
    reason: "accessDenied",
    remedy: "",
  } as const;
  const reference = { projectId: "p", jobId: "j", location: "EU" };
  const done = { status: { state: "DONE" }, statistics: { query: {} } };

  /** A service that requires the scope, and its requests with or without the scope. */
  const service = (helps: boolean) => {
    const asked: Array<readonly [path: string, id: unknown, drive: boolean]> = [];
    let drive = false;
    const send = ({ method, url, body }: Send.HttpRequest) => {
      const path = new URL(url).pathname.split("/").slice(5, 6).join("/");
      const { jobReference } = JSON.parse(body ?? "{}");
      if (method === "POST") asked.push([path, jobReference.jobId, drive]);
      const failing = drive && helps ? undefined : { reason: denied.says, message: denied.message };
      const answers =
        method === "POST"
          ? {
              jobReference: { ...reference, ...jobReference },
              ...done,
              status: { state: "DONE", errorResult: failing },
            }
          : path === "queries"
            ? { jobComplete: true, schema: { fields: [] } }
            : done;
      return Effect.succeed({ status: 200, headers: new Headers(), text: JSON.stringify(answers) });
    };
    const allowDrive = Effect.sync(() => {
      drive = true;
    });
    const layer = (more: object) =>
      Layer.provide(
        Google.layerWithoutSend({ policy: { firstWait: "1 millis", rateLimit: 10_000 } }),
        Send.fromFunction(send, { project: "p", ...more }),
      );
    return { asked, layer, allowDrive };
  };

  it.live("is read with the Google Drive scope, which is requested when it is missing", () =>
    Effect.gen(function* () {
      const { asked, layer, allowDrive } = service(true);
      const bigQuery = yield* Effect.provide(BigQuery, layer({ allowDrive }));
      yield* bigQuery.query(statement());
      yield* bigQuery.query(statement());
      expect(asked.map(([, , drive]) => drive)).toEqual([false, true, true]);
      expect(new Set(asked.map(([, id]) => id)).size).toBe(3);
    }),
  );

  it.live("is estimated with the scope, too", () =>
    Effect.gen(function* () {
      const { asked, layer, allowDrive } = service(true);
      const bigQuery = yield* Effect.provide(BigQuery, layer({ allowDrive }));
      yield* bigQuery.dryRun(statement());
      expect(asked.map(([, , drive]) => drive)).toEqual([false, true]);
    }),
  );

  for (const more of ["fixed scopes", "a file that is not shared"] as const) {
    it.live(`with ${more} fails with the remedy, and is not retried forever`, () =>
      Effect.gen(function* () {
        const { asked, layer, allowDrive } = service(false);
        const isFixed = more === "fixed scopes";
        const bigQuery = yield* Effect.provide(BigQuery, layer(isFixed ? {} : { allowDrive }));
        const error = yield* Effect.flip(bigQuery.query(statement()));
        expect([error.reason, asked.length]).toEqual(["accessDenied", isFixed ? 1 : 2]);
        expect(error.remedy).toContain("share the file with the account");
      }),
    );
  }
});
