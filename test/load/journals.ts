/** Reads every line of a journal; fails for a line that is not JSON. */
import { existsSync, readFileSync } from "node:fs";

export interface JournalText {
  /** All lines with their line feeds. */
  readonly lines: ReadonlyArray<string>;
  /** The text after the last line feed. */
  readonly torn: string;
}

export interface ResultLine {
  readonly type: "result";
  readonly item: string | { readonly a: string; readonly b: string };
  readonly index: number;
  readonly status: string;
  readonly error?: { readonly reason: string; readonly message: string };
  readonly startedAt: string;
  readonly durationMs: number;
  readonly jobIds: ReadonlyArray<string>;
}

export interface SummaryLine {
  readonly type: "summary";
  readonly total: number;
  readonly ok: number;
  readonly failed: number;
  readonly skipped: number;
  readonly interrupted: boolean;
}

export const read = (file: string): JournalText => {
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  const end = text.lastIndexOf("\n") + 1;
  return { lines: text.slice(0, end).match(/[^\n]*\n/g) ?? [], torn: text.slice(end) };
};

/** The results in its lines. */
export const results = (lines: ReadonlyArray<string>): ReadonlyArray<ResultLine> =>
  lines.map((line) => JSON.parse(line)).filter(({ type }) => type === "result");
