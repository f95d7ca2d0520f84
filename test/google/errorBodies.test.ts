/** Errors as BigQuery words them: the reason, the remedy, what is shown, and the exit status of a batch that meets them. */
import { describe, expect } from "bun:test";
import { Effect } from "effect";
import * as Google from "../../src/layers/google/Google.ts";
import * as Send from "../../src/layers/google/Send.ts";
import { BigQuery } from "../../src/services/BigQuery.ts";
import { batch, tables } from "../load/support.ts";
import { it } from "../support/effect.ts";
import { scriptedServer, warehouse } from "../support/scripted-server/index.ts";
import { type ErrorBody, errorBodies } from "./errorBodies.ts";
import { statement } from "./support.ts";

const bodyOf = ({ http, says, status, detail, message }: ErrorBody) => ({
  error: {
    code: http,
    message,
    ...(says === undefined ? {} : { errors: [{ message, domain: "global", reason: says }] }),
    ...(status === undefined ? {} : { status }),
    ...(detail === undefined ? {} : { details: [{ "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason: detail }] }),
  },
}); // biome-ignore format: one object

/** What jobs.insert answers: the error, or a job that has failed with it. */
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
    ({ method, url }) => {
      const { status, body } =
        method === "POST" && url.endsWith("/jobs") ? answered(given) : { status: 404, body: missing };
      return Effect.succeed({ status, headers: new Headers(), text: JSON.stringify(body) });
    },
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

  it.live("whose tables meet these errors has status 2, and each with its reason and remedy", () =>
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
