/**
 * Forms of text: a form is a type in one spelling. A text column gets a type only if every value has the same
 * form, so that conversion is lossless and different values stay different.
 */
import type { TypeName } from "../../../domain/TableSchema.ts";

export interface Form {
  readonly type: TypeName;
  /** A description of the form, for notes. */
  readonly looks: string;
  /** Whether a text has the form. Selects a form from a sample; `proof` decides. */
  readonly matches: (text: string) => boolean;
  /**
   * SQL that is TRUE for a text that has the form; otherwise FALSE or NULL. It must not contain IN with many constants:
   * DuckDB plans it as a join, which changes the order of rows if there are two or more threads.
   */
  readonly proof: (x: string) => string;
  /** SQL of the typed value. */
  readonly value: (x: string) => string;
  /** Groups forms: if only some values of a column have this form, all may have another one of its family. */
  readonly family: "number" | "other";
}

const castBack = (type: string) => ({
  proof: (x: string) => `CAST(TRY_CAST(${x} AS ${type}) AS VARCHAR) = ${x}`,
  value: (x: string) => `TRY_CAST(${x} AS ${type})`,
});

const plainNumber = /^-?(0|[1-9]\d*)(\.\d+)?$/;
/**
 * Exponents in the spelling of a programming language: 1e+05, 1E-4,
 * 1e+16; not 1e3, which all of them print as 1000.
 */
const exponent = "-?[1-9](\\.\\d+)?[eE](\\+?(0?[5-9]|[1-9]\\d{1,2})|-(0?[4-9]|[1-9]\\d{1,2}))";
/** Any exponent: for a type that the user sets. */
const anyExponent = "-?(0|[1-9]\\d*)(\\.\\d+)?[eE][+-]?\\d{1,3}";
const notFinite: ReadonlyArray<string> = ["nan", "NaN", "inf", "-inf", "Infinity", "-Infinity"];

const significant = (text: string): string =>
  text
    .replace(/[eE].*$/, "")
    .replace(/[-.]/g, "")
    .replace(/^0+|0+$/g, "");

const significantSql = (x: string): string =>
  `trim(translate(split_part(lower(${x}), 'e', 1), '-.', ''), '0')`;

/**
 * Whether a double represents the text without loss: up to 15 digits,
 * or exactly the digits that a double prints.
 */
const isDouble = (withExponent: RegExp) => (text: string) => {
  if (notFinite.includes(text)) return true;
  if (text.length > 300 || !(plainNumber.test(text) || withExponent.test(text))) return false;
  const digits = significant(text);
  const size = Math.abs(Number(text));
  const isNormal = size >= 1e-300 && Number.isFinite(size);
  return (digits.length <= 15 && isNormal) || digits === significant(Number(text).toExponential());
};

const integer: Form = {
  type: "INT64",
  looks: "a whole number",
  family: "number",
  matches: (text) => /^(0|-?[1-9]\d{0,18})$/.test(text) && BigInt.asIntN(64, BigInt(text)) === BigInt(text),
  ...castBack("BIGINT"),
};

const largeInteger: Form = {
  type: "BIGNUMERIC",
  looks: "a whole number",
  family: "number",
  matches: (text) => /^(0|-?[1-9]\d{0,37})$/.test(text),
  ...castBack("HUGEINT"),
};

const doubleWith = (exponents: string): Form => ({
  type: "FLOAT64",
  looks: "a number",
  family: "number",
  matches: isDouble(new RegExp(`^${exponents}$`)),
  proof: (x) =>
    // The first test is the fastest, and decides for most values.
    `CASE WHEN length(${x}) <= 15 AND regexp_full_match(${x}, '-?(0|[1-9]\\d*)(\\.\\d+)?') THEN true
     WHEN CAST(TRY_CAST(${x} AS DOUBLE) AS VARCHAR) IN (${x}, ${x} || '.0') THEN true
     WHEN length(${x}) <= 300 AND regexp_full_match(${x}, '-?(0|[1-9]\\d*)(\\.\\d+)?|${exponents}') THEN
       (length(${significantSql(x)}) <= 15 AND abs(TRY_CAST(${x} AS DOUBLE)) BETWEEN 1e-300 AND 1.7e308) OR ${significantSql(x)} = ${significantSql(`CAST(TRY_CAST(${x} AS DOUBLE) AS VARCHAR)`)}
     ELSE regexp_full_match(${x}, '${notFinite.join("|")}') END`,
  value: (x) => `TRY_CAST(${x} AS DOUBLE)`,
});

