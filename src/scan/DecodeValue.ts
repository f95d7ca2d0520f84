/** Decodes the counts, floats and values in the JSON that both engines return. */
import type { Field } from "../domain/TableSchema.ts";
import { fromDigits, fromFloat, fromMicroseconds, type Value } from "../domain/Value.ts";

/** A count: a JSON number or a string of digits. */
export const decodeCount = (raw: unknown): number | undefined => {
  if (raw === null || raw === undefined) return undefined;
  const value = Number(raw);
  return Number.isFinite(value) ? value : undefined;
};

/** A FLOAT64 from a number or a string; undefined for NULL and non-finite values. */
export const decodeFloat = (raw: unknown): number | undefined => decodeCount(raw);

/** A value of the field's type, by the rules of TO_JSON. */
export const decodeValue = (raw: unknown, field: Field): Value | undefined => {
  if (raw === null || raw === undefined) return undefined;
  switch (field.type) {
    case "INT64":
    case "NUMERIC":
    case "BIGNUMERIC":
      return fromDigits(String(raw));
    case "FLOAT64":
      return fromFloat(toFloat(String(raw)));
    case "BOOL":
      return raw === true || raw === 1 || raw === "true";
    case "TIMESTAMP":
      return /^-?\d+$/.test(String(raw))
        ? fromMicroseconds(BigInt(String(raw)))
        : `${withoutTrailingZeros(String(raw).replace(/Z$/, ""))}Z`;
    case "DATETIME":
      return withoutTrailingZeros(String(raw).replace(/^(\S+) (?=\d)/, "$1T"));
    case "TIME":
    case "INTERVAL":
      return withoutTrailingZeros(String(raw));
    default:
      return typeof raw === "string" || typeof raw === "boolean" || typeof raw === "number"
        ? raw
        : JSON.stringify(raw);
  }
};

/** GoogleSQL writes fractions of seconds with three or six digits. */
const withoutTrailingZeros = (text: string): string => text.replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "");

const toFloat = (text: string): number => {
  const special = /^([+-]?)(?:inf|infinity)$/i.exec(text);
  if (special !== null) return special[1] === "-" ? -Infinity : Infinity;
  return Number(text);
};
