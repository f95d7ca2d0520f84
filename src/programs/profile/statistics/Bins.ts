/**
 * Bins of values, and the edges of a histogram's bins: equal widths
 * from the exact minimum to the exact maximum.
 */
import { Schema } from "effect";
import * as Property from "../../../domain/Property.ts";
import type { Field } from "../../../domain/TableSchema.ts";
import { fromDigits, fromMicroseconds, plainDigits, toNumber, Value } from "../../../domain/Value.ts";
import type { Cut } from "../../../sql/Dialect.ts";

export const Bin = Schema.Struct({
  from: Property.required(Value, "The lower edge, included in the bin."),
  to: Property.required(
    Value,
    "The upper edge, included in the next bin, or in this one if it is the last. A bin with equal edges contains only that value, and the next bin excludes it.",
  ),
  count: Property.required(Schema.Int, "Values in the bin."),
  estimated: Property.optional(Schema.Literal(true), "The count is an estimate; absent if it is exact."),
});
export type Bin = typeof Bin.Type;

export type Edges = Pick<Bin, "from" | "to">;

/** The cuts between adjacent bins. */
export const cutsOf = (bins: ReadonlyArray<Edges>): ReadonlyArray<Cut> =>
  bins.slice(1).map(({ from }, i) => ({ value: String(from), closed: bins[i]!.from === bins[i]!.to }));

/** Builds bins from the number of values below each cut, and the number of all values. */
export const binsFrom = (edges: ReadonlyArray<Edges>, below: ReadonlyArray<number>, all: number) => {
  const upTo = [...below, all];
  return edges.map(({ from, to }, i): Bin => ({ from, to, count: upTo[i]! - (upTo[i - 1] ?? 0) }));
};

const binCount = 20;

/** The position of a value on a line: the number itself; milliseconds for dates and times. */
export const position = (value: Value, field: Field): number | undefined => {
  switch (field.type) {
    case "DATE":
      return milliseconds(`${value}T00:00:00Z`);
    case "DATETIME":
      return milliseconds(`${value}Z`);
    case "TIMESTAMP":
      return milliseconds(String(value));
    case "TIME":
      return milliseconds(`1970-01-01T${value}Z`);
    default:
      return toNumber(value);
  }
};

const places = 38;
/** Exceeds every value of an exact type. */
const largest = 1e40;

/** The exact number multiplied by 10^38. */
const scaled = (value: Value): bigint => {
  const [, sign, whole = "0", fraction = ""] =
    /^(-?)(\d+)(?:\.(\d+))?$/.exec(plainDigits(String(value))) ?? [];
  const size = BigInt(`${whole}${fraction.slice(0, places).padEnd(places, "0")}`);
  return sign === "-" ? -size : size;
};

/**
 * The distance of a value from another one, in quarters of the unit of `position`. Differences of large
 * integers and decimals lose no digits, and differences of large FLOAT64 values stay finite.
 */
export const offset = (value: Value, from: Value, field: Field): number | undefined => {
  const [at, start] = [position(value, field), position(from, field)];
  if (at === undefined || start === undefined) return undefined;
  const needsDigits =
    !(Number.isSafeInteger(value) && Number.isSafeInteger(from)) &&
    ["INT64", "NUMERIC", "BIGNUMERIC"].includes(field.type) &&
    Math.max(Math.abs(at), Math.abs(start)) < largest;
  return needsDigits ? Number(scaled(value) - scaled(from)) / 4 / 10 ** places : at / 4 - start / 4;
};

const milliseconds = (iso: string): number | undefined => {
  const time = Date.parse(iso);
  return Number.isNaN(time) ? undefined : time;
};

/** The value at a position. */
const valueAt = (place: number, field: Field): Value => {
  const iso = () => String(fromMicroseconds(BigInt(Math.round(place)) * 1000n));
  switch (field.type) {
    case "DATE":
      return iso().slice(0, -10);
    case "DATETIME":
      return iso().slice(0, -1);
    case "TIMESTAMP":
      return iso();
    case "TIME":
      return iso().slice(11, -1);
    case "NUMERIC":
      // NUMERIC has nine decimal places.
      return fromDigits(Math.abs(place) < 1e20 ? place.toFixed(9) : BigInt(Math.trunc(place)).toString());
    default:
      return place;
  }
};

const day = 86_400_000n;

/** Integer edges: every bin contains at least one integer. */
const integerEdges = (low: bigint, high: bigint): ReadonlyArray<bigint> => {
  const values = high - low + 1n;
  const count = BigInt(binCount);
  const width = (values + count - 1n) / count;
  const bins = Number((values + width - 1n) / width);
  return Array.from({ length: bins }, (_, i) => low + BigInt(i) * width);
};

/**
 * The edges from the minimum to the maximum, both included and exact; undefined if a value has no position.
 * Every bin includes its lower edge; the last one also includes its upper edge.
 */
export const edgesOf = (min: Value, max: Value, field: Field): ReadonlyArray<Value> | undefined => {
  const [low, high] = [position(min, field), position(max, field)];
  if (low === undefined || high === undefined || !Number.isFinite(low) || !Number.isFinite(high))
    return undefined;
  if (min === max) return [min, max];
  if (field.type === "INT64") {
    const edges = integerEdges(BigInt(String(min)), BigInt(String(max)));
    return [...edges.map((edge) => fromDigits(String(edge))), max];
  }
  if (field.type === "DATE") {
    const edges = integerEdges(BigInt(low) / day, BigInt(high) / day);
    return [...edges.map((edge) => valueAt(Number(edge * day), field)), max];
  }
  const inner = Array.from({ length: binCount - 1 }, (_, i) =>
    valueAt(low + (high / binCount - low / binCount) * (i + 1), field),
  );
  const between = inner.filter((edge) => {
    const place = position(edge, field);
    return place !== undefined && place > low && place < high;
  });
  return [min, ...new Set(between), max];
};
