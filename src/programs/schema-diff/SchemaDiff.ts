/** How two schemas differ: the program's own part of a result, and its JSON form. */
import { Schema } from "effect";
import { Field } from "../../domain/TableSchema.ts";
import { Value } from "../../domain/Value.ts";
import { type RuleId, ruleIds } from "./rules/Rules.ts";

const optional = <A, I>(schema: Schema.Schema<A, I>) => Schema.optionalWith(schema, { exact: true });

export const Change = Schema.Struct({
  /** Stable; docs/SCHEMA_DIFF.md lists them. */
  rule: Schema.Literal(...(ruleIds as readonly [RuleId, ...Array<RuleId>])),
  class: Schema.Literal("safe", "breaking", "metadata"),
  attribute: Schema.String,
  /** The field as B names it, or as A does where only A has it: `items[].sku`. Null for the table. */
  path: Schema.NullOr(Schema.String),
  /** The field as A names it, where that differs. */
  oldPath: optional(Schema.String),
  /** Null where A has none. */
  before: Value,
  /** Null where B has none. */
  after: Value,
  explanation: Schema.String,
  /** From 0 among its siblings, for what was added, removed or moved. */
  placeBefore: optional(Schema.Int),
  placeAfter: optional(Schema.Int),
  /** The whole field, where it was removed, added or got another type. */
  fieldBefore: optional(Field),
  fieldAfter: optional(Field),
}).annotations({ identifier: "SchemaChange" });
export type Change = typeof Change.Type;

/** One field only in A and one only in B that may be the same. */
export const PerhapsRenamed = Schema.Struct({
  from: Schema.String,
  to: Schema.String,
  type: Schema.String,
  /** Between the same siblings. */
  samePlace: Schema.Boolean,
  /** Of the names: 1 for the same, 0 for nothing in common. */
  similarity: Schema.Number,
}).annotations({ identifier: "PerhapsRenamed" });
export type PerhapsRenamed = typeof PerhapsRenamed.Type;

/** A line of the DDL that turns A into B. */
export const DdlLine = Schema.Struct({
  kind: Schema.Literal("statement", "comment"),
  /** Without the semicolon, or without the dashes; a comment is one line. */
  text: Schema.String,
}).annotations({ identifier: "DdlLine" });
export type DdlLine = typeof DdlLine.Type;

export const SchemaDiff = Schema.Struct({
  /** What was compared: fields by path, of both sides together, and whether the tables' own attributes were. */
  compared: Schema.Struct({ fields: Schema.Int, table: Schema.Boolean }),
  counts: Schema.Struct({
    safe: Schema.Int,
    breaking: Schema.Int,
    metadata: Schema.Int,
    /** Left out by --ignore or --only. */
    ignored: Schema.Int,
  }),
  changes: Schema.Array(Change),
  perhapsRenamed: Schema.Array(PerhapsRenamed),
  failOn: Schema.Literal("any", "breaking", "none"),
  /** Whether there is a change of the kind that `failOn` names. */
  broken: Schema.Boolean,
  notes: Schema.Array(Schema.String),
  /** The whole tree was asked for, in reports that leave unchanged fields out otherwise. */
  full: optional(Schema.Literal(true)),
  /** Both schemas, where a field changed or the whole tree was asked for. */
  schemas: optional(Schema.Struct({ a: Schema.Array(Field), b: Schema.Array(Field) })),
  /** Absent where nothing could be altered, or none was made. */
  ddl: optional(Schema.Array(DdlLine)),
}).annotations({ identifier: "SchemaDiff" });
export type SchemaDiff = typeof SchemaDiff.Type;
