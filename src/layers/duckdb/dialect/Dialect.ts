/** The DuckDB dialect. */
import * as TableReference from "../../../domain/TableReference.ts";
import { elementOf, type Field, hasNanoseconds } from "../../../domain/TableSchema.ts";
import {
  type Dialect,
  type Encoding,
  type LocalDialect,
  textLimit,
  whiteSpace,
} from "../../../sql/Dialect.ts";
import { integer, join, quoted, type Sql, sql, word } from "../../../sql/Sql.ts";
import { countsBelow } from "./Cuts.ts";
import { rows } from "./RowDialect.ts";
import { sampled, sampledTable } from "./Sample.ts";
import { shorten } from "./Shorten.ts";
import { sumsOfDifferences } from "./Sums.ts";

const identifier = (name: string): Sql => quoted(name, '"', (text) => text.replaceAll('"', '""'));

/** A string literal. A zero byte would end the statement in DuckDB, so it is written with chr(). */
const string = (value: string): Sql => {
  const parts = value.split("\0").map((part) => quoted(part, "'", (text) => text.replaceAll("'", "''")));
  if (parts.length === 1) return parts[0]!;
  return sql`concat(${parts.slice(1).reduce((all, part) => sql`${all}, chr(0), ${part}`, parts[0]!)})`;
};

const types: Readonly<Record<string, string>> = {
  STRING: "VARCHAR", BYTES: "BLOB", INT64: "BIGINT", FLOAT64: "DOUBLE", NUMERIC: "DECIMAL(38, 9)", BIGNUMERIC: "DOUBLE",
  BOOL: "BOOLEAN", DATE: "DATE", DATETIME: "TIMESTAMP", TIME: "TIME", TIMESTAMP: "TIMESTAMPTZ", INTERVAL: "INTERVAL",
  JSON: "JSON", GEOGRAPHY: "VARCHAR", RANGE: "VARCHAR",
}; // biome-ignore format: one table

const typeText = (field: Field): Sql => {
  if (field.mode === "REPEATED") return sql`${typeText(elementOf(field))}[]`;
  if (field.type === "STRUCT") {
    return sql`STRUCT(${join(
      (field.fields ?? []).map((f) => sql`${identifier(f.name)} ${typeText(f)}`),
      ", ",
    )})`;
  }
  if (hasNanoseconds(field)) return word(field.type === "TIME" ? "TIME_NS" : "TIMESTAMP_NS");
  return field.type === "NUMERIC" ? sql`DECIMAL(38, 9)` : word(types[field.type] ?? "VARCHAR");
};

/** The bytes of a value from which it is truncated before it is copied. */
const largeValue = 1_000_000;

const cut = (x: Sql): Sql => sql`substr(${x}, 1, ${integer(textLimit)})`;

/** BigQuery's canonical form of an interval: `Y-M D H:M:S[.F]`. */
const intervalText = (x: Sql): Sql => {
  const months = sql`(datepart('year', ${x}) * 12 + datepart('month', ${x}))`;
  const micros = sql`(datepart('hour', ${x}) * 3600000000 + datepart('minute', ${x}) * 60000000 + datepart('microsecond', ${x}))`;
  const sign = (n: Sql) => sql`CASE WHEN ${n} < 0 THEN '-' ELSE '' END`;
  return sql`CASE WHEN ${x} IS NULL THEN NULL ELSE concat(${sign(months)}, abs(${months}) // 12, '-', abs(${months}) % 12, ' ', datepart('day', ${x}), ' ', ${sign(micros)}, abs(${micros}) // 3600000000, ':', abs(${micros}) // 60000000 % 60, ':', abs(${micros}) // 1000000 % 60, CASE WHEN ${micros} % 1000000 = 0 THEN '' ELSE rtrim(printf('.%06d', abs(${micros}) % 1000000), '0') END) END`;
};

/** ISO 8601 text; years before 1 keep DuckDB's format: `0044-03-15 (BC) 00:00:00`. */
const isoText = (text: Sql): Sql =>
  sql`CASE WHEN contains(${text}, '(') THEN ${text} ELSE replace(${text}, ' ', 'T') END`;

