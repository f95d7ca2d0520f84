import { afterEach, beforeEach, describe, expect, spyOn, test } from "bun:test";
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Effect, Either, Fiber } from "effect";
import { type AuthClient, Impersonated, JWT, UserRefreshClient } from "google-auth-library";
import { baseUrl, isAnonymous, withEnvironment } from "../../../src/layers/google/Connection.ts";
import * as Credentials from "../../../src/layers/google/Credentials.ts";
import * as Rest from "../../../src/layers/google/Rest.ts";
import * as Send from "../../../src/layers/google/Send.ts";
import { TableResource } from "../../../src/layers/google/Tables.ts";
import { it } from "../../support/effect.ts";
import { scriptedServer } from "../../support/scripted-server/index.ts";
import { connect, t } from "./support.ts";

describe("the address", () => {
  const cases = [
    [undefined, "https://bigquery.googleapis.com/bigquery/v2", false],
    ["https://private.example/", "https://private.example/bigquery/v2", false],
    ["private.example", "https://private.example/bigquery/v2", false],
    ["http://localhost:9050", "http://localhost:9050/bigquery/v2", true],
    ["localhost:9050", "http://localhost:9050/bigquery/v2", true],
    ["http://emulator:9050/bigquery/v2", "http://emulator:9050/bigquery/v2", true],
  ] as const;
  test.each(cases)("of --endpoint %s is %s; without credentials: %p", (endpoint, url, anonymous) => {
    const connection = endpoint === undefined ? {} : { endpoint };
    expect(Either.getOrThrow(baseUrl(connection))).toBe(url);
    expect(isAnonymous(connection)).toBe(anonymous);
  });

  test("that is invalid is rejected", () => {
    const refused = Either.flip(baseUrl({ endpoint: "https://" })).pipe(Either.getOrThrow);
    expect(refused.message).toBe('"https://" is not a valid address; set --endpoint to https://HOST');
  });

  test("and the quota project default to the environment", () => {
    const environment = { BIGQUERY_EMULATOR_HOST: "localhost:9050", GOOGLE_CLOUD_QUOTA_PROJECT: "quota" };
    expect(withEnvironment({}, environment)).toEqual({
      endpoint: "http://localhost:9050",
      quotaProject: "quota",
    });
    const given = { endpoint: "https://private.example", quotaProject: "own" };
    expect(withEnvironment(given, environment)).toEqual(given);
    expect(withEnvironment({}, { BIGQUERY_EMULATOR_HOST: "", GOOGLE_CLOUD_QUOTA_PROJECT: "" })).toEqual({});
  });
});

describe("calls", () => {
  it.live("have the quota project, and no credentials over plain HTTP", () =>
    Effect.gen(function* () {
      const { server, bigQuery } = yield* connect(
        { tables: { "p.d.t": { schema: { fields: [] } } } },
        { connection: { quotaProject: "quota", credentials: "/nowhere/key.json" } },
      );
      yield* bigQuery.table(t);
      expect(server.requests[0]!.headers["x-goog-user-project"]).toBe("quota");
      expect(server.requests[0]!.headers.authorization).toBeUndefined();
      expect(yield* bigQuery.principal(t)).toBeNull();
    }),
  );
});

