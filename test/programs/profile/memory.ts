/** Computes statistics of rows in memory, in the simplest way, as a reference for the engines. */
import type { FieldPath } from "../../../src/domain/FieldPath.ts";
import { elementOf, type Field, type TableSchema, walk } from "../../../src/domain/TableSchema.ts";
import type { Row, Value } from "../../../src/domain/Value.ts";

/** All values of a column: of the rows, or of all elements of the arrays that the path goes through. */
export const collect = (rows: ReadonlyArray<Row>, path: FieldPath): ReadonlyArray<Value> =>
  path.reduce<ReadonlyArray<Value>>(
    (values, step) =>
      step._tag === "Elements"
        ? values.flatMap((value) => (value ?? []) as ReadonlyArray<Value>)
        : values.map((value) => (value as Row | null)?.[step.name] ?? null),
    rows,
  );

const places = 40;

/** A decimal as a whole number of 10^-40. */
export const scaled = (value: Value): bigint => {
  const [, sign, whole, fraction = "", exponent = "0"] = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/.exec(
    String(value),
  )!;
  const shift = places - fraction.length + Number(exponent);
  const digits = BigInt(`${whole}${fraction}`);
  const size = shift >= 0 ? digits * 10n ** BigInt(shift) : digits / 10n ** BigInt(-shift);
  return sign === "-" ? -size : size;
};

const numeric = new Set(["INT64", "NUMERIC", "BIGNUMERIC", "FLOAT64"]);
const temporal = new Set(["DATE", "DATETIME", "TIME", "TIMESTAMP"]);
const isFinite = (value: Value) => !["NaN", "Infinity", "-Infinity"].includes(String(value));
const toDouble = (value: Value) => Number(value);

/** Orders values of the field's type. */
export const comparison = (field: Field): ((a: Value, b: Value) => number) => {
  if (field.type === "FLOAT64") return (a, b) => toDouble(a) - toDouble(b);
  if (numeric.has(field.type)) {
    return (a, b) => {
      const difference = scaled(a) - scaled(b);
      return difference < 0n ? -1 : difference > 0n ? 1 : 0;
    };
  }
  // UTF-8 sorts by code point; without its Z, the text of a time sorts like the time.
  const bytes = (value: Value) =>
    Buffer.from(String(value).replace(/Z$/, ""), field.type === "BYTES" ? "base64" : "utf8");
  return (a, b) => Buffer.compare(bytes(a), bytes(b));
};

const sortedBefore = new WeakMap<ReadonlyArray<Value>, ReadonlyArray<Value>>();

/** The finite values, sorted. Every statistic needs them: they are sorted once. */
export const sorted = (values: ReadonlyArray<Value>, field: Field): ReadonlyArray<Value> => {
  const before = sortedBefore.get(values);
  if (before !== undefined) return before;
  const compare = comparison(field);
  const finite = values.filter((value) => value !== null && (field.type !== "FLOAT64" || isFinite(value)));
  // Large tables repeat values, whose comparison is slow.
  const distinct = [...new Set(finite)].sort(compare);
  const places = new Map(distinct.map((value, i) => [value, i]));
  const inOrder = Uint32Array.from(finite, (value) => places.get(value)!).sort();
  const all = Array.from(inOrder, (i) => distinct[i]!);
  sortedBefore.set(values, all);
  return all;
};

/** The number of values before the first that `isBefore` denies, by their order to `value`. */
export const position = (
  inOrder: ReadonlyArray<Value>,
  value: Value,
  field: Field,
  isBefore: (order: number) => boolean,
): number => {
  const compare = comparison(field);
  let [low, high] = [0, inOrder.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isBefore(compare(inOrder[middle]!, value))) low = middle + 1;
    else high = middle;
  }
  return low;
};

/** The distance of the value's rank from p, as a share of all; 0 if p is among its equals. */
export const rankError = (inOrder: ReadonlyArray<Value>, value: Value, p: number, field: Field): number => {
  const rank = (isBefore: (order: number) => boolean) =>
    position(inOrder, value, field, isBefore) / inOrder.length;
  return Math.max(0, rank((order) => order < 0) - p, p - rank((order) => order <= 0));
};

const sum = (values: ReadonlyArray<number>) => values.reduce((all, value) => all + value, 0);
const count = (values: ReadonlyArray<Value>, test: (text: string) => boolean) =>
  values.filter((value) => test(String(value))).length;

