/** Random schemas and tables, and edited copies. */
import * as fc from "fast-check";
import type { Partitioning, TableMetadata } from "../../../src/domain/TableMetadata.ts";
import type { Field, Mode, TableSchema, TypeName } from "../../../src/domain/TableSchema.ts";
import { table } from "../../../src/layers/test/BigQueryTest.ts";
import type { Side } from "../../../src/programs/schema-diff/source/SchemaSource.ts";

const scalars = [
  "STRING", "BYTES", "INT64", "FLOAT64", "NUMERIC", "BIGNUMERIC", "BOOL", "DATE", "DATETIME", "TIME", "TIMESTAMP",
  "INTERVAL", "GEOGRAPHY", "JSON", "RANGE",
] as const satisfies ReadonlyArray<TypeName>; // biome-ignore format: one list

const words = fc.constantFrom(
  "a",
  "b",
  "id",
  "Id",
  "price",
  "prize",
  "item",
  "items",
  "x.y",
  "q`t",
  "ünï",
  "new\nline",
  "a=b",
  "c[0]",
);
const name = fc.oneof(
  words,
  fc.tuple(words, fc.nat(40)).map(([w, n]) => `${w}_${n}`),
);
const mode = fc.constantFrom<Mode>("NULLABLE", "NULLABLE", "REQUIRED", "REPEATED");
const maybe = <A>(arbitrary: fc.Arbitrary<A>) => fc.option(arbitrary, { nil: undefined, freq: 3 });

const clean = <A extends object>(record: A): A =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as A;

const words2 = fc.constantFrom("one", "two", "it's `quoted`", "two\nlines");

const common = {
  description: maybe(words2),
  defaultValueExpression: maybe(fc.constantFrom("NULL", "1", "CURRENT_DATE()")),
  policyTags: maybe(fc.constant(["projects/p/taxonomies/1"])),
};

const scalar = (label: string): fc.Arbitrary<Field> =>
  fc
    .record({
      type: fc.constantFrom(...scalars),
      mode,
      ...common,
      precision: maybe(fc.constantFrom("10", "20")),
      scale: maybe(fc.constantFrom("2", "5")),
      maxLength: maybe(fc.constantFrom("3", "30")),
      collation: maybe(fc.constant("und:ci")),
      roundingMode: maybe(fc.constant("ROUND_HALF_EVEN")),
      rangeElementType: fc.constantFrom("DATE" as const, "DATETIME" as const),
    })
    .map(({ precision, scale, maxLength, collation, roundingMode, rangeElementType, ...rest }) => {
      const isDecimal = rest.type === "NUMERIC" || rest.type === "BIGNUMERIC";
      const isText = rest.type === "STRING";
      return clean({
        name: label,
        ...rest,
        ...(isDecimal && precision !== undefined ? { precision, scale, roundingMode } : {}),
        ...(isText || rest.type === "BYTES" ? { maxLength } : {}),
        ...(isText ? { collation } : {}),
        ...(rest.type === "RANGE" ? { rangeElementType } : {}),
      }) as Field;
    });

const field = (label: string, depth: number): fc.Arbitrary<Field> =>
  depth === 0
    ? scalar(label)
    : fc.oneof(
        { weight: 4, arbitrary: scalar(label) },
        {
          weight: 2,
          arbitrary: fc
            .record({ mode, description: common.description, fields: schema(depth - 1, 4) })
            .map((struct) => clean({ name: label, type: "STRUCT" as const, ...struct }) as Field),
        },
        {
          weight: 1,
          arbitrary: field("element", depth - 1).map((element) => ({
            name: label,
            type: "ARRAY" as const,
            mode: "REPEATED" as const,
            fields: [{ ...element, mode: "REPEATED" as const }],
          })),
        },
      );

const distinct = (names: ReadonlyArray<string>): ReadonlyArray<string> => [
  ...new Map(names.map((one) => [one.toLowerCase(), one])).values(),
];

/** Names are distinct without regard to case, as in BigQuery. */
export const schema = (depth: number, most: number): fc.Arbitrary<TableSchema> =>
  fc
    .array(name, { minLength: 1, maxLength: most })
    .chain((names) => fc.tuple(...distinct(names).map((one) => field(one, depth))));

