/** Name patterns, in which `*` matches any text. */

export const isPattern = (text: string): boolean => text.includes("*");

/** The number of stars in a pattern. */
export const stars = (pattern: string): number => pattern.split("*").length - 1;

/**
 * Returns the text that each star matches in a name, or undefined if the name does not match. Every star but the last
 * matches as little as possible.
 */
export const capture = (pattern: string): ((name: string) => ReadonlyArray<string> | undefined) => {
  const expression = new RegExp(`^${source(pattern, "(.*?)")}$`, "su");
  return (name) => expression.exec(name)?.slice(1);
};

/** Whether a name matches the pattern. */
export const matcher = (pattern: string): ((name: string) => boolean) => {
  const expression = new RegExp(`^${source(pattern, ".*")}$`, "su");
  return (name) => expression.test(name);
};

/** Whether a field path matches, or is below a match; ignores case. */
export const pathMatcher = (pattern: string): ((path: string) => boolean) => {
  const expression = new RegExp(`^${source(pattern, ".*")}(?:$|\\.|\\[)`, "isu");
  return (path) => expression.test(path);
};

/** Replaces the stars of the pattern by the texts. */
export const fill = (pattern: string, texts: ReadonlyArray<string>): string =>
  pattern
    .split("*")
    .map((part, i) => part + (texts[i] ?? ""))
    .join("");

const source = (pattern: string, star: string): string =>
  pattern
    .split("*")
    .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"))
    .join(star);
