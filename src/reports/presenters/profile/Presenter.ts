/** Presents a profile: findings first, then facts, then details. */
import type { ResultBase } from "../../../batch/Result.ts";
import * as Format from "../../../domain/Format.ts";
import { counted } from "../../../domain/Phrases.ts";
import type { Finding, Profile } from "../../../programs/profile/Profile.ts";
import type { Block } from "../../Document.ts";
import * as Document from "../../Document.ts";
import type { Presenter } from "../../Presenter.ts";
import { cards } from "./Cards.ts";
import { columnsTable, topLevelCount } from "./ColumnsTable.ts";
import { detailTables } from "./Details.ts";
import { driftBlocks } from "./Drift.ts";
import { facts, notes, remarks } from "./Facts.ts";
import { sampleRows } from "./Sample.ts";
import { blocksOf } from "./TableOfColumns.ts";
import { topValuesLines, topValuesTable } from "./TopValues.ts";

/** The profile as a Document: drift, findings, facts, columns, details, sample rows. */
export const present = (profile: Profile, result: ResultBase): Document.Document => ({
  title: typeof result.item === "string" ? result.item : `${result.item.a}:${result.item.b}`,
  ...verdict(profile),
  headline: headline(profile, result),
  blocks: [
    ...driftBlocks(profile.drift),
    ...findingBlocks(profile.findings),
    ...facts(profile, result),
    ...notes(profile),
    ...columnBlocks(profile),
    ...sampleRows(profile),
  ],
});

/** In a batch only the columns of the findings that are shown. */
const columnBlocks = ({ columns, ...profile }: Profile): ReadonlyArray<Block> => {
  const found = new Set(firsts(profile.findings.filter(isImportant), few).map(({ column }) => column));
  const details = [...blocksOf([columnsTable(columns, false)]), ...detailTables(columns)];
  return [
    {
      _tag: "Depths",
      short: blocksOf([
        columnsTable(
          columns.filter(({ name }) => found.has(name)),
          true,
          found.size < columns.length
            ? `Columns with findings (--full shows all ${columns.length})`
            : "Columns",
        ),
      ]),
      brief: [...details, ...topValuesLines(columns)],
      long: [...details, ...topValuesTable(columns)],
      full: [cards({ ...profile, columns })],
    },
  ];
};

/** Only a profile with a baseline has a verdict. */
const verdict = ({ drift }: Profile): Pick<Document.Document, "verdict"> => {
  if (drift === undefined) return {};
  return drift.measures.some(({ broken }) => broken)
    ? { verdict: { text: "drift", emphasis: "warn" } }
    : { verdict: { text: "no drift", emphasis: "good" } };
};

const tally = (findings: ReadonlyArray<Finding>, severity: Finding["severity"]): number =>
  findings.filter((finding) => finding.severity === severity).length;

const headline = (profile: Profile, result: ResultBase): string => {
  const top = topLevelCount(profile.columns);
  const nested = profile.columns.length - top;
  const broken = profile.drift?.measures.filter((measure) => measure.broken).length;
  const warnings = tally(profile.findings, "warning");
  const notices = tally(profile.findings, "notice");
  const said = [
    ...(warnings > 0 ? [counted(warnings, "warning")] : []),
    ...(notices > 0 ? [counted(notices, "notice")] : []),
  ];
  return [
    ...(broken === undefined ? [] : [broken > 0 ? `drift in ${counted(broken, "measure")}` : "no drift"]),
    counted(profile.rows, "row"),
    `${counted(top, "column")}${nested > 0 ? ` and ${Format.count(nested)} nested` : ""}`,
    said.length > 0 ? said.join(", ") : "no warnings",
    Format.duration(result.durationMs),
  ].join(" · ");
};

/** Maximum findings of one kind in brief form, and in a batch; the rest are counted. */
const most = 20;
const few = 5;

const block = ({ severity, column, message }: Finding): Block => ({
  _tag: "Finding",
  severity,
  subject: column ?? "table",
  text: message,
});

const findingBlocks = (findings: ReadonlyArray<Finding>): ReadonlyArray<Block> => {
  const all = findings.map(block);
  return [
    {
      _tag: "Depths",
      short: some(findings.filter(isImportant), few),
      brief: some(findings, most),
      long: all,
      full: all,
    },
  ];
};

const isImportant = ({ severity }: Finding): boolean => severity !== "info";

/** The first findings of each kind. */
const firsts = (findings: ReadonlyArray<Finding>, most: number): ReadonlyArray<Finding> => {
  const seen = new Map<string, number>();
  return findings.filter(({ id }) => {
    const nth = (seen.get(id) ?? 0) + 1;
    seen.set(id, nth);
    return nth <= most;
  });
};

const some = (findings: ReadonlyArray<Finding>, most: number): ReadonlyArray<Block> => {
  const hidden = [...Map.groupBy(findings, ({ id }) => id)]
    .filter(([, list]) => list.length > most)
    .map(([id, list]) => `${Format.count(list.length - most)} ${id}`);
  const more: Block = { _tag: "Paragraph", text: `--full shows more findings: ${hidden.join(", ")}.` };
  return [...firsts(findings, most).map(block), ...(hidden.length === 0 ? [] : [more])];
};

/** The profile's cells in the table of a batch. */
export const overview: Presenter<Profile>["overview"] = {
  columns: ["rows", "columns", "warnings", "notices", "size"].map((title) => ({ title, align: "right" })),
  row: (profile) => [
    Document.count(profile.rows),
    Document.count(topLevelCount(profile.columns)),
    Document.count(tally(profile.findings, "warning")),
    Document.count(tally(profile.findings, "notice")),
    Document.bytes(profile.table.bytes),
  ],
  severity: ({ drift, findings }) => [
    drift?.measures.filter(({ broken }) => broken).length ?? 0,
    tally(findings, "warning"),
    tally(findings, "notice"),
  ],
  remarks,
};

const outcome: Presenter<Profile>["outcome"] = (profile) => {
  const [warnings, notices] = [tally(profile.findings, "warning"), tally(profile.findings, "notice")];
  const found = verdict(profile).verdict;
  if (found?.emphasis === "warn") return { kind: "different", text: found.text };
  if (warnings > 0) return { kind: "warning", text: counted(warnings, "warning") };
  if (notices > 0) return { kind: "notice", text: counted(notices, "notice") };
  return { kind: "good", text: found?.text ?? "ok" };
};

export const presenter: Presenter<Profile> = { present, outcome, overview };
