/** Validates default expressions, which come as text from a table's metadata or an untrusted schema file. */
import { defaultExpression, type Sql } from "../../../sql/Sql.ts";

/**
 * The text as SQL if it can only be a single expression: no comment, no semicolon, balanced brackets, and only plain
 * closed quotes. The text is unchanged, so that BigQuery stores B's expression.
 */
export const expression = (text: string): Sql | undefined =>
  isOneExpression(text) ? defaultExpression(text.trim()) : undefined;

const closing: Readonly<Record<string, string>> = { "(": ")", "[": "]" };

const isOneExpression = (text: string): boolean => {
  const open: Array<string> = [];
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!;
    if (char === "'" || char === '"' || char === "`") {
      const end = endOfQuoted(text, i);
      if (end === undefined) return false;
      i = end;
    } else if (char === ";" || char === "#" || char === "\\" || char === "@") return false;
    else if (text.startsWith("--", i) || text.startsWith("/*", i)) return false;
    else if (closing[char] !== undefined) open.push(closing[char]);
    else if (char === ")" || char === "]") {
      if (open.pop() !== char) return false;
    } else if (char === "," && open.length === 0) return false;
  }
  return open.length === 0 && text.trim() !== "";
};

/**
 * The end of the quoted text that starts at `start`. Undefined for triple quotes and raw strings, which are not
 * supported.
 */
const endOfQuoted = (text: string, start: number): number | undefined => {
  const quote = text[start]!;
  if (text.startsWith(quote.repeat(3), start)) return undefined;
  if (/\b(r|rb|br)$/i.test(text.slice(Math.max(0, start - 3), start))) return undefined;
  for (let i = start + 1; i < text.length; i++) {
    if (text[i] === "\\") i += 1;
    else if (text[i] === quote) return i;
    else if (text[i] === "\n" || text[i] === "\r") return undefined;
  }
  return undefined;
};
