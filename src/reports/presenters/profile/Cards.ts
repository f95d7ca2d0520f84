/** A card per column, nested like the columns, with all statistics, for pages with folding and drawings. */
import type { ColumnProfile, Profile } from "../../../programs/profile/Profile.ts";
import { columnKind, outline } from "../../../programs/profile/ReportedColumn.ts";
import type { Statistic } from "../../../programs/profile/statistics/Statistic.ts";
import { statistics } from "../../../programs/profile/statistics/Statistics.ts";
import type { Kind } from "../../../scan/Kind.ts";
import type { Fact } from "../../Document.ts";
import * as Document from "../../Document.ts";
import type { Column, Columns } from "../../Drawing.ts";
import { nested, treeOf } from "./ColumnTree.ts";
import { drawingsOf } from "./Drawings.ts";

/** The labels of the kinds. */
const families: Readonly<Record<Kind, string>> = {
  number: "numbers", string: "texts", bytes: "bytes", bool: "booleans", temporal: "dates and times",
  opaque: "others", struct: "structs", array: "arrays",
}; // biome-ignore format: one table

/** Statistics that are drawn. */
const drawn: ReadonlySet<string> = new Set(["quantiles", "histogram", "topValues", "true", "false"]);

/** Facts with the labels of the statistics. */
const facts = (column: ColumnProfile): ReadonlyArray<Fact> => [
  { label: "Nulls", cell: Document.count(column.nulls) },
  ...Object.values(statistics)
    .filter(({ id }) => !drawn.has(id))
    .flatMap((statistic) => {
      const value = column[statistic.id as keyof typeof statistics];
      return value === undefined ? [] : (statistic as Statistic<unknown>).display(value, columnKind(column));
    }),
];

export const cards = (profile: Profile): Columns => {
  const before = new Map(profile.drift?.baseline?.map((column) => [column.name, column]));
  const found = Map.groupBy(profile.findings, ({ column }) => column);
  return {
    _tag: "Columns",
    title: "Columns",
    columns: treeOf(
      nested(profile.columns),
      ({ column, label }, columns): Column => ({
        name: label,
        path: column.name,
        type: `${outline(column.type)}${column.mode === "REQUIRED" ? " REQUIRED" : ""}`,
        family: families[columnKind(column)],
        ...(column.description === undefined ? {} : { description: column.description }),
        rows: column.rows,
        nulls: column.nulls,
        facts: facts(column),
        findings: (found.get(column.name) ?? []).map(({ severity, message }) => ({
          severity,
          text: message,
        })),
        drawings: drawingsOf(column, before.get(column.name)),
        columns,
      }),
    ),
  };
};
