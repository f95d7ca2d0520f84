/** Decodes REST's Table resource (tables.get) into `TableMetadata`. */
import { Either, Schema } from "effect";
import type { ForeignKey, Partitioning, TableMetadata, TableType } from "../../domain/TableMetadata.ts";
import type { BigQueryTable } from "../../domain/TableReference.ts";
import { type Field, type Mode, typeName } from "../../domain/TableSchema.ts";
import * as TableVersion from "../../domain/TableVersion.ts";
import * as Properties from "./TableProperties.ts";

const optional = <A, I>(schema: Schema.Schema<A, I>) => Schema.optional(Schema.NullOr(schema));
const text = optional(Schema.String);
const texts = optional(Schema.Array(Schema.String));

/** REST's TableFieldSchema resource, with legacy or standard type names. */
export interface FieldResource {
  readonly name: string;
  readonly type?: string | null | undefined;
  readonly mode?: string | null | undefined;
  readonly fields?: ReadonlyArray<FieldResource> | null | undefined;
  readonly rangeElementType?: { readonly type: string } | null | undefined;
  readonly description?: string | null | undefined;
  readonly maxLength?: string | null | undefined;
  readonly precision?: string | null | undefined;
  readonly scale?: string | null | undefined;
  readonly roundingMode?: string | null | undefined;
  readonly collation?: string | null | undefined;
  readonly defaultValueExpression?: string | null | undefined;
  readonly timestampPrecision?: string | null | undefined;
  readonly dataPolicies?: ReadonlyArray<{ readonly name?: string | null | undefined }> | null | undefined;
  readonly dataPolicyList?: unknown;
  readonly generatedColumn?: unknown;
  readonly foreignTypeDefinition?: string | null | undefined;
  readonly policyTags?: { readonly names?: ReadonlyArray<string> | null | undefined } | null | undefined;
}

const FieldResource: Schema.Schema<FieldResource> = Schema.suspend(() =>
  Schema.Struct({
    name: Schema.String,
    type: text,
    mode: text,
    fields: optional(Schema.Array(FieldResource)),
    rangeElementType: optional(Schema.Struct({ type: Schema.String })),
    description: text,
    maxLength: text,
    precision: text,
    scale: text,
    roundingMode: text,
    collation: text,
    defaultValueExpression: text,
    timestampPrecision: text,
    dataPolicies: optional(Schema.Array(Schema.Struct({ name: text }))),
    dataPolicyList: Schema.optional(Schema.Unknown),
    generatedColumn: Schema.optional(Schema.Unknown),
    foreignTypeDefinition: text,
    policyTags: optional(Schema.Struct({ names: texts })),
  }).annotations({ parseOptions: { onExcessProperty: "preserve" } }),
);

export const SchemaResource = Schema.Struct({ fields: optional(Schema.Array(FieldResource)) });

const ForeignKeyResource = Schema.Struct({
  name: text,
  referencedTable: Schema.Struct({
    projectId: Schema.String,
    datasetId: Schema.String,
    tableId: Schema.String,
  }),
  columnReferences: Schema.Array(
    Schema.Struct({ referencingColumn: Schema.String, referencedColumn: Schema.String }),
  ),
});

