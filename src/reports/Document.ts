/**
 * A report as its reader sees it, without a format: programs present their results as Documents, renderers turn
 * Documents into text, Markdown or HTML. Texts are raw: renderers escape them.
 */
import type { Cell, Emphasis, Fact, Severity } from "../domain/Cell.ts";
import type { Drawing } from "./Drawing.ts";

export * from "../domain/Cell.ts";

/** What every renderer of Documents can show, lines of text included. */
export type Block =
  | { readonly _tag: "Facts"; readonly facts: ReadonlyArray<Fact> }
  | { readonly _tag: "Paragraph"; readonly text: string }
  | { readonly _tag: "Finding"; readonly severity: Severity; readonly subject: string; readonly text: string }
  | {
      readonly _tag: "Table";
      readonly title?: string;
      readonly columns: ReadonlyArray<{ readonly title: string; readonly align: "left" | "right" }>;
      readonly rows: ReadonlyArray<ReadonlyArray<Cell>>;
      /** How many of the first columns say what a row is about; absent: one. */
      readonly keys?: number;
    }
  | {
      readonly _tag: "Section";
      readonly title: string;
      /** Closed at first, where a reader can open it. */
      readonly folded?: boolean;
      readonly blocks: ReadonlyArray<Block>;
    }
  | Depths;

/**
 * The same at two depths: `brief` for a page of lines, and where room is short; `full` where a reader can fold, search
 * and look at drawings.
 */
export interface Depths {
  readonly _tag: "Depths";
  readonly brief: ReadonlyArray<Block>;
  readonly full: ReadonlyArray<Block | Drawing>;
}

/** One item's part of the report. */
export interface Document {
  readonly title: string;
  /** What was found, in a word or two, where the item's status does not say it: `identical`. */
  readonly verdict?: { readonly text: string; readonly emphasis: Emphasis };
  /** One line with the outcome. */
  readonly headline: string;
  readonly blocks: ReadonlyArray<Block>;
}

/** The blocks with what is brief in the place of what has two depths. */
export const brief = (blocks: ReadonlyArray<Block>): ReadonlyArray<Exclude<Block, Depths>> =>
  blocks.flatMap((block) =>
    block._tag === "Depths"
      ? brief(block.brief)
      : block._tag === "Section"
        ? [{ ...block, blocks: brief(block.blocks) }]
        : [block],
  );
