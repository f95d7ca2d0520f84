/**
 * Text from outside (names, values, messages) made safe to show: control characters, marks that turn the direction of
 * writing, broken surrogates and what is no character become visible signs, so that no name can move a cursor or pose
 * as another line.
 */

const unsafe =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff]|\p{Cs}/gu;

const sign = (char: string): string => {
  const code = char.codePointAt(0)!;
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  return code === 0x7f ? "␡" : `\\u{${code.toString(16)}}`;
};

/** One line that holds nothing but visible characters: a line end is shown as `␊`. */
export const escapeControls = (text: string): string => text.replace(unsafe, sign);

/** The same for text of several lines, such as SQL: line ends and tabs stay. */
export const escapeControlsInLines = (text: string): string =>
  text
    .split("\n")
    .map((line) => line.split("\t").map(escapeControls).join("\t"))
    .join("\n");

/**
 * JSON in which the same characters are escaped that `printable` makes visible: it stays the same JSON, and shows as it
 * is on a terminal.
 */
export const escapeControlsInJson = (json: string): string =>
  json.replace(unsafe, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
