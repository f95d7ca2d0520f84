/** Whether a condition that a person wrote chooses the same rows of the same table at any time. */

/** Texts, quoted names and comments, in which no function is called. */
const inert =
  /'''[\s\S]*?'''|"""[\s\S]*?"""|'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.|"")*"|`(?:[^`\\]|\\.)*`|--[^\n]*|#[^\n]*|\/\*[\s\S]*?\*\//g;

/** What depends on the moment, on chance, on who asks, or on other tables than the one that is read; on either engine. */
const fickle = new RegExp(
  [
    String.raw`\b(current_\w+|localtime|localtimestamp|session_user|user)\b`,
    String.raw`\b(now|today|get_current_\w+|transaction_timestamp|rand|random|setseed|uuid\w*|generate_uuid|gen_random_uuid|nextval|currval|getvariable|getenv|version|txid_current)\s*\(`,
    String.raw`\b(select|from|table)\b`,
    "@@",
    // A function of the user's own may say something else tomorrow.
    String.raw`\.\s*\w+\s*\(`,
  ].join("|"),
  "i",
);

/** Errs on the side of "no". */
export const isDeterministic = (condition: string | undefined): boolean => {
  if (condition === undefined) return true;
  const bare = condition.replace(inert, (text) => (/^["`]/.test(text) ? " q " : " "));
  return !fickle.test(bare) && !/\bq\s*\.\s*q\s*\(|\bq\s*\(/.test(bare);
};
