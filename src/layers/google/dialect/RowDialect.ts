/** Row comparison in GoogleSQL. */
import type { Field } from "../../../domain/TableSchema.ts";
import { type Dialect, textLimit } from "../../../sql/Dialect.ts";
import {
  elementsOf,
  isCompared,
  isMixed,
  isNested,
  membersOf,
  type RowDialect,
} from "../../../sql/RowDialect.ts";
import { integer, join, type Sql, sql, word } from "../../../sql/Sql.ts";
import { canonicalRows, mixedText } from "./CanonicalText.ts";
import { isCollated, uncollated } from "./Collation.ts";

type Pieces = Pick<Dialect, "string" | "field" | "struct" | "encode">;

const scalar = (x: Sql, own: Field, as: Field): Sql => {
  switch (as.type) {
    case "FLOAT64": {
      if (isMixed(as)) return mixedText(x, own);
      const number = own.type === "FLOAT64" ? x : sql`CAST(${x} AS FLOAT64)`;
      return sql`IF(${number} = 0, 0.0, ${number})`;
    }
    case "STRING":
      return uncollated(x, own);
    case "JSON":
      return sql`IF(${x} IS NULL, NULL, TO_JSON_STRING(${x}))`;
    case "GEOGRAPHY":
      // WKT rounds the coordinates.
      return sql`TO_HEX(ST_ASBINARY(${x}))`;
    case "INTERVAL": // As INTERVAL, 30 days would equal a month.
    case "RANGE":
      return sql`CAST(${x} AS STRING)`;
    default:
      return own.type === as.type ? x : sql`CAST(${x} AS ${word(as.type)})`;
  }
};

/** Whether two nested values of the type have the same TO_JSON_STRING exactly if they are equal. */
const isPlain = (own: Field, as: Field): boolean =>
  isCompared(as) === "asItself" && own.type === as.type && as.type !== "FLOAT64" && !isCollated(own);

/** Rebuilds a nested value from parts that TO_JSON_STRING writes without loss. */
const rebuilt = (pieces: Pieces, x: Sql, own: Field, as: Field, depth: number): Sql => {
  if (isPlain(own, as)) return x;
  if (as.mode === "REPEATED") {
    const [e, o] = [word(`e${depth}`), word(`o${depth}`)];
    const [ownElement, element] = elementsOf(own, as);
    return sql`ARRAY(SELECT ${rebuilt(pieces, e, ownElement, element, depth + 1)} FROM UNNEST(${x}) AS ${e} WITH OFFSET AS ${o} ORDER BY ${o})`;
  }
  if (as.type !== "STRUCT") return scalar(x, own, as);
  const fields = membersOf(own, as).map(
    ([inner, common]) =>
      [common.name, rebuilt(pieces, pieces.field(x, inner), inner, common, depth)] as const,
  );
  return sql`IF(${x} IS NULL, NULL, ${pieces.struct(fields)})`;
};

/** JSON text of a nested value. A NULL array equals an empty one, because BigQuery stores both alike. */
const nested = (pieces: Pieces, x: Sql, own: Field, as: Field): Sql => {
  if (as.mode !== "REPEATED")
    return sql`IF(${x} IS NULL, NULL, TO_JSON_STRING(${rebuilt(pieces, x, own, as, 0)}))`;
  const [ownElement, element] = elementsOf(own, as);
  return isPlain(ownElement, element)
    ? sql`TO_JSON_STRING(IFNULL(${x}, []))`
    : sql`TO_JSON_STRING(${rebuilt(pieces, x, own, as, 0)})`;
};

const within =
  ({ string }: Pieces): RowDialect["within"] =>
  (a, b, as, { absolute, relative }) => {
    const isFloat = as.type === "FLOAT64";
    const literal = (text: string) =>
      isFloat ? sql`CAST(${string(text)} AS FLOAT64)` : sql`BIGNUMERIC ${string(text)}`;
    const [x, y] = isFloat ? [a, b] : [sql`CAST(${a} AS BIGNUMERIC)`, sql`CAST(${b} AS BIGNUMERIC)`];
    const distance = sql`ABS(SAFE_SUBTRACT(${x}, ${y}))`;
    // Keeps statements over 1,000 columns below 1 MB.
    if (Number(relative) === 0) return sql`IFNULL(${distance} <= ${literal(absolute)}, FALSE)`;
    const size = sql`SAFE_MULTIPLY(${literal(relative)}, GREATEST(ABS(${x}), ABS(${y})))`;
    const close = sql`${distance} <= SAFE_ADD(${literal(absolute)}, ${size})`;
    // The distance of non-finite numbers is not finite.
    return isFloat
      ? sql`IFNULL(${distance} < ${literal("inf")} AND ${close}, FALSE)`
      : sql`IFNULL(${close}, FALSE)`;
  };

export const rows = (pieces: Pieces): RowDialect => ({
  comparable: (x, own, as) => (isNested(as) ? nested(pieces, x, own, as) : scalar(x, own, as)),
  shown: (x, as) => {
    if (isCompared(as) === "asText") return sql`SUBSTR(${x}, 1, ${integer(textLimit)})`;
    if (isMixed(as)) return x;
    return as.type === "BOOL" ? sql`CAST(${x} AS STRING)` : pieces.encode(x, "value", as);
  },
  within: within(pieces),
  shuffle: (values) => sql`FARM_FINGERPRINT(TO_JSON_STRING(${pieces.struct(values)}))`,
  groupKey: (values) => [sql`TO_HEX(MD5(TO_JSON_STRING(${pieces.struct(values)})))`],
  groupKeyIsHash: true,
  sum: (x) => sql`IFNULL(SUM(${x}), 0)`,
  any: (x) => sql`ANY_VALUE(${x})`,
  firsts: (x, condition, order, limit) => listed(x, condition, [order], limit),
  sorted: (x, condition, order, limit) => listed(x, condition, order, limit),
  repeated: (list, limit) =>
    sql`ARRAY(SELECT e.r FROM UNNEST(${list}) AS e WITH OFFSET AS i, UNNEST(GENERATE_ARRAY(1, LEAST(e.n, ${integer(limit)}))) ORDER BY i LIMIT ${integer(limit)})`,
  map: (list, of) => sql`ARRAY(SELECT ${of} FROM UNNEST(${list}) AS e WITH OFFSET AS i ORDER BY i)`,
  positions: (a, b) =>
    sql`CROSS JOIN UNNEST(GENERATE_ARRAY(0, GREATEST(ARRAY_LENGTH(${a}), ARRAY_LENGTH(${b}), 1) - 1)) AS o`,
  at: (list, position) => sql`${list}[SAFE_OFFSET(${position})]`,
  present: (structs) =>
    sql`ARRAY(SELECT e FROM UNNEST([${join(structs, ",\n")}]) AS e WITH OFFSET AS i WHERE e IS NOT NULL ORDER BY i)`,
  ...canonicalRows(pieces),
});

const listed = (x: Sql, condition: Sql, order: ReadonlyArray<Sql>, limit: number): Sql =>
  sql`IFNULL(ARRAY_AGG(IF(${condition}, ${x}, NULL) IGNORE NULLS ORDER BY ${join(order, ", ")} LIMIT ${integer(limit)}), [])`;
