/** The JSON Schemas of what the programs write, made from the Effect Schemas that they write by. */
import { JSONSchema, Schema } from "effect";
import { PlannedItem, PlanSummary } from "../../src/batch/Plan.ts";
import { Run, resultFields, Summary } from "../../src/batch/Result.ts";
import { Profile } from "../../src/programs/profile/Profile.ts";
import { SchemaDiff } from "../../src/programs/schema-diff/SchemaDiff.ts";
import { Comparison } from "../../src/programs/table-compare/Comparison.ts";
import { definitions, type Fields } from "./fields.ts";
import { profileFields } from "./fieldsProfile.ts";
import { schemaDiffFields } from "./fieldsSchemaDiff.ts";
import { tableCompareFields } from "./fieldsTableCompare.ts";

export type Json = { readonly [key: string]: unknown };

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Plainer ways to say the same: `integer`, `["string", "null"]`, `const`. */
const simplify = (schema: Json): Json => {
  const { $id, title, ...own } = schema;
  if (own.$ref === "#/$defs/Int") return { type: "integer" };
  if (typeof $id === "string" && $id.startsWith("/schemas/")) return own;
  if (Array.isArray(own.enum) && own.enum.length === 1) return { const: own.enum[0] };
  if (Array.isArray(own.anyOf) && own.anyOf.every((one) => isObject(one) && isPrimitive(one)))
    return { type: own.anyOf.map(({ type }) => type) };
  if (isObject(own.properties) && Object.keys(own.properties).length === 0) {
    const { properties, required, ...rest } = own;
    return rest;
  }
  return title === undefined ? own : { title, ...own };
};

const isPrimitive = (schema: Json): boolean =>
  Object.keys(schema).length === 1 && typeof schema.type === "string";

/** The schema, and what its properties mean. `place` is where it stands: see fields.ts. */
const tidy = (schema: unknown, place: string, fields: Fields): unknown => {
  if (!isObject(schema)) return schema;
  const { properties, items, anyOf, additionalProperties, ...rest } = simplify(schema);
  const known = fields[place] ?? {};
  const described = (name: string, property: unknown): unknown => {
    const text = known[name];
    if (text === undefined) throw new Error(`scripts/docs/fields*.ts say nothing of ${place}.${name}`);
    const tidied = tidy(property, `${place}.${name}`, fields) as Json;
    return { description: text, ...tidied };
  };
  if (isObject(properties)) {
    const unknown = Object.keys(known).filter((name) => !(name in properties));
    if (unknown.length > 0) throw new Error(`scripts/docs/fields*.ts: ${place} has no ${unknown.join(", ")}`);
  }
  return {
    ...rest,
    ...(isObject(properties)
      ? { properties: Object.fromEntries(Object.entries(properties).map(([n, p]) => [n, described(n, p)])) }
      : {}),
    ...(items === undefined ? {} : { items: tidy(items, place, fields) }),
    ...(Array.isArray(anyOf) ? { anyOf: anyOf.map((one) => tidy(one, place, fields)) } : {}),
    ...(additionalProperties === undefined
      ? {}
      : { additionalProperties: tidy(additionalProperties, place, fields) }),
  };
};

const make = (
  title: string,
  description: string,
  schema: Schema.Schema.AnyNoContext,
  fields: Fields,
): Json => {
  const { $schema, $defs = {}, ...rest } = JSONSchema.make(schema, { target: "jsonSchema2020-12" });
  const tidied = Object.entries($defs)
    .filter(([name]) => name !== "Int")
    .map(([name, definition]) => {
      const about = definitions[name] === undefined ? {} : { description: definitions[name] };
      return [name, { ...about, ...(tidy(definition, name, fields) as Json) }] as const;
    });
  return {
    $schema,
    title,
    description,
    ...(tidy(rest, title, fields) as Json),
    $defs: Object.fromEntries(tidied),
  };
};

interface About {
  readonly item: Schema.Schema.AnyNoContext;
  /** The program's own part of a result, by its key. */
  readonly payload: Schema.Struct.Fields;
  readonly fields: Fields;
}

/** The three files of a program. */
const of = (tool: Run["tool"], { item, payload, fields }: About): Readonly<Record<string, Json>> => {
  const run = { ...Run.fields, tool: Schema.Literal(tool) };
  const Result = Schema.Struct({ ...resultFields, item, ...payload }).annotations({ identifier: "Result" });
  const Line = Schema.Union(Schema.Struct(run).annotations({ identifier: "Run" }), Result, Summary);
  const Report = Schema.Struct({ ...run, results: Schema.Array(Result), summary: Summary }).annotations({
    identifier: "Report",
  });
  const Planned = Schema.Struct({ ...PlannedItem.fields, item }).annotations({ identifier: "PlannedItem" });
  const Plan = Schema.Struct({
    ...run,
    dryRun: Schema.Literal(true),
    results: Schema.Array(Planned),
    summary: PlanSummary,
  }).annotations({ identifier: "Plan" });
  return {
    [`${tool}.report.schema.json`]: make(
      `A report of ${tool}`,
      `What ${tool} --format json writes`,
      Report,
      fields,
    ),
    [`${tool}.line.schema.json`]: make(
      `A line of ${tool}`,
      `Each line that ${tool} --format ndjson writes: the run, a result, or the summary`,
      Line,
      fields,
    ),
    [`${tool}.plan.schema.json`]: make(
      `A plan of ${tool}`,
      `What ${tool} --dry-run --format json writes`,
      Plan,
      fields,
    ),
  };
};

/** What each property means, by the name of the program. */
export const fieldsOf = {
  "bq-profile": profileFields,
  "bq-schema-diff": schemaDiffFields,
  "bq-table-compare": tableCompareFields,
} as const;

/** By the name of the file in docs/schema. */
export const schemas: Readonly<Record<string, Json>> = {
  ...of("bq-profile", {
    item: Schema.String,
    payload: { profile: Schema.optionalWith(Profile, { exact: true }) },
    fields: fieldsOf["bq-profile"],
  }),
  ...of("bq-schema-diff", {
    item: Schema.Struct({ a: Schema.String, b: Schema.String }),
    payload: { diff: Schema.optionalWith(SchemaDiff, { exact: true }) },
    fields: fieldsOf["bq-schema-diff"],
  }),
  ...of("bq-table-compare", {
    item: Schema.Struct({ a: Schema.String, b: Schema.String }),
    payload: { comparison: Schema.optionalWith(Comparison, { exact: true }) },
    fields: fieldsOf["bq-table-compare"],
  }),
};
