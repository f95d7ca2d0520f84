/** How a program's results are shown: each as a Document, and all of them as the rows of a table. */
import type { ResultBase } from "../batch/Result.ts";
import type { Cell, Document } from "./Document.ts";

/** Shows the payloads of one program; the renderers themselves show failed and skipped items. */
export interface Presenter<Payload> {
  readonly present: (payload: Payload, result: ResultBase) => Document;
  /** The result as SQL that ends with a line feed; absent where the program has no such format. */
  readonly ddl?: (payload: Payload, result: ResultBase) => string;
  /** The result's row in the table of a batch. */
  readonly overview: {
    readonly columns: ReadonlyArray<{ readonly title: string; readonly align: "left" | "right" }>;
    readonly row: (payload: Payload) => ReadonlyArray<Cell>;
    /** How much the result needs attention, the most important number first; all zeros: not at all. */
    readonly severity?: (payload: Payload) => ReadonlyArray<number>;
    /** What results that need no attention are counted as: "485 without a difference"; absent: each has a row. */
    readonly uneventful?: string;
  };
}
