/** Presents a comparison: the verdict, then the reasons, then the details. */
import type { ResultBase } from "../../../batch/Result.ts";
import * as Format from "../../../domain/Format.ts";
import { quoted } from "../../../domain/Phrases.ts";
import type { Value } from "../../../domain/Value.ts";
import type { Comparison, Concentration } from "../../../programs/table-compare/Comparison.ts";
import { headline, headlineReasons } from "../../../programs/table-compare/Verdict.ts";
import type { Block, Fact } from "../../Document.ts";
import * as Document from "../../Document.ts";
import type { Presenter } from "../../Presenter.ts";
import { examplesTables } from "./Examples.ts";
import { metadataTable } from "./Metadata.ts";
import { isSameAtLeast, keyHint, rowShares } from "./RowShares.ts";
import { statisticsTables } from "./Statistics.ts";

export const present = (comparison: Comparison, result: ResultBase): Document.Document => ({
  title: typeof result.item === "string" ? result.item : `${result.item.a} ↔ ${result.item.b}`,
  verdict: {
    text: verdictWord(comparison),
    emphasis: comparison.verdict === "identical" ? "good" : "bad",
  },
  headline: headline(comparison),
  blocks: [
    ...comparison.reasons
      .filter((reason) => !headlineReasons(comparison.reasons).includes(reason))
      .map(({ kind, text }): Block => ({ _tag: "Finding", severity: "warning", subject: kind, text })),
    ...(comparison.concentration ?? []).map(
      (one): Block => ({
        _tag: "Finding",
        severity: "notice",
        subject: one.column,
        text: dominantValueText(one),
      }),
    ),
    ...keyHint(comparison),
    comparedFacts(comparison),
    ...comparison.notes.map((text): Block => ({ _tag: "Finding", severity: "info", subject: "note", text })),
    ...changedColumns(comparison),
    ...examplesTables(comparison),
    ...statisticsTables(comparison),
    ...metadataTable(comparison),
  ],
});

/** "Identical" requires compared rows. */
const verdictWord = ({ verdict, compared }: Pick<Comparison, "verdict" | "compared">): string =>
  verdict === "identical" && !compared.rows ? "no difference" : verdict;

const dominantValueText = ({ column, side, value, share, usual, of }: Concentration): string => {
  const whose = of === "all" ? "changed rows" : "changed rows among the examples";
  const name = `${column}${side === "b" ? " in B" : ""}`;
  return `${Format.share(share)} of the ${whose} have ${name} = ${quoted(value as Value)}, as ${Format.share(usual)} of all rows do`;
};

/** The scope of the verdict. In brief, without what the headline states. */
const comparedFacts = (comparison: Comparison): Block => {
  const { a, b, compared, rows } = comparison;
  const fact = (label: string, cell: Document.Cell): Fact => ({ label, cell });
  const both = (label: string, one: string | null, other: string | null): ReadonlyArray<Fact> =>
    one === null && other === null
      ? []
      : [fact(label, Document.text(one === other ? `${one}` : `A: ${one ?? "all"} · B: ${other ?? "all"}`))];
  const sameLabel = coversAll(compared) ? "Same" : "Same in the compared columns";
  const same = rows === undefined ? [] : [fact(sameLabel, sameRows(rows))];
  const how = [
    fact("Compared", Document.text(methodOf(rows))),
    fact("Columns", Document.text(namesOf(compared.columns))),
  ];
  const options = [
    ...(compared.onlyA.length === 0
      ? []
      : [fact("Columns only in A", Document.text(namesOf(compared.onlyA)))]),
    ...(compared.onlyB.length === 0
      ? []
      : [fact("Columns only in B", Document.text(namesOf(compared.onlyB)))]),
    ...compared.leftOut.map(({ name, reason }) => fact(`Not compared: ${name}`, Document.text(reason))),
    ...compared.tolerances.map(({ column, absolute, relative }) =>
      fact(`Tolerance of ${column}`, Document.text(`${absolute} absolute, ${relative} relative`)),
    ),
    ...both("Where", a.where, b.where),
    ...both("Partitions", a.partitions, b.partitions),
    ...both("As of", a.asOf, b.asOf),
    ...(comparison.maxDiff === null
      ? []
      : [fact("Tolerated", Document.text(`--max-diff ${comparison.maxDiff}`))]),
  ];
  const principal =
    comparison.principal === null && !comparison.restricted
      ? []
      : [
          fact(
            "Seen by",
            Document.text(
              `${comparison.principal ?? "unknown"}${comparison.restricted ? ", not in full" : ""}`,
            ),
          ),
        ];
  const seen = comparison.restricted ? principal : [];
  const counts = [fact("Rows of A", Document.count(a.rows)), fact("Rows of B", Document.count(b.rows))];
  // The headline has the rows of identical tables, and different numbers of rows.
  const isIdentical = comparison.verdict === "identical" && rows !== undefined;
  const isCounted = isIdentical || a.rows !== b.rows;
  const few = [
    ...(isCounted ? [] : [fact("Rows of each", Document.count(a.rows))]),
    ...(isIdentical ? [] : same),
  ];
  const block = (facts: ReadonlyArray<Fact>): ReadonlyArray<Block> =>
    facts.length === 0 ? [] : [{ _tag: "Facts", facts }];
  const all = block([...counts, ...same, ...how, ...options, ...principal]);
  return {
    _tag: "Depths",
    short: block([...options, ...seen]),
    brief: block([...few, ...how, ...options, ...seen]),
    long: all,
    full: [...rowShares(comparison, sameLabel), ...block([...counts, ...how, ...options, ...principal])],
  };
};

