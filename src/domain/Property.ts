/** Properties of schemas with the description that the JSON Schemas and the docs show. */
import { Schema } from "effect";

export const required = <A, I, R>(schema: Schema.Schema<A, I, R>, description: string) =>
  Schema.propertySignature(schema).annotations({ description });

/** Absent where it does not apply; never undefined. */
export const optional = <A, I, R>(schema: Schema.Schema<A, I, R>, description: string) =>
  Schema.optionalWith(schema, { exact: true }).annotations({ description });
