/** Columns below columns: a report lists them by path, a reader sees a tree. */
import type { ColumnProfile } from "../../../programs/profile/Profile.ts";
import { isBelow } from "../../../programs/profile/ReportedColumn.ts";

/** A column, named below the nearest one above it. */
export interface Nested {
  readonly column: ColumnProfile;
  readonly label: string;
  readonly depth: number;
}

/** In the order given: parents before children. */
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

/** A tree of what `make` makes of each column and of what stands below it. */
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
