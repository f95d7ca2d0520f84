/** Derives the verdict from the results. */
import { counted } from "../../domain/Phrases.ts";
import type { ColumnStatistics, Comparison, Reason, RowComparison } from "./Comparison.ts";
import type { Columns } from "./columns/Columns.ts";
import type { MaxDiff } from "./Options.ts";

export interface Found {
  readonly columns: Columns;
  readonly rowsA: number | null;
  readonly rowsB: number | null;
  readonly rows: RowComparison | undefined;
  readonly statistics: ReadonlyArray<ColumnStatistics> | undefined;
  readonly skipRows: boolean;
}

/** The number of differing rows: with a key each counts once; without one, a changed row counts on both sides. */
export const differingRows = ({ changed, onlyA, onlyB }: RowComparison): number =>
  changed === null ? Math.max(onlyA, onlyB) : changed + onlyA + onlyB;

/** Whether a difference is proven, including in rows that were not fetched. */
export const rowsDiffer = (rows: RowComparison): boolean =>
  differingRows(rows) > 0 || rows.unread !== undefined;

/** Every reason for `different`. */
export const reasons = (found: Found): ReadonlyArray<Reason> => {
  const { columns, rows, rowsA, rowsB, statistics } = found;
  const isNothing = columns.key.length + columns.compared.length === 0;
  return [
    ...(isNothing ? [reason("nothing-compared", "the tables have no comparable columns")] : []),
    ...schemaReasons(columns),
    ...(rowsA !== null && rowsB !== null && rowsA !== rowsB
      ? [reason("count", `${counted(rowsA, "row")} in A, ${counted(rowsB, "row")} in B`)]
      : []),
    ...(rows === undefined || !rowsDiffer(rows) ? [] : [reason("rows", rowsText(rows))]),
    // Equal rows have equal statistics, whatever the estimates.
    ...(rows === undefined ? statisticsReasons(statistics ?? []) : []),
  ];
};

const reason = (kind: Reason["kind"], text: string): Reason => ({ kind, text });

const schemaReasons = ({ onlyA, onlyB, omitted }: Columns): ReadonlyArray<Reason> => [
  ...(onlyA.length === 0 ? [] : [reason("schema", `only A has ${list(onlyA)}`)]),
  ...(onlyB.length === 0 ? [] : [reason("schema", `only B has ${list(onlyB)}`)]),
  ...omitted.map(({ name, reason: why }) => reason("schema", `${name} was not compared: ${why}`)),
];

const list = (names: ReadonlyArray<string>): string =>
  `${names.slice(0, 5).join(", ")}${names.length > 5 ? ` and ${names.length - 5} more columns` : ""}`;

const rowsText = ({ changed, onlyA, onlyB, unread, changedAtMost }: RowComparison): string => {
  const least = unread === undefined ? "" : "at least ";
  const most = changedAtMost === true ? "at most " : "";
  return [
    ...(changed === null || changed === 0 ? [] : [`${least || most}${counted(changed, "row")} changed`]),
    ...(onlyA === 0 ? [] : [`${least}${counted(onlyA, "row")} only in A`]),
    ...(onlyB === 0 ? [] : [`${least}${counted(onlyB, "row")} only in B`]),
    ...(unread === undefined
      ? []
      : [
          `rows differ among ${counted(unread.a, "unread row")} of A and ${counted(unread.b, "unread row")} of B`,
        ]),
  ].join(", ");
};

const statisticsReasons = (all: ReadonlyArray<ColumnStatistics>): ReadonlyArray<Reason> => {
  const names = all.filter(({ differs }) => differs).map(({ column }) => column);
  return names.length === 0 ? [] : [reason("statistics", `the statistics of ${list(names)} differ`)];
};

/** Whether the differences exceed the threshold, which only applies to rows. */
export const isBroken = (found: Found, all: ReadonlyArray<Reason>, maxDiff: MaxDiff | undefined): boolean => {
  if (all.length === 0) return false;
  if (maxDiff === undefined || all.some(({ kind }) => kind !== "rows" && kind !== "count")) return true;
  const { rows, rowsA, rowsB } = found;
  // The number of differing rows is unknown.
  if (rows?.lowerBounds === true && rows.method === "digests") return true;
  const differing = rows === undefined ? Math.abs((rowsA ?? 0) - (rowsB ?? 0)) : differingRows(rows);
  return exceeds(differing, Math.max(rowsA ?? 0, rowsB ?? 0), maxDiff);
};

