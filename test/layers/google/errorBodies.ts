/** BigQuery's error responses, and the expected error for each. */
import type { Reason } from "../../../src/services/BigQueryError.ts";

export interface ErrorBody {
  /** The HTTP status; absent for the `errorResult` of a job. */
  readonly http?: number;
  /** `errors[0].reason`; absent if the body has none. */
  readonly says?: string;
  /** `error.status`. */
  readonly status?: string;
  /** `error.details[0].reason`. */
  readonly detail?: string;
  readonly message: string;
  /** The expected reason. */
  readonly reason: Reason;
  /** A part of the expected remedy. */
  readonly remedy: string;
  /** A part of the expected message. */
  readonly shown?: string;
  /** Text that the message must not contain. */
  readonly hidden?: string;
}

const see = "For more information, see https://cloud.google.com/bigquery/docs/troubleshoot-quotas";
const dataViewer = "ask for bigquery.dataViewer";
const retry = "try again later";
const split = "choose fewer columns";

export const errorBodies: ReadonlyArray<ErrorBody> = [
  { http: 404, says: "notFound", message: "Not found: Table p:d.t was not found in location EU", reason: "notFound", remedy: "check the name" },
  { http: 404, says: "notFound", message: "Not found: Dataset p:d was not found in location US", reason: "notFound", remedy: "the location" },
  { http: 404, says: "notFound", status: "NOT_FOUND", message: "Not found: Project nope", reason: "notFound", remedy: "the project" },
  { http: 404, status: "NOT_FOUND", message: "Requested entity was not found.", reason: "notFound", remedy: "check the name" },
  { http: 404, says: "notFound", message: "Not found: Files /gdrive/id/1AbCdEf", reason: "notFound", remedy: "the file paths in the external table's definition" },
  { http: 404, says: "notFound", message: "Not found: URI gs://bucket/missing.csv", reason: "notFound", remedy: "the file paths in the external table's definition" },
  { http: 403, says: "accessDenied", status: "PERMISSION_DENIED", message: "Access Denied: Table p:d.t: User does not have permission to query table p:d.t, or perhaps it does not exist.", reason: "accessDenied", remedy: dataViewer },
  { http: 403, says: "accessDenied", message: "Access Denied: Project p: User does not have bigquery.jobs.create permission in project p.", reason: "accessDenied", remedy: "bigquery.jobUser" },
  { http: 403, says: "accessDenied", message: "Access Denied: Table p:d.billing account: User does not have permission to query table", reason: "accessDenied", remedy: dataViewer },
  { http: 403, says: "accessDenied", message: "Access Denied: BigQuery BigQuery: Permission denied while getting Drive credentials.", reason: "accessDenied", remedy: "--enable-gdrive-access", shown: "Drive credentials" },
  { http: 403, says: "accessDenied", message: 'Access Denied: BigQuery BigQuery: User has neither fine-grained reader nor masked get permission to get data protected by policy tag "pii : email" on column p.d.t.email.', reason: "accessDenied", remedy: "--exclude", shown: "p.d.t.email" },
  { http: 403, says: "forbidden", status: "PERMISSION_DENIED", detail: "USER_PROJECT_DENIED", message: "Caller does not have required permission to use project quota-p. Grant the caller the roles/serviceusage.serviceUsageConsumer role, or a custom role with the serviceusage.services.use permission, by visiting https://console.developers.google.com/iam-admin/iam/project?project=quota-p and then retry. Propagation of the new permission may take a few minutes.", reason: "accessDenied", remedy: "another --quota-project", shown: "required permission to use project quota-p" },
  { http: 403, says: "insufficientPermissions", detail: "ACCESS_TOKEN_SCOPE_INSUFFICIENT", message: "Request had insufficient authentication scopes.", reason: "accessDenied", remedy: "log in again: `gcloud auth application-default login`" },
  { http: 403, says: "policyViolation", message: "VPC Service Controls: Request is prohibited by organization's policy. vpcServiceControlsUniqueIdentifier: Zz9xQ", reason: "accessDenied", remedy: "VPC Service Controls perimeter", shown: "Zz9xQ" },
  { http: 403, status: "PERMISSION_DENIED", detail: "SECURITY_POLICY_VIOLATED", message: "Request is prohibited by organization's policy. vpcServiceControlsUniqueIdentifier: abc", reason: "accessDenied", remedy: "VPC Service Controls perimeter", shown: "abc" },
  { http: 403, says: "blocked", message: "BigQuery has temporarily denylisted the operation you attempted to perform, usually to prevent a service outage.", reason: "accessDenied", remedy: dataViewer },
  { http: 403, says: "accessNotConfigured", detail: "SERVICE_DISABLED", message: "BigQuery API has not been used in project 123 before or it is disabled. Enable it by visiting https://console.developers.google.com/apis/api/bigquery.googleapis.com/overview?project=123 then retry.", reason: "apiDisabled", remedy: "enable the BigQuery API" },
  { http: 403, says: "forbidden", status: "PERMISSION_DENIED", message: "BigQuery API has not been used in project 123 before or it is disabled. Enable it by visiting https://console.developers.google.com", reason: "apiDisabled", remedy: "enable the BigQuery API" },
  { http: 403, says: "billingNotEnabled", message: "Billing has not been enabled for this project. Enable billing at https://console.cloud.google.com/billing.", reason: "billingDisabled", remedy: "enable billing" },
  { http: 403, says: "accountDisabled", message: "The project to be billed is associated with an absent billing account.", reason: "billingDisabled", remedy: "enable billing" },
  { http: 403, says: "forbidden", detail: "BILLING_DISABLED", message: "This API method requires billing to be enabled. Please enable billing on project #123", reason: "billingDisabled", remedy: "enable billing" },
  { http: 403, says: "rateLimitExceeded", message: `Exceeded rate limits: too many api requests per user per method for this user_method. ${see}`, reason: "rateLimited", remedy: "lower --rate-limit" },
  { http: 403, says: "rateLimitExceeded", message: `Exceeded rate limits: too many concurrent queries for this project_and_region. ${see}`, reason: "rateLimited", remedy: "--parallel" },
  { http: 429, status: "RESOURCE_EXHAUSTED", message: "Quota exceeded for quota metric 'Query requests' and limit 'Query requests per minute'", reason: "rateLimited", remedy: "lower --rate-limit" },
  { http: 403, says: "quotaExceeded", message: `Quota exceeded: Your user exceeded quota for concurrent api requests per user per method. ${see}`, reason: "rateLimited", remedy: "--parallel" },
  { http: 403, says: "quotaExceeded", message: `Quota exceeded: Your project_and_region exceeded quota for max number of jobs that can be queued per project. ${see}`, reason: "rateLimited", remedy: "--parallel" },
  { http: 403, says: "quotaExceeded", message: "Custom quota exceeded: Your usage exceeded the custom quota for QueryUsagePerUserPerDay, which is set by your administrator.", reason: "quotaExceeded", remedy: "midnight Pacific time" },
  { http: 403, says: "quotaExceeded", message: "Quota exceeded: Your project exceeded quota for free query bytes scanned.", reason: "quotaExceeded", remedy: "midnight Pacific time" },
  { http: 500, says: "internalError", message: "An internal error occurred and the request could not be completed. This is usually caused by a transient issue. Error: 80324028", reason: "backendError", remedy: retry },
  { http: 503, says: "backendError", status: "UNAVAILABLE", message: "Visibility check was unavailable. Please retry the request and contact support if the problem persists", reason: "backendError", remedy: retry },
  { http: 504, status: "DEADLINE_EXCEEDED", message: "Deadline expired before operation could complete.", reason: "backendError", remedy: retry },
  { http: 400, says: "tableUnavailable", message: "Something went wrong with the table you queried. Contact the table owner for assistance.", reason: "backendError", remedy: retry },
  { http: 500, says: "bytesBilledLimitExceeded", message: "Query exceeded limit for bytes billed: 1000000000. 2199023255552 or higher required.", reason: "bytesLimitExceeded", remedy: "--max-bytes-billed", shown: "2.2 TB ($12.50)" },
  { http: 400, says: "bytesBilledLimitExceeded", message: "Query exceeded limit for bytes billed: 10485760. 20971520 or higher required.", reason: "bytesLimitExceeded", remedy: "--max-bytes-billed", shown: "10.5 MB" },
  { http: 503, says: "accessDenied", message: "Access Denied: Dataset p:d: Permission bigquery.tables.get denied", reason: "accessDenied", remedy: dataViewer },
  { http: 500, says: "invalidQuery", message: "Unrecognized name: custmer; Did you mean customer? at [1:8]", reason: "invalidQuery", remedy: "check the condition", shown: "custmer" },
  { http: 404, says: "accessDenied", message: "Access Denied: Project p: The user p does not have access", reason: "accessDenied", remedy: dataViewer },
  { http: 400, says: "invalidQuery", status: "INVALID_ARGUMENT", message: 'Syntax error: Unexpected keyword WHERE at [1:20]', reason: "invalidQuery", remedy: "check the condition", shown: "WHERE at [1:20]" },
  { http: 400, says: "invalidQuery", message: "Cannot query over table 'p.d.t' without a filter over column(s) 'day', '_PARTITIONTIME' that can be used for partition elimination", reason: "partitionFilterRequired", remedy: "--partitions" },
  { http: 400, says: "resourcesExceeded", message: "Resources exceeded during query execution: The query could not be executed in the allotted memory. Peak usage: 120% of limit.", reason: "tooComplex", remedy: split },
  { http: 400, says: "invalidQuery", message: "Resources exceeded during query execution: Not enough resources for query planning - too many subqueries or query is too complex.", reason: "tooComplex", remedy: split },
  { http: 400, says: "invalid", message: "The query is too large. The maximum standard SQL query length is 1024.00K characters, including comments and white space characters.", reason: "tooComplex", remedy: split },
  { http: 403, says: "responseTooLarge", message: "Response too large to return. Consider specifying a destination table in your job configuration.", reason: "tooComplex", remedy: split },
  { http: 400, says: "invalidQuery", message: "Invalid time zone: Europe/Nowhere", reason: "invalidQuery", remedy: "time zones", shown: "Invalid time zone" },
  { http: 400, says: "invalid", message: "Invalid snapshot time 1600000000000 for table p:d.t@1600000000000. Cannot read before 1700000000000.", reason: "invalidQuery", remedy: "--as-of" },
  { http: 400, says: "invalidQuery", message: "Error while reading table: p.d.people, error message: Could not parse 'Jane Doe' as INT64 for field age (position 2) starting at location 17 File: gs://bucket/people.csv", reason: "invalidData", remedy: "external table", shown: "gs://bucket/people.csv", hidden: "Jane" },
  { http: 400, says: "invalid", message: "Error while reading data, error message: JSON table encountered too many errors, giving up. Rows: 1; errors: 1. Please look into the errors[] collection for more details. File: gs://b/x.json", reason: "invalidData", remedy: "external table", shown: "too many errors" },
  { http: 400, says: "invalid", message: "Cannot list a table of type VIEW.", reason: "unsupported", remedy: "leave the option out" },
  { http: 401, says: "authError", status: "UNAUTHENTICATED", message: "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential.", reason: "unauthenticated", remedy: "gcloud auth application-default login" },
  { http: 501, says: "notImplemented", message: "This feature is not implemented", reason: "unsupported", remedy: "leave the option out" },
  { says: "stopped", message: "Job execution was cancelled: Job timed out after 60 sec", reason: "stopped", remedy: "default_query_job_timeout_ms", shown: "timed out after 60 sec" },
  { says: "timeout", message: "Operation timed out after 6.0 hours. Consider reducing the amount of work performed by your operation so that it can complete within this limit.", reason: "stopped", remedy: "fewer columns", shown: "6.0 hours" },
  { says: "stopped", message: "Job execution was cancelled: User requested cancellation", reason: "stopped", remedy: "run it again", shown: "was cancelled" },
  { says: "backendError", message: "Error encountered during execution. Retrying may solve the problem.", reason: "jobFailed", remedy: retry },
  { says: "internalError", message: "An internal error occurred and the request could not be completed.", reason: "jobFailed", remedy: retry },
  { says: "jobInternalError", message: "The job encountered an internal error during execution and was unable to complete successfully.", reason: "jobFailed", remedy: retry },
  { says: "rateLimitExceeded", message: "Exceeded rate limits: too many table update operations for this table", reason: "jobFailed", remedy: retry },
  { says: "quotaExceeded", message: "Custom quota exceeded: Your usage exceeded the custom quota for QueryUsagePerDay", reason: "quotaExceeded", remedy: "midnight Pacific time" },
  { says: "billingTierLimitExceeded", message: "Query exceeded resource limits. 5000 CPU seconds were used, and this query must use less than 2800 CPU seconds.", reason: "tooComplex", remedy: split },
  { says: "bytesBilledLimitExceeded", message: "Query exceeded limit for bytes billed: 1000. 10485760 or higher required.", reason: "bytesLimitExceeded", remedy: "--max-bytes-billed", shown: "10.5 MB" },
  { says: "invalidQuery", message: "Bad int64 value: 4111-1111-1111", reason: "invalidQuery", remedy: "check the condition", hidden: "4111" },
  { says: "invalidQuery", message: "Could not cast literal 'secret' to type DATE at [3:5]", reason: "invalidQuery", remedy: "check the condition", shown: "[3:5]", hidden: "secret" },
  { says: "notFound", message: "Not found: Table p:d.t was not found in location EU", reason: "notFound", remedy: "the location" },
]; // biome-ignore format: one table
