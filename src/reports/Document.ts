/**
 * A report independent of its format: programs present their results as Documents; renderers convert
 * Documents to text, Markdown or HTML. Texts are raw; renderers escape them.
 */
import type { Cell, Emphasis, Fact, Severity } from "../domain/Cell.ts";
import type { Drawing } from "./Drawing.ts";

export * from "../domain/Cell.ts";

/** Blocks that every renderer supports. */
export type Block =
  | { readonly _tag: "Facts"; readonly facts: ReadonlyArray<Fact> }
  | { readonly _tag: "Paragraph"; readonly text: string }
  | { readonly _tag: "Finding"; readonly severity: Severity; readonly subject: string; readonly text: string }
  | {
      readonly _tag: "Table";
      readonly title?: string;
      readonly columns: ReadonlyArray<{ readonly title: string; readonly align: "left" | "right" }>;
      readonly rows: ReadonlyArray<ReadonlyArray<Cell>>;
      /** The number of leading columns that identify a row; absent: one. */
      readonly keys?: number;
    }
  | {
      readonly _tag: "Section";
      readonly title: string;
      /** Initially collapsed, if the format supports it. */
      readonly folded?: boolean;
      readonly blocks: ReadonlyArray<Block>;
    }
  | Depths;

/** Levels of detail of text and Markdown: one of many items, a single item, everything (--full). */
export type Level = "short" | "brief" | "long";

/**
 * Levels of detail: `brief` for text and limited space; `full` for pages with folding, search and drawings.
 */
export interface Depths {
  readonly _tag: "Depths";
  /** For one of many items; absent: `brief`. */
  readonly short?: ReadonlyArray<Block>;
  readonly brief: ReadonlyArray<Block>;
  /** With --full; absent: `brief`. */
  readonly long?: ReadonlyArray<Block>;
  readonly full: ReadonlyArray<Block | Drawing>;
}

/** One item's part of the report. */
export interface Document {
  readonly title: string;
  /** The outcome in a word or two, if the status does not express it: `identical`. */
  readonly verdict?: { readonly text: string; readonly emphasis: Emphasis };
  /** The outcome in one line. */
  readonly headline: string;
  readonly blocks: ReadonlyArray<Block>;
}

/** Replaces blocks that have levels of detail by those of one level. */
export const brief = (
  blocks: ReadonlyArray<Block>,
  level: Level = "brief",
): ReadonlyArray<Exclude<Block, Depths>> =>
  blocks.flatMap((block) =>
    block._tag === "Depths"
      ? brief(block[level] ?? block.brief, level)
      : block._tag === "Section"
        ? [{ ...block, blocks: brief(block.blocks, level) }]
        : [block],
  );

/** The level of detail of an item's part of a report. */
export const levelOf = (items: number, full = false): Level =>
  full ? "long" : items > 1 ? "short" : "brief";
