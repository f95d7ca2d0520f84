/** How a program's results are shown: each as a Document, and all of them as rows of a table. */
import type { ResultBase } from "../batch/Result.ts";
import type { Cell, Document } from "./Document.ts";

/** A result in a few words. Pages show each kind in one colour, with one sign. */
export interface Outcome {
  readonly kind: "good" | "different" | "breaking" | "warning" | "notice";
  readonly text: string;
}

/** Presents the payloads of one program; the renderers present failed and skipped items. */
export interface Presenter<Payload> {
  readonly present: (payload: Payload, result: ResultBase) => Document;
  /** The result as SQL that ends with a line feed; absent if the program has no DDL. */
  readonly ddl?: (payload: Payload, result: ResultBase) => string;
  /** The result's row in the overview of a batch. */
  readonly outcome: (payload: Payload) => Outcome;
  readonly overview: {
    readonly columns: ReadonlyArray<{
      readonly title: string;
      readonly align: "left" | "right";
      /** Repeats the outcome, which pages show anyway. */
      readonly isOutcome?: true;
    }>;
    readonly row: (payload: Payload) => ReadonlyArray<Cell>;
    /** How much the result needs attention, the most important number first; all zeros: none. */
    readonly severity?: (payload: Payload) => ReadonlyArray<number>;
    /**
     * The label of the count of results that need no attention: "485 without a difference"; absent: each has a row.
     */
    readonly uneventful?: string;
    /** Restrictions of a result that needs no attention: "geo was not compared"; shown with the overview. */
    readonly remarks?: (payload: Payload) => ReadonlyArray<string>;
  };
}
