/**
 * Makes text from outside (names, values, messages) safe to print: replaces control characters, bidirectional marks,
 * lone surrogates and noncharacters by visible signs, so that no text can move the cursor or imitate another line.
 */

const unsafe =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff]|\p{Cs}/gu;

const sign = (char: string): string => {
  const code = char.codePointAt(0)!;
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  return code === 0x7f ? "␡" : `\\u{${code.toString(16)}}`;
};

/** Escapes to a single line: a line feed becomes `␊`. */
export const escapeControls = (text: string): string => text.replace(unsafe, sign);

/** Escapes text of several lines, such as SQL; keeps line feeds and tabs. */
export const escapeControlsInLines = (text: string): string =>
  text
    .split("\n")
    .map((line) => line.split("\t").map(escapeControls).join("\t"))
    .join("\n");

/** Escapes the same characters inside JSON strings, so that the JSON keeps its value. */
export const escapeControlsInJson = (json: string): string =>
  json.replace(unsafe, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
