/** What a program must say of itself for a batch to run it and for the reports to show it. */
import type { Effect, Schema, Scope } from "effect";
import type { TableReference } from "../domain/TableReference.ts";
import type { Versions } from "../domain/TableVersion.ts";
import type { Cell, Document } from "../reports/Document.ts";
import type { BigQueryError } from "../services/BigQuery.ts";
import type { Engines } from "../services/Engines.ts";
import type { ItemName, ResultBase, Run } from "./Result.ts";

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
  readonly tool: Run["tool"];
  readonly key: "profile" | "diff" | "comparison";
  // biome-ignore lint/suspicious/noExplicitAny: the encoded form is each program's own
  readonly schema: Schema.Schema<Payload, any>;
  readonly name: (item: Item) => ItemName;
  /** The tables that the item names. */
  readonly references: (item: Item) => ReadonlyArray<TableReference>;
  /** The same text for the same work, however it is written and wherever it runs; absent: the name. */
  readonly identity?: (item: Item) => string;
  /** The present versions of what the item reads, found without reading it; absent: those of `references`. */
  readonly versions?: (item: Item) => Effect.Effect<Versions, BigQueryError, Engines | Scope.Scope>;
  /** Whether the same tables give the same result at any time; absent: they do. */
  readonly isRepeatable?: (item: Item) => boolean;
  readonly run: (item: Item) => Effect.Effect<Payload, BigQueryError, Engines | Scope.Scope>;
  readonly plan: (item: Item) => Effect.Effect<Plan, BigQueryError, Engines | Scope.Scope>;
  /** `different` where a threshold is broken or a difference found. */
  readonly verdict: (payload: Payload) => "ok" | "different";
  /** Whether a `different` one must be told by the exit status; absent: it must. */
  readonly breaks?: (payload: Payload) => boolean;
  /** The result as its reader sees it; failed and skipped items are presented by the reports themselves. */
  readonly present: (payload: Payload, result: ResultBase) => Document;
  /** The SQL that the result stands for, with a line end at the end; only where there is a format for it. */
  readonly ddl?: (payload: Payload, result: ResultBase) => string;
  /** One line of the batch's table for this result: `columns` gives the titles. */
  readonly overview: {
    readonly columns: ReadonlyArray<{ readonly title: string; readonly align: "left" | "right" }>;
    readonly row: (payload: Payload) => ReadonlyArray<Cell>;
    /** How much it needs a reader, the weightiest figure first; all zeros: not at all. */
    readonly gravity?: (payload: Payload) => ReadonlyArray<number>;
    /** What many items that need no reader are counted as: "485 without a difference"; absent: each has a line. */
    readonly uneventful?: string;
  };
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
  const { name, references, run, plan, versions, isRepeatable, identity: _, ...rest } = program;
  return {
    ...rest,
    name: (other) => name(toItem(other)),
    references: (other) => references(toItem(other)),
    identity,
    run: (other) => error(other) ?? run(toItem(other)),
    plan: (other) => error(other) ?? plan(toItem(other)),
    ...(versions === undefined ? {} : { versions: (other: Other) => versions(toItem(other)) }),
    ...(isRepeatable === undefined ? {} : { isRepeatable: (other: Other) => isRepeatable(toItem(other)) }),
  };
};
