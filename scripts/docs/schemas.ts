/** The JSON Schemas of the programs' output, generated from the Effect Schemas of the results. */
import { JSONSchema, Schema } from "effect";
import { PlannedItem, PlanSummary } from "../../src/batch/Plan.ts";
import { Failure, Run, resultFields, Status, Summary } from "../../src/batch/Result.ts";
import * as Property from "../../src/domain/Property.ts";
import { Profile } from "../../src/programs/profile/Profile.ts";
import { SchemaDiff } from "../../src/programs/schema-diff/SchemaDiff.ts";
import { Comparison } from "../../src/programs/table-compare/Comparison.ts";

export type Json = { readonly [key: string]: unknown };

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Simplifies a schema: `integer`, `["string", "null"]`, `const`, a plain `$ref`. */
const simplify = (schema: Json): Json => {
  const { $id, title, allOf, ...own } = schema;
  // Effect writes a description next to a reference as `allOf` with one member.
  if (Array.isArray(allOf) && allOf.length === 1) return { ...simplify(allOf[0] as Json), ...own };
  if (own.$ref === "#/$defs/Int") return { ...own, $ref: undefined, type: "integer" };
  if (typeof $id === "string" && $id.startsWith("/schemas/")) return own;
  if (Array.isArray(own.enum) && own.enum.length === 1) {
    const { enum: values, type: _, ...rest } = own;
    return { ...rest, const: values[0] };
  }
  if (Array.isArray(own.anyOf) && own.anyOf.every((one) => isObject(one) && isPrimitive(one))) {
    const { anyOf, ...rest } = own;
    return { ...rest, type: anyOf.map((one) => simplify(one).type) };
  }
  if (isObject(own.properties) && Object.keys(own.properties).length === 0) {
    const { properties, required, ...rest } = own;
    return rest;
  }
  return title === undefined ? own : { title, ...own };
};

/** Whether the schema has only a type, or is the reference to the integer schema. */
const isPrimitive = (schema: Json): boolean =>
  (Object.keys(schema).length === 1 && typeof schema.type === "string") || schema.$ref === "#/$defs/Int";

/** Simplifies a schema and fails for a property without a description, named by `place`. */
const tidy = (schema: unknown, place: string): unknown => {
  if (!isObject(schema)) return schema;
  const { properties, items, anyOf, additionalProperties, description, $ref, ...rest } = simplify(schema);
  const property = (name: string, value: unknown): unknown => {
    const tidied = tidy(value, `${place}.${name}`) as Json;
    if (tidied.description === undefined)
      throw new Error(`${place}.${name} has no description in its schema`);
    return tidied;
  };
  return {
    ...(description === undefined ? {} : { description }),
    ...($ref === undefined ? {} : { $ref }),
    ...rest,
    ...(isObject(properties)
      ? { properties: Object.fromEntries(Object.entries(properties).map(([n, p]) => [n, property(n, p)])) }
      : {}),
    ...(items === undefined ? {} : { items: tidy(items, place) }),
    ...(Array.isArray(anyOf) ? { anyOf: anyOf.map((one) => tidy(one, place)) } : {}),
    ...(additionalProperties === undefined
      ? {}
      : { additionalProperties: tidy(additionalProperties, place) }),
  };
};

const make = (title: string, description: string, schema: Schema.Schema.AnyNoContext): Json => {
  const { $schema, $defs = {}, ...rest } = JSONSchema.make(schema, { target: "jsonSchema2020-12" });
  const definitions = Object.entries($defs).filter(([name]) => name !== "Int");
  return {
    $schema,
    title,
    description,
    ...(tidy(rest, title) as Json),
    $defs: Object.fromEntries(definitions.map(([name, definition]) => [name, tidy(definition, name)])),
  };
};

/** The output of a program, with descriptions of the envelope's fields for it. */
interface Written {
  readonly item: Schema.Schema.AnyNoContext;
  readonly itemMeaning: string;
  /** The program's part of a result, by its key. */
  readonly payload: Schema.Struct.Fields;
  readonly status: string;
  readonly ok: string;
  readonly different: string;
  readonly error: string;
}

