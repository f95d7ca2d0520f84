/** Chooses the engine for a reference. Each is loaded and started when it is first asked for, so that start-up is fast. */
import { Effect, Layer, Option, Ref, Scope } from "effect";
import type { TypeName } from "../domain/TableSchema.ts";
import { BigQueryError, type BigQueryService } from "../services/BigQuery.ts";
import { Engines } from "../services/Engines.ts";
import * as Governed from "./CallPolicy.ts";
import type { Connection } from "./google/Connection.ts";

export { Engines };

export interface Config {
  readonly connection?: Connection;
  /** How calls to BigQuery are paced, retried and capped. */
  readonly policy?: Governed.Options;
  readonly local?: {
    /** Threads of the local engine (all cores). */
    readonly threads?: number;
    /** Most memory of the local engine, as DuckDB writes sizes: `2GB` (80%). */
    readonly memoryLimit?: string;
    /** Types of columns of text files, by name, instead of those that all values have. */
    readonly types?: Readonly<Record<string, TypeName>>;
  };
}

export const layer = (config: Config = {}): Layer.Layer<Engines> => Layer.scoped(Engines, make(config));

const make = Effect.fnUntraced(function* (config: Config) {
  const scope = yield* Effect.scope;
  const governed = yield* Governed.make(config.policy);

  const google = yield* startOnce(
    Effect.gen(function* () {
      const Google = yield* load("the BigQuery client", () => import("./google/Google.ts"));
      return governed.service(yield* Google.make(config.connection ?? {}, governed.policy));
    }),
  );

  const local = yield* startOnce(
    Effect.gen(function* () {
      const DuckDb = yield* load("the local engine", () => import("./duckdb/DuckDb.ts"));
      return yield* Scope.extend(DuckDb.make(config.local ?? {}), scope);
    }),
  );

  return Engines.of({
    for: (reference): Effect.Effect<BigQueryService, BigQueryError, Scope.Scope> =>
      reference._tag === "BigQueryTable"
        ? google
        : Effect.map(
            Effect.flatMap(local, ({ open }) => open(reference)),
            Governed.measured,
          ),
  });
});

const load = <A>(what: string, module: () => Promise<A>): Effect.Effect<A, BigQueryError> =>
  Effect.tryPromise({
    try: module,
    catch: (error) =>
      BigQueryError.of(
        "outOfResources",
        `${what} cannot be loaded: ${error instanceof Error ? error.message : "no reason given"}`,
        {
          remedy: "install again, for this machine's system and processor",
        },
      ),
  });

/** The effect's answer, kept once there is one: a start that failed or was interrupted is tried again. */
const startOnce = <A, E>(start: Effect.Effect<A, E>): Effect.Effect<Effect.Effect<A, E>> =>
  Effect.gen(function* () {
    const started = yield* Ref.make(Option.none<A>());
    const turn = yield* Effect.makeSemaphore(1);
    const startNow = Effect.tap(start, (engine) => Ref.set(started, Option.some(engine)));
    const current = Effect.flatMap(
      Ref.get(started),
      Option.match({ onNone: () => startNow, onSome: Effect.succeed }),
    );
    return turn.withPermits(1)(current);
  });
