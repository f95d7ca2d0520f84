/** Compares rows in memory, in the simplest way, as a reference for the engines. */
import type { TableSchema } from "../../../src/domain/TableSchema.ts";
import type { Row, Value } from "../../../src/domain/Value.ts";

export interface Expected {
  readonly same: number;
  readonly changed: number | null;
  readonly onlyA: number;
  readonly onlyB: number;
  /** Counts of changed rows by column; undefined if they depend on the pairing of rows. */
  readonly columns: Readonly<Record<string, number>> | undefined;
}

/** A value as text, ignoring the order of names in a document. */
const text = (value: Value | undefined): string => {
  if (value === undefined || value === null) return "null";
  if (Array.isArray(value)) return `[${value.map(text).join(",")}]`;
  if (typeof value === "object") {
    const row = value as Row;
    return `{${Object.keys(row)
      .sort()
      .map((name) => `${JSON.stringify(name)}:${text(row[name])}`)
      .join(",")}}`;
  }
  return JSON.stringify(value === 0 ? 0 : value);
};

const times = (rows: ReadonlyArray<Row>, names: ReadonlyArray<string>): Map<string, Array<Row>> =>
  rows.reduce((all, row) => {
    const id = text(names.map((name) => row[name] ?? null));
    return all.set(id, [...(all.get(id) ?? []), row]);
  }, new Map<string, Array<Row>>());

export const compareInMemory = (
  schema: TableSchema,
  a: ReadonlyArray<Row>,
  b: ReadonlyArray<Row>,
  key: ReadonlyArray<string>,
): Expected => {
  const names = schema.map(({ name }) => name);
  const cancel = (inA: ReadonlyArray<Row>, inB: ReadonlyArray<Row>) => {
    const [one, other] = [times(inA, names), times(inB, names)];
    const ids = [...new Set([...one.keys(), ...other.keys()])];
    const left = (x: typeof one, y: typeof one) =>
      ids.flatMap((id) => (x.get(id) ?? []).slice((y.get(id) ?? []).length));
    return { same: inA.length - left(one, other).length, a: left(one, other), b: left(other, one) };
  };
  if (key.length === 0) {
    const found = cancel(a, b);
    return { same: found.same, changed: null, onlyA: found.a.length, onlyB: found.b.length, columns: {} };
  }
  const [byA, byB] = [times(a, key), times(b, key)];
  let isClear = true;
  const columns: Record<string, number> = {};
  const totals = { same: 0, changed: 0, onlyA: 0, onlyB: 0 };
  for (const id of new Set([...byA.keys(), ...byB.keys()])) {
    const found = cancel(byA.get(id) ?? [], byB.get(id) ?? []);
    const pairs = Math.min(found.a.length, found.b.length);
    totals.same += found.same;
    totals.changed += pairs;
    totals.onlyA += found.a.length - pairs;
    totals.onlyB += found.b.length - pairs;
    if (pairs > 0 && (found.a.length > 1 || found.b.length > 1)) isClear = false;
    else if (pairs > 0) {
      for (const name of names) {
        if (text(found.a[0]![name]) !== text(found.b[0]![name])) columns[name] = (columns[name] ?? 0) + 1;
      }
    }
  }
  return { ...totals, columns: isClear ? columns : undefined };
};
