/** The smallest parts of a Document: the content of a table cell, or the value of a fact. */

export type Severity = "info" | "notice" | "warning";

/** The emphasis of text, if the format supports it; never the only carrier of information. */
export type Emphasis = "strong" | "muted" | "good" | "warn" | "bad";

/** Part of a text, in UTF-16 code units: `from` inclusive, `to` exclusive. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** The content of a cell or a fact; the renderer chooses separators, units and alignment. */
export type Cell =
  | { readonly _tag: "Text"; readonly text: string; readonly emphasis?: Emphasis }
  /** An exact count. */
  | { readonly _tag: "Count"; readonly value: number | null; readonly approximate?: boolean }
  /** A number, or the digits of one; fractions are shortened. */
  | { readonly _tag: "Number"; readonly value: number | string | null; readonly approximate?: boolean }
  /** A share between 0 and 1; `bar` draws it, for comparing the rows of a column. */
  | { readonly _tag: "Share"; readonly value: number | null; readonly bar?: boolean }
  | { readonly _tag: "Bytes"; readonly value: number | null }
  | { readonly _tag: "Duration"; readonly milliseconds: number | null }
  /**
   * A value of the table as text. `changed` marks the parts that the other side lacks. `characters`
   * is the full length of a truncated value.
   */
  | {
      readonly _tag: "Value";
      readonly text: string | null;
      readonly changed?: ReadonlyArray<Span>;
      readonly characters?: number;
    }
  /** Counts of neighbouring bins, as a sparkline. */
  | { readonly _tag: "Spark"; readonly counts: ReadonlyArray<number>; readonly approximate?: boolean };

export interface Fact {
  readonly label: string;
  readonly cell: Cell;
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
export const number = (value: number | string | null, approximate = false): Cell => ({
  _tag: "Number",
  value,
  approximate,
});
export const share = (value: number | null, bar = false): Cell => ({
  _tag: "Share",
  value,
  ...(bar ? { bar } : {}),
});
export const bytes = (value: number | null): Cell => ({ _tag: "Bytes", value });
export const duration = (milliseconds: number | null): Cell => ({ _tag: "Duration", milliseconds });
export const value = (
  shown: string | null,
  more: { readonly changed?: ReadonlyArray<Span>; readonly characters?: number } = {},
): Cell => ({ _tag: "Value", text: shown, ...more });
export const spark = (counts: ReadonlyArray<number>, approximate = false): Cell => ({
  _tag: "Spark",
  counts,
  ...(approximate ? { approximate } : {}),
});
