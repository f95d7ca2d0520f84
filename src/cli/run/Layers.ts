/** BigQuery and local files, configured by the options. */
import { Context, Effect, Layer, Ref } from "effect";
import type { TableReference } from "../../domain/TableReference.ts";
import type { BigQuery } from "../../services/BigQuery.ts";
import type { ConnectionValues } from "../Tool.ts";

/** Removes members that are undefined. */
export const defined = <A extends object>(
  fields: A,
): { readonly [K in keyof A]?: Exclude<A[K], undefined> } =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;

/** Retries get at least this long, even with a short time limit. */
const leastPatienceMs = 5000;

/** The tables of the run, once the items are read: the local engine opens no other file. */
export class RunTables extends Context.Tag("bqkit/RunTables")<
  RunTables,
  Ref.Ref<(() => Iterable<TableReference>) | undefined>
>() {
  static readonly layer = Layer.effect(
    this,
    Ref.make<(() => Iterable<TableReference>) | undefined>(undefined),
  );
}

export const engines = (values: ConnectionValues): Layer.Layer<BigQuery, never, RunTables> =>
  Layer.unwrapEffect(
    Effect.map(
      Effect.all([Effect.promise(() => import("../../layers/Router.ts")), RunTables]),
      ([Router, tables]) => {
        // Read again by each start of the local engine.
        const references = Effect.map(Ref.get(tables), (all) =>
          all === undefined ? undefined : { [Symbol.iterator]: () => all()[Symbol.iterator]() },
        );
        return Router.layer({
          connection: defined({
            project: values.project,
            location: values.location,
            credentials: values.credentials,
            impersonate: values.impersonate,
            quotaProject: values.quotaProject,
            endpoint: values.endpoint,
            labels: values.label,
            kmsKey: values.kmsKey,
          }),
          policy: defined({
            rateLimit: values.rateLimit,
            retries: values.retries,
            listTimeout: values.timeout,
            connectTimeout: values.connectTimeout,
            maximumBytesBilled: values.maxBytesBilled.limit,
            // Leaves the rest of the time for the item itself.
            patience: Math.max(values.timeout / 2, leastPatienceMs),
          }),
          local: defined({
            threads: values.threads,
            types: values.types,
            references,
            memoryLimit: values.memoryLimit === undefined ? undefined : `${values.memoryLimit}B`,
          }),
        });
      },
    ),
  );
