/**
 * Counts the values below each cut, with one DuckDB histogram, which is
 * four times as fast as a condition per cut.
 */
import { type Field, hasNanoseconds } from "../../../domain/TableSchema.ts";
import { plainDigits } from "../../../domain/Value.ts";
import type { Cut, Dialect } from "../../../sql/Dialect.ts";
import { float, integer, join, type Sql, sql, word } from "../../../sql/Sql.ts";

type Pieces = Pick<Dialect, "string" | "literal" | "countIf" | "array">;

/** A column as a type that can be counted, and the largest value of that type below a cut. */
interface Scale {
  readonly x: Sql;
  /** Undefined if no value is below the cut. */
  readonly below: (cut: Cut) => Sql | undefined;
  /** Counts with one condition per cut, because DuckDB has no histograms of the type. */
  readonly byCondition?: true;
}

const bigint = (value: bigint): Sql | undefined =>
  value < -(2n ** 63n) ? undefined : sql`CAST(${integer(value)} AS BIGINT)`;
const hugeint = (value: bigint): Sql => sql`CAST(${integer(value)} AS HUGEINT)`;

/** The next smaller FLOAT64. */
export const nextDown = (value: number): number => {
  if (value === 0) return -Number.MIN_VALUE;
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  view.setBigInt64(0, view.getBigInt64(0) + (value > 0 ? -1n : 1n));
  return view.getFloat64(0);
};

/** The integer part of value * 10^scale, rounded down, and whether it is the exact product. */
const scaled = (value: string, scale: number): { readonly floor: bigint; readonly whole: boolean } => {
  const [, sign, whole, fraction = ""] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(plainDigits(value))!;
  const digits = fraction.padEnd(scale, "0");
  const isWhole = !/[1-9]/.test(digits.slice(scale));
  const size = BigInt(`${whole}${digits.slice(0, scale)}`);
  return { floor: sign === "-" ? -size - (isWhole ? 0n : 1n) : size, whole: isWhole };
};

/** SQL of a decimal of at most 18 digits multiplied by 10^scale, as BIGINT. */
export const scaledInteger = (x: Sql, { precision, scale }: Pick<Field, "precision" | "scale">): Sql => {
  const places = Number(scale ?? 0);
  // The product has the digits of both factors, and 64 bits have room for 18.
  const wide = Number(precision) + places <= 18 ? x : sql`CAST(${x} AS DECIMAL(38, ${integer(places)}))`;
  return sql`CAST(${wide} * ${integer(10n ** BigInt(places))} AS BIGINT)`;
};

/** The scale of decimals and large integers: decimals that fit into 64 bits are counted as integers. */
const decimalScale = (
  { string }: Pieces,
  x: Sql,
  { precision, scale, nativeType }: Field,
): Scale | undefined => {
  const [width, places] = [Number(precision), Number(scale ?? 0)];
  const below =
    (make: (value: bigint) => Sql | undefined): Scale["below"] =>
    ({ value, closed }) => {
      const { floor, whole } = scaled(value, places);
      return make(floor - (whole && !closed ? 1n : 0n));
    };
  if (nativeType === "UBIGINT" || nativeType === "HUGEINT")
    return { x: sql`CAST(${x} AS HUGEINT)`, below: below(hugeint) };
  if (precision === undefined) return undefined;
  if (width <= 18) return { x: scaledInteger(x, { precision, scale: scale ?? "0" }), below: below(bigint) };
  const literal = (value: bigint) => {
    const text = decimalText(value, width, places);
    if (text === undefined) return undefined;
    return sql`CAST(${string(text)} AS DECIMAL(${integer(width)}, ${integer(places)}))`;
  };
  return { x, below: below(literal), byCondition: true };
};

/**
 * The text of value / 10^places, limited to the largest number of the type; undefined below the smallest one.
 */
const decimalText = (value: bigint, precision: number, places: number): string | undefined => {
  const last = 10n ** BigInt(precision) - 1n;
  if (value < -last) return undefined;
  const nearest = value > last ? last : value;
  const digits = String(nearest < 0n ? -nearest : nearest).padStart(places + 1, "0");
  const whole = digits.slice(0, digits.length - places);
  return `${nearest < 0n ? "-" : ""}${whole}.${digits.slice(digits.length - places)}0`;
};

const temporalScale = ({ literal }: Pieces, x: Sql, field: Field, type: string): Scale => ({
  x: sql`CAST(${x} AS ${word(type)})`,
  below: ({ value, closed }) => {
    const at = literal(value, field)!;
    if (closed) return at;
    if (field.type === "DATE") return sql`${at} - 1`;
    // Times wrap around at midnight.
    if (field.type === "TIME" && /^00:00:00(\.0*)?$/.test(value)) return undefined;
    return sql`CAST(${at} - INTERVAL 1 MICROSECOND AS ${word(type)})`;
  },
});

const nanoseconds = ({ literal }: Pieces, x: Sql, field: Field): Scale => ({
  x: sql`epoch_ns(${x})`,
  below: ({ value, closed }) => sql`epoch_ns(${literal(value, field)!}) - ${integer(closed ? 0 : 1)}`,
});

const doubleScale = (x: Sql): Scale => ({
  x: sql`CAST(${x} AS DOUBLE)`,
  below: ({ value, closed }) => {
    const at = closed ? Number(value) : nextDown(Number(value));
    return Number.isFinite(at) ? sql`CAST(${float(at)} AS DOUBLE)` : undefined;
  },
});

const scaleOf = (pieces: Pieces, x: Sql, field: Field): Scale => {
  if (hasNanoseconds(field)) return nanoseconds(pieces, x, field);
  switch (field.type) {
    case "INT64":
      return {
        x: sql`CAST(${x} AS BIGINT)`,
        below: ({ value, closed }) => bigint(BigInt(value) - (closed ? 0n : 1n)),
      };
    case "FLOAT64":
      return doubleScale(x);
    case "NUMERIC":
    case "BIGNUMERIC":
      return decimalScale(pieces, x, field) ?? doubleScale(x);
    case "DATE":
    case "TIME":
      return temporalScale(pieces, x, field, field.type);
    case "DATETIME":
      return temporalScale(pieces, x, field, "TIMESTAMP");
    case "TIMESTAMP":
      return temporalScale(pieces, x, field, "TIMESTAMPTZ");
    default:
      throw new TypeError(`values of ${field.type} have no order to cut`);
  }
};

export const countsBelow =
  (pieces: Pieces, how: "byHistogram" | "byCondition"): Dialect["countsBelow"] =>
  (x, cuts, field) => {
    const scale = scaleOf(pieces, x, field);
    const places = cuts.map(scale.below);
    if (how === "byCondition" || scale.byCondition === true) {
      return pieces.array(
        places.map((place) =>
          place === undefined ? integer(0) : pieces.countIf(sql`${scale.x} <= ${place}`),
        ),
      );
    }
    const known = places.filter((place) => place !== undefined);
    if (known.length === 0) return pieces.array(cuts.map(() => integer(0)));
    const bins = sql`map_entries(histogram(${scale.x}, [${join(known, ", ")}]))`;
    const counted = sql`list_filter(${bins}, lambda bin: bin.key <= place)`;
    return sql`list_transform([${join(
      places.map((place) => place ?? sql`NULL`),
      ", ",
    )}], lambda place: coalesce(list_sum(list_transform(${counted}, lambda bin: bin.value)), 0))`;
  };
