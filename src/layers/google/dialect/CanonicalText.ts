/** Canonical text of values in GoogleSQL, identical to that of the DuckDB dialect. */
import type { Field } from "../../../domain/TableSchema.ts";
import type { Dialect } from "../../../sql/Dialect.ts";
import { elementsOf, isMixed, membersOf, type RowDialect } from "../../../sql/RowDialect.ts";
import { integer, join, type Sql, sql, word } from "../../../sql/Sql.ts";
import { uncollated } from "./Collation.ts";

type Pieces = Pick<Dialect, "field">;
type Canonical = Pick<
  RowDialect,
  "canonical" | "concat" | "md5" | "slice" | "brief" | "sumOfSlices" | "remainder"
>;

const floatText = (x: Sql): Sql =>
  sql`CASE WHEN IS_NAN(${x}) THEN 'nan' WHEN IS_INF(${x}) THEN IF(${x} > 0, 'inf', '-inf') ELSE FORMAT('%.16e', IF(${x} = 0, 0.0, ${x})) END`;

/** The text of a number that is compared with numbers of other types (see `isMixed`). */
export const mixedText = (x: Sql, own: Field): Sql => {
  if (own.type === "FLOAT64") return floatText(x);
  const text = sql`CAST(${x} AS STRING)`;
  const float = sql`CAST(${x} AS FLOAT64)`;
  const isShort = sql`LENGTH(TRIM(REPLACE(REPLACE(${text}, '-', ''), '.', ''), '0')) <= 15`;
  return sql`IF(${isShort} OR IFNULL(SAFE_CAST(${float} AS ${word(own.type)}) = ${x}, FALSE), ${floatText(float)}, ${text})`;
};

/** The text of a scalar; NULL for NULL. */
const scalar = (x: Sql, own: Field, as: Field): Sql | undefined => {
  switch (as.type) {
    case "FLOAT64":
      return isMixed(as)
        ? mixedText(x, own)
        : floatText(own.type === "FLOAT64" ? x : sql`CAST(${x} AS FLOAT64)`);
    case "BYTES":
      return sql`TO_HEX(${x})`;
    case "DATETIME":
      return sql`CAST(DATETIME_DIFF(${own.type === "DATETIME" ? x : sql`CAST(${x} AS DATETIME)`}, DATETIME '1970-01-01 00:00:00', MICROSECOND) AS STRING)`;
    case "TIME":
      return sql`CAST(TIME_DIFF(${x}, TIME '00:00:00', MICROSECOND) AS STRING)`;
    case "TIMESTAMP":
      // Other engines have no picoseconds, and truncation would make different values equal.
      if (as.timestampPrecision !== undefined) return undefined;
      return sql`CAST(UNIX_MICROS(${x}) AS STRING)`;
    case "INTERVAL": {
      const part = (name: string) => sql`EXTRACT(${word(name)} FROM ${x})`;
      const months = sql`${part("YEAR")} * 12 + ${part("MONTH")}`;
      const seconds = sql`${part("HOUR")} * 3600 + ${part("MINUTE")} * 60 + ${part("SECOND")}`;
      return sql`CONCAT(CAST(${months} AS STRING), ' ', CAST(${part("DAY")} AS STRING), ' ', CAST((${seconds}) * 1000000 + ${part("MICROSECOND")} AS STRING))`;
    }
    case "STRING":
      return sql`CAST(${uncollated(x, own)} AS STRING)`;
    case "BOOL":
    case "INT64":
    case "NUMERIC":
    case "BIGNUMERIC":
    case "DATE":
      return sql`CAST(${x} AS STRING)`;
    default:
      return undefined;
  }
};

const marked = (text: Sql): Sql =>
  sql`IFNULL(CONCAT('v', CAST(BYTE_LENGTH(${text}) AS STRING), ':', ${text}), 'n')`;

const canonical = (pieces: Pieces, x: Sql, own: Field, as: Field, depth: number): Sql | undefined => {
  if (as.mode === "REPEATED") {
    const [e, o] = [word(`e${depth}`), word(`o${depth}`)];
    const [ownElement, element] = elementsOf(own, as);
    const text = canonical(pieces, e, ownElement, element, depth + 1);
    return text === undefined
      ? undefined
      : sql`CONCAT('[', ARRAY_TO_STRING(ARRAY(SELECT ${text} FROM UNNEST(${x}) AS ${e} WITH OFFSET AS ${o} ORDER BY ${o}), ''), ']')`;
  }
  if (as.type === "STRUCT") {
    const texts = membersOf(own, as).map(([inner, common]) =>
      canonical(pieces, pieces.field(x, inner), inner, common, depth),
    );
    if (texts.some((text) => text === undefined)) return undefined;
    return sql`IF(${x} IS NULL, 'n', CONCAT('{', ${join(
      texts.filter((text) => text !== undefined),
      ", ",
    )}, '}'))`;
  }
  const text = scalar(x, own, as);
  return text === undefined ? undefined : marked(text);
};

export const canonicalRows = (pieces: Pieces): Canonical => ({
  canonical: (x, own, as) => canonical(pieces, x, own, as, 0),
  concat: (texts) => sql`CONCAT(${join(texts, ", ")})`,
  md5: (text) => sql`TO_HEX(MD5(${text}))`,
  slice: (md5, which) => sql`CAST(CONCAT('0x', SUBSTR(${md5}, ${integer(1 + which * 15)}, 15)) AS INT64)`,
  brief: (text) => sql`IF(BYTE_LENGTH(${text}) > 32, TO_HEX(MD5(${text})), ${text})`,
  sumOfSlices: (x) => sql`CAST(SUM(CAST(${x} AS NUMERIC)) AS STRING)`,
  // The emulator computes MOD in floating point.
  remainder: (x, divisor) => sql`(${x} & ${integer(divisor - 1)})`,
});
