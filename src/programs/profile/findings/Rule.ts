/** What a finding's rule is: when a column deserves a remark, how grave it is, and in which words. */
import { quoted } from "../../../domain/Phrases.ts";
import type { Value } from "../../../domain/Value.ts";
import type { ColumnProfile, Finding, Profile } from "../Profile.ts";
import { columnKind } from "../ReportedColumn.ts";
import { valueText } from "../statistics/Statistic.ts";

/** The part of a profile that rules use. */
export type Subject = Pick<Profile, "rows" | "columns" | "table" | "selection">;

export interface Context {
  readonly subject: Subject;
  /**
   * Which values a message may contain: row values only under `all`, figures derived from values not under `none`.
   */
  readonly values: "all" | "aggregates" | "none";
  /** Milliseconds since 1970 in UTC, to detect future dates. */
  readonly now: number;
}

/** A finding without its rule and column. */
export type Remark = Pick<Finding, "severity" | "message" | "evidence">;

interface Described {
  /** Stable, because reports and ignore lists use it. */
  readonly id: string;
  /** One sentence for the docs: the condition and the severity. */
  readonly description: string;
}

export interface TableRule extends Described {
  readonly find: (context: Context) => Remark | undefined;
}

export interface Rule extends Described {
  /** Ids of more specific rules, which come first: if one of them reports the column, this one does not. */
  readonly silencedBy?: ReadonlyArray<string>;
  readonly find: (column: ColumnProfile, context: Context) => Remark | undefined;
}

type Evidence = { readonly [name: string]: Value | undefined };

const draft =
  (severity: Finding["severity"]) =>
  (message: string, evidence: Evidence): Remark => ({
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

/** The rows that the message covers, if not the whole table: ` in a 5% sample`. */
export const scope = ({ subject: { selection } }: Context): string => {
  if (selection.samplePercent !== null) return ` in a ${selection.samplePercent}% sample`;
  return selection.where !== null || selection.partitions !== null ? " among the rows that were read" : "";
};
