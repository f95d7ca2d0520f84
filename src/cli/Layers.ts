/** The BigQuery and local layers, configured by the options. */
import { Effect, Layer } from "effect";
import type { BigQuery } from "../services/BigQuery.ts";
import type { ConnectionValues } from "./Tool.ts";

/** Removes members that are undefined. */
export const defined = <A extends object>(
  fields: A,
): { readonly [K in keyof A]?: Exclude<A[K], undefined> } =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;

/** Retries get at least this long, even with a short time limit. */
const leastPatienceMs = 5000;

export const engines = (values: ConnectionValues): Layer.Layer<BigQuery> =>
  Layer.unwrapEffect(
    Effect.map(
      Effect.promise(() => import("../layers/Router.ts")),
      (Router) =>
        Router.layer({
          connection: defined({
            project: values.project,
            location: values.location,
            credentials: values.credentials,
            impersonate: values.impersonate,
            quotaProject: values.quotaProject,
            endpoint: values.endpoint,
            labels: values.label,
          }),
          policy: defined({
            rateLimit: values.rateLimit,
            retries: values.retries,
            maximumBytesBilled: values.maxBytesBilled.limit,
            // Leaves the rest of the time for the item itself.
            patience: Math.max(values.timeout / 2, leastPatienceMs),
          }),
          local: defined({
            threads: values.threads,
            types: values.types,
            memoryLimit: values.memoryLimit === undefined ? undefined : `${values.memoryLimit}B`,
          }),
        }),
    ),
  );