const scalarText = (x: Sql, field: Field): Sql => {
  switch (field.type) {
    case "STRING":
      return cut(sql`CAST(${x} AS VARCHAR)`);
    case "BYTES":
      return sql`to_base64(CAST(${x} AS BLOB)[1:${integer(textLimit)}])`;
    case "TIMESTAMP":
      return hasNanoseconds(field)
        ? sql`${isoText(sql`CAST(${x} AS VARCHAR)`)} || 'Z'`
        : sql`${isoText(sql`CAST(${x} AT TIME ZONE 'UTC' AS VARCHAR)`)} || 'Z'`;
    case "DATETIME":
      return isoText(sql`CAST(${x} AS VARCHAR)`);
    case "BOOL":
      return x;
    case "INTERVAL":
      return intervalText(x);
    case "JSON":
    case "GEOGRAPHY":
    case "RANGE":
      return cut(sql`CAST(${x} AS VARCHAR)`);
    case "FLOAT64":
      return sql`CAST(CAST(${x} AS DOUBLE) AS VARCHAR)`;
    default:
      return sql`CAST(${x} AS VARCHAR)`;
  }
};

const isGroupedByText = (field: Field): boolean =>
  ["JSON", "GEOGRAPHY", "RANGE", "INTERVAL"].includes(field.type);

