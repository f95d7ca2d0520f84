/** Blocks that only a page can draw: distributions, trees, a card per column. Texts are raw, as in Document. */
import type { Cell, Fact, Severity } from "../domain/Cell.ts";

export type Drawing = Distribution | Quantiles | Frequencies | Columns | Tree | RowShares | ChangedRows;

/** A position on an axis (a number, or a time in milliseconds since 1970), with its label. */
export interface AxisPosition {
  readonly at: number;
  readonly label: string;
}

/** What the positions of an axis are. */
export type Axis = "number" | "time";

/** The rows from one value (inclusive) to another (exclusive; inclusive in the last bin). */
export interface Bin {
  readonly from: AxisPosition;
  readonly to: AxisPosition;
  readonly count: number;
  readonly estimated?: boolean;
}

/** A histogram, with the baseline's for comparison. */
export interface Distribution {
  readonly _tag: "Distribution";
  readonly title: string;
  readonly axis: Axis;
  readonly bins: ReadonlyArray<Bin>;
  readonly baseline?: ReadonlyArray<Bin>;
  readonly approximate: boolean;
}

/** The value at a quantile: 0.5 is the median. */
export interface Quantile {
  readonly share: number;
  readonly place: AxisPosition;
}

/** A box plot: quantiles in ascending order, including the quartiles. */
export interface Quantiles {
  readonly _tag: "Quantiles";
  readonly title: string;
  readonly axis: Axis;
  readonly points: ReadonlyArray<Quantile>;
  readonly baseline?: ReadonlyArray<Quantile>;
  readonly approximate: boolean;
}

/** The frequencies of values, the most frequent first. */
export interface Frequencies {
  readonly _tag: "Frequencies";
  readonly title: string;
  readonly values: ReadonlyArray<{
    /** The value's text, or a fixed label. */
    readonly label: string;
    readonly count: number;
    /** The baseline's count; null if unknown. */
    readonly baseline?: number | null;
  }>;
  /** The total that `count` and `baseline` are parts of. */
  readonly total: number;
  readonly baselineTotal?: number;
  readonly approximate: boolean;
}

/** All columns of a table, as a tree. */
export interface Columns {
  readonly _tag: "Columns";
  readonly title: string;
  /** The name and date of the baseline, if there is one. */
  readonly baseline?: string;
  readonly columns: ReadonlyArray<Column>;
}

export interface Column {
  /** The name below its parent: `sku`; `path` is the full path: `items[].sku`. */
  readonly name: string;
  readonly path: string;
  readonly type: string;
  /** The group of the type, for filtering. */
  readonly family: string;
  readonly description?: string;
  /** The rows that can have a value, and the number of NULLs. */
  readonly rows: number;
  readonly nulls: number;
  /** The column's row in the table of all columns. */
  readonly summary: {
    readonly distinct?: Cell;
    readonly low?: Cell;
    readonly high?: Cell;
    /** Why no values are listed. */
    readonly variety?: string;
  };
  readonly facts: ReadonlyArray<FactGroup>;
  readonly findings: ReadonlyArray<{ readonly severity: Severity; readonly text: string }>;
  readonly drawings: ReadonlyArray<Distribution | Quantiles | Frequencies>;
  readonly columns: ReadonlyArray<Column>;
}

/** Facts that answer one question: how complete, from where to where. */
export interface FactGroup {
  readonly title: string;
  readonly facts: ReadonlyArray<Fact>;
}

/** The rows of two tables: the same, changed, and on one side only. */
export interface RowShares {
  readonly _tag: "RowShares";
  readonly title: string;
  readonly parts: ReadonlyArray<{
    readonly kind: "same" | "changed" | "a" | "b";
    readonly label: string;
    readonly count: number;
    /** Whether the number is a bound. */
    readonly bound?: "≥" | "≤";
  }>;
}

/** Rows whose values changed: A's value above B's, with the changed parts marked. */
export interface ChangedRows {
  readonly _tag: "ChangedRows";
  readonly title: string;
  /** The names of the key's columns. */
  readonly keys: ReadonlyArray<string>;
  readonly rows: ReadonlyArray<{
    readonly key: ReadonlyArray<Cell>;
    readonly cells: ReadonlyArray<{ readonly column: string; readonly a: Cell; readonly b: Cell }>;
  }>;
}

/** Two trees side by side. */
export interface Tree {
  readonly _tag: "Tree";
  readonly title: string;
  readonly sides: readonly [a: string, b: string];
  /** The groups of changes, for filtering. */
  readonly groups: ReadonlyArray<string>;
  readonly nodes: ReadonlyArray<TreeNode>;
}

export interface TreeNode {
  /** Null if the side does not have the field. */
  readonly a: TreeSide | null;
  readonly b: TreeSide | null;
  readonly changes: ReadonlyArray<{ readonly group: string; readonly text: string }>;
  readonly nodes: ReadonlyArray<TreeNode>;
}

export interface TreeSide {
  readonly name: string;
  readonly type: string;
}
