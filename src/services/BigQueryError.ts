/** The error of every call to BigQuery or the local engine: a closed list of reasons, each with a remedy. */
import { Schema } from "effect";
import { TableReference } from "../domain/TableReference.ts";

/** Why a call failed: a closed list, so that callers can match on it. */
export const Reason = Schema.Literal(
  "notFound",
  "accessDenied",
  "unauthenticated",
  "apiDisabled",
  "billingDisabled",
  "invalidQuery",
  "invalidData",
  "invalidResponse",
  "unsupported",
  "tooComplex",
  "bytesLimitExceeded",
  "partitionFilterRequired",
  "rateLimited",
  "quotaExceeded",
  "backendError",
  "jobFailed",
  "connection",
  "outOfResources",
  "stopped",
  "duplicate",
);
export type Reason = typeof Reason.Type;

/** Temporary errors: the request is retried; after `jobFailed`, as a new job. */
const transient: ReadonlySet<Reason> = new Set([
  "rateLimited",
  "quotaExceeded",
  "backendError",
  "jobFailed",
  "connection",
]);

/** Errors that would fail every other item of the batch, too. */
const fatal: ReadonlySet<Reason> = new Set(["unauthenticated", "apiDisabled", "billingDisabled"]);

const remedies: Readonly<Record<Reason, string>> = {
  notFound: "check the name, the project and the location",
  accessDenied: "ask for bigquery.dataViewer on the data and bigquery.jobUser on the billing project",
  unauthenticated: "run `gcloud auth application-default login`, or give --credentials FILE",
  apiDisabled: "enable the BigQuery API for the billing project, or give --project",
  billingDisabled: "enable billing for the project, or give --project",
  invalidQuery: "check the condition and the selected columns",
  invalidData: "fix the file, or leave it out",
  invalidResponse: "check --endpoint; the server does not implement BigQuery's REST API",
  unsupported: "leave the option out for this table",
  tooComplex: "choose fewer columns with --columns",
  bytesLimitExceeded: "choose fewer columns or partitions, or raise --max-bytes-billed",
  partitionFilterRequired: "give --partitions, or a --where on the partitioning column",
  rateLimited: "lower --rate-limit or --parallel, or try later",
  quotaExceeded: "lower --parallel, or try later",
  backendError: "try again later",
  jobFailed: "try again later",
  connection: "check the network and --endpoint",
  outOfResources: "raise --memory-limit, lower --threads, or free memory and disk space",
  stopped: "run it again",
  duplicate: "run it again",
};

/**
 * A failed call. `detail` is one sentence without row values, `reference` is the table or job of the call,
 * `remedy` is what to do next. `retryAfterMs` is the wait that the service requested. `mayBeBilled`: the
 * query may have run although it returned no result.
 */
export class BigQueryError extends Schema.TaggedError<BigQueryError>()("BigQueryError", {
  reason: Reason,
  detail: Schema.String,
  reference: Schema.optionalWith(TableReference, { exact: true }),
  remedy: Schema.String,
  retryAfterMs: Schema.optionalWith(Schema.Number, { exact: true }),
  mayBeBilled: Schema.Boolean,
}) {
  static of(
    reason: Reason,
    detail: string,
    more: {
      readonly reference?: TableReference;
      readonly remedy?: string;
      readonly retryAfterMs?: number;
      readonly mayBeBilled?: boolean;
    } = {},
  ): BigQueryError {
    const { remedy, ...rest } = more;
    return new BigQueryError({
      reason,
      detail,
      remedy: remedy ?? remedies[reason],
      mayBeBilled: false,
      ...rest,
    });
  }
  /** A copy with changed properties. */
  with(changes: {
    readonly reason?: Reason;
    readonly detail?: string;
    readonly mayBeBilled?: boolean;
  }): BigQueryError {
    const { reason, detail, remedy, reference, retryAfterMs, mayBeBilled } = this;
    return new BigQueryError({
      ...{ reason, detail, remedy, mayBeBilled, ...changes },
      ...(reference === undefined ? {} : { reference }),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    });
  }
  /** A copy for a query whose job may still have run. */
  asBillable(): BigQueryError {
    return this.with({ mayBeBilled: true });
  }
  /** Whether the same call may succeed if it is retried. */
  get retryable(): boolean {
    return transient.has(this.reason);
  }
  /** Whether every other call of the batch would fail in the same way. */
  get endsBatch(): boolean {
    return fatal.has(this.reason);
  }
  override get message(): string {
    return `${this.detail}; ${this.remedy}`;
  }
}
