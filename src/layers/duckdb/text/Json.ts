/** Reads JSON files (an array, or a sequence of objects) into a table. */
import type { DuckDBListType, DuckDBMapType, DuckDBStructType, DuckDBType } from "@duckdb/node-api";
import { DuckDBTypeId as Id } from "@duckdb/node-api/lib/DuckDBTypeId.js";
import { Effect, Option } from "effect";
import type { LocalFiles } from "../../../domain/TableReference.ts";
import { BigQueryError } from "../../../services/BigQueryError.ts";
import { word } from "../../../sql/Sql.ts";
import { dialect } from "../dialect/Dialect.ts";
import { mark, marked } from "../dialect/MarkedJson.ts";
import { classify } from "../Errors.ts";
import { type DataFiles, literals, shortName } from "../files/DataFiles.ts";
import * as Leaves from "../Leaves.ts";
import type { Session } from "../Session.ts";
import { isJson } from "../Types.ts";
import type { Staged } from "./Csv.ts";
import { isUtf8, type Scanned } from "./FileScan.ts";
import { formsOfNumbers, formsOfTime, trueFalse } from "./Forms.ts";
import * as Partitions from "./Partitions.ts";
import * as TypedTable from "./TypedTable.ts";

const sampleRows = 20_480;
const sampleValues = 1_000_000;

/** SQL that removes the marks from a JSON text. */
const unmarked = (json: string): string =>
  `regexp_replace(CAST(${json} AS VARCHAR), '"${mark}([^"]*)"', '\\1', 'g')`;

/** A marked number that a double may not represent exactly. */
const longNumber = `${mark}-?([0-9]{16,}|[0-9.]{17,}|[0-9.]+[eE][+-]?0*([3-9][0-9]{2}|[0-9]{4,}))`;

const markedJson = marked(dialect.string, word("json")).text;

/**
 * Creates the table `target` from the files, with the columns c0, c1, …. Names come from all rows: a key that
 * only the last row has is a column, too. DuckDB's reader detects names and kinds; the values are read as
 * text and typed like those of other text files.
 */
export const stage = Effect.fn("DuckDb.json")(function* (
  session: Session,
  target: string,
  data: DataFiles,
  { hasLongNumbers, hasLongNested, keys: found }: Scanned,
  types: TypedTable.Types,
  reference: LocalFiles,
) {
  const files = data.files.filter((file) => file.bytes > 0);
  const subject = data.files.length === 1 ? shortName(data.files[0]!.path) : reference.path;
  const empty = (what: string) => BigQueryError.of("invalidData", `${subject} ${what}`, { reference });
  if (files.length === 0) return yield* empty("is empty");
  if (found.length === 0) return yield* empty("contains no records with keys, and therefore no columns");
  const partitions = yield* Partitions.of(data, reference);
  const hive = `hive_partitioning=${partitions.length > 0}, hive_types_autocast=false`;
  const list = literals(files);

  const body = Effect.gen(function* () {
    const objects = `read_json_objects(${list}, ${hive})`;
    const pointersOf = (keys: ReadonlyArray<string>) =>
      keys.map((key) => dialect.string(`/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`).text);
    const looked = isRenamed(found)
      ? { names: found, types: [] }
      : yield* look(session, [list, "sample_size=-1", "union_by_name=true", "hive_partitioning=false"]);
    const keys = looked.names;
    const pointers = pointersOf(keys);
    const seen =
      looked.types.length > 0 && looked.types.every(hasNames)
        ? looked
        : { types: yield* kindsOf(session, objects, pointers) };
    const isText = seen.types.map((type) => isScalar(type));
    const all = `[${pointers.join(", ")}]`;
    yield* Partitions.assertNew(partitions, keys, reference);
    const extra = partitions.map(({ name }) => dialect.identifier(name).text);
    const relation = `(SELECT ${[
      `json_extract_string(${hasLongNumbers ? markedJson : "json"}, ${all}) AS s`,
      `json_extract(json, ${all}) AS n`,
      ...(hasLongNested ? [`json_extract(${markedJson}, ${all}) AS m`] : []),
      ...extra,
    ].join(", ")} FROM ${objects})`;
    const long = yield* longColumns(
      session,
      relation,
      hasLongNested ? keys.flatMap((_, i) => (isText[i] ? [] : [i])) : [],
    );
    const texts = keys.map((_, i) => {
      const isMarked = hasLongNumbers && seen.types[i]!.typeId !== Id.VARCHAR && !isTextKind(seen.types[i]!);
      return isMarked ? `substr(s[${i + 1}], 2)` : `s[${i + 1}]`;
    });
    const scalars = keys.flatMap((_, i) => (isText[i] ? [i] : []));
    const limit = Math.max(20, Math.min(sampleRows, Math.floor(sampleValues / Math.max(1, keys.length))));
    const sampled =
      scalars.length === 0
        ? []
        : (yield* session.read(
            `SELECT ${scalars.map((i) => texts[i]).join(", ")} FROM ${relation} LIMIT ${limit}`,
            limit,
          )).rows;
    const columns = [
      ...keys.map((name, i): TypedTable.TextColumn => {
        const type = seen.types[i]!;
        if (long.has(i)) return { name, text: nestedText(`m[${i + 1}]`, type) };
        if (!isText[i]) return { name, text: nested(`n[${i + 1}]`, type) };
        const at = scalars.indexOf(i);
        const forms = isTextKind(type)
          ? formsOfTime
          : type.typeId === Id.BOOLEAN
            ? trueFalse
            : formsOfNumbers;
        return { name, text: texts[i]!, sample: sampled.map((row) => row[at] as string | null), forms };
      }),
      ...(yield* Partitions.typed(session, partitions)),
    ];
    const source = {
      relation,
      columns,
      firstRecord: 1,
      subject,
      ...(files.length === 1
        ? {}
        : { several: { files, relation: `read_json_objects(${list}, ${hive}, filename='filename')` } }),
    };
    const { notes, ...typed } = yield* TypedTable.make(session, target, source, types, reference);
    const made = yield* session.read(`SELECT * FROM ${target} LIMIT 0`);
    return {
      names: columns.map(({ name }) => name),
      columns: columns.map((_, i) => `c${i}`),
      types: made.types.slice(0, columns.length),
      rows: typed.rows,
      empty: typed.empty,
      layout: ["UTF-8"],
      notes: [
        ...keys.flatMap((name, i) =>
          long.has(i) && !isJson(seen.types[i]!)
            ? [`fractions in column ${name} are STRING: some have more digits than FLOAT64 can represent`]
            : [],
        ),
        ...notes,
      ],
    } satisfies Staged;
  });
  return yield* Effect.catchTag(body, "DuckDbFault", (fault) =>
    Effect.gen(function* () {
      if (!fault.text.includes("Malformed JSON")) return yield* classify(fault.text, reference);
      const other = yield* Effect.findFirst(files, (file) => Effect.map(isUtf8(file.path), (is) => !is));
      if (Option.isNone(other)) return yield* classify(fault.text, reference);
      return yield* BigQueryError.of("invalidData", `${shortName(other.value.path)}: the text is not UTF-8`, {
        reference,
        remedy: `convert it: iconv -f LATIN1 -t UTF-8 ${shortName(other.value.path)}`,
      });
    }),
  );
});

