/** Patterns of names, in which `*` matches any run of characters. */

export const isPattern = (text: string): boolean => text.includes("*");

/** How many stars a pattern has. */
export const stars = (pattern: string): number => pattern.split("*").length - 1;

/**
 * What each star of the pattern matches in a name, or undefined if the name does not match. Every star but the last
 * matches as little as it can.
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

/** Whether a field path matches, or lies below a match; case is ignored. */
export const pathMatcher = (pattern: string): ((path: string) => boolean) => {
  const expression = new RegExp(`^${source(pattern, ".*")}(?:$|\\.|\\[)`, "isu");
  return (path) => expression.test(path);
};

/** The name that the pattern becomes with these texts in place of its stars. */
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