const encode = (x: Sql, as: Encoding, field: Field): Sql => {
  switch (as) {
    case "count":
      return x;
    case "float":
      return sql`CAST(${x} AS VARCHAR)`;
    case "value":
      return scalarText(x, field);
    case "percentiles":
      // By the definition of quantile_disc: the smallest value with at least
      // that share of the values at or below it.
      return sql`CASE WHEN len(${x}) > 0 THEN list_transform(range(0, 101), lambda p: ${scalarText(sql`${x}[greatest(1, (p * len(${x}) + 99) // 100)]`, field)}) END`;
    case "top": {
      const shown = isGroupedByText(field) ? cut(sql`t.value`) : scalarText(sql`t.value`, field);
      return sql`list_transform(${x}, lambda t: {'value': ${shown}, 'count': t.count})`;
    }
  }
};

const literal = (value: string, field: Field): Sql | undefined => {
  if (["STRUCT", "ARRAY", "JSON", "GEOGRAPHY", "RANGE", "INTERVAL", "BYTES"].includes(field.type))
    return undefined;
  return sql`CAST(${string(value)} AS ${typeText(field)})`;
};

/** Casts types that BigQuery does not have to the types that represent them. */
const normalize = (x: Sql, field: Field): Sql =>
  field.nativeType === undefined ||
  field.mode === "REPEATED" ||
  ["STRUCT", "ARRAY", "NUMERIC", "BIGNUMERIC"].includes(field.type)
    ? x
    : sql`CAST(${x} AS ${typeText(field)})`;

/**
 * Evaluates a test only for strings that may be padded, because a regular expression over every string
 * would take longer than the rest of the scan. An ASCII string that begins with a visible character and
 * does not end with white space is not padded.
 */
const ifMaybePadded = (x: Sql, test: Sql): Sql => {
  const endings = [..." \t\n\v\f\r"].map((end) => sql`ends_with(${x}, ${string(end)})`);
  return sql`CASE WHEN ${x} < '!' OR ${join(endings, " OR ")} OR strlen(${x}) <> length(${x}) THEN ${test} END`;
};

const hashStep = (x: Sql, step: number): Sql =>
  step === 1 ? sql`${x} IS NOT NULL` : sql`${x} IS NOT NULL AND hash(${x}) & ${integer(step - 1)} = 0`;

/** A value truncated to what a report shows; undefined for types without large values. */
const truncated = (x: Sql, field: Field): Sql | undefined => {
  if (field.type === "STRING") return cut(sql`CAST(${x} AS VARCHAR)`);
  if (field.type === "BYTES") return sql`CAST(${x} AS BLOB)[1:${integer(textLimit)}]`;
  return isGroupedByText(field) ? cut(x) : undefined;
};

/**
 * The `top` most frequent values of a subquery with columns v and n. They are truncated before they are sorted,
 * because a sort copies each value several times.
 */
const ranked = (counted: Sql, field: Field, top: number): Sql => {
  const v = truncated(sql`v`, field);
  const short = v === undefined ? counted : sql`SELECT ${v} AS v, n FROM (${counted})`;
  return sql`(SELECT list({'value': ${isGroupedByText(field) ? sql`v` : scalarText(sql`v`, field)}, 'count': n} ORDER BY n DESC, v) FROM (${short} ORDER BY n DESC, v LIMIT ${integer(top)}))`;
};

const json = (entries: ReadonlyArray<readonly [name: string, value: Sql]>): Sql =>
  sql`CAST(to_json(${struct(entries)}) AS VARCHAR)`;

const tally: LocalDialect["tally"] = (
  values,
  field,
  top,
  profile,
) => sql`(WITH g AS MATERIALIZED (SELECT v, count(*) AS n FROM (${values}) WHERE v IS NOT NULL GROUP BY v)
SELECT ${json([
  ["distinct", sql`(SELECT count(*) FROM g)`],
  ["once", sql`(SELECT ${countIf(sql`n = 1`)} FROM g)`],
  ["twice", sql`(SELECT ${countIf(sql`n = 2`)} FROM g)`],
  ...(top === 0 ? [] : [["top", ranked(sql`SELECT v, n FROM g`, field, top)] as const]),
  ...(profile === undefined ? [] : [["profile", profile(sql`g`)] as const]),
])})`;

const countCandidates: LocalDialect["countCandidates"] = (values, field, top, candidates) => {
  const counted = sql`SELECT v, count(*) AS n FROM (${values}) WHERE v IN (${join(candidates, ", ")}) GROUP BY v`;
  return sql`(SELECT ${json([["top", ranked(counted, field, top)]])})`;
};

const candidate: LocalDialect["candidate"] = (text, field) => {
  if (field.type === "BYTES")
    return text.length * 0.75 < textLimit - 2 ? sql`from_base64(${string(text)})` : undefined;
  if (text.length >= textLimit) return undefined;
  return isGroupedByText(field) ? string(text) : literal(text, field);
};

/** Aggregates over weighted rows. Casts counts, because sums of BIGINT are HUGEINT. */
const weighted = (weight: Sql): LocalDialect => {
  const total = (condition: Sql): Sql =>
    sql`CAST(coalesce(sum(CASE WHEN ${condition} THEN ${weight} END), 0) AS BIGINT)`;
  const unknown = (): never => {
    throw new TypeError("no such aggregate of weighted rows");
  };
  return {
    ...dialect,
    count: (x) => total(sql`${x} IS NOT NULL`),
    countIf: total,
    average: (x) =>
      sql`CAST(sum(${x} * ${weight}) AS DOUBLE) / sum(${weight}) FILTER (WHERE ${x} IS NOT NULL)`,
    sampleStddev: unknown,
    percentiles: unknown,
    approxTopCount: unknown,
    countsBelow: countsBelow({ string, literal, countIf: total, array }, "byCondition"),
    sumsOfDifferences: sumsOfDifferences((x) => sql`sum(CAST(${x} AS HUGEINT) * ${weight})`),
  };
};

const struct: Dialect["struct"] = (entries) =>
  sql`{${join(
    entries.map(([name, x]) => sql`${string(name)}: ${x}`),
    ", ",
  )}}`;

const field: Dialect["field"] = (parent, of) => sql`${parent}.${identifier(of.nativeName ?? of.name)}`;

const groupable: Dialect["groupable"] = (x, of) => {
  if (of.type === "INTERVAL") return intervalText(x);
  if (isGroupedByText(of)) return sql`CAST(${x} AS VARCHAR)`;
  return of.type === "FLOAT64" ? sql`(${x} + 0.0)` : x;
};

const array: Dialect["array"] = (elements) => sql`[${join(elements, ",\n")}]`;

// No FILTER (see `percentiles`), and no count_if, which is NULL if every condition is NULL.
const countIf: Dialect["countIf"] = (condition) => sql`count(CASE WHEN ${condition} THEN 1 END)`;

export const dialect: LocalDialect = {
  engine: "local",
  scansAreFree: true,
  identifier,
  string,
  literal,
  from: (table, options = {}) => {
    const name = sql`"bqkit".${identifier(TableReference.format(table))}`;
    if (options.samplePercent !== undefined)
      return sampled(sql`SELECT * FROM ${name}`, options.samplePercent / 100, options.alias ?? word("s"));
    return options.alias === undefined ? name : sql`${name} AS ${options.alias}`;
  },
  // UNNEST in a FROM clause becomes a join, which loses the order, and
  // is forty times as slow with a condition.
  elements: (array, alias, from) =>
    sql`(SELECT unnest(${array}) AS ${alias} FROM ${from}) AS ${word(`${alias.text}_`)}`,
  field,
  nullOf: (field) => sql`CAST(NULL AS ${typeText(field)})`,
  array,
  struct,
  toJson: (x) => sql`CAST(to_json(${x}) AS VARCHAR)`,
  encode,
  groupable,
  arrayLength: (x) => sql`len(${x})`,
  if: (condition, then) => sql`CASE WHEN ${condition} THEN ${then} END`,
  isFinite: (x) => sql`isfinite(${x})`,
  isNaN: (x) => sql`isnan(${x})`,
  isInfinite: (x) => sql`isinf(${x})`,
  // DuckDB may not cast a DECIMAL to the nearest FLOAT64, but it does so for text.
  toFloat: (x, { type }) =>
    type === "NUMERIC" || type === "BIGNUMERIC"
      ? sql`CAST(CAST(${x} AS VARCHAR) AS DOUBLE)`
      : sql`CAST(${x} AS DOUBLE)`,
  length: (x, field) => (field.type === "BYTES" ? sql`octet_length(${x})` : sql`length(${x})`),
  isPadded: (x) =>
    ifMaybePadded(x, sql`regexp_matches(${x}, ${string(`^[${whiteSpace}]|[${whiteSpace}]$`)})`),
  isBlank: (x) => ifMaybePadded(x, sql`regexp_full_match(${x}, ${string(`[${whiteSpace}]+`)})`),
  count: (x) => sql`count(${x})`,
  average: (x) => sql`avg(${x})`,
  countIf,
  countsBelow: countsBelow({ string, literal, countIf, array }, "byHistogram"),
  sampleStddev: (x) => sql`stddev_samp(${x})`,
  exactly: (x) => sql`CAST(${x} AS DOUBLE)`,
  countDistinct: (x) => sql`count(DISTINCT ${x})`,
  approxCountDistinct: (x) => sql`approx_count_distinct(${x})`,
  countDistinctHashes: (x, step) => sql`count(DISTINCT hash(${x})) FILTER (WHERE ${hashStep(x, step)})`,
  tally,
  countCandidates,
  candidate,
  weighted,
  sampled,
  sampledTable: sampledTable(identifier),
  sumsOfDifferences: sumsOfDifferences((x) => sql`sum(${x})`),
  comparable: (x, field) =>
    // Truncation keeps the order, and MIN and MAX copy each value several times.
    field.type === "STRING"
      ? sql`CASE WHEN strlen(${x}) > ${integer(largeValue)} THEN ${cut(x)} ELSE ${x} END`
      : field.type === "BYTES"
        ? sql`CASE WHEN octet_length(${x}) > ${integer(largeValue)} THEN ${x}[1:${integer(textLimit)}] ELSE ${x} END`
        : x,
  shorten: shorten({ identifier, encode }),
  normalize,
  // quantile_disc searches separately for each of 101 quantiles, which takes ten times as
  // long as one sort. FILTER would copy every other column of the statement, so that the time
  // would grow with the square of their number.
  percentiles: (x) => sql`list_sort(list(${x}), 'ASC', 'NULLS LAST')[1:count(${x})]`,
  approxTopCount: (x, n) =>
    sql`list_transform(approx_top_k(${x}, ${integer(n)}), lambda v: {'value': v, 'count': 0})`,
  rows: rows({ string, field, struct, encode, groupable }),
};
