/** The JSON Schemas of what bq-profile writes, made from the Effect Schemas that it writes by. */
import { JSONSchema, Schema } from "effect";
import { PlannedItem, PlanSummary } from "../../src/batch/Plan.ts";
import { Run, resultFields, Summary } from "../../src/batch/Result.ts";
import { Profile } from "../../src/programs/profile/Profile.ts";
import { definitions, fields } from "./fields.ts";

export type Json = { readonly [key: string]: unknown };

const ofProfile = { tool: Schema.Literal("bq-profile") };

const ProfileRun = Schema.Struct({ ...Run.fields, ...ofProfile }).annotations({ identifier: "Run" });

const Result = Schema.Struct({
  ...resultFields,
  item: Schema.String,
  profile: Schema.optionalWith(Profile, { exact: true }),
}).annotations({ identifier: "Result" });

const Report = Schema.Struct({
  ...Run.fields,
  ...ofProfile,
  results: Schema.Array(Result),
  summary: Summary,
}).annotations({ identifier: "Report" });

const Plan = Schema.Struct({
  ...Run.fields,
  ...ofProfile,
  dryRun: Schema.Literal(true),
  results: Schema.Array(
    Schema.Struct({ ...PlannedItem.fields, item: Schema.String }).annotations({ identifier: "PlannedItem" }),
  ),
  summary: PlanSummary,
}).annotations({ identifier: "Plan" });

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
const tidy = (schema: unknown, place: string): unknown => {
  if (!isObject(schema)) return schema;
  const { properties, items, anyOf, additionalProperties, ...rest } = simplify(schema);
  const known = fields[place] ?? {};
  const described = (name: string, property: unknown): unknown => {
    const text = known[name];
    if (text === undefined) throw new Error(`scripts/docs/fields.ts says nothing of ${place}.${name}`);
    const tidied = tidy(property, `${place}.${name}`) as Json;
    return { description: text, ...tidied };
  };
  if (isObject(properties)) {
    const unknown = Object.keys(known).filter((name) => !(name in properties));
    if (unknown.length > 0) throw new Error(`scripts/docs/fields.ts: ${place} has no ${unknown.join(", ")}`);
  }
  return {
    ...rest,
    ...(isObject(properties)
      ? { properties: Object.fromEntries(Object.entries(properties).map(([n, p]) => [n, described(n, p)])) }
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
  const tidied = Object.entries($defs)
    .filter(([name]) => name !== "Int")
    .map(([name, definition]) => {
      const about = definitions[name] === undefined ? {} : { description: definitions[name] };
      return [name, { ...about, ...(tidy(definition, name) as Json) }] as const;
    });
  return {
    $schema,
    title,
    description,
    ...(tidy(rest, title) as Json),
    $defs: Object.fromEntries(tidied),
  };
};

/** By the name of the file in docs/schema. */
export const schemas: Readonly<Record<string, Json>> = {
  "bq-profile.report.schema.json": make(
    "A report of bq-profile",
    "What bq-profile --format json writes",
    Report,
  ),
  "bq-profile.line.schema.json": make(
    "A line of bq-profile",
    "Each line that bq-profile --format ndjson writes: the run, a result, or the summary",
    Schema.Union(ProfileRun, Result, Summary),
  ),
  "bq-profile.plan.schema.json": make(
    "A plan of bq-profile",
    "What bq-profile --dry-run --format json writes",
    Plan,
  ),
};
