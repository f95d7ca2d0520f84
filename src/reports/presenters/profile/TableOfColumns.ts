/** Builds tables from columns that compute their cells. */
import type { Block, Cell } from "../../Document.ts";
import * as Document from "../../Document.ts";

/** A column of a table whose rows are of type A; `undefined` for not applicable. */
export interface TableColumn<A> {
  readonly title: string;
  readonly cell: (row: A) => Cell | undefined;
}

const isText = (cell: Cell): boolean =>
  cell._tag === "Text" || cell._tag === "Value" || cell._tag === "Spark";

/**
 * Omits columns without any value; undefined without rows. Numbers are right-aligned, text is left-aligned; the first
 * `keys` columns identify a row.
 */
export const tableOf = <A>(
  title: string | undefined,
  rows: ReadonlyArray<A>,
  columns: ReadonlyArray<TableColumn<A>>,
  keys?: number,
): Block | undefined => {
  const filled = columns
    .map(({ title, cell }) => ({ title, cells: rows.map(cell) }))
    .filter(({ cells }) => cells.some((cell) => cell !== undefined));
  if (rows.length === 0 || filled.length === 0) return undefined;
  return {
    _tag: "Table",
    ...(title === undefined ? {} : { title }),
    columns: filled.map(({ title, cells }) => ({
      title,
      align: cells.every((cell) => cell === undefined || isText(cell)) ? "left" : "right",
    })),
    ...(keys === undefined ? {} : { keys }),
    rows: rows.map((_, i) => filled.map(({ cells }) => cells[i] ?? Document.text(""))),
  };
};

/** The blocks that are defined. */
export const blocksOf = (blocks: ReadonlyArray<Block | undefined>): ReadonlyArray<Block> =>
  blocks.filter((block) => block !== undefined);
