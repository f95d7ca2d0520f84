/**
 * A report as its reader sees it, without a format: programs present their results as Documents, renderers turn
 * Documents into text, Markdown or HTML. Every text in it is raw: escaping is the renderer's work.
 */

export type Severity = "info" | "notice" | "warning";

/** How a text stands out, where that can be shown; it says nothing that the text does not. */
export type Emphasis = "strong" | "muted" | "good" | "warn" | "bad";

/** What a cell or a fact holds; the renderer chooses separators, units and alignment. */
export type Cell =
  | { readonly _tag: "Text"; readonly text: string; readonly emphasis?: Emphasis }
  /** An exact count. */
  | { readonly _tag: "Count"; readonly value: number | null; readonly approximate?: boolean }
  /** A measured number, shown with six significant digits at most. */
  | { readonly _tag: "Number"; readonly value: number | null; readonly approximate?: boolean }
  /** A share between 0 and 1. */
  | { readonly _tag: "Share"; readonly value: number | null }
  | { readonly _tag: "Bytes"; readonly value: number | null }
  | { readonly _tag: "Duration"; readonly milliseconds: number | null }
  /** A value of the table, already in text. */
  | { readonly _tag: "Value"; readonly text: string | null }
  /** Counts of neighbouring bins, to be drawn small. */
  | { readonly _tag: "Spark"; readonly counts: ReadonlyArray<number> };

export interface Fact {
  readonly label: string;
  readonly cell: Cell;
}

export type Block =
  | { readonly _tag: "Facts"; readonly facts: ReadonlyArray<Fact> }
  | { readonly _tag: "Paragraph"; readonly text: string }
  | { readonly _tag: "Finding"; readonly severity: Severity; readonly subject: string; readonly text: string }
  | {
      readonly _tag: "Table";
      readonly title?: string;
      readonly columns: ReadonlyArray<{ readonly title: string; readonly align: "left" | "right" }>;
      readonly rows: ReadonlyArray<ReadonlyArray<Cell>>;
    }
  /** Equal-width or given bins with counts. */
  | {
      readonly _tag: "Histogram";
      readonly title: string;
      readonly bins: ReadonlyArray<{ readonly label: string; readonly count: number }>;
      readonly approximate: boolean;
    }
  | { readonly _tag: "Section"; readonly title: string; readonly blocks: ReadonlyArray<Block> };

/** One item's part of the report. */
export interface Document {
  readonly title: string;
  /** The one line that says how it stands. */
  readonly headline: string;
  readonly blocks: ReadonlyArray<Block>;
}

export const text = (value: string, emphasis?: Emphasis): Cell => ({
  _tag: "Text",
  text: value,
  ...(emphasis === undefined ? {} : { emphasis }),
});
export const count = (value: number | null, approximate = false): Cell => ({
  _tag: "Count",
  value,
  approximate,
});
export const number = (value: number | null, approximate = false): Cell => ({
  _tag: "Number",
  value,
  approximate,
});
export const share = (value: number | null): Cell => ({ _tag: "Share", value });
export const bytes = (value: number | null): Cell => ({ _tag: "Bytes", value });
export const duration = (milliseconds: number | null): Cell => ({ _tag: "Duration", milliseconds });
export const value = (shown: string | null): Cell => ({ _tag: "Value", text: shown });
export const spark = (counts: ReadonlyArray<number>): Cell => ({ _tag: "Spark", counts });
