/** Sample rows. */
import type { Row } from "../../domain/Value.ts";
import type { Block } from "../../reports/Document.ts";
import * as Document from "../../reports/Document.ts";
import { counted, cut } from "../../reports/words.ts";
import type { Profile } from "./Profile.ts";
import { blocksOf, tableOf } from "./present-table.ts";
import { shown } from "./statistics/show.ts";

/** With more columns than this, a row is shown from top to bottom, and fewer of them. */
const manyColumns = 10;
const fewRows = 3;
const widest = 40;

const cell = (row: Row, name: string) => {
  // A column may be called `toString`.
  const value = Object.hasOwn(row, name) ? (row[name] ?? null) : null;
  return Document.value(value === null ? null : cut(shown(value), widest));
};

/** The rows as they are, or turned where there are many columns. */
export const sampleTable = (sample: Profile["sample"]): ReadonlyArray<Block> => {
  if (sample === undefined || sample.length === 0) return [];
  const names = [...new Set(sample.flatMap((row) => Object.keys(row)))];
  if (names.length <= manyColumns) {
    return blocksOf([
      tableOf(
        "Sample rows",
        sample,
        names.map((name) => ({ title: name, cell: (row) => cell(row, name) })),
      ),
    ]);
  }
  const rows = sample.slice(0, fewRows);
  return blocksOf([
    tableOf("Sample rows", names, [
      { title: "Column", cell: (name) => Document.text(name, "strong") },
      ...rows.map((row, i) => ({ title: `Row ${i + 1}`, cell: (name: string) => cell(row, name) })),
    ]),
    sample.length > fewRows
      ? {
          _tag: "Paragraph",
          text: `${counted(sample.length - fewRows, "more row")} in the json report.`,
        }
      : undefined,
  ]);
};
