/**
 * A card per column with all statistics, for pages with folding and
 * drawings, and the column's row in their table.
 */
import type { ColumnProfile, Profile } from "../../../programs/profile/Profile.ts";
import { columnKind, outline, present } from "../../../programs/profile/ReportedColumn.ts";
import type { Statistic } from "../../../programs/profile/statistics/Statistic.ts";
import { statistics } from "../../../programs/profile/statistics/Statistics.ts";
import type { Kind } from "../../../scan/Kind.ts";
import type { Fact } from "../../Document.ts";
import * as Document from "../../Document.ts";
import type { Column, Columns, FactGroup } from "../../Drawing.ts";
import { quantileCell, valueCell } from "./ColumnsTable.ts";
import { nested, treeOf } from "./ColumnTree.ts";
import { drawingsOf } from "./Drawings.ts";
import { baselineName } from "./Drift.ts";
import { hasFrequentValue } from "./TopValues.ts";

/** The labels of the kinds. */
const families: Readonly<Record<Kind, string>> = {
  number: "numbers", string: "texts", bytes: "bytes", bool: "booleans", temporal: "dates and times",
  opaque: "others", struct: "structs", array: "arrays",
}; // biome-ignore format: one table

type Id = keyof typeof statistics;

/** The questions that facts answer. A statistic that is in none of the groups is drawn instead. */
const groups: ReadonlyArray<{ readonly title: string; readonly ids: ReadonlyArray<Id> }> = [
  { title: "Completeness", ids: ["distinct", "uniqueness", "nan", "infinities", "empty", "blank", "padded"] },
  { title: "Range", ids: ["min", "max", "earliest", "latest", "zeros", "negatives"] },
  { title: "Centre", ids: ["mean", "quantiles"] },
  { title: "Shape", ids: ["stddev", "lengths", "outliers"] },
];

const isZero = ({ cell }: Fact): boolean => cell._tag === "Count" && cell.value === 0;

const factsOf = (column: ColumnProfile, id: Id): ReadonlyArray<Fact> => {
  if (id === "quantiles") {
    const cell = quantileCell(column, column.quantiles?.p50);
    return cell === undefined ? [] : [{ label: "Median", cell }];
  }
  const value = column[id];
  return value === undefined
    ? []
    : (statistics[id] as Statistic<unknown>).display(value, columnKind(column)).filter((one) => !isZero(one));
};

/** The facts of a column, without counts of zero. */
const facts = (column: ColumnProfile): ReadonlyArray<FactGroup> =>
  groups
    .map(({ title, ids }, i) => ({
      title,
      facts: [
        ...(i === 0 && column.nulls > 0 ? [{ label: "Nulls", cell: Document.count(column.nulls) }] : []),
        ...ids.flatMap((id) => factsOf(column, id)),
      ],
    }))
    .filter((group) => group.facts.length > 0);

/** Why no values are listed. */
const variety = ({ distinct, ...column }: ColumnProfile): string =>
  distinct?.exact === true && distinct.value === present(column) ? "all different" : "no value is frequent";

const summary = (column: ColumnProfile): Column["summary"] => {
  const { distinct, min, max, earliest, latest } = column;
  const [low, high] = [min ?? earliest, max ?? latest].map((value) => valueCell(column, value));
  return {
    ...(distinct === undefined ? {} : { distinct: Document.count(distinct.value, !distinct.exact) }),
    ...(low === undefined ? {} : { low }),
    ...(high === undefined ? {} : { high }),
    ...(column.topValues === undefined || hasFrequentValue(column) ? {} : { variety: variety(column) }),
  };
};

export const cards = (profile: Profile): Columns => {
  const before = new Map(profile.drift?.baseline?.map((column) => [column.name, column]));
  const found = Map.groupBy(profile.findings, ({ column }) => column);
  const baseline = baselineName(profile.drift);
  return {
    _tag: "Columns",
    title: "Columns",
    ...(baseline === undefined ? {} : { baseline }),
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
        summary: summary(column),
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
