/** The table's metadata, and the selection of rows. */
import type { ResultBase } from "../../../batch/Result.ts";
import { counted, cut } from "../../../domain/Phrases.ts";
import type { ColumnProfile, Profile } from "../../../programs/profile/Profile.ts";
import type { Block, Cell, Fact } from "../../Document.ts";
import * as Document from "../../Document.ts";

const fact = (label: string, cell: Cell | undefined): ReadonlyArray<Fact> =>
  cell === undefined ? [] : [{ label, cell }];

const textCell = (text: string | null): Cell | undefined =>
  text === null || text === "" ? undefined : Document.text(text);

const joined = (items: ReadonlyArray<string>): Cell | undefined => textCell(items.join(", "));

/** Types that need no mention. */
const ordinary: ReadonlySet<string> = new Set(["TABLE", "FILE"]);

/** Omits unknown facts and, in brief, what the headline or the summary of the run states. */
export const facts = (profile: Profile, result: ResultBase): ReadonlyArray<Block> => {
  const all = list(profile, result);
  const brief = all.filter(
    ({ label }) => label !== "Billed" && (label !== "Type" || !ordinary.has(profile.table.type)),
  );
  const block = (facts: ReadonlyArray<Fact>): ReadonlyArray<Block> => [{ _tag: "Facts", facts }];
  return [{ _tag: "Depths", short: [], brief: block(brief), long: block(all), full: block(all) }];
};

const list = ({ rows, table, selection }: Profile, result: ResultBase): ReadonlyArray<Fact> => {
  const labels = Object.entries(table.labels).map(([key, value]) => (value === "" ? key : `${key}=${value}`));
  return [
    ...fact("Type", Document.text(table.engine === "local" ? `${table.type} (local)` : table.type)),
    ...fact(
      "Total rows",
      table.rows === null || table.rows === rows ? undefined : Document.count(table.rows),
    ),
    ...fact("Size", table.bytes === null ? undefined : Document.bytes(table.bytes)),
    ...fact("Read as", textCell(table.reading ?? null)),
    ...fact("Created", textCell(table.created)),
    ...fact("Modified", textCell(table.modified)),
    ...fact("Expires", textCell(table.expires)),
    ...fact("Description", textCell(table.description)),
    ...fact("Labels", joined(labels)),
    ...fact("Partitioning", textCell(table.partitioning)),
    ...fact("Clustering", joined(table.clustering)),
    ...fact("Location", textCell(table.location)),
    ...fact("Condition", textCell(selection.where)),
    ...fact("Partitions", textCell(selection.partitions)),
    ...fact("As of", textCell(selection.asOf)),
    ...fact(
      "Sample",
      selection.samplePercent === null
        ? undefined
        : Document.text(`${selection.samplePercent}% of the table`),
    ),
    ...fact("Read", result.bytesProcessed ? Document.bytes(result.bytesProcessed) : undefined),
    ...fact(
      "Billed",
      table.engine === "local" || result.bytesBilled === null
        ? undefined
        : Document.bytes(result.bytesBilled),
    ),
  ];
};

/** Options that did not apply, omitted columns and approximate statistics. */
export const notes = (profile: Profile): ReadonlyArray<Block> =>
  [...remarks(profile), ...approximations(profile)].map((text) => ({
    _tag: "Paragraph",
    text,
  }));

/** Restrictions of a profile whose details are not shown. */
export const remarks = (profile: Profile): ReadonlyArray<string> => [
  ...profile.selection.notes,
  ...omissions(profile),
];

const most = 20;

/** Omitted columns by reason. */
const omissions = ({ omitted }: Profile): ReadonlyArray<string> => {
  const reasons = new Map<string, ReadonlyArray<string>>();
  for (const { name, reason } of omitted) reasons.set(reason, [...(reasons.get(reason) ?? []), name]);
  return [...reasons].map(([reason, names]) => {
    const more = names.length > most ? ` and ${counted(names.length - most, "more")}` : "";
    return `Omitted (${cut(reason, 200)}): ${names.slice(0, most).join(", ")}${more}`;
  });
};

const approximations = ({ columns, selection }: Profile): ReadonlyArray<string> => {
  const inexact = (of: (column: ColumnProfile) => { readonly exact: boolean } | undefined): boolean =>
    columns.some((column) => of(column)?.exact === false);
  const kinds = [
    ...(inexact(({ distinct }) => distinct) ? ["distinct counts within 2% at 95% confidence"] : []),
    ...(inexact(({ quantiles }) => quantiles) ? ["quantiles within 1% of rank"] : []),
    ...(inexact(({ histogram }) => histogram) ? ["histograms, derived from quantiles"] : []),
    ...(inexact(({ topValues }) => topValues) ? ["top values"] : []),
  ];
  return kinds.length === 0
    ? []
    : [
        `Approximate: ${kinds.join("; ")}. Everything else is exact${selection.samplePercent === null ? "" : " for the sample"}, but for the rounding of means and deviations.`,
      ];
};
