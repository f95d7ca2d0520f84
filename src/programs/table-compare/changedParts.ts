/** Which parts of two values differ, so that a reader need not look for them. */
import { diffChars, diffWordsWithSpace } from "diff";
import type { Span } from "../../reports/Document.ts";

export interface ChangedParts {
  readonly a: ReadonlyArray<Span>;
  readonly b: ReadonlyArray<Span>;
}

/** Longer texts are compared by words: letter by letter, chance finds too much in common. */
const longest = 200;
/** More edits than this are another value, not a changed one; it also bounds the time. */
const mostEdits = 200;

/** The parts of each text that the other one does not have. Where little is in common, all of both. */
export const changedParts = (a: string, b: string): ChangedParts => {
  const all = { a: whole(a), b: whole(b) };
  if (a === "" || b === "") return all;
  const options = { maxEditLength: mostEdits };
  const parts =
    Math.max(a.length, b.length) <= longest ? diffChars(a, b, options) : diffWordsWithSpace(a, b, options);
  if (parts === undefined) return all;
  const found: { a: Array<Span>; b: Array<Span> } = { a: [], b: [] };
  let [inA, inB, kept] = [0, 0, 0];
  for (const { added, removed, value } of parts) {
    if (removed) found.a.push({ from: inA, to: inA + value.length });
    else if (added) found.b.push({ from: inB, to: inB + value.length });
    else kept += value.length;
    if (!added) inA += value.length;
    if (!removed) inB += value.length;
  }
  return kept * 2 < Math.min(a.length, b.length) ? all : found;
};

const whole = (text: string): ReadonlyArray<Span> => (text === "" ? [] : [{ from: 0, to: text.length }]);
