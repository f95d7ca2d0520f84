/** The connection to BigQuery: endpoint, credentials and billing project. */
import { Either } from "effect";
import { BigQueryError } from "../../services/BigQueryError.ts";

export interface Connection {
  /** The billing project of queries, and the project of references that name none. */
  readonly project?: string;
  /** The location of jobs; absent: each statement's own location. */
  readonly location?: string;
  /** A JSON credentials file: of a service account, an external account (workload identity) or a user. */
  readonly credentials?: string;
  /** A service account to impersonate. */
  readonly impersonate?: string;
  /** The project whose API quota the requests use. */
  readonly quotaProject?: string;
  /**
   * Replaces the address of the service. An `http://` address is an emulator, and never receives credentials.
   */
  readonly endpoint?: string;
  /** The Cloud KMS key that encrypts the results of jobs, for organizations that require one. */
  readonly kmsKey?: string;
  /** Labels of the jobs. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** The connection with defaults from BIGQUERY_EMULATOR_HOST and GOOGLE_CLOUD_QUOTA_PROJECT. */
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

/** The base of the API's paths, such as `/projects/p/queries`. */
export const baseUrl = (connection: Connection): Either.Either<string, BigQueryError> => {
  const url = address(connection).replace(/\/+$/, "");
  return URL.canParse(url)
    ? Either.right(url.endsWith("/bigquery/v2") ? url : `${url}/bigquery/v2`)
    : Either.left(
        BigQueryError.of("invalidResponse", `"${connection.endpoint}" is not a valid address`, {
          remedy: "set --endpoint to https://HOST",
        }),
      );
};

const address = ({ endpoint }: Connection): string => {
  const given = endpoint?.trim() || "https://bigquery.googleapis.com";
  return hasScheme(given) ? given : `${isLoopback(given) ? "http" : "https"}://${given}`;
};

const isLoopback = (host: string): boolean => /^(localhost|127\.|\[::1\])/.test(host);

/** Whether requests carry no credentials, because plain HTTP would expose them. */
export const isAnonymous = (connection: Connection): boolean => /^http:/i.test(address(connection));
