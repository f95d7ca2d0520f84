/** What a finding's rule is: when a column deserves a remark, how grave it is, and in which words. */
import { quoted } from "../../../domain/Phrases.ts";
import type { Value } from "../../../domain/Value.ts";
import type { ColumnProfile, Finding, Profile } from "../Profile.ts";
import { columnKind } from "../ReportedColumn.ts";
import { valueText } from "../statistics/Statistic.ts";

/** The part of a profile that findings are drawn from. */
export type Subject = Pick<Profile, "rows" | "columns" | "table" | "selection">;

export interface Context {
  readonly subject: Subject;
  /** Which values may be named: row values under `all` alone, figures made of values not under `none`. */
  readonly values: "all" | "aggregates" | "none";
  /** Milliseconds since 1970 in UTC, for what lies in the future. */
  readonly now: number;
}

/** A finding without its place. */
export type Draft = Pick<Finding, "severity" | "message" | "evidence">;

interface Described {
  /** Stable: reports and ignore lists know it by this. */
  readonly id: string;
  /** One sentence for the docs: when it is reported, and how gravely. */
  readonly description: string;
}

export interface TableRule extends Described {
  readonly find: (context: Context) => Draft | undefined;
}

export interface Rule extends Described {
  /** Ids of rules that say more: where one of them spoke of the column, this one is silent. They stand before it. */
  readonly silencedBy?: ReadonlyArray<string>;
  readonly find: (column: ColumnProfile, context: Context) => Draft | undefined;
}

type Evidence = { readonly [name: string]: Value | undefined };

const draft =
  (severity: Finding["severity"]) =>
  (message: string, evidence: Evidence): Draft => ({
    severity,
    message,
    evidence: Object.fromEntries(
      Object.entries(evidence).filter((entry): entry is [string, Value] => entry[1] !== undefined),
    ),
  });

/** A value of the column for use in a sentence: numbers like all other numbers, everything else in quotes. */
export const named = (column: ColumnProfile, value: Value): string =>
  columnKind(column) === "number" ? valueText(value, "number") : quoted(value);

export const info = draft("info");
export const notice = draft("notice");
export const warning = draft("warning");

/** Which rows the sentence speaks of, where they are not the whole table: ` in a 5% sample`. */
export const scope = ({ subject: { selection } }: Context): string => {
  if (selection.samplePercent !== null) return ` in a ${selection.samplePercent}% sample`;
  return selection.where !== null || selection.partitions !== null ? " among the rows that were read" : "";
};
