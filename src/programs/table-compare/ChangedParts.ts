/** Which parts of two values differ, so that a reader need not look for them. */
import { diffChars, diffWordsWithSpace } from "diff";
import type { Span } from "../../domain/Cell.ts";

export interface ChangedParts {
  readonly a: ReadonlyArray<Span>;
  readonly b: ReadonlyArray<Span>;
}

/** Longer texts are compared by words: letter by letter, chance finds too much in common. */
const longest = 200;
/** More edits than this are another value, not a changed one; it also bounds the time. */
const mostEdits = 200;

/** What two texts have in common is chance where it is less than half, in pieces shorter than this. */
const shortest = 3;

/** The parts of each text that the other one does not have; all of both where what they share is chance. */
export const changedParts = (a: string, b: string): ChangedParts => {
  const all = { a: whole(a), b: whole(b) };
  const options = { maxEditLength: mostEdits };
  const longer = Math.max(a.length, b.length);
  const parts = longer <= longest ? diffChars(a, b, options) : diffWordsWithSpace(a, b, options);
  if (parts === undefined) return all;
  const found: { a: Array<Span>; b: Array<Span> } = { a: [], b: [] };
  let [inA, inB, kept, pieces] = [0, 0, 0, 0];
  for (const { added, removed, value } of parts) {
    const { length } = value;
    if (removed) found.a.push({ from: inA, to: inA + length });
    else if (added) found.b.push({ from: inB, to: inB + length });
    else [kept, pieces] = [kept + length, pieces + 1];
    if (!added) inA += length;
    if (!removed) inB += length;
  }
  return kept * 2 < longer && kept < shortest * pieces ? all : found;
};

const whole = (text: string): ReadonlyArray<Span> => (text === "" ? [] : [{ from: 0, to: text.length }]);
