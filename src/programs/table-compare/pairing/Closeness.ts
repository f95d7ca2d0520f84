/** Decides whether two rows differ in a column, like the statements, from the texts of their values. */
import type { Tolerance } from "../../../sql/RowDialect.ts";
import type { ComparedColumn } from "../columns/Columns.ts";

/**
 * A number for comparison and ordering; undefined for NULL, NaN and infinities, which are close to no other value.
 */
export type Magnitude = number | bigint | undefined;

export interface Closeness {
  readonly magnitude: (text: string | null) => Magnitude;
  readonly within: (a: Magnitude, b: Magnitude) => boolean;
}

const abs = (x: bigint): bigint => (x < 0n ? -x : x);

const floats = ({ absolute, relative }: Tolerance): Closeness => {
  const [fixed, share] = [Number(absolute), Number(relative)];
  return {
    magnitude: (text) => {
      const number = text === null ? Number.NaN : Number(text);
      return Number.isFinite(number) ? number : undefined;
    },
    within: (a, b) =>
      typeof a === "number" &&
      typeof b === "number" &&
      Math.abs(a - b) <= fixed + share * Math.max(Math.abs(a), Math.abs(b)),
  };
};

const placesOf = (text: string): number => text.split(".")[1]?.length ?? 0;

/** A decimal multiplied by a power of ten. */
const scaled = (text: string, places: number): bigint => {
  const [whole = "", fraction = ""] = text.split(".");
  return BigInt(`${whole}${fraction.padEnd(places, "0")}`);
};

/** The maximum scale of BIGNUMERIC. */
const places = 38;

const decimals = ({ absolute, relative }: Tolerance): Closeness => {
  const under = 10n ** BigInt(placesOf(relative));
  const share = scaled(relative, placesOf(relative));
  const fixed = scaled(absolute, Math.max(places, placesOf(absolute)));
  const unit = 10n ** BigInt(Math.max(places, placesOf(absolute)) - places);
  return {
    magnitude: (text) =>
      text !== null && /^-?\d+(\.\d{1,38})?$/.test(text) ? scaled(text, places) : undefined,
    within: (a, b) => {
      if (typeof a !== "bigint" || typeof b !== "bigint") return false;
      const least = abs(a - b) * unit * under - fixed * under;
      return least <= abs(a) * unit * share || least <= abs(b) * unit * share;
    },
  };
};

/** Undefined for a column without a tolerance. */
export const closenessOf = ({ as, tolerance }: ComparedColumn): Closeness | undefined =>
  tolerance === undefined ? undefined : as.type === "FLOAT64" ? floats(tolerance) : decimals(tolerance);

/** The columns in which different values can be close: integers less than 1 apart are equal. */
const loose = (compared: ReadonlyArray<ComparedColumn>): ReadonlyArray<number> =>
  compared.flatMap(({ as, tolerance }, i) =>
    tolerance === undefined ||
    (as.type === "INT64" && Number(tolerance.absolute) < 1 && Number(tolerance.relative) === 0)
      ? []
      : [i],
  );

/**
 * The column by whose order all rows can be paired in one pass: the only one with a tolerance, if the values close to
 * a number form an interval that moves with it.
 */
export const sweepColumn = (compared: ReadonlyArray<ComparedColumn>): number | undefined => {
  const [column, ...others] = loose(compared);
  const tolerance = column === undefined ? undefined : compared[column]!.tolerance;
  return others.length === 0 && Number(tolerance?.relative) < 1 ? column : undefined;
};