/** Detects the names and kinds of the columns from all rows. */
const look = (session: Session, options: ReadonlyArray<string>) => {
  const read = (more: ReadonlyArray<string>) =>
    session.read(`SELECT * FROM read_json(${[...options, ...more].join(", ")}) LIMIT 0`);
  return read([`maximum_depth=${structDepth}`]).pipe(
    // Keys of a nested object that differ only in case cannot be fields of
    // a STRUCT: `kindsOf` detects the types.
    Effect.catchIf(
      (fault) => fault.text.includes("Duplicate name"),
      () => Effect.map(read(["maximum_depth=1"]), ({ names }) => ({ names, types: [] })),
    ),
    Effect.flatMap((answer) =>
      // DuckDB treats objects with more than 200 keys as maps, including the rows themselves.
      answer.names.length === 1 && answer.names[0] === "json" && answer.types[0]?.typeId === Id.MAP
        ? read(["map_inference_threshold=-1", "field_appearance_threshold=0", `maximum_depth=${structDepth}`])
        : Effect.succeed(answer),
    ),
  );
};

/** The maximum depth of typed objects and arrays, as in BigQuery; deeper values stay JSON. */
const structDepth = 15;

/** Whether DuckDB would rename a key: it is empty, or differs from another one only in case. */
const isRenamed = (keys: ReadonlyArray<string>): boolean =>
  keys.includes("") || new Set(keys.map((key) => key.toLowerCase())).size < keys.length;

/** Whether every field of a STRUCT has a name that statements can use. */
const hasNames = (type: DuckDBType): boolean => {
  switch (type.typeId) {
    case Id.STRUCT: {
      const { entryNames, entryTypes } = type as DuckDBStructType;
      return !entryNames.includes("") && entryTypes.every(hasNames);
    }
    case Id.LIST:
      return hasNames((type as DuckDBListType).valueType);
    case Id.MAP:
      return hasNames((type as DuckDBMapType).valueType);
    default:
      return true;
  }
};

