/** What a page can draw and lines of text cannot: distributions, trees, a card for each column. Raw, as the Document is. */
import type { Fact, Severity } from "../domain/Cell.ts";

export type Drawing = Distribution | Quantiles | Frequencies | Columns | Tree;

/** Where a value lies on a line (a number as it is, a time in milliseconds since 1970), and how it is written. */
export interface Place {
  readonly at: number;
  readonly label: string;
}

/** Rows from one value to before another; to the other itself in the last bin. */
export interface Bin {
  readonly from: Place;
  readonly to: Place;
  readonly count: number;
  readonly estimated?: boolean;
}

/** A histogram, and the one of an earlier time to lay it over. */
export interface Distribution {
  readonly _tag: "Distribution";
  readonly title: string;
  readonly bins: ReadonlyArray<Bin>;
  readonly baseline?: ReadonlyArray<Bin>;
  readonly approximate: boolean;
}

/** The value at or below which a share of all values lies: 0.5 is the median. */
export interface Quantile {
  readonly share: number;
  readonly place: Place;
}

/** A box plot: in the order of the shares, quartiles among them. */
export interface Quantiles {
  readonly _tag: "Quantiles";
  readonly title: string;
  readonly points: ReadonlyArray<Quantile>;
  readonly baseline?: ReadonlyArray<Quantile>;
  readonly approximate: boolean;
}

/** How often values stand, the most frequent first. */
export interface Frequencies {
  readonly _tag: "Frequencies";
  readonly title: string;
  readonly values: ReadonlyArray<{
    /** A text of its own, or what a value is written as. */
    readonly label: string;
    readonly count: number;
    /** Of the earlier time; null where that is not known. */
    readonly baseline?: number | null;
  }>;
  /** Of which `count` and `baseline` are parts. */
  readonly total: number;
  readonly baselineTotal?: number;
  readonly approximate: boolean;
}

/** Every column of a table, as a tree. */
export interface Columns {
  readonly _tag: "Columns";
  readonly title: string;
  readonly columns: ReadonlyArray<Column>;
}

export interface Column {
  /** Below its parent: `sku`; `path` is the whole one: `items[].sku`. */
  readonly name: string;
  readonly path: string;
  readonly type: string;
  /** The family that the type belongs to, to choose by. */
  readonly family: string;
  readonly description?: string;
  /** Rows that could hold a value, and how many of them do not. */
  readonly rows: number;
  readonly nulls: number;
  readonly facts: ReadonlyArray<Fact>;
  readonly findings: ReadonlyArray<{ readonly severity: Severity; readonly text: string }>;
  readonly drawings: ReadonlyArray<Distribution | Quantiles | Frequencies>;
  readonly columns: ReadonlyArray<Column>;
}

/** Two trees side by side. */
export interface Tree {
  readonly _tag: "Tree";
  readonly title: string;
  readonly sides: readonly [a: string, b: string];
  /** What the changes are sorted into, to choose by. */
  readonly groups: ReadonlyArray<string>;
  readonly nodes: ReadonlyArray<TreeNode>;
}

export interface TreeNode {
  /** Null on the side that does not have it. */
  readonly a: TreeSide | null;
  readonly b: TreeSide | null;
  readonly changes: ReadonlyArray<{ readonly group: string; readonly text: string }>;
  readonly nodes: ReadonlyArray<TreeNode>;
}

export interface TreeSide {
  readonly name: string;
  readonly type: string;
}
