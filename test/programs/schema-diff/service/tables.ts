/** Random tables that the service supports, and edited copies. */
import * as fc from "fast-check";
import type { TableMetadata } from "../../../../src/domain/TableMetadata.ts";
import type { Field, TableSchema, TypeName } from "../../../../src/domain/TableSchema.ts";
import { table } from "../../../../src/layers/test/BigQueryTest.ts";
import { isUndeclarable } from "../../../../src/programs/schema-diff/ddl/Types.ts";
import type { Side } from "../../../../src/programs/schema-diff/source/SchemaSource.ts";
import { field } from "../build.ts";
import { edited, schema, tableAttributes } from "../random.ts";

const keyTypes: ReadonlySet<TypeName> = new Set([
  "BIGNUMERIC", "BOOL", "DATE", "DATETIME", "INT64", "NUMERIC", "STRING", "TIMESTAMP",
]); // biome-ignore format: one list

/** Removes arrays of arrays, and default values of nested fields. */
const possible = (fields: TableSchema): TableSchema => {
  const bare = ({ defaultValueExpression: _, ...one }: Field): Field => ({
    ...one,
    ...(one.fields === undefined ? {} : { fields: one.fields.map(bare) }),
  });
  const kept = fields
    .filter((one) => !isUndeclarable(one))
    .map((one) => {
      const text = one.defaultValueExpression;
      return text === undefined ? bare(one) : { ...bare(one), defaultValueExpression: text };
    });
  return kept.length === 0 ? [field("only")] : kept;
};

const pick = (names: ReadonlyArray<string>, seed: number, most: number): ReadonlyArray<string> =>
  names.filter((_, i) => ((seed >> (i % 12)) & 1) === 1).slice(0, most);

export interface Seeds {
  readonly primary: number;
  readonly foreign: number;
  readonly layout: number;
  readonly hasName: boolean;
}

export const seeds: fc.Arbitrary<Seeds> = fc.record({
  primary: fc.nat(4095),
  foreign: fc.nat(4095),
  layout: fc.nat(4095),
  hasName: fc.boolean(),
});

/** A table whose keys, partitions and clusters are columns that it has. */
const possibleTable = (
  name: string,
  fields: TableSchema,
  attributes: Partial<TableMetadata>,
  { primary, foreign, layout, hasName }: Seeds,
): Side => {
  const own = possible(fields);
  const keys = own.filter(({ type, mode }) => keyTypes.has(type) && mode !== "REPEATED");
  const names = keys.map((one) => one.name);
  const dates = keys.filter(({ type }) => type === "DATE" || type === "TIMESTAMP");
  const { partitioning: given = null } = attributes;
  const { field: _, ...ingestion } = { ...given, field: undefined };
  const partitioning =
    given?._tag !== "Time"
      ? null
      : ({ ...ingestion, ...(dates[0] === undefined ? {} : { field: dates[0].name }) } as typeof given);
  const [project = "", dataset = ""] = name.split(".");
  const foreignColumns = pick(names, foreign, 2);
  const other = { _tag: "BigQueryTable" as const, project, dataset, table: "other" };
  const isView = attributes.type === "VIEW";
  return {
    schema: own,
    table: table(name, own, {
      ...attributes,
      viewQuery: isView ? (attributes.viewQuery ?? "SELECT 0") : null,
      partitioning: isView ? null : partitioning,
      clustering: isView ? [] : pick(names, layout, 2),
      primaryKey: isView ? [] : pick(names, primary, 3),
      foreignKeys:
        isView || foreignColumns.length === 0
          ? []
          : [
              {
                name: hasName ? "fk" : "",
                columns: foreignColumns,
                table: other,
                references: foreignColumns,
              },
            ],
    }),
  };
};

/** A table `p.d.t`, and another that has much in common with it, in its dataset or in another. */
export const tables: fc.Arbitrary<{ readonly a: Side; readonly b: Side }> = fc
  .tuple(
    schema(2, 6),
    tableAttributes,
    tableAttributes,
    seeds,
    seeds,
    fc.constantFrom("p.d.t", "q.e.t"),
    fc.boolean(),
  )
  .chain(([fields, before, after, one, other, name, isSame]) =>
    edited(fields, 1).map((others) => ({
      a: possibleTable("p.d.t", fields, before, one),
      b: possibleTable(name, others, isSame ? { ...after, type: before.type! } : after, isSame ? one : other),
    })),
  );