/** Detects the kinds of the values of these keys, by position. Slower than DuckDB's reader. */
const kindsOf = Effect.fn(function* (session: Session, objects: string, pointers: ReadonlyArray<string>) {
  const values = pointers.map((pointer, i) => `'${i}', json_extract(json, ${pointer})`);
  const { rows } = yield* session.read(
    `SELECT CAST(json_group_structure(json_object(${values.join(", ")})) AS VARCHAR) FROM ${objects}`,
  );
  const found = JSON.parse(String(rows[0]![0] ?? "{}")) as { readonly [name: string]: Structure };
  const structures = pointers.map((_, i) => [String(i), plainStructure(found[i] ?? "JSON", 1)]);
  const text = dialect.string(JSON.stringify(Object.fromEntries(structures))).text;
  const { types } = yield* session.read(`SELECT unnest(json_transform('{}', ${text})) LIMIT 0`);
  return types;
});

/** Replaces objects whose keys cannot be fields of a STRUCT by JSON. */
const plainStructure = (structure: Structure, depth: number): Structure => {
  if (depth >= structDepth) return "JSON";
  if (typeof structure === "string") return structure === "NULL" ? "JSON" : structure;
  if (Array.isArray(structure)) return structure.map((inner) => plainStructure(inner, depth + 1));
  const entries = Object.entries(structure);
  return isRenamed(entries.map(([name]) => name)) || entries.length === 0
    ? "JSON"
    : Object.fromEntries(entries.map(([name, inner]) => [name, plainStructure(inner, depth + 1)]));
};

const isTextKind = (type: DuckDBType): boolean =>
  [Id.VARCHAR, Id.DATE, Id.TIME, Id.TIMESTAMP, Id.TIMESTAMP_TZ, Id.UUID, Id.TIMESTAMP_NS].includes(
    type.typeId,
  );

const isScalar = (type: DuckDBType): boolean =>
  !isJson(type) && ![Id.LIST, Id.STRUCT, Id.MAP, Id.ARRAY].includes(type.typeId);

const nested = (json: string, type: DuckDBType): string =>
  isJson(type)
    ? `CASE WHEN json_type(${json}) <> 'NULL' THEN CAST(${json} AS JSON) END`
    : `json_transform(${json}, ${dialect.string(JSON.stringify(structureOf(type))).text})`;

/** The nested columns with numbers that a double may not represent exactly. */
const longColumns = Effect.fn(function* (session: Session, relation: string, columns: ReadonlyArray<number>) {
  if (columns.length === 0) return new Set<number>();
  const tests = columns.map((i) => `bool_or(regexp_matches(CAST(m[${i + 1}] AS VARCHAR), '${longNumber}'))`);
  const { rows } = yield* session.read(`SELECT ${tests.join(", ")} FROM ${relation}`);
  return new Set(columns.filter((_, at) => rows[0]![at] === true));
});

/** SQL of a nested value in a marked document. It keeps every digit: fractions become strings. */
const nestedText = (json: string, type: DuckDBType): string => {
  if (isJson(type)) return `CASE WHEN json_type(${json}) <> 'NULL' THEN CAST(${unmarked(json)} AS JSON) END`;
  const text = `json_transform(${json}, ${dialect.string(JSON.stringify(structureOf(type, true))).text})`;
  return (
    Leaves.change(text, type, (x, _leaf, of) => {
      if (isJson(of)) return `CAST(${unmarked(x)} AS JSON)`;
      if (isTextKind(of)) return undefined;
      return of.typeId === Id.DOUBLE ? `substr(${x}, 2)` : `CAST(substr(${x}, 2) AS ${String(of)})`;
    }) ?? text
  );
};

type Structure = string | { readonly [name: string]: Structure } | ReadonlyArray<Structure>;

/** The structure of a nested value for json_transform; with `asText`, all scalars become strings. */
const structureOf = (type: DuckDBType, asText = false): Structure => {
  switch (type.typeId) {
    case Id.STRUCT: {
      const { entryNames, entryTypes } = type as DuckDBStructType;
      return Object.fromEntries(entryNames.map((name, i) => [name, structureOf(entryTypes[i]!, asText)]));
    }
    case Id.LIST:
      return [structureOf((type as DuckDBListType).valueType, asText)];
    case Id.MAP:
      return `MAP(VARCHAR, ${typeText((type as DuckDBMapType).valueType, asText)})`;
    default:
      return isJson(type) ? "JSON" : asText || isTextKind(type) ? "VARCHAR" : String(type);
  }
};

const typeText = (type: DuckDBType, asText: boolean): string => {
  switch (type.typeId) {
    case Id.STRUCT: {
      const { entryNames, entryTypes } = type as DuckDBStructType;
      return `STRUCT(${entryNames.map((name, i) => `${dialect.identifier(name).text} ${typeText(entryTypes[i]!, asText)}`).join(", ")})`;
    }
    case Id.LIST:
      return `${typeText((type as DuckDBListType).valueType, asText)}[]`;
    case Id.MAP:
      return `MAP(VARCHAR, ${typeText((type as DuckDBMapType).valueType, asText)})`;
    default:
      return structureOf(type, asText) as string;
  }
};
