/** The GoogleSQL dialect. */
import { elementOf, type Field } from "../../../domain/TableSchema.ts";
import {
  type BigQueryDialect,
  type Dialect,
  type Encoding,
  textLimit,
  whiteSpace,
} from "../../../sql/Dialect.ts";
import { identifier, path, string } from "../../../sql/GoogleSql.ts";
import { empty, float, integer, join, type Sql, sql, word } from "../../../sql/Sql.ts";
import { uncollated } from "./Collation.ts";
import { rows } from "./RowDialect.ts";

const typeText = (field: Field): Sql => {
  if (field.mode === "REPEATED") return sql`ARRAY<${typeText(elementOf(field))}>`;
  if (field.type === "STRUCT") {
    return sql`STRUCT<${join(
      (field.fields ?? []).map((f) => sql`${identifier(f.name)} ${typeText(f)}`),
      ", ",
    )}>`;
  }
  if (field.type === "RANGE") return sql`RANGE<${word(field.rangeElementType ?? "DATE")}>`;
  return word(field.type);
};

/** JSON text that keeps NULL: TO_JSON_STRING would return the string `null`. */
const jsonText = (x: Sql): Sql => sql`IF(${x} IS NULL, NULL, TO_JSON_STRING(${x}))`;

/** Encodes every scalar except BOOL as text, because TO_JSON_STRING truncates the digits of some numbers. */
const scalarText = (x: Sql, field: Field): Sql => {
  switch (field.type) {
    case "BOOL":
      return x;
    case "STRING":
      return sql`SUBSTR(${x}, 1, ${integer(textLimit)})`;
    case "BYTES":
      return sql`TO_BASE64(SUBSTR(${x}, 1, ${integer(textLimit)}))`;
    case "TIMESTAMP":
      if (field.timestampPrecision !== undefined) return sql`FORMAT_TIMESTAMP('%FT%H:%M:%E*SZ', ${x}, 'UTC')`;
      // CAST would format a TIMESTAMP in the session's time zone.
      return sql`CAST(UNIX_MICROS(${x}) AS STRING)`;
    case "GEOGRAPHY":
      return sql`SUBSTR(ST_ASTEXT(${x}), 1, ${integer(textLimit)})`;
    case "JSON":
      return sql`SUBSTR(${jsonText(x)}, 1, ${integer(textLimit)})`;
    default:
      return sql`CAST(${x} AS STRING)`;
  }
};

const isText = (field: Field): boolean =>
  field.type === "JSON" || field.type === "GEOGRAPHY" || field.type === "INTERVAL" || field.type === "RANGE";

const encode = (x: Sql, as: Encoding, field: Field): Sql => {
  switch (as) {
    case "count":
    case "float":
      return x;
    case "value":
      return scalarText(x, field);
    case "percentiles":
      return sql`ARRAY(SELECT ${scalarText(sql`v`, field)} FROM UNNEST(${x}) AS v WITH OFFSET AS o ORDER BY o)`;
    case "top": {
      // Values of types that cannot be grouped were counted by their text (see
      // `groupable`), which is truncated here.
      const shown = isText(field)
        ? sql`SUBSTR(t.value, 1, ${integer(textLimit)})`
        : scalarText(sql`t.value`, field);
      return sql`ARRAY(SELECT AS STRUCT ${shown} AS value, t.count AS count FROM UNNEST(${x}) AS t WITH OFFSET AS o ORDER BY o)`;
    }
  }
};

const literal = (value: string, field: Field): Sql | undefined => {
  switch (field.type) {
    case "INT64":
      return /^-?\d+$/.test(value) ? integer(BigInt(value)) : undefined;
    case "FLOAT64":
      return sql`CAST(${string(value)} AS FLOAT64)`;
    case "NUMERIC":
    case "BIGNUMERIC":
    case "DATE":
    case "DATETIME":
    case "TIME":
      return sql`${word(field.type)} ${string(value)}`;
    case "TIMESTAMP":
      return sql`TIMESTAMP ${string(/(Z|[+-]\d\d:?\d\d|UTC)$/.test(value) ? value : `${value} UTC`)}`;
    case "STRING":
      return string(value);
    default:
      return undefined;
  }
};

