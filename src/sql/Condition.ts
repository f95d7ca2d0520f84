/**
 * Checks that a user's condition is a single expression. A condition is inserted between parentheses, so one
 * that closes them could change the whole statement.
 */

type Engine = "bigquery" | "local";

/**
 * Tokens in which brackets are text, by engine. The last alternative of each kind matches an unclosed token.
 */
const quoted: Readonly<Record<Engine, RegExp>> = {
  bigquery: new RegExp(
    [
      String.raw`(?:'''(?:\\[\s\S]|[^\\])*?'''|"""(?:\\[\s\S]|[^\\])*?""")`,
      String.raw`'(?:\\[\s\S]|[^'\\\n\r])*'|"(?:\\[\s\S]|[^"\\\n\r])*"|${"`"}(?:\\[\s\S]|[^${"`"}\\\n\r])*${"`"}`,
      String.raw`(?:--|#)[^\n\r]*`,
      String.raw`\/\*[\s\S]*?\*\/`,
      String.raw`(?<open>'|"|${"`"}|\/\*)`,
    ].join("|"),
    "y",
  ),
  local: new RegExp(
    [
      String.raw`(?<![\p{L}\p{N}_$])[eE]'(?:\\[\s\S]|''|[^'\\])*'`,
      `'[^']*'|"[^"]*"`,
      String.raw`(?<![\p{L}\p{N}_$])(?<tag>\$(?:[\p{L}_][\p{L}\p{N}_]*)?\$)[\s\S]*?\k<tag>`,
      String.raw`--[^\n\r]*`,
      String.raw`(?<open>'|"|(?<![\p{L}\p{N}_$])[eE]'|(?<![\p{L}\p{N}_$])\$(?:[\p{L}_][\p{L}\p{N}_]*)?\$)`,
    ].join("|"),
    "uy",
  ),
};

/** The problem of a condition that contains only blanks and comments. */
export const nothing = "it is empty";

const closing: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };

/** Why the text is not a single expression in the engine's SQL; undefined if it is. */
export const problem = (text: string, engine: Engine): string | undefined => {
  const token = quoted[engine];
  const expected: Array<string> = [];
  let isEmpty = true;
  for (let at = 0; at < text.length; ) {
    if (engine === "local" && text.startsWith("/*", at)) {
      const end = endOfComment(text, at);
      if (end === undefined) return "a comment is not closed";
      at = end;
      continue;
    }
    token.lastIndex = at;
    const found = token.exec(text);
    if (found !== null) {
      if (found.groups?.open === "/*") return "a comment is not closed";
      if (found.groups?.open !== undefined) return `a quote (${found.groups.open}) is not closed`;
      if (!/^(?:--|#|\/\*)/.test(found[0])) isEmpty = false;
      at = token.lastIndex;
      continue;
    }
    const character = text[at]!;
    at += 1;
    if (character === "\0") return "it contains a NUL byte";
    if (/\s/.test(character)) continue;
    isEmpty = false;
    const closes = closing[character];
    if (closes !== undefined) expected.push(closes);
    else if (Object.values(closing).includes(character) && expected.pop() !== character)
      return `unmatched "${character}"`;
    else if (character === ";") return 'it contains ";"';
    else if (character === "," && expected.length === 0) return 'it contains "," outside parentheses';
  }
  const [missing] = expected.slice(-1);
  if (missing !== undefined) return `missing "${missing}"`;
  return isEmpty ? nothing : undefined;
};

/** DuckDB's comments nest. */
const endOfComment = (text: string, start: number): number | undefined => {
  let depth = 0;
  for (const { 0: mark, index } of text.slice(start).matchAll(/\/\*|\*\//g)) {
    depth += mark === "/*" ? 1 : -1;
    if (depth === 0) return start + index + 2;
  }
  return undefined;
};
