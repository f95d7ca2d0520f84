/** The interface of a program that a batch can run. */
import type { Effect, Schema } from "effect";
import type { TableReference } from "../domain/TableReference.ts";
import type { Versions } from "../domain/TableVersion.ts";
import type { BigQuery } from "../services/BigQuery.ts";
import type { BigQueryError } from "../services/BigQueryError.ts";
import type { ItemName } from "./Result.ts";

/** The statements that one item would run, with their estimated cost. */
export interface Plan {
  readonly statements: ReadonlyArray<{
    readonly purpose: string;
    readonly sql: string;
    readonly bytes: number | null;
    /** False if the estimate is unreliable (external tables). */
    readonly trusted: boolean;
    /** The number of billed tables, each with a minimum of 10 MiB. */
    readonly tables: number;
  }>;
  /** Free calls: "1 metadata call, 1 row listing". */
  readonly notes: ReadonlyArray<string>;
}

/** `Payload` is the program's part of a result, stored in its JSON under `key`. */
export interface Program<Item, Payload> {
  /** The name of the command-line program. */
  readonly name: string;
  readonly key: string;
  // biome-ignore lint/suspicious/noExplicitAny: the encoded form is each program's own
  readonly schema: Schema.Schema<Payload, any>;
  readonly itemName: (item: Item) => ItemName;
  /** The tables that the item reads. */
  readonly references: (item: Item) => ReadonlyArray<TableReference>;
  /**
   * Identifies the work of the item independently of the machine and of how its name is written; absent: the name.
   */
  readonly identity?: (item: Item) => string;
  /** The current versions of what the item reads, without reading it; absent: those of `references`. */
  readonly versions?: (item: Item) => Effect.Effect<Versions, BigQueryError, BigQuery>;
  /** Whether unchanged tables always give the same result; absent: they do. */
  readonly isDeterministic?: (item: Item) => boolean;
  readonly run: (item: Item) => Effect.Effect<Payload, BigQueryError, BigQuery>;
  readonly plan: (item: Item) => Effect.Effect<Plan, BigQueryError, BigQuery>;
  /** `different` if a difference was found or a threshold exceeded. */
  readonly verdict: (payload: Payload) => "ok" | "different";
  /** Whether a `different` result determines the exit status; absent: it does. */
  readonly breaks?: (payload: Payload) => boolean;
}

/** Adapts the program to another type of item with its own identity; an item with an error fails. */
export const over = <Item, Other, Payload>(
  program: Program<Item, Payload>,
  {
    toItem,
    identity,
    error,
  }: {
    readonly toItem: (other: Other) => Item;
    readonly identity: (other: Other) => string;
    readonly error: (other: Other) => BigQueryError | undefined;
  },
): Program<Other, Payload> => {
  const { itemName, references, run, plan, versions, isDeterministic, identity: _, ...rest } = program;
  return {
    ...rest,
    itemName: (other) => itemName(toItem(other)),
    references: (other) => references(toItem(other)),
    identity,
    run: (other) => error(other) ?? run(toItem(other)),
    plan: (other) => error(other) ?? plan(toItem(other)),
    ...(versions === undefined ? {} : { versions: (other: Other) => versions(toItem(other)) }),
    ...(isDeterministic === undefined
      ? {}
      : { isDeterministic: (other: Other) => isDeterministic(toItem(other)) }),
  };
};
