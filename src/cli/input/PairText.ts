/** Splits the text of a pair: `A:B`, two words on a line, or a JSON object. Does not parse A and B. */
import { Either } from "effect";
import { isJson, isQuote, type Problem, type RawItem } from "./Input.ts";

export interface PairText {
  readonly given: RawItem;
  readonly a: string;
  readonly b: string;
  /** The other members of the JSON object. */
  readonly own: Readonly<Record<string, unknown>>;
}

type Read = Either.Either<PairText, Problem>;

const howToSeparate = ({ place }: RawItem): string =>
  place === undefined
    ? "give A and B as two operands, or on a line separated by white space"
    : "separate A and B by white space";

const pair = (given: RawItem, a: string, b: string, own: PairText["own"] = {}): Read =>
  Either.right({ given, a, b, own });

const invalid = (given: RawItem, problem: string): Read => Either.left({ given, problem });

/** `A,B`, which is not a glob such as `{a,b}.csv`, and `A -> B` as reports write it. */
const otherPair = /^([^,{}]+),([^,{}]+)$|^(.+?)\s+(?:->|→)\s+(.+)$/su;

/** Splits `A:B`, or `A,B` and `A -> B` without a colon. The Left says why the text cannot be split. */
const split = (given: RawItem, text: string): Read => {
  const parts = text.split(":");
  if (parts.length === 2) return pair(given, parts[0]!, parts[1]!);
  const [, a, b] = otherPair.exec(text)?.filter((part) => part !== undefined) ?? [];
  if (parts.length === 1 && a !== undefined && b !== undefined) return pair(given, a.trim(), b.trim());
  return invalid(
    given,
    parts.length === 1
      ? `"${text}" is a single table, not a pair; write A:B, or exactly two operands`
      : `"${text}" has ${parts.length - 1} colons; ${howToSeparate(given)}`,
  );
};

/** Parses a line of a file. */
export const line = (given: RawItem): Read => {
  if (isJson(given.text)) return object(given);
  const [first, second, ...more] = splitWords(given.text)
    .filter((word) => !separators.has(word.join(":")))
    .map((word, i, all) => (i === 0 && all.length === 2 ? withoutComma(word) : word));
  if (first === undefined) return invalid(given, "the pair is empty; write A:B");
  if (more.length > 0) {
    return invalid(
      given,
      `the line has ${more.length + 2} words, not two; put quotes around names that contain white space`,
    );
  }
  if (second !== undefined) return pair(given, first.join(":"), second.join(":"));
  return first.length === 2 ? pair(given, first[0]!, first[1]!) : split(given, first.join(":"));
};

const separators: ReadonlySet<string> = new Set([":", "->", "→", ","]);

/** The first of two words in `A, B`. */
const withoutComma = (word: ReadonlyArray<string>): ReadonlyArray<string> => [
  ...word.slice(0, -1),
  word.at(-1)!.replace(/(?<=.),$/, ""),
];

/** Splits the text at white space, and each word at its colons, except within quotes. */
const splitWords = (text: string): ReadonlyArray<ReadonlyArray<string>> => {
  if (!/["']/.test(text)) return text.split(/\s+/).map((word) => word.split(":"));
  const found: Array<Array<string>> = [];
  let quote: string | undefined;
  let before = " ";
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!;
    if (quote === undefined && /\s/.test(char)) {
      before = char;
      continue;
    }
    if (quote === undefined && /\s/.test(before)) found.push([""]);
    const pieces = found.at(-1)!;
    if (quote === undefined && isQuote(text, i, before)) quote = char;
    else if (char === quote) quote = undefined;
    else if (char === ":" && quote === undefined) pieces.push("");
    else pieces[pieces.length - 1] += char;
    before = quote === undefined ? char : '"';
  }
  return found;
};

const object = (given: RawItem): Read => {
  const json = Either.try({
    try: (): unknown => JSON.parse(given.text),
    catch: (error) => (error instanceof Error ? error.message : "unreadable"),
  });
  if (Either.isLeft(json))
    return invalid(given, `the line is not valid JSON: ${json.left.replace(/^JSON Parse error: /, "")}`);
  const { a, b, ...own } = json.right as Readonly<Record<string, unknown>>;
  if (typeof a === "string" && typeof b === "string") return pair(given, a, b, own);
  const missing = [a, b].flatMap((side, i) => (typeof side === "string" ? [] : [`"${"ab"[i]}"`]));
  return invalid(given, `missing ${missing.join(" and ")}; write {"a": "…", "b": "…"}`);
};

/**
 * Reads the pairs on a command line. One operand is `A:B`. Two operands are one pair if neither can be split,
 * or two pairs if both can. More operands are one pair each. `isSide` tests whether a text can be A or B.
 */
export const operands = (
  all: ReadonlyArray<RawItem>,
  isSide: (text: string) => boolean,
): ReadonlyArray<Read> => {
  const [first, second] = all;
  if (first === undefined || second === undefined || all.length > 2)
    return all.map((given) => split(given, given.text));
  const both = [first, second].map((given) => {
    const parts = split(given, given.text);
    return Either.isRight(parts) && isSide(parts.right.a) && isSide(parts.right.b) ? parts : undefined;
  });
  const [one, other] = both;
  if (one !== undefined && other !== undefined) return [one, other];
  if (one === undefined && other === undefined) return [pair(first, first.text, second.text)];
  const [whole, lone] = one === undefined ? [second, first] : [first, second];
  return [
    invalid(lone, `"${whole.text}" is a pair but "${lone.text}" is not; give two tables, or only pairs A:B`),
  ];
};
