/** Where a batch says how far it is. Everything it shows goes to stderr. */
import { Context, type Effect } from "effect";

export interface ProgressService {
  /** The batch begins; `total` items. */
  readonly start: (total: number) => Effect.Effect<void>;
  /** An item begins; `label` is its reference. */
  readonly begin: (label: string) => Effect.Effect<void>;
  readonly end: (label: string, status: "ok" | "different" | "failed" | "skipped") => Effect.Effect<void>;
  /** A line for the reader, above the bar where there is one. */
  readonly message: (text: string) => Effect.Effect<void>;
  /** The batch is over: the bar is taken away. */
  readonly stop: Effect.Effect<void>;
}

export class Progress extends Context.Tag("bqkit/Progress")<Progress, ProgressService>() {}
