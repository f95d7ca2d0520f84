/** Default expressions, which come as text: from a table's metadata, or from a schema file that anybody may have written. */
import { defaultExpression, type Sql } from "../../../sql/Sql.ts";

/**
 * The text as a piece of a statement, if it can only be one expression: no comment, no semicolon, brackets that pair up,
 * and no quotes but plain ones that end. Kept letter for letter, so that BigQuery stores what B has.
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

/** Where the quoted text that begins at `start` ends. Triple quotes and raw texts are left alone: undefined. */
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