/** The three schema files of a program. */
const of = (tool: string, written: Written): Readonly<Record<string, Json>> => {
  const run = {
    ...Run.fields,
    tool: Property.required(Schema.Literal(tool), "The program that wrote the report."),
  };
  const item = Property.required(written.item, written.itemMeaning);
  const Result = Schema.Struct({
    ...resultFields,
    item,
    status: Property.required(Status, written.status),
    error: Property.optional(Failure, written.error),
    ...written.payload,
  }).annotations({ identifier: "Result" });
  const Totals = Schema.Struct({
    ...Summary.fields,
    ok: Property.required(Schema.Int, written.ok),
    different: Property.required(Schema.Int, written.different),
  }).annotations({ identifier: "Summary" });
  const Line = Schema.Union(Schema.Struct(run).annotations({ identifier: "Run" }), Result, Totals);
  const results = "One result for each item, in input order.";
  const summary = "The totals of all results.";
  const Report = Schema.Struct({
    ...run,
    results: Property.required(Schema.Array(Result), results),
    summary: Property.required(Totals, summary),
  }).annotations({ identifier: "Report" });
  const Planned = Schema.Struct({ ...PlannedItem.fields, item }).annotations({ identifier: "PlannedItem" });
  const Plan = Schema.Struct({
    ...run,
    dryRun: Property.required(Schema.Literal(true), "Always true."),
    results: Property.required(Schema.Array(Planned), results),
    summary: Property.required(PlanSummary, summary),
  }).annotations({ identifier: "Plan" });
  return {
    [`${tool}.report.schema.json`]: make(`A report of ${tool}`, `Output of ${tool} --format json`, Report),
    [`${tool}.line.schema.json`]: make(
      `A line of ${tool}`,
      `A line of ${tool} --format ndjson: the run, a result, or the summary`,
      Line,
    ),
    [`${tool}.plan.schema.json`]: make(
      `A plan of ${tool}`,
      `Output of ${tool} --dry-run --format json`,
      Plan,
    ),
  };
};

const pair = (a: string, b: string) =>
  Schema.Struct({ a: Property.required(Schema.String, a), b: Property.required(Schema.String, b) });

/** Keyed by file name in docs/schema. */
export const schemas: Readonly<Record<string, Json>> = {
  ...of("bq-profile", {
    item: Schema.String,
    itemMeaning: "The table reference.",
    payload: { profile: Property.optional(Profile, "The profile; present when `ok` or `different`.") },
    status: "`ok`; `different`: drift beyond the threshold; `failed`; `skipped`.",
    ok: "Tables that were profiled, without drift beyond the threshold.",
    different: "Tables that drifted beyond `--drift-threshold`.",
    error: "Why there is no profile; present when `failed` or `skipped`.",
  }),
  ...of("bq-schema-diff", {
    item: pair("A's table reference or schema file.", "B's table reference or schema file."),
    itemMeaning: "The pair.",
    payload: {
      diff: Property.optional(SchemaDiff, "How the schemas differ; present when `ok` or `different`."),
    },
    status: "`ok`; `different`: a change that `--fail-on` selects; `failed`; `skipped`.",
    ok: "Pairs without a change that `--fail-on` selects.",
    different: "Pairs with a change that `--fail-on` selects.",
    error: "Why there is no diff; present when `failed` or `skipped`.",
  }),
  ...of("bq-table-compare", {
    item: pair("A's table reference.", "B's table reference."),
    itemMeaning: "The pair.",
    payload: {
      comparison: Property.optional(
        Comparison,
        "What was compared, and the differences; present when `ok` or `different`.",
      ),
    },
    status:
      "`ok`: no difference in what was compared; `different`, also within `--max-diff`; `failed`; `skipped`.",
    ok: "Pairs without a difference in what was compared.",
    different: "Pairs with a difference, also within `--max-diff`.",
    error: "Why there is no verdict; present when `failed` or `skipped`.",
  }),
};
