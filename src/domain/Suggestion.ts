/** The name that was probably meant by one that does not exist. */
import { distance } from "fastest-levenshtein";

/**
 * The most similar of the known names, ignoring case; undefined if none is similar enough to suggest: at most a third of
 * the name may differ. A name with another number is another thing, not a misspelling. `part` is what counts of the
 * length of a name.
 */
export const nearest = (
  name: string,
  known: ReadonlyArray<string>,
  part: (name: string) => string = (whole) => whole,
): string | undefined => {
  const wanted = name.toLowerCase();
  let best: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const other of known) {
    const lower = other.toLowerCase();
    if (lower !== wanted && withoutNumbers(lower) === withoutNumbers(wanted)) continue;
    const length = part(wanted).length;
    // Of two letters, one may be a slip.
    const limit = length === 2 && lower.length !== 2 ? 1 : Math.floor(length / 3);
    const apart = distanceOf(wanted, lower, limit);
    if (apart < least && apart <= limit) [best, least] = [other, apart];
  }
  return best;
};

/** Insertions, deletions, replacements, and one exchange of neighbours; exact up to the limit. */
const distanceOf = (a: string, b: string, limit: number): number => {
  const plain = distance(a, b);
  if (plain < 2 || plain > limit + 1) return plain;
  const swapped = Array.from({ length: a.length - 1 }, (_, i) =>
    distance(`${a.slice(0, i)}${a[i + 1]}${a[i]}${a.slice(i + 2)}`, b),
  );
  return Math.min(plain, 1 + Math.min(...swapped));
};

const withoutNumbers = (name: string): string => name.replace(/\d+/g, "");

/** `did you mean "…"?`, or undefined. */
export const didYouMean = (
  name: string,
  known: ReadonlyArray<string>,
  format: (suggestion: string) => string = (suggestion) => `"${suggestion}"`,
): string | undefined => {
  const found = nearest(name, known);
  return found === undefined ? undefined : `did you mean ${format(found)}?`;
};
