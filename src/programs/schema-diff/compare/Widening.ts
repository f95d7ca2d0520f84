/**
 * The type changes that ALTER COLUMN SET DATA TYPE accepts: INT64 to NUMERIC, BIGNUMERIC or FLOAT64, NUMERIC to
 * BIGNUMERIC or FLOAT64, and DATE to DATETIME. BigQuery coerces more types in queries than it alters in place, and
 * never alters the elements of an array.
 */
import type { Field, TypeName } from "../../../domain/TableSchema.ts";

type Typed = Pick<Field, "type" | "precision" | "scale" | "maxLength">;

/** Digits before and after the decimal point. */
interface Digits {
  readonly whole: number;
  readonly fraction: number;
}

const largest: Partial<Record<TypeName, Digits>> = {
  INT64: { whole: 19, fraction: 0 },
  NUMERIC: { whole: 29, fraction: 9 },
  BIGNUMERIC: { whole: 38, fraction: 38 },
};

const digits = ({ type, precision, scale }: Typed): Digits | undefined => {
  if (precision === undefined) return largest[type];
  const fraction = Number(scale ?? 0);
  return { whole: Number(precision) - fraction, fraction };
};

const coerced: Partial<Record<TypeName, ReadonlyArray<TypeName>>> = {
  INT64: ["NUMERIC", "BIGNUMERIC", "FLOAT64"],
  NUMERIC: ["BIGNUMERIC", "FLOAT64"],
  DATE: ["DATETIME"],
};

/** Whether BigQuery changes one type into the other in place, accepting every value. */
export const isTypeWidening = (from: Typed, to: Typed): boolean => {
  if (coerced[from.type]?.includes(to.type) !== true) return false;
  return to.type === "FLOAT64" || to.type === "DATETIME" || holdsDigits(from, to);
};

/** Whether values may lose digits: FLOAT64 has 15 to 17 of them. */
export const isLossy = (from: Typed, to: Typed): boolean => from.type !== "FLOAT64" && to.type === "FLOAT64";

/** Whether the second type has at least the digits of the first. */
export const holdsDigits = (from: Typed, to: Typed): boolean => {
  const [narrow, wide] = [digits(from), digits(to)];
  if (narrow === undefined || wide === undefined) return false;
  return wide.whole >= narrow.whole && wide.fraction >= narrow.fraction;
};

export const holdsLength = (from: Typed, to: Typed): boolean =>
  to.maxLength === undefined ||
  (from.maxLength !== undefined && Number(to.maxLength) >= Number(from.maxLength));
