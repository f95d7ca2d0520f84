/** What one of the programs is to the command line: its options, its help, and how it comes to a batch. */
import type { Effect, Layer } from "effect";
import type { Program } from "../batch/Program.ts";
import type { Run } from "../batch/Result.ts";
import type { Presenter } from "../reports/Presenter.ts";
import type { BigQuery } from "../services/BigQuery.ts";
import type { About } from "./Help.ts";
import type { Common } from "./options/Common.ts";
import type { Specs, Values } from "./options/Spec.ts";
import type { Stderr } from "./output/Stderr.ts";
import type { UsageError } from "./UsageError.ts";

/** Options that every program has. */
export type CommonValues = Values<Common>;

/** A program and how its results are shown. */
export type Reader<Item, Payload> = Pick<Batch<Item, Payload>, "program" | "presenter">;

/** What is to be done, once the command line and the items are read. */
export interface Batch<Item, Payload> {
  readonly program: Program<Item, Payload>;
  readonly presenter: Presenter<Payload>;
  readonly items: ReadonlyArray<Item>;
  /** For --dry-run: free calls that items share, in words. */
  readonly planNotes?: ReadonlyArray<string>;
}

export interface Tool<S extends Common & Specs, Item, Payload> extends About {
  readonly name: Run["tool"];
  readonly options: S;
  readonly prepare: (
    values: Values<S>,
    operands: ReadonlyArray<string>,
  ) => Effect.Effect<Batch<Item, Payload>, UsageError, BigQuery | Stderr>;
  /** What reads and shows the results of earlier runs. */
  readonly reader: Effect.Effect<Reader<Item, Payload>>;
  readonly engines: (values: Values<S>) => Effect.Effect<Layer.Layer<BigQuery>>;
}
