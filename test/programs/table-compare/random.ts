/**
 * Random pairs of small tables with cases that are hard to compare:
 * duplicates, NULLs, NaN, limits, nested values.
 */
import fc from "fast-check";
import type { Field } from "../../../src/domain/TableSchema.ts";
import type { Row, Value } from "../../../src/domain/Value.ts";
import { field } from "../../contract/tables.ts";

const values: Readonly<Record<string, ReadonlyArray<Value>>> = {
  INT64: [0, 1, 2, -1, 11, "9223372036854775807", "9223372036854775806", "-9223372036854775808"],
  FLOAT64: [
    0,
    1.5,
    -1.5,
    0.1,
    1e300,
    -1e300,
    5e-324,
    "NaN",
    "Infinity",
    "-Infinity",
    123456789.01,
    123456789.99,
  ],
  NUMERIC: [0, 1, 1.5, "0.1", "99999999999999999999999999999.999999999", "1.0001", "1.0004", "-0.000000001"],
  STRING: [
    "",
    "a",
    "b",
    "1",
    "11",
    "a,b",
    "NULL",
    "null",
    "NaN",
    " ",
    "é",
    "e\u0301",
    "🙂",
    '"',
    "\\",
    "a\nb",
  ],
  BOOL: [true, false],
  BYTES: ["", "AA==", "AAA=", "/w=="],
  DATE: ["2024-01-01", "0001-01-01", "9999-12-31"],
  DATETIME: ["2024-01-01T00:00:00", "2024-01-01T00:00:00.000001"],
  TIMESTAMP: ["2024-01-01T00:00:00Z", "2024-01-01T00:00:00.000001Z", "1969-12-31T23:59:59.999999Z"],
  TIME: ["00:00:00", "23:59:59.999999"],
};

export const scalarTypes = Object.keys(values) as ReadonlyArray<Field["type"]>;

const scalar = (type: Field["type"]): fc.Arbitrary<Value> =>
  fc.oneof(
    { weight: 1, arbitrary: fc.constant(null) },
    { weight: 6, arbitrary: fc.constantFrom(...values[type]!) },
  );

export const nestedFields: ReadonlyArray<Field> = [
  field("list", "INT64", { mode: "REPEATED" }),
  field("floats", "FLOAT64", { mode: "REPEATED" }),
  field("pair", "STRUCT", { fields: [field("x", "FLOAT64"), field("y", "STRING")] }),
  field("items", "STRUCT", {
    mode: "REPEATED",
    fields: [field("sku", "STRING"), field("n", "NUMERIC"), field("tags", "STRING", { mode: "REPEATED" })],
  }),
];

/** Arrays are never NULL and contain no NULL scalars: BigQuery stores neither. */
const valueOf = (of: Field): fc.Arbitrary<Value> => {
  if (of.mode === "REPEATED") {
    const element = valueOf({ ...of, mode: "NULLABLE" });
    return fc.array(
      of.type === "STRUCT" ? element.filter((x) => x !== null) : element.filter((x) => x !== null),
      { maxLength: 2 },
    );
  }
  if (of.type !== "STRUCT") return scalar(of.type);
  const fields = (of.fields ?? []).map((inner) => [inner.name, valueOf(inner)] as const);
  return fc.oneof(
    { weight: 1, arbitrary: fc.constant(null) },
    { weight: 4, arbitrary: fc.record(Object.fromEntries(fields)) },
  );
};

export interface RandomPair {
  readonly schema: ReadonlyArray<Field>;
  readonly a: ReadonlyArray<Row>;
  readonly b: ReadonlyArray<Row>;
  readonly key: ReadonlyArray<string>;
}

/** B is A with rows dropped, duplicated, added and changed. */
export const randomPair: fc.Arbitrary<RandomPair> = fc
  .tuple(
    fc.array(fc.constantFrom(...scalarTypes), { minLength: 2, maxLength: 5 }),
    fc.subarray([...nestedFields], { maxLength: 2 }),
    fc.integer({ min: 0, max: 2 }),
  )
  .chain(([types, nested, keys]) => {
    const schema = [...types.map((type, i) => field(`f${i}`, type)), ...nested];
    const row = fc.record(
      Object.fromEntries(schema.map((of) => [of.name, valueOf(of)])),
    ) as fc.Arbitrary<Row>;
    return fc.array(row, { maxLength: 7 }).chain((base) => {
      const copy = base.length === 0 ? fc.constant([]) : fc.array(fc.constantFrom(...base), { maxLength: 8 });
      const changed =
        base.length === 0
          ? fc.constant([])
          : fc.array(
              fc
                .tuple(fc.constantFrom(...base), fc.constantFrom(...schema))
                .chain(([old, of]) => valueOf(of).map((value) => ({ ...old, [of.name]: value }) as Row)),
              { maxLength: 4 },
            );
      return fc.tuple(copy, changed, fc.array(row, { maxLength: 2 })).map(([copies, changes, added]) => ({
        schema,
        a: base,
        b: [...copies, ...changes, ...added],
        key: schema.slice(0, keys).map(({ name }) => name),
      }));
    });
  });