describe("credentials", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "bqkit-credentials-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const file = (content: unknown): string => {
    const path = join(folder, "credentials.json");
    writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
    return path;
  };

  const key = () =>
    file({
      type: "service_account",
      project_id: "key-project",
      client_email: "robot@key-project.iam.gserviceaccount.com",
      private_key: generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({
        type: "pkcs8",
        format: "pem",
      }),
    });

  it.live("of a key file have its account and project, without a warning on stderr", () =>
    Effect.gen(function* () {
      const warn = spyOn(console, "warn");
      const caller = yield* Credentials.make({ credentials: key() });
      expect(yield* caller.principal).toBe("robot@key-project.iam.gserviceaccount.com");
      expect(caller.project).toBe(process.env.GOOGLE_CLOUD_PROJECT ?? "key-project");
      expect(warn).not.toHaveBeenCalled();
      warn.mockRestore();
    }),
  );

  it.live("include the Google Drive scope only in a separate client", () =>
    Effect.gen(function* () {
      const drive = "https://www.googleapis.com/auth/drive.readonly";
      const scopesOf = (client: AuthClient) =>
        client instanceof JWT
          ? client.scopes
          : client instanceof Impersonated
            ? Reflect.get(client, "targetScopes")
            : [];
      for (const more of [{}, { impersonate: "reader@p.iam.gserviceaccount.com" }]) {
        const caller = yield* Credentials.make({ credentials: key(), project: "p", ...more });
        expect(scopesOf(caller.client)).toEqual(["https://www.googleapis.com/auth/bigquery"]);
        if (caller.withDrive === undefined) throw new Error("its scopes are fixed");
        const wider = yield* caller.withDrive;
        expect(scopesOf(wider)).toEqual(["https://www.googleapis.com/auth/bigquery", drive]);
        expect(yield* caller.withDrive).toBe(wider);
      }
    }),
  );

  it.live("with impersonation have the target account, and keep the project option", () =>
    Effect.gen(function* () {
      const warn = spyOn(console, "warn");
      const caller = yield* Credentials.make({
        credentials: key(),
        impersonate: "reader@p.iam.gserviceaccount.com",
        project: "given",
        quotaProject: "quota",
      });
      expect(yield* caller.principal).toBe("reader@p.iam.gserviceaccount.com");
      expect(caller.project).toBe("given");
      expect(caller.client.quotaProjectId).toBe("quota");
      expect(warn).not.toHaveBeenCalled();
      warn.mockRestore();
    }),
  );

  it.live("of a workload identity are exchanged for a token, which each call uses", () =>
    Effect.gen(function* () {
      const exchange = Bun.serve({
        port: 0,
        fetch: async (request) => {
          const form = new URLSearchParams(await request.text());
          return form.get("subject_token") === "the subject"
            ? Response.json({
                access_token: "the token",
                expires_in: 3600,
                token_type: "Bearer",
                issued_token_type: "x",
              })
            : new Response("no", { status: 400 });
        },
      });
      yield* Effect.addFinalizer(() => Effect.promise(() => exchange.stop(true)));
      const subject = join(folder, "subject");
      writeFileSync(subject, "the subject");
      const { send } = yield* Send.make({
        project: "p",
        credentials: file({
          type: "external_account",
          audience:
            "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/pool/providers/provider",
          subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
          token_url: `${exchange.url}v1/token`,
          credential_source: { file: subject },
        }),
      });
      const server = yield* scriptedServer({ tables: { "p.d.t": { schema: { fields: [] } } } });
      const rest = Rest.make({ send, baseUrl: `${server.url}/bigquery/v2` });
      yield* rest.send(TableResource, {
        method: "GET",
        path: ["projects", "p", "datasets", "d", "tables", "t"],
      });
      expect(server.requests[0]!.headers.authorization).toBe("Bearer the token");
    }),
  );

  /** The caller of a user, and its requests to the token and token-info endpoints. */
  const user = (tokenInfo: (authorization: string | null) => Response | Promise<Response>) =>
    Effect.gen(function* () {
      const requests: Array<string> = [];
      const google = Bun.serve({
        port: 0,
        fetch: async (request) => {
          const { pathname } = new URL(request.url);
          requests.push(pathname);
          if (pathname === "/tokeninfo") return tokenInfo(request.headers.get("authorization"));
          const form = new URLSearchParams(await request.text());
          return form.get("refresh_token") === "the refresh token"
            ? Response.json({ access_token: "the token", expires_in: 3600, token_type: "Bearer" })
            : Response.json({ error: "invalid_grant" }, { status: 400 });
        },
      });
      yield* Effect.addFinalizer(() => Effect.promise(() => google.stop(true)));
      const caller = yield* Credentials.make({
        project: "p",
        credentials: file({
          type: "authorized_user",
          client_id: "client",
          client_secret: "secret",
          refresh_token: "the refresh token",
        }),
      });
      if (!(caller.client instanceof UserRefreshClient)) throw new Error("these are no user's credentials");
      Object.assign(caller.client.endpoints, {
        oauth2TokenUrl: `${google.url}token`,
        tokenInfoUrl: `${google.url}tokeninfo`,
      });
      return { caller, requests };
    });

  it.live("of a user have the token's email, which is requested once, at its first use", () =>
    Effect.gen(function* () {
      const { caller, requests } = yield* user((authorization) =>
        authorization === "Bearer the token"
          ? Response.json({ email: "ada@example.com", expires_in: 3599, scope: "openid email" })
          : Response.json({ error: "invalid_token" }, { status: 400 }),
      );
      expect(requests).toEqual([]);
      expect(yield* caller.principal).toBe("ada@example.com");
      expect(yield* caller.principal).toBe("ada@example.com");
      expect(requests).toEqual(["/token", "/tokeninfo"]);
    }),
  );

  const silent = [
    ["has no email", () => Response.json({ expires_in: 3599, scope: "openid" })],
    ["is rejected", () => Response.json({ error: "invalid_token" }, { status: 400 })],
  ] as const;
  for (const [what, tokenInfo] of silent) {
    it.live(`of a user have no account if the token ${what}`, () =>
      Effect.gen(function* () {
        const { caller, requests } = yield* user(tokenInfo);
        expect(yield* caller.principal).toBeNull();
        expect(requests).toEqual(["/token", "/tokeninfo"]);
      }),
    );
  }

  it.live("of a user can be interrupted without a response, and the next call receives it", () =>
    Effect.gen(function* () {
      const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
      const { promise: isAsked, resolve: ask } = Promise.withResolvers<void>();
      const { caller, requests } = yield* user(() => {
        ask();
        return answered.then(() =>
          Response.json({ email: "ada@example.com", expires_in: 3599, scope: "email" }),
        );
      });
      const first = yield* Effect.fork(caller.principal);
      yield* Effect.promise(() => isAsked);
      expect((yield* Fiber.interrupt(first))._tag).toBe("Failure");
      answer();
      expect(yield* caller.principal).toBe("ada@example.com");
      expect(requests).toEqual(["/token", "/tokeninfo"]);
    }),
  );

  it.live("that are unreadable or invalid end the batch, with a remedy", () =>
    Effect.gen(function* () {
      const error = (credentials: string) => Effect.flip(Credentials.make({ credentials, project: "p" }));
      const missing = yield* error(join(folder, "nothing.json"));
      expect(missing.message).toBe(
        `${join(folder, "nothing.json")} cannot be read: there is no such file; set --credentials to a JSON credentials file`,
      );
      expect(missing.endsBatch).toBe(true);
      expect((yield* error(file("{"))).detail).toBe(`${join(folder, "credentials.json")} is not JSON`);
      expect((yield* error(file({ a: 1 }))).detail).toBe(
        `${join(folder, "credentials.json")} contains no credentials`,
      );
    }),
  );
});
