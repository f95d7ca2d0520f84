/**
 * Reads schema files: an array of fields with legacy or standard type names, as from `bq show --schema`, or an object
 * with `fields` or `schema`, as in the REST API.
 */

import { Effect, Either, Option, Predicate } from "effect";
import * as FieldPath from "../../../domain/FieldPath.ts";
import { type Field, type Mode, type TableSchema, typeName } from "../../../domain/TableSchema.ts";
import type { TableVersion } from "../../../domain/TableVersion.ts";
import { BigQueryError } from "../../../services/BigQueryError.ts";
import { stat } from "../../../services/file/AsyncFile.ts";
import { decompress } from "../../../services/file/Compression.ts";
import { codeOf, whyUnreadable } from "../../../services/file/FileFault.ts";
import { fileSystem } from "../../../services/file/FileSystem.ts";
import { resolve } from "../../../services/file/Path.ts";
import { textAttributes } from "../compare/FieldAttributes.ts";

/** Reads the schema in the file. */
export const read = (path: string): Effect.Effect<TableSchema, BigQueryError> =>
  Effect.flatMap(readText(path), (text) =>
    Either.mapLeft(Either.flatMap(text, parse), (problem) =>
      BigQueryError.of("invalidData", `schema file "${path}": ${problem}`, {
        remedy: "fix it, or create it again: bq show --schema --format=prettyjson project:dataset.table",
      }),
    ),
  );

/** Larger files are data: BigQuery's largest schema, 10,000 columns with descriptions, is smaller. */
const largestSchema = 32 * 2 ** 20;

/**
 * Detects a schema in a JSON file with the name of a data file: if all of its rows are BigQuery fields, or if it is a
 * table resource of `bq show`. None for data, globs and unreadable files.
 */
export const detect = (path: string): Effect.Effect<Option.Option<TableSchema>> =>
  /\.json(\.gz|\.zst)?$/i.test(path)
    ? Effect.tryPromise(() => stat(path)).pipe(
        Effect.filterOrFail(({ size }) => size <= largestSchema),
        Effect.andThen(readText(path)),
        Effect.map((text) => Option.flatMap(Option.getRight(text), schemaIn)),
        Effect.orElseSucceed(() => Option.none()),
      )
    : Effect.succeedNone;

const fieldKeys: ReadonlySet<string> = new Set([
  "name", "type", "mode", "fields", "policyTags", "dataPolicies", "categories", ...Object.values(textAttributes),
]); // biome-ignore format: one list

const schemaIn = (text: string): Option.Option<TableSchema> => {
  const json = Either.getOrUndefined(Either.try((): unknown => JSON.parse(text)));
  const rows = fieldsIn(json);
  const isField = (row: unknown): boolean =>
    Predicate.isRecord(row) &&
    "name" in row &&
    "type" in row &&
    Object.keys(row).every((key) => fieldKeys.has(key));
  return rows !== undefined && rows.length > 0 && rows.every(isField)
    ? Option.getRight(parse(text))
    : Option.none();
};

/** Left explains why the file is not text. */
const readText = (path: string): Effect.Effect<Either.Either<string, string>, BigQueryError> =>
  fileSystem.readFile(path).pipe(
    Effect.mapBoth({
      onFailure: (error) => unreadable(path, error),
      onSuccess: (bytes) =>
        Either.try({
          try: () => decompress(path, bytes),
          catch: () => "the compressed file is truncated or corrupt",
        }).pipe(Either.flatMap(decoded)),
    }),
  );

const decoded = (bytes: Uint8Array): Either.Either<string, string> => {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff))
    return Either.left("it is UTF-16, as PowerShell writes it; save it as UTF-8");
  return Either.try({
    try: () => new TextDecoder("utf-8", { fatal: true }).decode(bytes),
    catch: () => "it is not UTF-8",
  });
};

/** The file's size and modification time. */
export const version = (path: string): Effect.Effect<TableVersion, BigQueryError> =>
  Effect.tryPromise({
    try: async (): Promise<TableVersion> => {
      const { size, mtimeMs } = await stat(path);
      return { _tag: "Files", files: [{ path: resolve(path), bytes: size, modifiedMs: mtimeMs }] };
    },
    catch: (error) => unreadable(path, error),
  });

const unreadable = (path: string, error: unknown): BigQueryError =>
  codeOf(error) === "ENOENT"
    ? BigQueryError.of("notFound", `schema file "${path}" does not exist`, { remedy: "check the path" })
    : BigQueryError.of("accessDenied", `schema file "${path}" cannot be read: ${whyUnreadable(error)}`, {
        remedy: "check that it is a readable file",
      });

/** Left explains the problem and its position. */
export const parse = (text: string): Either.Either<TableSchema, string> =>
  Either.try({
    try: (): unknown => JSON.parse(text.replace(/^\uFEFF/, "")),
    catch: (error) =>
      `it is not JSON: ${error instanceof Error ? error.message.replace(/^JSON Parse error: /, "") : "unreadable"}`,
  }).pipe(
    Either.flatMap((json) => {
      const fields = fieldsIn(json);
      return fields === undefined
        ? Either.left(
            isAvro(json)
              ? "it is an Avro schema, not a BigQuery schema"
              : 'it has no schema: expected an array of fields, or an object with "fields" or "schema"',
          )
        : fieldsOf(fields, []);
    }),
  );

