/** Schema properties with descriptions, which the JSON Schemas and the docs show. */
import { Schema } from "effect";

export const required = <A, I, R>(schema: Schema.Schema<A, I, R>, description: string) =>
  Schema.propertySignature(schema).annotations({ description });

/** Absent if not applicable; never undefined. */
export const optional = <A, I, R>(schema: Schema.Schema<A, I, R>, description: string) =>
  Schema.optionalWith(schema, { exact: true }).annotations({ description });