const methodOf = (rows: Comparison["rows"]): string => {
  if (rows === undefined) return "schema and row counts; rows were not compared";
  if (rows.method === "bytes") return "byte by byte: the files are identical";
  const odds = rows.oddsOfMiss === 0 ? "" : `, odds of a miss ${rows.oddsOfMiss.toExponential(0)}`;
  const by =
    rows.method === "values"
      ? "value by value"
      : `by ${rows.method === "md5" ? "MD5 of rows" : "digests of canonical texts"}${odds}`;
  return `${rows.key.length === 0 ? "as a multiset" : `by key ${rows.key.join(", ")}`}, ${by}`;
};

const namesOf = (names: ReadonlyArray<string>): string =>
  names.length === 0
    ? "none"
    : `${names.slice(0, 12).join(", ")}${names.length > 12 ? ` and ${names.length - 12} more` : ""}`;

const boundOf = ({ changedAtMost, lowerBounds }: NonNullable<Comparison["rows"]>): string => {
  if (changedAtMost === true) return lowerBounds ? " (approximate)" : " (at most)";
  return lowerBounds ? " (at least)" : "";
};

/** A count of rows, marked if it is a bound. */
const rowCount = (rows: Comparison["rows"], which: "changed" | "onlyA" | "onlyB"): Document.Cell => {
  const count = rows?.[which] ?? null;
  if (rows === undefined || count === null) return Document.count(count);
  if (rows.unread !== undefined) return Document.text(`≥ ${Format.count(count)}`);
  return which === "changed" && rows.changedAtMost === true && count > 0
    ? Document.text(`≤ ${Format.count(count)}`)
    : Document.count(count);
};

/** Whether every column of both tables was compared, except those excluded by options. */
const coversAll = ({ onlyA, onlyB, omitted, leftOut }: Comparison["compared"]): boolean =>
  onlyA.length + onlyB.length + omitted.length + leftOut.length === 0;

const sameRows = (rows: NonNullable<Comparison["rows"]>): Document.Cell =>
  isSameAtLeast(rows) ? Document.text(`≥ ${Format.count(rows.same)}`) : Document.count(rows.same);

const changedColumns = ({ rows }: Comparison): ReadonlyArray<Block> => {
  if (rows === undefined || rows.columns.length === 0) return [];
  const changed = rows.changed ?? 0;
  const rate = (part: number, all: number): Document.Cell =>
    Document.share(all === 0 ? null : part / all, true);
  const table = (hasAll: boolean): Block => ({
    _tag: "Table",
    title: `Changed rows by column${boundOf(rows)}`,
    columns: [
      { title: "column", align: "left" },
      { title: "changed", align: "right" },
      { title: "of changed rows", align: "right" },
      ...(hasAll ? [{ title: "of rows in both", align: "right" as const }] : []),
    ],
    rows: rows.columns.map((column) => [
      Document.text(column.name),
      Document.count(column.changed),
      rate(column.changed, changed),
      ...(hasAll ? [rate(column.changed, changed + rows.same)] : []),
    ]),
  });
  return [{ _tag: "Depths", brief: [table(false)], full: [table(true)] }];
};

/** The cells in the overview of a batch, which adds bytes and time. */
export const overview: Presenter<Comparison>["overview"] = {
  columns: [
    { title: "verdict", align: "left", isOutcome: true },
    ...["rows", "changed", "only in A", "only in B"].map((title) => ({ title, align: "right" as const })),
  ],
  row: ({ verdict, compared, a, b, rows }) => [
    Document.text(verdictWord({ verdict, compared })),
    Document.count(a.rows === null || b.rows === null ? null : Math.max(a.rows, b.rows)),
    rowCount(rows, "changed"),
    rowCount(rows, "onlyA"),
    rowCount(rows, "onlyB"),
  ],
  severity: ({ reasons, rows, a, b }) => {
    const differing = rows === undefined ? 0 : (rows.changed ?? 0) + rows.onlyA + rows.onlyB;
    return [reasons.length === 0 ? 0 : 1, differing / Math.max(1, a.rows ?? 0, b.rows ?? 0), differing];
  },
  uneventful: "without a difference",
  remarks: ({ compared, notes }) => [
    ...compared.leftOut.map(({ name, reason }) => `${name} was not compared: ${reason}`),
    ...notes,
  ],
};

const outcome: Presenter<Comparison>["outcome"] = (comparison) => ({
  kind: comparison.verdict === "identical" ? "good" : "different",
  text: verdictWord(comparison),
});

export const presenter: Presenter<Comparison> = { present, outcome, overview };
