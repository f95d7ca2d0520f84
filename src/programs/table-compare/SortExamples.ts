/** Sorts example rows by key, or without a key by all values, so that a report can be read and compared. */
import type { Row, Value } from "../../domain/Value.ts";
import type { RowComparison } from "./Comparison.ts";

type Examples = NonNullable<RowComparison["examples"]>;

/** The examples by key; numbers by size, other values by their text, NULL first. */
export const sortExamples = ({ changed, onlyA, onlyB }: Examples): Examples => ({
  changed: changed.toSorted((x, y) => compareRows(x.key, y.key)),
  onlyA: onlyA.toSorted((x, y) => compareRows(x.row, y.row)),
  onlyB: onlyB.toSorted((x, y) => compareRows(x.row, y.row)),
});

const compareRows = (x: Row, y: Row): number => {
  for (const name of Object.keys(x)) {
    const order = compareValues(x[name] ?? null, y[name] ?? null);
    if (order !== 0) return order;
  }
  return 0;
};

/** Exported for tests. */
export const compareValues = (x: Value, y: Value): number => {
  const [one, other] = [placeOf(x), placeOf(y)];
  return one.kind - other.kind || order(one.number, other.number) || order(one.text, other.text);
};

const order = <A>(x: A, y: A): number => (x < y ? -1 : x > y ? 1 : 0);

/** Long numbers are digits in text. */
const placeOf = (value: Value): { readonly kind: number; readonly number: number; readonly text: string } => {
  if (value === null) return { kind: 0, number: 0, text: "" };
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const isNumber = typeof value !== "object" && /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text);
  return isNumber ? { kind: 1, number: Number(text), text } : { kind: 2, number: 0, text };
};
