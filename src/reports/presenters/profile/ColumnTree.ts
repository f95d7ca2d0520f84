/** Builds a tree of columns from the list in a report. */
import type { ColumnProfile } from "../../../programs/profile/Profile.ts";
import { isBelow } from "../../../programs/profile/ReportedColumn.ts";

/** A column with its name relative to its parent. */
export interface Nested {
  readonly column: ColumnProfile;
  readonly label: string;
  readonly depth: number;
}

/** In the given order: parents before children. */
export const nested = (columns: ReadonlyArray<ColumnProfile>): ReadonlyArray<Nested> => {
  const above: Array<string> = [];
  return columns.map((column) => {
    while (above.length > 0 && !isBelow(column.name, above.at(-1)!)) above.pop();
    const parent = above.at(-1);
    const label = parent === undefined ? column.name : column.name.slice(parent.length).replace(/^\./, "");
    const depth = above.length;
    above.push(column.name);
    return { column, label, depth };
  });
};

/** A tree of the results of `make` for each column and its children. */
export const treeOf = <A>(
  columns: ReadonlyArray<Nested>,
  make: (one: Nested, below: ReadonlyArray<A>) => A,
): ReadonlyArray<A> => {
  const level = (from: number, to: number): ReadonlyArray<A> => {
    const nodes: Array<A> = [];
    for (let i = from; i < to; ) {
      const one = columns[i]!;
      let end = i + 1;
      while (end < to && columns[end]!.depth > one.depth) end++;
      nodes.push(make(one, level(i + 1, end)));
      i = end;
    }
    return nodes;
  };
  return level(0, columns.length);
};