const double = doubleWith(exponent);

/** The maximum numbers of digits before and after the decimal point in a column. */
export interface Digits {
  readonly whole: number;
  readonly scale: number;
}

/**
 * A decimal of at most 38 digits. DuckDB is slow to cast text to more than 18
 * digits, so the value is assembled from two parts.
 */
export const decimal = ({ whole, scale }: Digits): Form => {
  const isNarrow = whole + scale <= 18;
  // NUMERIC has 29 digits before the point and 9 after it.
  const isNumeric = whole <= 29 && scale <= 9;
  const width = isNarrow ? 18 : isNumeric ? 29 + scale : 38;
  const type = `DECIMAL(${width}, ${scale})`;
  const unsigned = (x: string) => `ltrim(${x}, '-')`;
  const parts = (x: string) =>
    `CAST(TRY_CAST(split_part(${unsigned(x)}, '.', 1) AS HUGEINT) AS ${type}) + CAST(TRY_CAST('0.' || split_part(${unsigned(x)}, '.', 2) AS DECIMAL(18, ${scale})) AS ${type})`;
  const value = (x: string) =>
    isNarrow || scale > 17
      ? `TRY_CAST(${x} AS ${type})`
      : `CAST(TRY(CASE WHEN contains(${x}, '.') THEN CASE WHEN ${x} LIKE '-%' THEN -(${parts(x)}) ELSE ${parts(x)} END ELSE CAST(TRY_CAST(${x} AS HUGEINT) AS ${type}) END) AS ${type})`;
  const padded = (x: string) =>
    scale === 0
      ? x
      : `CASE WHEN contains(${x}, '.') THEN rpad(${x}, CAST(strpos(${x}, '.') + ${scale} AS INTEGER), '0') ELSE ${x} || '.${"0".repeat(scale)}' END`;
  return {
    type: isNumeric ? "NUMERIC" : "BIGNUMERIC",
    looks: "a decimal number",
    family: "number",
    matches: (text) => {
      const digits = digitsOf(text);
      return digits !== undefined && digits.whole <= whole && digits.scale <= scale && !/^-[0.]+$/.test(text);
    },
    // rpad truncates longer text, so the proof also checks the length.
    proof: (x) =>
      `CAST(${value(x)} AS VARCHAR) = ${padded(x)} AND (NOT contains(${x}, '.') OR length(${x}) BETWEEN strpos(${x}, '.') + 1 AND strpos(${x}, '.') + ${scale})`,
    value,
  };
};

export const digitsOf = (text: string): Digits | undefined => {
  if (!plainNumber.test(text)) return undefined;
  const [whole, fraction = ""] = text.replace("-", "").split(".");
  return { whole: whole!.length, scale: fraction.length };
};

/** The form of decimals with these digits; undefined if no type has enough digits. */
export const decimalOf = (digits: Digits): Form | undefined =>
  digits.whole + digits.scale <= 38 && digits.scale > 0 ? decimal(digits) : undefined;

/** SQL of the digits in a column, and of whether all its values are plain decimals. */
export const digitsSql = (
  x: string,
): { readonly whole: string; readonly scale: string; readonly isPlain: string } => ({
  isPlain: `bool_and(regexp_full_match(${x}, '-?(0|[1-9]\\d*)(\\.\\d+)?'))`,
  whole: `max(length(split_part(ltrim(${x}, '-'), '.', 1)))`,
  scale: `max(length(split_part(${x}, '.', 2)))`,
});

const booleans: ReadonlyArray<Form> = (
  [
    ["true", "false"],
    ["True", "False"],
    ["TRUE", "FALSE"],
  ] as const
).map(([yes, no]) => ({
  type: "BOOL",
  looks: `${yes} or ${no}`,
  family: "other",
  matches: (text) => text === yes || text === no,
  proof: (x) => `${x} = '${yes}' OR ${x} = '${no}'`,
  value: (x) => `${x} = '${yes}'`,
}));

const ymd = "\\d{4}-\\d\\d-\\d\\d";
const hms = "([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d";

/** Spellings of fractional seconds: none, a fixed number of digits, or no trailing zeros. */
const fractions = [
  "",
  "\\.\\d{3}",
  "\\.\\d{6}",
  "(\\.\\d{0,5}[1-9])?",
  "(\\.(\\d\\d[1-9]|\\d[1-9]0|[1-9]00|\\d{3}(\\d\\d[1-9]|\\d[1-9]0|[1-9]00)))?",
];

