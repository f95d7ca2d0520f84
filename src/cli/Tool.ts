/** What one of the programs is to the command line: its options, its help, and how it comes to a batch. */
import type * as FileSystem from "@effect/platform/FileSystem";
import type { Effect, Layer, Schema } from "effect";
import type { Program } from "../batch/Program.ts";
import type { Presenter } from "../reports/Presenter.ts";
import type { BigQuery } from "../services/BigQuery.ts";
import type { Common, ofQueries } from "./options/Common.ts";
import type { Stderr } from "./output/Stderr.ts";
import type { UsageError } from "./UsageError.ts";

/** Options that every program has. */
export type CommonValues = Schema.Struct.Type<Common>;

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

/** The texts of --help. */
export interface About {
  readonly name: string;
  readonly summary: string;
  readonly usage: ReadonlyArray<string>;
  /** Lines about operands. */
  readonly input: ReadonlyArray<string>;
  readonly examples: ReadonlyArray<string>;
}

/** The schema of a program's options on the command line. */
export type OptionsSchema<Values> = Schema.Schema<Values, Readonly<Record<string, unknown>>> & {
  readonly fields: Schema.Struct.Fields;
};

export interface Tool<Values extends CommonValues, Item, Payload> extends About {
  readonly options: OptionsSchema<Values>;
  readonly prepare: (
    values: Values,
    operands: ReadonlyArray<string>,
  ) => Effect.Effect<Batch<Item, Payload>, UsageError, BigQuery | Stderr | FileSystem.FileSystem>;
  /** What reads and shows the results of earlier runs. */
  readonly reader: Effect.Effect<Reader<Item, Payload>>;
  /** What answers; absent: BigQuery and local files. */
  readonly engines?: Layer.Layer<BigQuery>;
}

/** What the layers need to know. */
export type ConnectionValues = CommonValues & Partial<Schema.Struct.Type<typeof ofQueries>>;
