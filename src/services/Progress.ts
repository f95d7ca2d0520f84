/** Shows the progress of a batch on stderr. */
import { Context, type Effect } from "effect";

export interface ProgressService {
  /** Starts a batch of `total` items. */
  readonly start: (total: number) => Effect.Effect<void>;
  /** The batch has `total` items by now. */
  readonly grow: (total: number) => Effect.Effect<void>;
  /** An item starts; `label` is its name. */
  readonly begin: (label: string) => Effect.Effect<void>;
  readonly end: (label: string, status: "ok" | "different" | "failed" | "skipped") => Effect.Effect<void>;
  /** Prints a line, above the bar if there is one. */
  readonly message: (text: string) => Effect.Effect<void>;
  /** Ends the batch and removes the bar. */
  readonly stop: Effect.Effect<void>;
}

export class Progress extends Context.Tag("bqkit/Progress")<Progress, ProgressService>() {}
