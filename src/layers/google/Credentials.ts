/** Who calls: Application Default Credentials, a file of credentials, or an account that is impersonated. */
import { readFile } from "node:fs/promises";
import { BigQuery } from "@google-cloud/bigquery";
import { Duration, Effect } from "effect";
import {
  type AuthClient,
  BaseExternalAccountClient,
  Compute,
  GoogleAuth,
  Impersonated,
  JWT,
  PassThroughClient,
  UserRefreshClient,
} from "google-auth-library";
import { BigQueryError } from "../../services/BigQueryError.ts";
import { type Connection, isAnonymous } from "./Connection.ts";
import { fromCredentials } from "./Errors.ts";

export interface Caller {
  /** Signs and sends requests. */
  readonly client: AuthClient;
  /**
   * A client that may also read files of Google Drive, as external tables over sheets need; undefined where the scopes of
   * the credentials are fixed. Most accounts never need it, so that it is not asked for before.
   */
  readonly withDrive: Effect.Effect<AuthClient, BigQueryError> | undefined;
  /** The project to bill, as far as the options, the environment or the credentials name one. */
  readonly project: string | undefined;
  /** The account; null where credentials do not say. Asks Google, once and when it is run, where only Google knows. */
  readonly principal: Effect.Effect<string | null>;
}

const scope = "https://www.googleapis.com/auth/bigquery";
const driveScope = "https://www.googleapis.com/auth/drive.readonly";
/** To act as another account takes more than BigQuery's own scope. */
const sourceScope = "https://www.googleapis.com/auth/cloud-platform";

/** The caller for a connection. `unauthenticated` if there are no credentials, or none that can be read. */
export const make = Effect.fn("Credentials.make")(function* (connection: Connection) {
  if (isAnonymous(connection)) return anonymous(connection);
  const { source, client } = yield* clients(connection, [scope]);
  const google = quietly(
    () => new BigQuery({ authClient: client, autoRetry: false, ...projectOf(connection) }),
  );
  const project =
    connection.project ??
    source.projectId ??
    (yield* Effect.promise(() => google.getProjectId().catch(() => undefined)));
  const caller: Caller = {
    client,
    // The scopes of a user are those of the login.
    withDrive:
      client instanceof UserRefreshClient
        ? undefined
        : yield* Effect.cached(Effect.map(clients(connection, [scope, driveScope]), (wider) => wider.client)),
    project,
    principal: principal(client, google),
  };
  return caller;
});

const clients = (connection: Connection, scopes: ReadonlyArray<string>) =>
  Effect.map(
    Effect.tryPromise({
      try: () => sourceClient(connection, scopes),
      catch: (error) => fromCredentials(error, connection.credentials),
    }),
    (source) => {
      const target = connection.impersonate;
      const client = target === undefined ? source : impersonated(source, target, scopes);
      // The library's type says string, but leaves it unset.
      if (connection.quotaProject !== undefined) client.quotaProjectId = connection.quotaProject;
      return { source, client };
    },
  );

const anonymous = (connection: Connection): Caller => ({
  client: new PassThroughClient(),
  withDrive: undefined,
  project:
    connection.project ?? (process.env.GOOGLE_CLOUD_PROJECT || process.env.GCLOUD_PROJECT || undefined),
  principal: Effect.succeed(null),
});

const projectOf = ({ project }: Connection) => (project === undefined ? {} : { projectId: project });

const sourceClient = async (
  connection: Connection,
  targetScopes: ReadonlyArray<string>,
): Promise<AuthClient> => {
  const scopes = connection.impersonate === undefined ? targetScopes : [sourceScope];
  const auth = new GoogleAuth({ scopes: [...scopes], ...projectOf(connection) });
  if (connection.credentials === undefined) return auth.getClient();
  const json: unknown = JSON.parse(await readFile(connection.credentials, "utf8"));
  if (typeof json !== "object" || json === null || !("type" in json) || typeof json.type !== "string") {
    throw BigQueryError.of("unauthenticated", `${connection.credentials} holds no credentials`, {
      remedy: "give --credentials a service account's key or an external account's configuration",
    });
  }
  return quietly(() => auth.fromJSON(json as Parameters<GoogleAuth["fromJSON"]>[0]));
};

const impersonated = (
  sourceClient: AuthClient,
  targetPrincipal: string,
  scopes: ReadonlyArray<string>,
): AuthClient =>
  quietly(() => new Impersonated({ sourceClient, targetPrincipal, targetScopes: [...scopes] }));

/** The library warns, on stderr and always, against configurations of strangers; these are the user's own. */
const quietly = <A>(make: () => A): A => {
  const warn = console.warn;
  console.warn = () => {};
  try {
    return make();
  } finally {
    console.warn = warn;
  }
};

const principal = (client: AuthClient, google: BigQuery): Effect.Effect<string | null> => {
  if (client instanceof Impersonated) return Effect.succeed(client.getTargetPrincipal());
  if (client instanceof JWT) return Effect.succeed(client.email ?? null);
  if (client instanceof BaseExternalAccountClient) return Effect.succeed(client.getServiceAccountEmail());
  if (client instanceof UserRefreshClient) return asked(() => emailOfUser(client));
  if (client instanceof Compute) {
    return asked(async () => (await google.authClient.getCredentials()).client_email);
  }
  return Effect.succeed(null);
};

/** Undefined where the login did not ask for the scope `email`; gcloud's does. */
const emailOfUser = async (client: UserRefreshClient): Promise<string | undefined> => {
  const { token } = await client.getAccessToken();
  return token ? (await client.getTokenInfo(token)).email : undefined;
};

/** Null where there is no answer within five seconds. The question outlives who waits for it: the next has its answer. */
const asked = (ask: () => Promise<string | undefined>): Effect.Effect<string | null> => {
  let answer: Promise<string | undefined> | undefined;
  return Effect.tryPromise(() => {
    answer ??= ask();
    return answer;
  }).pipe(
    Effect.map((email) => email ?? null),
    Effect.timeoutTo({ duration: Duration.seconds(5), onSuccess: (email) => email, onTimeout: () => null }),
    Effect.orElseSucceed(() => null),
  );
};