const exceeds = (differing: number, rows: number, maxDiff: MaxDiff): boolean =>
  maxDiff._tag === "Rows" ? differing > maxDiff.rows : exceedsPercent(differing, rows, maxDiff.percent);

/** Compares integers: 0.57% of 10,000 rows are 57 rows, but 56.99999999999999 in floating point. */
export const exceedsPercent = (differing: number, rows: number, percent: number): boolean => {
  const [digits = "", exponent = "0"] = String(percent).split("e");
  const [whole = "", places = ""] = digits.split(".");
  const shift = BigInt(Math.abs(Number(exponent)));
  const isLarge = Number(exponent) > 0;
  const over = BigInt(`${whole}${places}`) * (isLarge ? 10n ** shift : 1n);
  const under = 10n ** BigInt(places.length) * (isLarge ? 1n : 10n ** shift);
  return BigInt(differing) * 100n * under > BigInt(rows) * over;
};

export const maxDiffText = (maxDiff: MaxDiff | undefined): string | null =>
  maxDiff === undefined ? null : maxDiff._tag === "Rows" ? String(maxDiff.rows) : `${maxDiff.percent}%`;

/** Whether only an upper bound, not a certain count, exceeds the threshold. */
const mayHold = ({ broken, maxDiff, reasons: all, rows, a, b }: Comparison): boolean => {
  if (!broken || maxDiff === null || rows?.changedAtMost !== true) return false;
  if (all.some(({ kind }) => kind !== "rows" && kind !== "count")) return false;
  const number = Number.parseFloat(maxDiff);
  const tolerated: MaxDiff = maxDiff.endsWith("%")
    ? { _tag: "Percent", percent: number }
    : { _tag: "Rows", rows: number };
  return !exceeds(rows.onlyA + rows.onlyB, Math.max(a.rows ?? 0, b.rows ?? 0), tolerated);
};

const weight: Readonly<Record<Reason["kind"], number>> = {
  "nothing-compared": 0,
  rows: 1,
  schema: 2,
  count: 3,
  statistics: 4,
};

/** The two most important reasons. */
export const headlineReasons = (all: ReadonlyArray<Reason>): ReadonlyArray<Reason> =>
  [...all].sort((x, y) => weight[x.kind] - weight[y.kind]).slice(0, 2);

/** `identical`, or the differences, in one line, limited to what was compared. */
export const headline = (comparison: Comparison): string => {
  const { compared, principal, restricted, rows, a, b } = comparison;
  const seen = restricted ? ` as visible to ${principal ?? "this principal"}` : "";
  if (comparison.verdict === "different") {
    const within = comparison.broken ? "" : `, within --max-diff ${comparison.maxDiff}`;
    const shown = headlineReasons(comparison.reasons);
    const rest = comparison.reasons.length - shown.length;
    const more = rest === 0 ? "" : `; and ${counted(rest, "more reason")}`;
    const doubt = mayHold(comparison) ? `; --max-diff ${comparison.maxDiff} may hold` : "";
    return `different${seen}${within}: ${shown.map(({ text }) => text).join("; ")}${more}${doubt}`;
  }
  const columns = counted(compared.columns.length, "column");
  if (!compared.rows) {
    const what = compared.statistics ? "schema, row counts and statistics" : "schema and row counts";
    return `no difference${seen} in ${what}; rows were not compared`;
  }
  const within =
    compared.tolerances.length === 0 ? "" : ` within ${counted(compared.tolerances.length, "tolerance")}`;
  const out =
    compared.leftOut.length === 0 ? "" : `; not compared: ${list(compared.leftOut.map(({ name }) => name))}`;
  const some = a.where ?? b.where ?? a.partitions ?? b.partitions;
  const empty = rows?.same === 0 ? " (both empty)" : "";
  return `identical${seen}${within}: ${counted(rows?.same ?? 0, some === null ? "row" : "selected row")} in ${columns}${empty}${out}`;
};