const lengths = (all: ReadonlyArray<number>) =>
  all.length === 0
    ? {}
    : {
        lengths: {
          min: all.reduce((a, b) => Math.min(a, b)),
          mean: sum(all) / all.length,
          max: all.reduce((a, b) => Math.max(a, b)),
        },
      };

const moments = (finite: ReadonlyArray<Value>, field: Field) => {
  const n = finite.length;
  // Squares of such values exceed the range of FLOAT64: the moments are absent.
  if (n === 0 || (field.type === "FLOAT64" && finite.some((value) => Math.abs(toDouble(value)) >= 1e150)))
    return {};
  const exact = field.type === "FLOAT64" ? undefined : finite.map(scaled);
  const total = exact?.reduce((all, value) => all + value, 0n);
  const mean = total === undefined ? sum(finite.map(toDouble)) / n : Number(total / BigInt(n)) / 1e40;
  const squares = finite.map((value) => (toDouble(value) - mean) ** 2);
  return { mean, ...(n < 2 ? {} : { stddev: Math.sqrt(sum(squares) / (n - 1)) }) };
};

/** The count of each value by its JSON; -0 is 0. JSON documents are compared by their text. */
export const tally = (values: ReadonlyArray<Value>, field: Field): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const value of values) {
    if (value === null) continue;
    const key = JSON.stringify(field.type === "JSON" ? JSON.stringify(value) : value);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
};

const byKind = (all: ReadonlyArray<Value>, values: ReadonlyArray<Value>, field: Field): object => {
  if (field.mode === "REPEATED") {
    const sizes = values.map((value) => (value as ReadonlyArray<Value>).length);
    return { ...lengths(sizes), empty: sizes.filter((length) => length === 0).length };
  }
  const inOrder = sorted(all, field);
  const ends = (low: string, high: string) =>
    inOrder.length === 0 ? {} : { [low]: inOrder[0], [high]: inOrder.at(-1) };
  if (numeric.has(field.type)) {
    return {
      ...ends("min", "max"),
      ...moments(inOrder, field),
      zeros: count(values, (text) => Number(text) === 0),
      negatives: count(values, (text) => text.startsWith("-") && Number(text) !== 0),
      ...(field.type === "FLOAT64"
        ? {
            nan: count(values, (text) => text === "NaN"),
            infinities: count(values, (text) => /Infinity/.test(text)),
          }
        : {}),
    };
  }
  if (temporal.has(field.type)) return ends("earliest", "latest");
  if (field.type === "BOOL")
    return {
      true: count(values, (text) => text === "true"),
      false: count(values, (text) => text === "false"),
    };
  if (field.type === "BYTES") {
    const sizes = values.map((value) => Buffer.from(String(value), "base64").length);
    return { ...ends("min", "max"), ...lengths(sizes), empty: count(values, (text) => text === "") };
  }
  if (field.type === "STRING") {
    return {
      ...ends("min", "max"),
      ...lengths(values.map((value) => [...String(value)].length)),
      empty: count(values, (text) => text === ""),
      blank: count(values, (text) => /^\p{White_Space}+$/u.test(text)),
      padded: count(values, (text) => /^\p{White_Space}|\p{White_Space}$/u.test(text)),
    };
  }
  return {};
};

/** Statistics of one column; inapplicable ones are absent. */
export const profileOf = (all: ReadonlyArray<Value>, field: Field) => {
  const values = all.filter((value) => value !== null);
  const isScalar = field.mode !== "REPEATED" && field.type !== "STRUCT";
  const distinct = tally(values, field).size;
  return {
    rows: all.length,
    nulls: all.length - values.length,
    ...(isScalar ? { distinct } : {}),
    ...byKind(all, values, field),
  } as Readonly<Record<string, unknown>> & { readonly distinct?: number };
};

export interface Column {
  readonly name: string;
  readonly field: Field;
  readonly values: ReadonlyArray<Value>;
}

/** Every column of a profile. */
export const columnsOf = (schema: TableSchema, rows: ReadonlyArray<Row>): ReadonlyArray<Column> =>
  walk(schema).map(({ name, path, field }) => ({
    name,
    field:
      path.at(-1)?._tag === "Elements"
        ? { ...elementOf({ ...field, mode: "REPEATED" }), mode: "NULLABLE" }
        : field,
    values: collect(rows, path),
  }));
