/** Decodes the 101 percentiles of a column. */
import type { Value } from "../../../domain/Value.ts";
import { decodeCount, decodeValue } from "../../../scan/DecodeValue.ts";
import { position } from "./Bins.ts";
import type { DecodeContext, Raw } from "./Statistic.ts";

/** The 101 values from the minimum to the maximum; undefined if there are none. */
export const percentiles = (raw: Raw, context: DecodeContext): ReadonlyArray<Value> | undefined => {
  const values = raw.quantiles;
  if (!Array.isArray(values) || values.length !== 101) return undefined;
  const decoded = values.map((value) => decodeValue(value, context.field));
  return decoded.some((value) => value === undefined) ? undefined : (decoded as ReadonlyArray<Value>);
};

/** Replaces the ends by the minimum and the maximum of all rows, which percentiles of a sample may miss. */
export const withExactEnds = (
  values: ReadonlyArray<Value>,
  raw: Raw,
  { field }: DecodeContext,
): ReadonlyArray<Value> => {
  const [low, high] = [values[0]!, values[100]!];
  const outer = (given: unknown, sampled: Value, isOutside: (x: number, y: number) => boolean): Value => {
    const exact = decodeValue(given, field);
    const [x, y] = [exact === undefined ? undefined : position(exact, field), position(sampled, field)];
    const isUsable = x !== undefined && y !== undefined && Number.isFinite(x) && isOutside(x, y);
    return exact !== undefined && isUsable ? exact : sampled;
  };
  return [
    outer(raw.min ?? raw.earliest, low, (x, y) => x < y),
    ...values.slice(1, 100),
    outer(raw.max ?? raw.latest, high, (x, y) => x > y),
  ];
};

/** The number of rows with a finite value. */
export const finiteRows = (raw: Raw, context: DecodeContext): number =>
  context.rows - context.nulls - (decodeCount(raw.nan) ?? 0) - (decodeCount(raw.infinities) ?? 0);
