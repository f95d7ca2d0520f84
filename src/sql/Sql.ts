/**
 * SQL text built from typed pieces. Names, values and paths enter a statement through a Dialect's `identifier` and
 * `string`, never by concatenation.
 */

const brand: unique symbol = Symbol("bqkit/Sql");

/** A piece of a statement in some dialect. Only this module creates pieces. */
export interface Sql {
  readonly [brand]: true;
  readonly text: string;
  /** Contains text of a user, which may name other tables and files. */
  readonly hasCondition: boolean;
}

const make = (text: string, hasCondition = false): Sql => ({ [brand]: true, text, hasCondition });

const someCondition = (pieces: ReadonlyArray<Sql>): boolean => pieces.some((piece) => piece.hasCondition);

/** A template that accepts only pieces: sql`COUNTIF(${condition})`. */
export const sql = (strings: TemplateStringsArray, ...holes: ReadonlyArray<Sql>): Sql => {
  let text = strings[0]!;
  for (let i = 0; i < holes.length; i++) text += holes[i]!.text + strings[i + 1]!;
  return make(text, someCondition(holes));
};

/** Joins the pieces with a separator. */
export const join = (
  pieces: ReadonlyArray<Sql>,
  separator: ", " | ",\n" | " AND " | " OR " | "." | "\nUNION ALL\n",
): Sql => make(pieces.map((piece) => piece.text).join(separator), someCondition(pieces));

export const empty: Sql = make("");

/** An integer literal. */
export const integer = (value: number | bigint): Sql => {
  if (typeof value === "number" && !Number.isSafeInteger(value))
    throw new RangeError(`${value} is not an integer`);
  return make(String(value));
};

/** A FLOAT64 literal with all digits, which both dialects read as a double. */
export const float = (value: number): Sql => {
  if (!Number.isFinite(value)) throw new RangeError(`${value} is not finite`);
  const text = String(value);
  return make(/e/i.test(text) ? text : `${text}e0`);
};

/** A fixed name (a function, a type, an alias): letters, digits, underscores and spaces only. */
export const word = (text: string): Sql => {
  if (!/^[A-Za-z_][A-Za-z0-9_ ]*$/.test(text))
    throw new RangeError(`${JSON.stringify(text)} is not a plain name`);
  return make(text);
};

/** Quoted text, escaped by `escape`; for Dialects. */
export const quoted = (text: string, quote: "`" | '"' | "'", escape: (text: string) => string): Sql =>
  make(`${quote}${escape(text)}${quote}`);

/**
 * The user's --where condition in parentheses. The line breaks end a trailing comment. It runs read-only with the
 * user's permissions.
 */
export const condition = (text: string): Sql => make(`(\n${text}\n)`, true);

/** A default expression from metadata or a schema file. The caller has checked that it is a single expression. */
export const defaultExpression = (text: string): Sql => make(text);
