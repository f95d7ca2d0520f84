/**
 * SQL text that was built from typed pieces. Only this module makes one from a string: names, values and paths of a
 * table enter a statement through a Dialect's `identifier` and `string`, never by concatenation.
 */

/** A piece of a statement in some dialect. */
export interface Sql {
  readonly _tag: "Sql";
  readonly text: string;
}

const make = (text: string): Sql => ({ _tag: "Sql", text });

/** A template whose holes take pieces only: sql`COUNTIF(${condition})`. */
export const sql = (strings: TemplateStringsArray, ...holes: ReadonlyArray<Sql>): Sql =>
  make(strings.reduce((text, part, i) => text + part + (holes[i]?.text ?? ""), ""));

/** The pieces with a separator between them. */
export const join = (
  pieces: ReadonlyArray<Sql>,
  separator: ", " | ",\n" | " AND " | " OR " | "." | "\nUNION ALL\n",
): Sql => make(pieces.map((piece) => piece.text).join(separator));

export const empty: Sql = make("");

/** An integer literal. */
export const integer = (value: number | bigint): Sql => {
  if (typeof value === "number" && !Number.isSafeInteger(value))
    throw new RangeError(`${value} is no integer`);
  return make(String(value));
};

/** A FLOAT64 literal, with every digit, in the form both dialects read as a double. */
export const float = (value: number): Sql => {
  if (!Number.isFinite(value)) throw new RangeError(`${value} is not finite`);
  const text = String(value);
  return make(/e/i.test(text) ? text : `${text}e0`);
};

/** The name of a function, type or alias of the project's own: letters, digits and underscores alone. */
export const word = (text: string): Sql => {
  if (!/^[A-Za-z_][A-Za-z0-9_ ]*$/.test(text))
    throw new RangeError(`${JSON.stringify(text)} is no plain word`);
  return make(text);
};

/** Text between quotes, with the quote and backslash escaped by `escape`. For Dialects. */
export const quoted = (text: string, quote: "`" | '"' | "'", escape: (text: string) => string): Sql =>
  make(`${quote}${escape(text)}${quote}`);

/**
 * A condition that the user gave to --where, put between parentheses and line ends so that a comment in it ends with it.
 * It is the user's own SQL and runs with the user's own rights, read-only.
 */
export const condition = (text: string): Sql => make(`(\n${text}\n)`);
