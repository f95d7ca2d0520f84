/** Parses bqkit's DDL: tokens, types and lists of options. */
import type { Field, Mode, TypeName } from "../../../../src/domain/TableSchema.ts";

export interface Token {
  readonly kind: "identifier" | "string" | "word" | "number" | "sign";
  readonly text: string;
}

const unescape = (text: string): string =>
  text.replace(/\\u([0-9a-f]{4})|\\(.)/gs, (_, code, char) =>
    code ? String.fromCharCode(Number.parseInt(code, 16)) : char === "n" ? "\n" : char,
  );

const pattern =
  /\s*(?:`((?:[^`\\]|\\.)*)`|'((?:[^'\\]|\\.)*)'|([A-Za-z_][A-Za-z_0-9]*)|([0-9][0-9.e+-]*)|(.))/gsy;

export const tokensOf = (text: string): ReadonlyArray<Token> => {
  const tokens: Array<Token> = [];
  pattern.lastIndex = 0;
  while (pattern.lastIndex < text.trimEnd().length) {
    const match = pattern.exec(text);
    if (match === null) throw new Error(`cannot read ${text.slice(pattern.lastIndex)}`);
    const [, identifier, string, word, number, sign] = match;
    if (identifier !== undefined) tokens.push({ kind: "identifier", text: unescape(identifier) });
    else if (string !== undefined) tokens.push({ kind: "string", text: unescape(string) });
    else if (word !== undefined) tokens.push({ kind: "word", text: word });
    else if (number !== undefined) tokens.push({ kind: "number", text: number });
    else tokens.push({ kind: "sign", text: sign! });
  }
  return tokens;
};

export class Reader {
  #at = 0;
  constructor(readonly tokens: ReadonlyArray<Token>) {}

  get isAtEnd(): boolean {
    return this.#at >= this.tokens.length;
  }

  peek(...words: ReadonlyArray<string>): boolean {
    return words.every((word, i) => {
      const token = this.tokens[this.#at + i];
      return (
        token !== undefined && token.kind !== "string" && token.kind !== "identifier" && token.text === word
      );
    });
  }

  /** Takes the words if they follow. */
  take(...words: ReadonlyArray<string>): boolean {
    const found = this.peek(...words);
    if (found) this.#at += words.length;
    return found;
  }

  expect(...words: ReadonlyArray<string>): void {
    if (!this.take(...words))
      throw new Error(
        `expected ${words.join(" ")} before ${JSON.stringify(this.tokens.slice(this.#at, this.#at + 3))}`,
      );
  }

  next(kind?: Token["kind"]): string {
    const token = this.tokens[this.#at];
    if (token === undefined || (kind !== undefined && token.kind !== kind))
      throw new Error(`expected ${kind ?? "more"}, found ${JSON.stringify(token)}`);
    this.#at += 1;
    return token.text;
  }

  list<A>(one: () => A): ReadonlyArray<A> {
    const all = [one()];
    while (this.take(",")) all.push(one());
    return all;
  }

  names(): ReadonlyArray<string> {
    this.expect("(");
    const names = this.list(() => this.next("identifier"));
    this.expect(")");
    return names;
  }

  /** Up to the comma or the end that closes it, as text. */
  expression(): string {
    const parts: Array<string> = [];
    let depth = 0;
    while (!this.isAtEnd && !(depth === 0 && this.peek(","))) {
      const { kind, text } = this.tokens[this.#at]!;
      if (kind === "sign" && "([".includes(text)) depth += 1;
      if (kind === "sign" && ")]".includes(text)) depth -= 1;
      parts.push(kind === "string" ? `'${text}'` : text);
      this.#at += 1;
    }
    return parts.join("");
  }
}

const keyOf = { NUMERIC: "precision", BIGNUMERIC: "precision", TIMESTAMP: "timestampPrecision" } as const;

/** A type with its collation, and with the options and NOT NULL of the fields inside of it. */
export const readType = (reader: Reader, name: string): Field => {
  const type = reader.next("word");
  if (type === "ARRAY") {
    reader.expect("<");
    const element = readType(reader, name);
    reader.expect(">");
    if (element.mode === "REPEATED") throw new Error("BigQuery has no arrays of arrays");
    return { ...element, mode: "REPEATED" };
  }
  if (type === "STRUCT") {
    reader.expect("<");
    const fields = reader.list(() => readField(reader));
    reader.expect(">");
    return { name, type: "STRUCT", mode: "NULLABLE", fields };
  }
  if (type === "RANGE") {
    reader.expect("<");
    const rangeElementType = reader.next("word") as NonNullable<Field["rangeElementType"]>;
    reader.expect(">");
    return { name, type, mode: "NULLABLE", rangeElementType };
  }
  let field: Field = { name, type: type as TypeName, mode: "NULLABLE" };
  if (reader.take("(")) {
    const [first, scale] = reader.list(() => reader.next("number"));
    reader.expect(")");
    const key = keyOf[type as keyof typeof keyOf] ?? "maxLength";
    field = { ...field, [key]: first!, ...(scale === undefined ? {} : { scale }) };
  }
  return reader.take("COLLATE") ? { ...field, collation: reader.next("string") } : field;
};

/** A column of ADD COLUMN, or a field of a STRUCT. */
export const readField = (reader: Reader): Field => {
  const name = reader.next("identifier");
  const field = readType(reader, name);
  const mode: Mode = reader.take("NOT", "NULL") ? "REQUIRED" : field.mode;
  const options = reader.take("OPTIONS") ? readOptions(reader) : new Map<string, string>();
  const { description, rounding_mode: roundingMode } = Object.fromEntries(options);
  return {
    ...field,
    mode,
    ...(description === undefined ? {} : { description }),
    ...(roundingMode === undefined ? {} : { roundingMode }),
  };
};

/** `(name = value, …)`; NULL is an empty text. */
export const readOptions = (reader: Reader): ReadonlyMap<string, string> => {
  reader.expect("(");
  const options = reader.list((): readonly [string, string] => {
    const name = reader.next("word");
    reader.expect("=");
    return [name, readValue(reader)];
  });
  reader.expect(")");
  return new Map(options);
};

const readValue = (reader: Reader): string => {
  if (reader.take("NULL")) return "";
  if (reader.take("TIMESTAMP")) return reader.next("string");
  if (!reader.take("[")) return reader.next();
  const pairs: Array<readonly [string, string]> = [];
  while (!reader.take("]")) {
    reader.take(",");
    reader.expect("(");
    const key = reader.next("string");
    reader.expect(",");
    pairs.push([key, reader.next("string")]);
    reader.expect(")");
  }
  return JSON.stringify(pairs);
};