const inFull = (pattern: string) => {
  const whole = new RegExp(`^${pattern}$`);
  return {
    matches: (text: string) => whole.test(text),
    match: (x: string) => `regexp_full_match(${x}, '${pattern}')`,
  };
};

const date: Form = {
  type: "DATE",
  looks: "a date in the form YYYY-MM-DD",
  family: "other",
  matches: inFull(ymd).matches,
  proof: (x) => `length(${x}) = 10 AND CAST(TRY_CAST(${x} AS DATE) AS VARCHAR) = ${x}`,
  value: (x) => `TRY_CAST(${x} AS DATE)`,
};

const times: ReadonlyArray<Form> = fractions.map((fraction) => {
  const { matches, match } = inFull(`${hms}${fraction}`);
  return {
    type: "TIME",
    looks: "a time in the form hh:mm:ss",
    family: "other",
    matches,
    proof: match,
    value: (x) => `TRY_CAST(${x} AS TIME)`,
  };
});

const zones = [
  ["", 0],
  [" UTC", 4],
  ["Z", 1],
  ["\\+00", 3],
  ["\\+00:00", 6],
] as const;

const stamps: ReadonlyArray<Form> = ["[ ]", "T"].flatMap((separator) =>
  zones.flatMap(([zone, cut]) =>
    fractions.map((fraction): Form => {
      const { matches, match } = inFull(`${ymd}${separator}${hms}${fraction}${zone}`);
      const at = (x: string) =>
        `TRY_CAST(${cut === 0 ? x : `left(${x}, length(${x}) - ${cut})`} AS TIMESTAMP)`;
      return {
        type: cut === 0 ? "DATETIME" : "TIMESTAMP",
        looks: `a timestamp in the form ${separator === "T" ? "YYYY-MM-DDThh:mm:ss" : "YYYY-MM-DD hh:mm:ss"}${zone.replace("\\", "")}`,
        family: "other",
        matches,
        proof: (x) =>
          cut === 0 && separator !== "T" && fraction === ""
            ? // Faster than the regular expression.
              `length(${x}) = 19 AND CAST(${at(x)} AS VARCHAR) = ${x}`
            : `${match(x)} AND ${x} >= '0001' AND ${at(x)} IS NOT NULL`,
        value: (x) => (cut === 0 ? at(x) : `make_timestamptz(epoch_us(${at(x)}))`),
      };
    }),
  ),
);

/** All forms except decimals, in the order of the attempts. */
export const forms: ReadonlyArray<Form> = [
  integer,
  largeInteger,
  double,
  ...booleans,
  date,
  ...stamps,
  ...times,
];

export const numbers: ReadonlyArray<Form> = [integer, largeInteger, double];

const givenDouble = doubleWith(anyExponent);

/** The forms of a type that the user sets: a FLOAT64 may have any exponent, such as 1e3. */
export const formsOf = (type: TypeName): ReadonlyArray<Form> =>
  type === "FLOAT64" ? [givenDouble] : forms.filter((form) => form.type === type);

/** The forms that differ from this one only in the spelling of fractions. */
export const relatives = (form: Form): ReadonlyArray<Form> =>
  form.family === "number" ? numbers : forms.filter((other) => other.looks === form.looks);

/**
 * The form that all texts have. Undefined if all of them are NaN or infinities, which are then words, not numbers,
 * unless the candidates are those of numbers alone.
 */
export const formOf = (texts: ReadonlyArray<string>, candidates = forms): Form | undefined => {
  if (texts.length === 0) return undefined;
  if (candidates !== numbers && texts.every((text) => notFinite.includes(text))) return undefined;
  const found = candidates.find((form) => texts.every(form.matches));
  if (found !== undefined || !candidates.includes(double)) return found;
  return decimalFor(texts);
};

/** The decimal form that all texts have. */
export const decimalFor = (texts: ReadonlyArray<string>): Form | undefined => {
  let [whole, scale] = [0, 0];
  for (const text of texts) {
    const digits = digitsOf(text);
    if (digits === undefined) return undefined;
    whole = Math.max(whole, digits.whole);
    scale = Math.max(scale, digits.scale);
  }
  return decimalOf({ whole, scale });
};

/** Forms of JSON's strings, numbers and booleans. */
export const formsOfTime: ReadonlyArray<Form> = [date, ...stamps, ...times];
export const formsOfNumbers = numbers;
export const trueFalse: ReadonlyArray<Form> = booleans.slice(0, 1);