export const TableResource = Schema.Struct({
  tableReference: Schema.Struct({
    projectId: Schema.String,
    datasetId: Schema.String,
    tableId: Schema.String,
  }),
  type: Schema.optionalWith(Schema.String, { default: () => "TABLE" }),
  schema: optional(SchemaResource),
  numRows: text,
  numBytes: text,
  creationTime: text,
  lastModifiedTime: text,
  expirationTime: text,
  description: text,
  labels: optional(Schema.Record({ key: Schema.String, value: Schema.String })),
  timePartitioning: optional(
    Schema.Struct({
      type: text,
      field: text,
      expirationMs: text,
      requirePartitionFilter: optional(Schema.Boolean),
    }),
  ),
  rangePartitioning: optional(
    Schema.Struct({
      field: Schema.String,
      range: Schema.Struct({ start: Schema.String, end: Schema.String, interval: Schema.String }),
    }),
  ),
  requirePartitionFilter: optional(Schema.Boolean),
  clustering: optional(Schema.Struct({ fields: texts })),
  tableConstraints: optional(
    Schema.Struct({
      primaryKey: optional(Schema.Struct({ columns: texts })),
      foreignKeys: optional(Schema.Array(ForeignKeyResource)),
    }),
  ),
  friendlyName: text,
  defaultCollation: text,
  defaultRoundingMode: text,
  location: text,
  etag: text,
  streamingBuffer: optional(Schema.Struct({})),
  cloneDefinition: optional(Schema.Struct({})),
  view: optional(Schema.Struct({ query: text })),
  materializedView: optional(Schema.Struct({ query: text })),
}).annotations({ parseOptions: { onExcessProperty: "preserve" } });
type TableResource = typeof TableResource.Type;

/** Whether the response is about the table. The project can be returned by its number, and names in other case. */
export const isAbout = (
  { dataset, table }: BigQueryTable,
  { datasetId, tableId }: { readonly datasetId: string; readonly tableId: string },
): boolean => {
  const plain = (name: string) =>
    name
      .replace(/[$@].*/s, "")
      .normalize()
      .toLowerCase();
  return plain(tableId) === plain(table) && plain(datasetId) === plain(dataset);
};

/** Decodes the metadata. The Left names a column of an unsupported type. */
export const metadata = (
  reference: BigQueryTable,
  table: TableResource,
): Either.Either<TableMetadata, string> => {
  const schema = fieldsOf(table.schema?.fields ?? []);
  if (Either.isLeft(schema)) return Either.left(schema.left);
  const type = typeOf(table);
  const stored = type === "TABLE" || type === "CLONE" || type === "SNAPSHOT" || type === "MATERIALIZED_VIEW";
  const facts = {
    type,
    rows: stored ? count(table.numRows) : null,
    bytes: stored ? count(table.numBytes) : null,
    modified: time(table.lastModifiedTime),
    etag: table.etag ?? null,
    hasStreamingBuffer: table.streamingBuffer != null,
  };
  return Either.right({
    ...facts,
    reference,
    schema: schema.right,
    created: time(table.creationTime),
    expires: time(table.expirationTime),
    description: table.description ?? null,
    labels: table.labels ?? {},
    partitioning: partitioning(table),
    clustering: table.clustering?.fields ?? [],
    primaryKey: table.tableConstraints?.primaryKey?.columns ?? [],
    ...foreignKeys(table),
    ...(table.friendlyName ? { friendlyName: table.friendlyName } : {}),
    ...(table.defaultCollation ? { defaultCollation: table.defaultCollation } : {}),
    ...(table.defaultRoundingMode ? { defaultRoundingMode: table.defaultRoundingMode } : {}),
    ...declared(table),
    location: table.location ?? null,
    viewQuery: table.view?.query ?? table.materializedView?.query ?? null,
    version: TableVersion.stored(facts),
  });
};

/** The attributes that are compared as a whole, and the names of properties that are not compared. */
const declared = (table: TableResource): Pick<TableMetadata, "attributes" | "notCompared"> => {
  const all = { ...table };
  const attributes = Properties.attributesOf(all);
  const notCompared = Properties.unknownOfTable(all);
  return {
    ...(Object.keys(attributes).length === 0 ? {} : { attributes }),
    ...(notCompared.length === 0 ? {} : { notCompared }),
  };
};

const foreignKeys = (table: TableResource): { readonly foreignKeys?: ReadonlyArray<ForeignKey> } => {
  const keys = table.tableConstraints?.foreignKeys ?? [];
  if (keys.length === 0) return {};
  return {
    foreignKeys: keys.map(({ name, referencedTable, columnReferences }) => ({
      name: name ?? "",
      columns: columnReferences.map(({ referencingColumn }) => referencingColumn),
      table: {
        _tag: "BigQueryTable",
        project: referencedTable.projectId,
        dataset: referencedTable.datasetId,
        table: referencedTable.tableId,
      },
      references: columnReferences.map(({ referencedColumn }) => referencedColumn),
    })),
  };
};

