/**
 * A value of a table in reports, by the rules of BigQuery's TO_JSON. INT64 beyond 2^53, and NUMERIC or BIGNUMERIC
 * that a JSON number cannot represent exactly, are strings with all digits. NaN and the infinities are the strings
 * `NaN`, `Infinity`, `-Infinity`. BYTES are base64. A TIMESTAMP is ISO 8601 in UTC (`2024-01-02T03:04:05.6Z`). DATE,
 * DATETIME, TIME, INTERVAL and GEOGRAPHY are strings in BigQuery's format.
 */
import { Schema } from "effect";

export type Value =
  | null
  | boolean
  | number
  | string
  | ReadonlyArray<Value>
  | { readonly [name: string]: Value };

/** A row, keyed by field name. */
export type Row = { readonly [name: string]: Value };

export const Value: Schema.Schema<Value> = Schema.suspend(() =>
  // The most frequent first: each member that does not match costs an error.
  Schema.Union(
    Schema.String,
    Schema.Number,
    Schema.Null,
    Schema.Boolean,
    Schema.Array(Value),
    Schema.Record({ key: Schema.String, value: Value }),
  ),
).annotations({
  identifier: "Value",
  description: "A value of the table, by the rules of BigQuery's TO_JSON.",
});

/** An exact number as a Value: a JSON number if it keeps all digits, else a string. */
export const fromDigits = (digits: string): Value => {
  const plain = normalizeDigits(digits);
  const number = Number(plain);
  // Beyond 2^53, a double may print the digits of a different number.
  const holds = Math.abs(number) <= 2 ** 53 && plainDecimal(number) === plain;
  return holds ? (number === 0 ? 0 : number) : plain;
};

/** A FLOAT64 as a Value. */
export const fromFloat = (number: number): Value =>
  Number.isNaN(number)
    ? "NaN"
    : number === Infinity
      ? "Infinity"
      : number === -Infinity
        ? "-Infinity"
        : number;

/** A TIMESTAMP in microseconds since 1970 as a Value, without trailing zeros in the fraction. */
export const fromMicroseconds = (micros: bigint): Value => {
  const fraction = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n;
  const seconds = Number((micros - fraction) / 1_000_000n);
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) return micros.toString();
  const whole = date.toISOString().slice(0, -5);
  const digits = fraction.toString().padStart(6, "0").replace(/0+$/, "");
  return `${whole}${digits === "" ? "" : `.${digits}`}Z`;
};

/** A numeric Value as a double, possibly rounded; undefined if it is not a number. */
export const toNumber = (value: Value | undefined): number | undefined => {
  if (typeof value === "number") return value;
  if (typeof value !== "string" || value.trim() === "") return undefined;
  const number =
    value === "Infinity" || value === "-Infinity" || value === "NaN" ? Number(value) : Number(value);
  return Number.isNaN(number) && value !== "NaN" ? undefined : number;
};

const normalizeDigits = (digits: string): string => {
  const match = /^([+-]?)0*(\d+?)(?:\.(\d*?)0*)?$/.exec(digits.trim());
  if (match === null) return digits;
  const [, sign, whole, fraction] = match;
  const text = fraction === undefined || fraction === "" ? `${whole}` : `${whole}.${fraction}`;
  return sign === "-" && /[1-9]/.test(text) ? `-${text}` : text;
};

/** The digits of a number, without an exponent. */
export const plainDigits = (text: string): string =>
  /e/i.test(text) ? plainDecimal(Number(text)) : normalizeDigits(text);

const plainDecimal = (number: number): string => {
  const text = String(number === 0 ? 0 : number);
  if (!/e/i.test(text)) return text;
  return Number.isInteger(number) ? BigInt(number).toString() : number.toFixed(100).replace(/\.?0+$/, "");
};

/** The value for display: strings as they are, other values as JSON. */
export const shown = (value: Value): string => (typeof value === "string" ? value : JSON.stringify(value));
