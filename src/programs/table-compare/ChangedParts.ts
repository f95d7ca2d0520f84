/** Finds the parts in which two values differ. */
import { diffChars, diffWordsWithSpace } from "diff";
import type { Span } from "../../domain/Cell.ts";

export interface ChangedParts {
  readonly a: ReadonlyArray<Span>;
  readonly b: ReadonlyArray<Span>;
}

/** Longer texts are compared by words: by characters, too much would match by chance. */
const longest = 200;
/** With more edits, the value is a different one; also bounds the time. */
const mostEdits = 200;

/** Shorter common parts count as chance if they are less than half of the text. */
const shortest = 3;

/** The parts of each text that the other one lacks; the whole texts if their common parts are chance. */
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
