/** What a batch needs to know about a program to run it. */
import type { Effect, Schema } from "effect";
import type { TableReference } from "../domain/TableReference.ts";
import type { Versions } from "../domain/TableVersion.ts";
import type { BigQuery } from "../services/BigQuery.ts";
import type { BigQueryError } from "../services/BigQueryError.ts";
import type { ItemName } from "./Result.ts";

/** What one item would run, and what that would cost. */
export interface Plan {
  readonly statements: ReadonlyArray<{
    readonly purpose: string;
    readonly sql: string;
    readonly bytes: number | null;
    /** False where `bytes` is not to be trusted (external tables). */
    readonly trusted: boolean;
    /** Tables that it reads and that are billed: each at 10 MiB at least. */
    readonly tables: number;
  }>;
  /** Free calls in words: "1 metadata call, 1 row listing". */
  readonly notes: ReadonlyArray<string>;
}

/** `Payload` is the program's own part of a result, as it stands in JSON under `key`. */
export interface Program<Item, Payload> {
  /** The name of the command-line program. */
  readonly name: string;
  readonly key: string;
  // biome-ignore lint/suspicious/noExplicitAny: the encoded form is each program's own
  readonly schema: Schema.Schema<Payload, any>;
  readonly itemName: (item: Item) => ItemName;
  /** The tables that the item names. */
  readonly references: (item: Item) => ReadonlyArray<TableReference>;
  /** The same text for the same work, however it is written and wherever it runs; absent: the name. */
  readonly identity?: (item: Item) => string;
  /** The present versions of what the item reads, found without reading it; absent: those of `references`. */
  readonly versions?: (item: Item) => Effect.Effect<Versions, BigQueryError, BigQuery>;
  /** Whether the same tables give the same result at any time; absent: they do. */
  readonly isDeterministic?: (item: Item) => boolean;
  readonly run: (item: Item) => Effect.Effect<Payload, BigQueryError, BigQuery>;
  readonly plan: (item: Item) => Effect.Effect<Plan, BigQueryError, BigQuery>;
  /** `different` where a threshold is broken or a difference found. */
  readonly verdict: (payload: Payload) => "ok" | "different";
  /** Whether a `different` one must be told by the exit status; absent: it must. */
  readonly breaks?: (payload: Payload) => boolean;
}

/** The program over what stands for its items: something else by whose own identity it goes, or an error. */
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
