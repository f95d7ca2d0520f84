/** Suggests an existing name for an unknown one. */
import { closest, distance } from "fastest-levenshtein";

/** The most similar known name, ignoring case; undefined if none is similar enough. */
export const nearest = (name: string, known: ReadonlyArray<string>): string | undefined => {
  if (name.length < 2 || known.length === 0) return undefined;
  const wanted = name.toLowerCase();
  const lower = known.map((one) => one.toLowerCase());
  const best = closest(wanted, lower);
  const tolerance = Math.max(name.length < 3 ? 1 : 2, Math.floor(name.length / 3));
  return distance(wanted, best) <= tolerance ? known[lower.indexOf(best)] : undefined;
};

/** `did you mean "…"?`, or undefined. */
export const didYouMean = (
  name: string,
  known: ReadonlyArray<string>,
  format: (suggestion: string) => string = (suggestion) => `"${suggestion}"`,
): string | undefined => {
  const found = nearest(name, known);
  return found === undefined ? undefined : `did you mean ${format(found)}?`;
};
