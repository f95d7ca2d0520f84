/** Credentials: Application Default Credentials, a credentials file, or an impersonated service account. */
import { BigQuery } from "@google-cloud/bigquery";
import { Duration, Effect, Option } from "effect";
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
import { fileSystem } from "../../services/file/FileSystem.ts";
import { type Connection, isAnonymous } from "./Connection.ts";
import { fromCredentials } from "./Errors.ts";

export interface Caller {
  /** Authenticates and sends requests. */
  readonly client: AuthClient;
  /**
   * A client with the additional Google Drive scope, for external tables over Google
   * Sheets; undefined if the scopes of the credentials are fixed. Requested only when a
   * query needs it, because most accounts never do.
   */
  readonly withDrive: Effect.Effect<AuthClient, BigQueryError> | undefined;
  /** The billing project from the options, the environment or the credentials. */
  readonly project: string | undefined;
  /**
   * The account; null if the credentials do not contain it. May send one request to Google, at its first run.
   */
  readonly principal: Effect.Effect<string | null>;
}

const scope = "https://www.googleapis.com/auth/bigquery";
const driveScope = "https://www.googleapis.com/auth/drive.readonly";
/** Impersonation requires more than the BigQuery scope. */
const sourceScope = "https://www.googleapis.com/auth/cloud-platform";

/** The caller for a connection. `unauthenticated` if credentials are missing or unreadable. */
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
    // A user's scopes are fixed at login.
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
  Effect.transposeMapOption(Option.fromNullable(connection.credentials), (file) =>
    fileSystem.readFileString(file),
  ).pipe(
    Effect.andThen((file) =>
      Effect.tryPromise({
        try: () => sourceClient(connection, scopes, Option.getOrUndefined(file)),
        catch: (error) => error,
      }),
    ),
    Effect.mapError((error) => fromCredentials(error, connection.credentials)),
    Effect.map((source) => {
      const target = connection.impersonate;
      const client = target === undefined ? source : impersonated(source, target, scopes);
      // The library declares it as a string, but leaves it unset.
      if (connection.quotaProject !== undefined) client.quotaProjectId = connection.quotaProject;
      return { source, client };
    }),
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
  file: string | undefined,
): Promise<AuthClient> => {
  const scopes = connection.impersonate === undefined ? targetScopes : [sourceScope];
  const auth = new GoogleAuth({ scopes: [...scopes], ...projectOf(connection) });
  if (file === undefined) return auth.getClient();
  const json: unknown = JSON.parse(file);
  if (typeof json !== "object" || json === null || !("type" in json) || typeof json.type !== "string") {
    throw BigQueryError.of("unauthenticated", `${connection.credentials} contains no credentials`, {
      remedy: "set --credentials to a service account key or an external account configuration",
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

/** Suppresses the library's warning about untrusted configurations: these files are the user's own. */
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
  if (client instanceof UserRefreshClient) return requested(() => emailOfUser(client));
  if (client instanceof Compute) {
    return requested(async () => (await google.authClient.getCredentials()).client_email);
  }
  return Effect.succeed(null);
};

/** The user's address; undefined if the login did not include the `email` scope, which gcloud's does. */
const emailOfUser = async (client: UserRefreshClient): Promise<string | undefined> => {
  const { token } = await client.getAccessToken();
  return token ? (await client.getTokenInfo(token)).email : undefined;
};

/**
 * The account; null without a response within five seconds. The request continues after that time,
 * so that a later call receives its response.
 */
const requested = (request: () => Promise<string | undefined>): Effect.Effect<string | null> => {
  let response: Promise<string | undefined> | undefined;
  return Effect.tryPromise(() => {
    response ??= request();
    return response;
  }).pipe(
    Effect.map((email) => email ?? null),
    Effect.timeoutTo({ duration: Duration.seconds(5), onSuccess: (email) => email, onTimeout: () => null }),
    Effect.orElseSucceed(() => null),
  );
};
