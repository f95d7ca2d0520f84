/** Where the service is, whose name calls are made in, and who pays. */
import { Either } from "effect";
import { BigQueryError } from "../../services/BigQueryError.ts";

export interface Connection {
  /** The project that queries are billed to, and that references without a project belong to. */
  readonly project?: string;
  /** Where jobs run; else each statement's own location. */
  readonly location?: string;
  /** A JSON file of credentials: a service account's key, an external account (workload identity) or a user's. */
  readonly credentials?: string;
  /** A service account to act as. */
  readonly impersonate?: string;
  /** The project whose API quota is used. */
  readonly quotaProject?: string;
  /** Another address of the service. An `http://` one is taken for an emulator, and never gets credentials. */
  readonly endpoint?: string;
  /** The Cloud KMS key that encrypts the results of jobs, where the organisation demands one. */
  readonly kmsKey?: string;
  /** Labels of the jobs. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** A connection whose gaps the environment filled: BIGQUERY_EMULATOR_HOST, GOOGLE_CLOUD_QUOTA_PROJECT. */
export const withEnvironment = (
  connection: Connection,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Connection => {
  const endpoint = connection.endpoint || emulator(environment.BIGQUERY_EMULATOR_HOST);
  const quotaProject = connection.quotaProject || environment.GOOGLE_CLOUD_QUOTA_PROJECT;
  return {
    ...connection,
    ...(endpoint ? { endpoint } : {}),
    ...(quotaProject ? { quotaProject } : {}),
  };
};

const hasScheme = (text: string): boolean => /^https?:\/\//i.test(text);

const emulator = (host: string | undefined): string | undefined =>
  host && !hasScheme(host) ? `http://${host}` : host || undefined;

/** The address that paths like `/projects/p/queries` are added to. */
export const baseUrl = (connection: Connection): Either.Either<string, BigQueryError> => {
  const url = address(connection).replace(/\/+$/, "");
  return URL.canParse(url)
    ? Either.right(url.endsWith("/bigquery/v2") ? url : `${url}/bigquery/v2`)
    : Either.left(
        BigQueryError.of("invalidResponse", `"${connection.endpoint}" is not an address`, {
          remedy: "give --endpoint as https://host",
        }),
      );
};

const address = ({ endpoint }: Connection): string => {
  const given = endpoint?.trim() || "https://bigquery.googleapis.com";
  return hasScheme(given) ? given : `${isLoopback(given) ? "http" : "https"}://${given}`;
};

const isLoopback = (host: string): boolean => /^(localhost|127\.|\[::1\])/.test(host);

/** Whether calls carry no credentials: over plain HTTP anybody on the way could read them. */
export const isAnonymous = (connection: Connection): boolean => /^http:/i.test(address(connection));