const types: ReadonlyArray<TableType> = ["TABLE", "VIEW", "MATERIALIZED_VIEW", "EXTERNAL", "SNAPSHOT"];

const typeOf = (table: TableResource): TableType =>
  table.cloneDefinition != null ? "CLONE" : (types.find((known) => known === table.type) ?? "EXTERNAL");

const count = (digits: string | null | undefined): number | null => (digits == null ? null : Number(digits));

const time = (milliseconds: string | null | undefined): string | null => {
  const date = new Date(Number(milliseconds ?? Number.NaN));
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
};

const units = ["HOUR", "DAY", "MONTH", "YEAR"] as const;

const partitioning = (table: TableResource): Partitioning | null => {
  const byTime = table.timePartitioning;
  const requireFilter = table.requirePartitionFilter ?? byTime?.requirePartitionFilter ?? false;
  if (byTime != null) {
    return {
      _tag: "Time",
      unit: units.find((unit) => unit === byTime.type) ?? "DAY",
      ...(byTime.field == null ? {} : { field: byTime.field }),
      requireFilter,
      ...(byTime.expirationMs == null ? {} : { expirationMs: byTime.expirationMs }),
    };
  }
  const byRange = table.rangePartitioning;
  return byRange == null ? null : { _tag: "Range", field: byRange.field, ...byRange.range, requireFilter };
};

/** Decodes fields. The Left names a column of an unsupported type. */
export const fieldsOf = (
  resources: ReadonlyArray<FieldResource>,
): Either.Either<ReadonlyArray<Field>, string> => Either.all(resources.map(fieldOf));

/**
 * The default type of a field: goccy's emulator omits the type of
 * RANGE columns in results and sends their text.
 */
const untyped = "STRING";

const fieldOf = (resource: FieldResource): Either.Either<Field, string> => {
  const type = typeName(resource.type ?? untyped);
  if (type === undefined || type === "ARRAY")
    return Either.left(`column ${resource.name} has type ${resource.type}`);
  const inner = fieldsOf(resource.fields ?? []);
  if (Either.isLeft(inner)) return Either.left(inner.left);
  const range = resource.rangeElementType?.type;
  const tags = resource.policyTags?.names ?? [];
  return Either.right({
    name: resource.name,
    type,
    mode: modes.find((mode) => mode === resource.mode) ?? "NULLABLE",
    ...(type === "STRUCT" ? { fields: inner.right } : {}),
    ...(range === "DATE" || range === "DATETIME" || range === "TIMESTAMP" ? { rangeElementType: range } : {}),
    ...attributes(resource),
    ...(tags.length === 0 ? {} : { policyTags: tags }),
    ...governed(resource),
  });
};

const governed = (resource: FieldResource): Partial<Field> => {
  const policies = [
    ...(resource.dataPolicies ?? []).flatMap(({ name }) => name ?? []),
    ...(resource.dataPolicyList == null ? [] : [Properties.canonicalText(resource.dataPolicyList)]),
  ];
  const generated =
    resource.generatedColumn == null ? "" : Properties.canonicalText(resource.generatedColumn);
  const notCompared = Properties.unknownOfField({ ...resource });
  return {
    ...(policies.length === 0 ? {} : { dataPolicies: policies }),
    ...(generated === "" ? {} : { generatedColumn: generated }),
    ...(notCompared.length === 0 ? {} : { notCompared }),
  };
};

const modes: ReadonlyArray<Mode> = ["NULLABLE", "REQUIRED", "REPEATED"];

const names = [
  "description", "maxLength", "precision", "scale", "roundingMode", "collation", "defaultValueExpression",
  "timestampPrecision", "foreignTypeDefinition",
] as const; // biome-ignore format: one list

const attributes = (resource: FieldResource): Pick<Field, (typeof names)[number]> =>
  Object.fromEntries(names.flatMap((name) => (resource[name] ? [[name, resource[name]]] : [])));