const candidate: Dialect["candidate"] = (text, field) => {
  if (field.type === "BYTES")
    return text.length * 0.75 < textLimit - 2 ? sql`FROM_BASE64(${string(text)})` : undefined;
  if (text.length >= textLimit) return undefined;
  return isText(field) ? string(text) : literal(text, field);
};

const trim = (x: Sql): Sql => sql`TRIM(${x}, ${string(whiteSpace)})`;

const field: Dialect["field"] = (parent, of) => sql`${parent}.${identifier(of.nativeName ?? of.name)}`;

const struct: Dialect["struct"] = (entries) =>
  sql`STRUCT(${join(
    entries.map(([name, x]) => sql`${x} AS ${identifier(name)}`),
    ", ",
  )})`;

/** The dialect; references without a project belong to `defaultProject`. */
export const dialect = (defaultProject?: string): BigQueryDialect => ({
  engine: "bigquery",
  scansAreFree: false,
  identifier,
  string,
  literal,
  from: (table, options = {}) => {
    const asOf =
      options.asOf === undefined ? empty : sql` FOR SYSTEM_TIME AS OF TIMESTAMP ${string(options.asOf)}`;
    const sample =
      options.samplePercent === undefined
        ? empty
        : sql` TABLESAMPLE SYSTEM (${percent(options.samplePercent)} PERCENT)`;
    const as = options.alias === undefined ? empty : sql` AS ${options.alias}`;
    return sql`${path(table, defaultProject)}${as}${asOf}${sample}`;
  },
  unnest: (array, alias) => sql`UNNEST(${array}) AS ${alias}`,
  field,
  nullOf: (field) => sql`CAST(NULL AS ${typeText(field)})`,
  array: (elements) => sql`[${join(elements, ",\n")}]`,
  struct,
  toJson: (x) => sql`TO_JSON_STRING(${x})`,
  encode,
  groupable: (x, field) => {
    switch (field.type) {
      case "JSON":
        return jsonText(x);
      case "GEOGRAPHY":
        return sql`ST_ASTEXT(${x})`;
      case "INTERVAL":
      case "RANGE":
        return sql`CAST(${x} AS STRING)`;
      default:
        return x;
    }
  },
  candidate,
  arrayLength: (x) => sql`ARRAY_LENGTH(${x})`,
  if: (condition, then) => sql`IF(${condition}, ${then}, NULL)`,
  isFinite: (x) => sql`NOT (IS_NAN(${x}) OR IS_INF(${x}))`,
  isNaN: (x) => sql`IS_NAN(${x})`,
  isInfinite: (x) => sql`IS_INF(${x})`,
  toFloat: (x) => sql`CAST(${x} AS FLOAT64)`,
  length: (x, field) => (field.type === "BYTES" ? sql`BYTE_LENGTH(${x})` : sql`CHAR_LENGTH(${x})`),
  isPadded: (x) => sql`${trim(x)} <> ${x}`,
  isBlank: (x) => sql`${x} <> '' AND ${trim(x)} = ''`,
  count: (x) => sql`COUNT(${x})`,
  average: (x) => sql`CAST(AVG(${x}) AS FLOAT64)`,
  countIf: (condition) => sql`COUNTIF(${condition})`,
  countsBelow: (x, cuts, field) =>
    sql`[${join(
      cuts.map(({ value, closed }) => {
        const at = literal(value, field)!;
        return closed ? sql`COUNTIF(${x} <= ${at})` : sql`COUNTIF(${x} < ${at})`;
      }),
      ", ",
    )}]`,
  sampleStddev: (x) => sql`STDDEV_SAMP(${x})`,
  exactly: (x, field) => (field.type === "BIGNUMERIC" ? x : sql`CAST(${x} AS BIGNUMERIC)`),
  countDistinct: (x) => sql`COUNT(DISTINCT ${x})`,
  approxCountDistinct: (x) => sql`APPROX_COUNT_DISTINCT(${x})`,
  normalize: (x, field) => (field.mode === "REPEATED" ? x : uncollated(x, field)),
  percentiles: (x) => sql`APPROX_QUANTILES(${x}, 100)`,
  approxTopCount: (x, n) => sql`APPROX_TOP_COUNT(${x}, ${integer(n)})`,
  rows: rows({ string, field, struct, encode }),
});

const percent = (value: number): Sql => (Number.isInteger(value) ? integer(value) : float(value));
