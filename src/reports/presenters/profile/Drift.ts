/** The verdict on drift, and the measures that exceed the threshold. */

import * as Format from "../../../domain/Format.ts";
import { counted, cut } from "../../../domain/Phrases.ts";
import { shown } from "../../../domain/Value.ts";
import { type Drift, measures } from "../../../programs/profile/drift/Drift.ts";
import type { DriftMeasure } from "../../../programs/profile/Profile.ts";
import type { Block, Cell } from "../../Document.ts";
import * as Document from "../../Document.ts";
import { blocksOf, type TableColumn, tableOf } from "./TableOfColumns.ts";

const most = 50;

/** In the measure's unit, documented in docs/PROFILE.md. */
const changeCell = ({ measure, change }: DriftMeasure): Cell | undefined => {
  if (change === null) return undefined;
  // Small changes are easier to read in percent, changes above 100% are not.
  return (measure === "rows" || measure === "distinct" || measure === "nullRate") && change <= 1
    ? Document.share(change)
    : Document.number(change);
};

const sideCell = ({ measure }: DriftMeasure, value: DriftMeasure["before"]): Cell | undefined => {
  if (value === null) return undefined;
  if (measure === "nullRate" && typeof value === "number") return Document.share(value);
  if ((measure === "rows" || measure === "distinct") && typeof value === "number")
    return Document.count(value);
  const isNumber = typeof value === "number" || (measure === "quantiles" && Number.isFinite(Number(value)));
  return isNumber ? Document.number(value as number | string) : Document.value(cut(shown(value), 40));
};

/** Schema changes first, then the largest changes. */
const byChange = (a: DriftMeasure, b: DriftMeasure): number =>
  (b.change ?? Number.POSITIVE_INFINITY) === (a.change ?? Number.POSITIVE_INFINITY)
    ? 0
    : (b.change ?? Number.POSITIVE_INFINITY) - (a.change ?? Number.POSITIVE_INFINITY);

/** `baseline orders.json of 2026-01-31`, as far as it is known. */
export const baselineName = (drift: Drift | undefined): string | undefined => {
  if (drift === undefined) return undefined;
  const { name, startedAt } = drift.against ?? {};
  return `baseline${name === undefined ? "" : ` ${name}`}${startedAt === undefined ? "" : ` of ${startedAt.slice(0, 10)}`}`;
};

/** Empty without a baseline. */
export const driftBlocks = (drift: Drift | undefined): ReadonlyArray<Block> => {
  if (drift === undefined) return [];
  const broken = drift.measures.filter((measure) => measure.broken);
  const rows = broken.toSorted(byChange);
  const noted = harmless(drift.measures.filter(({ measure, broken }) => measure === "schema" && !broken));
  const { notCompared = [] } = drift;
  const all = drift.measures.length;
  const rest = notCompared.length === 0 ? "" : `; ${counted(notCompared.length, "measure")} not compared`;
  const verdict = `${broken.length === 0 ? "none" : Format.count(broken.length)} of ${counted(all, "measure")} exceed${broken.length > 1 ? "" : "s"} the threshold ${drift.threshold}${rest}`;
  const title = `Drift since the ${baselineName(drift)}`;
  const finding: Block = {
    _tag: "Finding",
    severity: broken.length > 0 ? "warning" : "info",
    subject: "drift",
    text: verdict,
  };
  const more: Block | undefined =
    rows.length > most
      ? { _tag: "Paragraph", text: `--full shows ${counted(rows.length - most, "more measure")}.` }
      : undefined;
  const paragraph: Block = { _tag: "Paragraph", text: verdict };
  return [
    {
      _tag: "Depths",
      brief: blocksOf([
        finding,
        tableOf(title, rows.slice(0, most), briefColumns, 2),
        more,
        noted,
        ...reasons(notCompared, fewNames),
      ]),
      long: blocksOf([
        finding,
        tableOf(title, rows, briefColumns, 2),
        noted,
        ...reasons(notCompared, Number.POSITIVE_INFINITY),
      ]),
      full: [
        {
          _tag: "Section",
          title,
          blocks: [
            paragraph,
            ...blocksOf([tableOf(undefined, rows, columns), noted]),
            ...reasons(notCompared, Number.POSITIVE_INFINITY),
          ],
        },
      ],
    },
  ];
};

const fewNames = 20;

/** Schema changes that do not count as drift: `nick added (STRING), id from INT64 REQUIRED to INT64`. */
const harmless = (changes: ReadonlyArray<DriftMeasure>): Block | undefined => {
  if (changes.length === 0) return undefined;
  const texts = changes.map(({ column, before, after }) => {
    const [was, is] = [before, after].map((type) => (type === null ? "" : shown(type)));
    return `${column} ${before === null ? `added (${is})` : `from ${was} to ${is}`}`;
  });
  const more = texts.length > fewNames ? ` and ${counted(texts.length - fewNames, "more")}` : "";
  const list = texts.slice(0, fewNames).join(", ");
  return { _tag: "Paragraph", text: `Schema changes that break no query, and are not drift: ${list}${more}` };
};

/** Measures that were not compared, by reason. */
const reasons = (notCompared: NonNullable<Drift["notCompared"]>, most: number): ReadonlyArray<Block> =>
  [...Map.groupBy(notCompared, ({ reason }) => reason)].map(([reason, list]) => {
    const names = list.map(({ column, measure }) => `${column ?? "(table)"} ${measures[measure].title}`);
    const more = names.length > most ? ` and ${counted(names.length - most, "more")}` : "";
    return { _tag: "Paragraph", text: `Not compared (${reason}): ${names.slice(0, most).join(", ")}${more}` };
  });

const column = (title: string, cell: (row: DriftMeasure) => Cell | undefined): TableColumn<DriftMeasure> => ({
  title,
  cell,
});

const name = column("Column", ({ column }) => Document.text(column ?? "(table)", "strong"));
const sides = [
  column("Before", (row) => sideCell(row, row.before)),
  column("After", (row) => sideCell(row, row.after)),
];
const change = column("Change", changeCell);

const measure = column("Measure", ({ measure }) => Document.text(measures[measure].title));

/** The change first: the sides may not fit. */
const briefColumns: ReadonlyArray<TableColumn<DriftMeasure>> = [name, measure, change, ...sides];

const columns: ReadonlyArray<TableColumn<DriftMeasure>> = [name, measure, ...sides, change];
