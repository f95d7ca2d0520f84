/** The definition of a program for the command line: options, help, and how operands become a batch. */
import type * as FileSystem from "@effect/platform/FileSystem";
import type { Effect, Layer, Schema, Scope } from "effect";
import type { Items } from "../batch/Items.ts";
import type { Program } from "../batch/Program.ts";
import type { Presenter } from "../reports/Presenter.ts";
import type { BigQuery } from "../services/BigQuery.ts";
import type { Common, ofQueries } from "./options/Common.ts";
import type { Stderr } from "./output/Stderr.ts";
import type { UsageError } from "./UsageError.ts";

/** The values of the options that all programs share. */
export type CommonValues = Schema.Struct.Type<Common>;

/** A program and how its results are shown. */
export type Reader<Item, Payload> = Pick<Batch<Item, Payload>, "program" | "presenter">;

/** A batch that is ready to run. */
export interface Batch<Item, Payload> {
  readonly program: Program<Item, Payload>;
  readonly presenter: Presenter<Payload>;
  readonly items: Items<Item>;
  /** For --dry-run: notes about free calls that items share. */
  readonly planNotes?: () => ReadonlyArray<string>;
}

/** The texts of --help. */
export interface About {
  readonly name: string;
  readonly summary: string;
  readonly usage: ReadonlyArray<string>;
  /** About the operands. */
  readonly input: string;
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
  ) => Effect.Effect<
    Batch<Item, Payload>,
    UsageError,
    BigQuery | Stderr | FileSystem.FileSystem | Scope.Scope
  >;
  /** Reads and presents the results of earlier runs. */
  readonly reader: Effect.Effect<Reader<Item, Payload>>;
  /** Replaces the BigQuery and local engines, for tests. */
  readonly engines?: Layer.Layer<BigQuery>;
}

/** The options that configure the layers. */
export type ConnectionValues = CommonValues & Partial<Schema.Struct.Type<typeof ofQueries>>;
