/** Checks whether a user's condition always selects the same rows of an unchanged table. */

/** Strings, quoted names and comments, which contain no function calls. */
const inert =
  /'''[\s\S]*?'''|"""[\s\S]*?"""|'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.|"")*"|`(?:[^`\\]|\\.)*`|--[^\n]*|#[^\n]*|\/\*[\s\S]*?\*\//g;

/** Functions of either engine that depend on the time, on randomness, on the user or on other tables. */
const fickle = new RegExp(
  [
    String.raw`\b(current_\w+|localtime|localtimestamp|session_user|user)\b`,
    String.raw`\b(now|today|get_current_\w+|transaction_timestamp|rand|random|setseed|uuid\w*|generate_uuid|gen_random_uuid|nextval|currval|getvariable|getenv|version|txid_current)\s*\(`,
    String.raw`\b(select|from|table)\b`,
    "@@",
    // A user-defined function may change.
    String.raw`\.\s*\w+\s*\(`,
  ].join("|"),
  "i",
);

/** Returns false if in doubt. */
export const isDeterministic = (condition: string | undefined): boolean => {
  if (condition === undefined) return true;
  const bare = condition.replace(inert, (text) => (/^["`]/.test(text) ? " q " : " "));
  return !fickle.test(bare) && !/\bq\s*\.\s*q\s*\(|\bq\s*\(/.test(bare);
};
