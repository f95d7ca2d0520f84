/** The verdict on drift, and what moved. */

import { counted } from "../../../domain/Phrases.ts";
import { type Drift, measures } from "../../../programs/profile/drift/Drift.ts";
import type { DriftMeasure } from "../../../programs/profile/Profile.ts";
import type { Block, Cell } from "../../Document.ts";
import * as Document from "../../Document.ts";
import { valueCell } from "./ColumnsTable.ts";
import { blocksOf, type TableColumn, tableOf } from "./TableOfColumns.ts";

const most = 50;

/** In the measure's own unit; docs/PROFILE.md tells it. */
const changeCell = ({ measure, change }: DriftMeasure): Cell | undefined => {
  if (change === null) return undefined;
  // Small shares are easier to read in percent, changes beyond the whole are not.
  return (measure === "rows" || measure === "distinct" || measure === "nullRate") && change <= 1
    ? Document.share(change)
    : Document.number(change);
};

const sideCell = ({ measure }: DriftMeasure, value: DriftMeasure["before"]): Cell | undefined => {
  if (value === null) return undefined;
  if (measure === "nullRate" && typeof value === "number") return Document.share(value);
  if ((measure === "rows" || measure === "distinct") && typeof value === "number")
    return Document.count(value);
  return typeof value === "number" ? Document.number(value) : valueCell(value, 40);
};

/** The schema first, then what moved most. */
const byChange = (a: DriftMeasure, b: DriftMeasure): number =>
  (b.change ?? Number.POSITIVE_INFINITY) === (a.change ?? Number.POSITIVE_INFINITY)
    ? 0
    : (b.change ?? Number.POSITIVE_INFINITY) - (a.change ?? Number.POSITIVE_INFINITY);

/** Nothing where there was no baseline. */
export const driftBlocks = (drift: Drift | undefined): ReadonlyArray<Block> => {
  if (drift === undefined) return [];
  const broken = drift.measures.filter((measure) => measure.broken);
  const noted = drift.measures.filter(({ measure, broken }) => measure === "schema" && !broken);
  const rows = [...broken, ...noted].toSorted(byChange);
  const verdict =
    broken.length > 0
      ? `${counted(broken.length, "measure")} of ${drift.measures.length} moved past the threshold ${drift.threshold}`
      : `none of ${counted(drift.measures.length, "measure")} moved past the threshold ${drift.threshold}`;
  const title = "Drift since the baseline";
  const brief = blocksOf([
    { _tag: "Finding", severity: broken.length > 0 ? "warning" : "info", subject: "drift", text: verdict },
    tableOf(title, rows.slice(0, most), columns, 2),
    rows.length > most
      ? { _tag: "Paragraph", text: `${counted(rows.length - most, "more measure")} in the json report.` }
      : undefined,
  ]);
  const said: Block = { _tag: "Paragraph", text: verdict };
  return [
    {
      _tag: "Depths",
      brief,
      full: [{ _tag: "Section", title, blocks: [said, ...blocksOf([tableOf(undefined, rows, columns)])] }],
    },
  ];
};

const columns: ReadonlyArray<TableColumn<DriftMeasure>> = [
  { title: "Column", cell: ({ column }) => Document.text(column ?? "(table)", "strong") },
  { title: "Measure", cell: ({ measure }) => Document.text(measures[measure].title) },
  { title: "Before", cell: (row) => sideCell(row, row.before) },
  { title: "After", cell: (row) => sideCell(row, row.after) },
  { title: "Change", cell: changeCell },
  { title: "Verdict", cell: ({ broken }) => Document.text(broken ? "broken" : "noted") },
];