/** Avro schemas have fields with names and types, too, but with other meanings. */
const isAvro = (json: unknown): boolean => Predicate.isRecord(json) && json.type === "record";

const fieldsIn = (json: unknown): ReadonlyArray<unknown> | undefined => {
  if (Array.isArray(json)) return json;
  if (!Predicate.isRecord(json) || isAvro(json)) return undefined;
  return Array.isArray(json.fields)
    ? json.fields
    : Predicate.isRecord(json.schema)
      ? fieldsIn(json.schema)
      : undefined;
};

const fieldsOf = (
  json: ReadonlyArray<unknown>,
  parent: FieldPath.FieldPath,
): Either.Either<TableSchema, string> =>
  Either.flatMap(Either.all(json.map((one, i) => fieldOf(one, i, parent))), (fields) => {
    const seen = new Set<string>();
    for (const { name } of fields) {
      const key = name.toLowerCase();
      if (seen.has(key)) return Either.left(`field ${named(parent, name)} is defined twice`);
      seen.add(key);
    }
    return Either.right(fields);
  });

const named = (parent: FieldPath.FieldPath, name: string): string =>
  JSON.stringify(FieldPath.format([...parent, FieldPath.name(name)]));

const texts = ["description", "roundingMode", "collation", "defaultValueExpression"] as const;
const numbers = ["maxLength", "precision", "scale"] as const;
const modes: Readonly<Record<string, Mode>> = {
  NULLABLE: "NULLABLE",
  REQUIRED: "REQUIRED",
  REPEATED: "REPEATED",
};

const fieldOf = (json: unknown, index: number, parent: FieldPath.FieldPath): Either.Either<Field, string> =>
  Either.gen(function* () {
    const within = parent.length === 0 ? "" : ` of ${JSON.stringify(FieldPath.format(parent))}`;
    if (!Predicate.isRecord(json)) return yield* Either.left(`field ${index + 1}${within} is not an object`);
    const name = json.name;
    if (typeof name !== "string" || name === "")
      return yield* Either.left(`field ${index + 1}${within} has no name`);
    const here = named(parent, name);
    const given = typeof json.type === "string" ? json.type : "";
    const type = typeName(given.trim());
    if (type === undefined || type === "ARRAY") {
      return yield* Either.left(
        `field ${here} has ${given === "" ? "no type" : `the unknown type ${JSON.stringify(given)}`}`,
      );
    }
    const mode = modes[String(json.mode ?? "NULLABLE").toUpperCase()];
    if (mode === undefined) {
      return yield* Either.left(
        `field ${here} has the unknown mode ${JSON.stringify(json.mode)}; modes are ${Object.keys(modes).join(", ")}`,
      );
    }
    const path = [...parent, FieldPath.name(name), ...(mode === "REPEATED" ? [FieldPath.elements] : [])];
    return {
      name,
      type,
      mode,
      ...(type === "STRUCT" ? { fields: yield* structFields(json.fields, path, here) } : {}),
      ...(type === "RANGE" ? { rangeElementType: yield* rangeElement(json.rangeElementType, here) } : {}),
      ...(yield* attributes(json, here)),
    };
  });

const structFields = (json: unknown, path: FieldPath.FieldPath, here: string) =>
  Array.isArray(json) && json.length > 0 ? fieldsOf(json, path) : Either.left(`STRUCT ${here} has no fields`);

const rangeElements = ["DATE", "DATETIME", "TIMESTAMP"] as const;

const rangeElement = (json: unknown, here: string): Either.Either<(typeof rangeElements)[number], string> => {
  const given = Predicate.isRecord(json) ? json.type : json;
  const found = rangeElements.find((known) => known === String(given).toUpperCase());
  return found === undefined
    ? Either.left(`RANGE ${here} has no rangeElementType of ${rangeElements.join(", ")}`)
    : Either.right(found);
};

type Attributes = Partial<Pick<Field, (typeof texts)[number] | (typeof numbers)[number] | "policyTags">>;

const attributes = (
  json: Readonly<Record<string, unknown>>,
  here: string,
): Either.Either<Attributes, string> => {
  const found: Record<string, string | ReadonlyArray<string>> = {};
  for (const key of texts) {
    const value = json[key];
    if (typeof value === "string" && value !== "") found[key] = value;
    else if (value != null && value !== "") return Either.left(`field ${here}: ${key} is not a string`);
  }
  for (const key of numbers) {
    const value = json[key];
    if (value == null || value === "") continue;
    if (!/^\d{1,15}$/.test(String(value))) return Either.left(`field ${here}: ${key} is not a whole number`);
    found[key] = String(value);
  }
  const tags = Predicate.isRecord(json.policyTags) ? json.policyTags.names : undefined;
  if (Array.isArray(tags) && tags.length > 0) found.policyTags = tags.map(String);
  return Either.right(found as Attributes);
};
