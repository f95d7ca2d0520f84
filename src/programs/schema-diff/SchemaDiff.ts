/** The differences of two schemas: the program's part of a result, with its JSON schema. */
import { Schema } from "effect";
import * as Property from "../../domain/Property.ts";
import { Field } from "../../domain/TableSchema.ts";
import { Value } from "../../domain/Value.ts";
import { type RuleId, ruleIds } from "./rules/Rules.ts";

export const Change = Schema.Struct({
  rule: Property.required(
    Schema.Literal(...(ruleIds as readonly [RuleId, ...Array<RuleId>])),
    "The rule: see [SCHEMA_DIFF.md](SCHEMA_DIFF.md).",
  ),
  class: Property.required(
    Schema.Literal("safe", "breaking", "metadata"),
    "The effect of the change on readers and writers.",
  ),
  attribute: Property.required(Schema.String, "The attribute that differs."),
  path: Property.required(
    Schema.NullOr(Schema.String),
    "The field's path in B, or in A if only A has it; null for the table.",
  ),
  oldPath: Property.optional(Schema.String, "The field's path in A, if it differs."),
  before: Property.required(Value, "A's value; null if A has none."),
  after: Property.required(Value, "B's value; null if B has none."),
  explanation: Property.required(Schema.String, "Why the change has its class."),
  placeBefore: Property.optional(
    Schema.Int,
    "The field's position among its siblings in A, from 0; for removed and moved fields.",
  ),
  placeAfter: Property.optional(Schema.Int, "The field's position in B; for added and moved fields."),
  fieldBefore: Property.optional(Field, "A's whole field, if it was removed or its type changed."),
  fieldAfter: Property.optional(Field, "B's whole field, if it was added or its type changed."),
}).annotations({ identifier: "SchemaChange" });
export type Change = typeof Change.Type;

/** A field only in A and a field only in B that may be the same. */
export const PerhapsRenamed = Schema.Struct({
  from: Property.required(Schema.String, "The path in A."),
  to: Property.required(Schema.String, "The path in B."),
  type: Property.required(Schema.String, "The type of both."),
  samePlace: Property.required(Schema.Boolean, "Whether both are between the same siblings."),
  similarity: Property.required(
    Schema.Number,
    "Similarity of the names: 1 if they are equal, 0 if they have nothing in common.",
  ),
}).annotations({ identifier: "PerhapsRenamed" });
export type PerhapsRenamed = typeof PerhapsRenamed.Type;

/** A line of the DDL that changes A into B. */
export const DdlLine = Schema.Struct({
  kind: Property.required(
    Schema.Literal("statement", "comment"),
    "`comment` for a change that no statement can make.",
  ),
  text: Property.required(Schema.String, "The text without semicolon or dashes; a comment is one line."),
}).annotations({ identifier: "DdlLine" });
export type DdlLine = typeof DdlLine.Type;

export const SchemaDiff = Schema.Struct({
  compared: Property.required(
    Schema.Struct({
      fields: Property.required(Schema.Int, "The number of distinct field paths of both sides."),
      table: Property.required(Schema.Boolean, "Whether table attributes were compared."),
    }),
    "What was compared.",
  ),
  counts: Property.required(
    Schema.Struct({
      safe: Property.required(Schema.Int, "Changes of class `safe`."),
      breaking: Property.required(Schema.Int, "Changes of class `breaking`."),
      metadata: Property.required(Schema.Int, "Changes of class `metadata`."),
      ignored: Property.required(Schema.Int, "Changes excluded by `--ignore` or `--only`."),
    }),
    "The number of changes by class.",
  ),
  changes: Property.required(
    Schema.Array(Change),
    "Every change that is not ignored: fields in B's order, then removed fields, then the table.",
  ),
  perhapsRenamed: Property.required(
    Schema.Array(PerhapsRenamed),
    "Pairs of a field only in A and a field only in B that may be the same field.",
  ),
  failOn: Property.required(Schema.Literal("any", "breaking", "none"), "The value of `--fail-on`."),
  broken: Property.required(Schema.Boolean, "Whether there is a change that `--fail-on` selects."),
  notes: Property.required(
    Schema.Array(Schema.String),
    "What the diff does not cover, and the locations of the tables if they differ.",
  ),
  full: Property.optional(
    Schema.Literal(true),
    "Present with `--full`: text reports then show unchanged fields too.",
  ),
  schemas: Property.optional(
    Schema.Struct({
      a: Property.required(Schema.Array(Field), "A's columns."),
      b: Property.required(Schema.Array(Field), "B's columns."),
    }),
    "Both schemas; present if a field changed, and with `--full`.",
  ),
  ddl: Property.optional(
    Schema.Array(DdlLine),
    "The statements that change A into B, with comments for changes that no statement can make; present if A is a BigQuery table.",
  ),
}).annotations({ identifier: "SchemaDiff" });
export type SchemaDiff = typeof SchemaDiff.Type;