/** The schema with some fields dropped, added, moved, in another case, or of another kind. */
export const edited = (before: TableSchema, depth: number): fc.Arbitrary<TableSchema> =>
  fc
    .tuple(
      ...before.map((one) =>
        fc.oneof(
          { weight: 6, arbitrary: fc.constant<Field | undefined>(one) },
          { weight: 1, arbitrary: fc.constant(undefined) },
          { weight: 1, arbitrary: fc.constant({ ...one, name: one.name.toUpperCase() }) },
          { weight: 2, arbitrary: field(one.name, depth) },
          {
            weight: one.type === "STRUCT" ? 4 : 0,
            arbitrary:
              one.type === "STRUCT"
                ? fc
                    .tuple(edited(one.fields ?? [], Math.max(0, depth - 1)), mode)
                    .map(([fields, other]) => ({ ...one, mode: other, fields }))
                : fc.constant(undefined),
          },
        ),
      ),
    )
    .chain((kept) =>
      fc.tuple(
        fc.constant(kept.filter((one) => one !== undefined)),
        schema(depth, 3),
        fc.array(fc.nat(1000)),
      ),
    )
    .map(([kept, more, places]) => {
      const fields = [...kept];
      for (const [i, extra] of more.entries()) {
        if (!fields.some((one) => one.name.toLowerCase() === extra.name.toLowerCase())) {
          fields.splice((places[i] ?? 0) % (fields.length + 1), 0, extra);
        }
      }
      for (const place of places.slice(0, 3)) {
        const [taken] = fields.splice(place % fields.length, 1);
        if (taken !== undefined) fields.splice((place * 7) % (fields.length + 1), 0, taken);
      }
      return fields;
    });

const partitioning: fc.Arbitrary<Partitioning | null> = fc.oneof(
  fc.constant(null),
  fc
    .record({
      _tag: fc.constant("Time" as const),
      unit: fc.constantFrom("DAY" as const, "HOUR" as const),
      field: maybe(fc.constantFrom("day", "at")),
      requireFilter: fc.boolean(),
      expirationMs: maybe(fc.constantFrom("86400000", "43200000")),
    })
    .map(clean) as fc.Arbitrary<Partitioning>,
  fc.record({
    _tag: fc.constant("Range" as const),
    field: fc.constantFrom("id", "n"),
    start: fc.constant("0"),
    end: fc.constantFrom("10", "100"),
    interval: fc.constant("10"),
    requireFilter: fc.boolean(),
  }),
);

const columns = fc.uniqueArray(fc.constantFrom("a", "b", "c"), { maxLength: 3 });

/** Attributes of a table, its schema aside. */
export const tableAttributes: fc.Arbitrary<Partial<TableMetadata>> = fc
  .record({
    type: fc.constantFrom("TABLE" as const, "VIEW" as const),
    partitioning,
    clustering: columns,
    primaryKey: columns,
    expires: fc.constantFrom(null, "2030-01-01T00:00:00.000Z", "2031-01-01T00:00:00.000Z"),
    description: fc.constantFrom(null, "orders", "it's"),
    labels: fc.dictionary(fc.constantFrom("team", "env", "__proto"), fc.constantFrom("x", "y")),
    viewQuery: fc.constantFrom(null, "SELECT 1", "SELECT 2"),
    friendlyName: maybe(words2),
    defaultCollation: maybe(fc.constant("und:ci")),
    defaultRoundingMode: maybe(fc.constant("ROUND_HALF_EVEN")),
    foreignKeys: maybe(
      fc.constant([
        {
          name: "fk",
          columns: ["a"],
          table: { _tag: "BigQueryTable" as const, project: "p", dataset: "d", table: "other" },
          references: ["id"],
        },
      ]),
    ),
  })
  .map((attributes) => clean({ ...attributes, labels: { ...attributes.labels } }) as Partial<TableMetadata>);

export const side = (fields: TableSchema, attributes: Partial<TableMetadata>): Side => ({
  schema: fields,
  table: table("p.d.t", fields, attributes),
});

/** Two sides that have much in common. */
export const sides = (depth: number, most: number): fc.Arbitrary<{ readonly a: Side; readonly b: Side }> =>
  fc
    .tuple(schema(depth, most), tableAttributes, tableAttributes)
    .chain(([fields, before, after]) =>
      edited(fields, depth).map((others) => ({ a: side(fields, before), b: side(others, after) })),
    );
