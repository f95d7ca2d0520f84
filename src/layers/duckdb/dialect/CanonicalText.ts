/** Canonical text of values in DuckDB, identical to that of the GoogleSQL dialect. */
import { type Field, hasNanoseconds, nullType } from "../../../domain/TableSchema.ts";
import type { Dialect } from "../../../sql/Dialect.ts";
import { elementsOf, isMixed, membersOf, type RowDialect } from "../../../sql/RowDialect.ts";
import { integer, join, type Sql, sql, word } from "../../../sql/Sql.ts";

type Pieces = Pick<Dialect, "field" | "string">;
type Canonical = Pick<
  RowDialect,
  "canonical" | "concat" | "md5" | "slice" | "brief" | "sumOfSlices" | "remainder"
>;

/** The text of an exact number without trailing zeros. */
export const decimalText = (x: Sql): Sql => {
  const text = sql`CAST(${x} AS VARCHAR)`;
  return sql`CASE WHEN contains(${text}, '.') THEN rtrim(rtrim(${text}, '0'), '.') ELSE ${text} END`;
};

const floatText = (x: Sql): Sql =>
  sql`CASE WHEN isnan(${x}) THEN 'nan' WHEN isinf(${x}) THEN CASE WHEN ${x} > 0 THEN 'inf' ELSE '-inf' END WHEN ${x} IS NOT NULL THEN printf('%.16e', ${x} + 0.0) END`;

/** The text of a number for a comparison with other types (see `isMixed`). */
export const mixedText = (x: Sql, own: Field): Sql => {
  if (own.type === "FLOAT64") return floatText(sql`CAST(${x} AS DOUBLE)`);
  const text = sql`CAST(${x} AS VARCHAR)`;
  // DuckDB may not cast a DECIMAL to the nearest FLOAT64, but it does so for text.
  const float = sql`CAST(${text} AS DOUBLE)`;
  // The cast back to DECIMAL rounds.
  const printed = sql`printf('%.${integer(Number(own.scale ?? 0))}f', ${float})`;
  const isShort = sql`length(trim(translate(${text}, '-.', ''), '0')) <= 15`;
  return sql`CASE WHEN ${isShort} OR ${printed} = ${text} THEN ${floatText(float)} ELSE ${decimalText(x)} END`;
};

/** Microseconds, or nanoseconds with the suffix `ns`, which BigQuery does not have. */
const microseconds = (x: Sql): Sql =>
  sql`CASE WHEN epoch_ns(${x}) % 1000 = 0 THEN CAST(epoch_ns(${x}) // 1000 AS VARCHAR) WHEN ${x} IS NOT NULL THEN concat(epoch_ns(${x}), 'ns') END`;

/** Sorts the entries of a MAP, which have no order; returns other lists unchanged. */
export const inOrder = (x: Sql, { nativeType }: Field): Sql =>
  nativeType?.startsWith("MAP(") === true ? sql`list_sort(${x})` : x;

/** The text of a scalar; NULL for NULL. */
const scalar = (x: Sql, own: Field, as: Field): Sql | undefined => {
  switch (as.type) {
    case "FLOAT64":
      return isMixed(as) ? mixedText(x, own) : floatText(sql`CAST(${x} AS DOUBLE)`);
    case "NUMERIC":
    case "BIGNUMERIC":
      return decimalText(x);
    case "BYTES":
      return sql`lower(hex(CAST(${x} AS BLOB)))`;
    case "DATETIME":
      return hasNanoseconds(own) ? microseconds(x) : sql`CAST(epoch_us(CAST(${x} AS TIMESTAMP)) AS VARCHAR)`;
    case "TIME":
      if (hasNanoseconds(own)) return microseconds(x);
      return sql`CAST(CAST(epoch_us(CAST(${x} AS TIME)) AS BIGINT) AS VARCHAR)`;
    case "TIMESTAMP":
      if (hasNanoseconds(own)) return microseconds(x);
      return sql`CAST(epoch_us(${x}) AS VARCHAR)`;
    case "INTERVAL": {
      const part = (name: string) => sql`datepart('${word(name)}', ${x})`;
      return sql`CASE WHEN ${x} IS NOT NULL THEN concat(${part("year")} * 12 + ${part("month")}, ' ', ${part("day")}, ' ', ${part("hour")} * 3600000000 + ${part("minute")} * 60000000 + ${part("microsecond")}) END`;
    }
    case "STRING":
    case "BOOL":
    case "INT64":
    case "DATE":
      return sql`CAST(${x} AS VARCHAR)`;
    default:
      return undefined;
  }
};

const marked = (text: Sql): Sql => sql`coalesce('v' || strlen(${text}) || ':' || ${text}, 'n')`;

/** A NULL array equals an empty one, because BigQuery stores both alike. */
const canonical = (pieces: Pieces, x: Sql, own: Field, as: Field, depth: number): Sql | undefined => {
  if (as.mode === "REPEATED") {
    const e = word(`e${depth}`);
    const [ownElement, element] = elementsOf(own, as);
    const text = canonical(pieces, e, ownElement, element, depth + 1);
    return text === undefined
      ? undefined
      : sql`concat('[', array_to_string(list_transform(${inOrder(x, own)}, lambda ${e}: ${text}), ''), ']')`;
  }
  if (as.type === "STRUCT") {
    const texts = membersOf(own, as).map(([inner, common]) =>
      canonical(pieces, pieces.field(x, inner), inner, common, depth),
    );
    if (texts.some((text) => text === undefined)) return undefined;
    return sql`CASE WHEN ${x} IS NULL THEN 'n' ELSE concat('{', ${join(
      texts.filter((text) => text !== undefined),
      ", ",
    )}, '}') END`;
  }
  const text = scalar(x, own, as);
  return text === undefined ? undefined : marked(text);
};

export const canonicalRows = (pieces: Pieces): Canonical => ({
  canonical: (x, own, as) =>
    own.nativeType === nullType
      ? sql`${pieces.string(as.mode === "REPEATED" ? "[]" : "n")}`
      : canonical(pieces, x, own, as, 0),
  concat: (texts) => sql`concat(${join(texts, ", ")})`,
  md5: (text) => sql`md5(${text})`,
  slice: (md5, which) => sql`CAST(concat('0x', substr(${md5}, ${integer(1 + which * 15)}, 15)) AS BIGINT)`,
  brief: (text) => sql`CASE WHEN strlen(${text}) > 32 THEN md5(${text}) ELSE ${text} END`,
  sumOfSlices: (x) => sql`CAST(sum(${x}) AS VARCHAR)`,
  remainder: (x, divisor) => sql`(${x} & ${integer(divisor - 1)})`,
});
