/** Row comparison in DuckDB. Rows are grouped and joined by their values; hashes only determine an order. */
import { type Field, hasNanoseconds, nullType } from "../../../domain/TableSchema.ts";
import { type Dialect, textLimit } from "../../../sql/Dialect.ts";
import {
  elementsOf,
  isCompared,
  isMixed,
  isNested,
  membersOf,
  type RowDialect,
  type Tolerance,
} from "../../../sql/RowDialect.ts";
import { integer, join, type Sql, sql, word } from "../../../sql/Sql.ts";
import * as bignum from "./Bignum.ts";
import { canonicalRows, decimalText, inOrder, mixedText } from "./CanonicalText.ts";
import { marked } from "./MarkedJson.ts";

type Pieces = Pick<Dialect, "string" | "field" | "struct" | "encode" | "groupable">;

/** The numbers of digits before and after the decimal point; undefined for types without fixed numbers. */
const digitsOf = (field: Field): { readonly whole: number; readonly scale: number } | undefined => {
  if (field.type === "INT64") return { whole: 19, scale: 0 };
  if (field.precision === undefined) return undefined;
  const scale = Number(field.scale ?? 0);
  return { whole: Number(field.precision) - scale, scale };
};

/** An exact number with the digits of the common type, or as text if no DECIMAL has enough digits. */
const exact = (x: Sql, own: Field, as: Field): Sql => {
  if (own.nativeType !== undefined && own.nativeType === as.nativeType) return x;
  const digits = digitsOf(as);
  if (digits === undefined || digits.whole + digits.scale > 38) return decimalText(x);
  const same = own.precision === as.precision && own.scale === as.scale && own.type === as.type;
  return same ? x : sql`CAST(${x} AS ${decimal(digits.whole + digits.scale, digits.scale)})`;
};

const decimal = (width: number, scale: number): Sql => sql`DECIMAL(${integer(width)}, ${integer(scale)})`;

/** SQL of all paths in a document with their types and values, sorted. */
const entries = (path: Sql, atom: Sql): Sql =>
  sql`CAST(to_json(list([${path}, replace(type, 'UBIGINT', 'BIGINT'), ${atom}] ORDER BY ${path}, type, ${atom})) AS VARCHAR)`;

/**
 * The text of a JSON document, independent of the order of names in objects. Names with dots
 * or brackets make the paths of json_tree ambiguous: for such documents, paths are built step
 * by step, with every name as a JSON string.
 */
const documentText = ({ string }: Pieces, x: Sql): Sql => {
  const document = exactDocument(string, x);
  const text = sql`CAST(${x} AS VARCHAR)`;
  const isAmbiguous = sql`regexp_matches(${text}, '"(?:[^"\\\\]|\\\\.)*[.\\[](?:[^"\\\\]|\\\\.)*"\\s*:')`;
  const atom = sql`CAST(atom AS VARCHAR)`;
  const step = sql`CASE WHEN p.type = 'ARRAY' THEN concat('[', n.key, ']') ELSE concat('.', CAST(to_json(n.key) AS VARCHAR)) END`;
  const deep = sql`(WITH RECURSIVE n AS (SELECT id, parent, key, type, ${atom} AS atom FROM json_tree(CASE WHEN ${isAmbiguous} THEN ${document} END)), p AS (SELECT id, '$' AS path, type, atom FROM n WHERE parent IS NULL UNION ALL SELECT n.id, concat(p.path, ${step}), n.type, n.atom FROM n JOIN p ON n.parent = p.id) SELECT concat('deep', ${entries(word("path"), word("atom"))}) FROM p)`;
  return sql`CASE WHEN ${x} IS NULL THEN NULL WHEN ${isAmbiguous} THEN ${deep} ELSE (SELECT concat('tree', ${entries(word("fullkey"), atom)}) FROM json_tree(${document})) END`;
};

/** The document with its numbers as text, if a number may have more digits than a double. */
const exactDocument = (string: Pieces["string"], x: Sql): Sql =>
  sql`CASE WHEN regexp_matches(CAST(${x} AS VARCHAR), '[0-9][0-9.]{16,}') AND json_type(${x}) IN ('OBJECT', 'ARRAY') THEN CAST(${marked(string, sql`CAST(${x} AS VARCHAR)`)} AS JSON) ELSE ${x} END`;

/**
 * Compares by text if one side has nanoseconds: no type has both nanoseconds and the range of microseconds.
 */
const temporal = (x: Sql, own: Field, as: Field): Sql => {
  const same = own.type === as.type ? x : sql`CAST(${x} AS TIMESTAMP)`;
  if (!hasNanoseconds(as)) return same;
  const isZoned = own.type === "TIMESTAMP" && !hasNanoseconds(own);
  return isZoned ? sql`CAST(${same} AT TIME ZONE 'UTC' AS VARCHAR)` : sql`CAST(${same} AS VARCHAR)`;
};

const scalar = (pieces: Pieces, x: Sql, own: Field, as: Field): Sql => {
  switch (as.type) {
    case "FLOAT64":
      if (isMixed(as)) return mixedText(x, own);
      return sql`(CAST(${x} AS DOUBLE) + 0.0)`;
    case "NUMERIC":
    case "BIGNUMERIC":
      return exact(x, own, as);
    case "DATETIME":
    case "TIMESTAMP":
    case "TIME":
      return temporal(x, own, as);
    case "INTERVAL":
      return pieces.groupable(x, own);
    case "JSON":
      return documentText(pieces, x);
    case "GEOGRAPHY":
    case "RANGE":
      return sql`CAST(${x} AS VARCHAR)`;
    default:
      return x;
  }
};

/** A nested value, in a form that to_json writes without loss. */
const leaf = (pieces: Pieces, x: Sql, own: Field, as: Field): Sql => {
  switch (as.type) {
    case "FLOAT64": {
      if (isMixed(as)) return mixedText(x, own);
      const number = scalar(pieces, x, own, as);
      return sql`CASE WHEN isfinite(${number}) THEN to_json(${number}) WHEN ${x} IS NOT NULL THEN to_json(CAST(${number} AS VARCHAR)) END`;
    }
    case "NUMERIC":
    case "BIGNUMERIC":
      return decimalText(x);
    case "BYTES":
      return sql`to_base64(CAST(${x} AS BLOB))`;
    case "TIMESTAMP":
    case "DATETIME":
      return pieces.encode(scalar(pieces, x, own, as), "value", as);
    case "INTERVAL":
      return pieces.groupable(x, own);
    default:
      return scalar(pieces, x, own, as);
  }
};

const hasDocuments = (field: Field): boolean =>
  field.type === "JSON" || (field.fields ?? []).some(hasDocuments);

const rebuilt = (pieces: Pieces, x: Sql, own: Field, as: Field, depth: number): Sql => {
  if (as.mode === "REPEATED") {
    const e = word(`e${depth}`);
    const [ownElement, element] = elementsOf(own, as);
    const inner = rebuilt(pieces, e, ownElement, element, depth + 1);
    if (!hasDocuments(element)) return sql`list_transform(${inOrder(x, own)}, lambda ${e}: ${inner})`;
    // A lambda cannot contain a subquery, which the comparison of documents requires.
    const o = word(`o${depth}`);
    const elements = sql`SELECT unnest(${inOrder(x, own)}) AS ${e}, generate_subscripts(${x}, 1) AS ${o}`;
    return sql`CASE WHEN ${x} IS NOT NULL THEN (SELECT coalesce(list(${inner} ORDER BY ${o}), []) FROM (${elements})) END`;
  }
  if (as.type !== "STRUCT") return leaf(pieces, x, own, as);
  const fields = membersOf(own, as).map(
    ([inner, common]) =>
      [common.name, rebuilt(pieces, pieces.field(x, inner), inner, common, depth)] as const,
  );
  return sql`CASE WHEN ${x} IS NOT NULL THEN ${pieces.struct(fields)} END`;
};

/** A decimal as a fraction, 0.01 as 1/100, because products of DECIMALs and integers are exact. */
const fraction = (text: string): { readonly over: bigint; readonly under: bigint } => {
  const [whole = "", places = ""] = text.split(".");
  return { over: BigInt(`${whole}${places}`), under: 10n ** BigInt(places.length) };
};

/** Whether two numbers are within the tolerance; false after an overflow. */
const within =
  ({ string }: Pieces): RowDialect["within"] =>
  (a, b, as, { absolute, relative }: Tolerance) => {
    if (as.type === "FLOAT64") {
      const literal = (text: string) => sql`CAST(${string(text)} AS DOUBLE)`;
      const most = sql`${literal(absolute)} + ${literal(relative)} * greatest(abs(${a}), abs(${b}))`;
      return sql`coalesce(isfinite(${a}) AND isfinite(${b}) AND abs(${a} - ${b}) <= ${most}, FALSE)`;
    }
    // |a - b| * q <= p + r * max(|a|, |b|), where all factors are multiplied by the same integer.
    const [fixed, share] = [fraction(absolute), fraction(relative)];
    const q = fixed.under * share.under;
    const [p, r] = [fixed.over * share.under, share.over * fixed.under];
    const whole = (n: bigint) => sql`CAST(${string(String(n))} AS HUGEINT)`;
    const digits = digitsOf(as);
    const factors = Math.max(String(q).length, String(r).length);
    if (digits !== undefined && as.type !== "INT64" && digits.whole + digits.scale + factors > 38)
      return sql`coalesce(${bignum.within(string, a, b, digits.scale, { p, q, r })}, FALSE)`;
    const isWhole = as.type === "INT64" || as.nativeType !== undefined;
    const [x, y] = isWhole ? [sql`CAST(${a} AS HUGEINT)`, sql`CAST(${b} AS HUGEINT)`] : [a, b];
    const times = (value: Sql, n: bigint) =>
      isWhole ? sql`${value} * ${whole(n)}` : sql`${value} * ${factor(string, n)}`;
    const most = isWhole ? whole(p) : factor(string, p);
    const size = sql`greatest(abs(${x}), abs(${y}))`;
    return sql`coalesce(TRY(${times(sql`abs(${x} - ${y})`, q)} <= ${most} + ${times(size, r)}), FALSE)`;
  };

const factor = (string: Pieces["string"], n: bigint): Sql =>
  sql`CAST(${string(String(n))} AS ${decimal(Math.min(38, String(n).length), 0)})`;

export const rows = (pieces: Pieces): RowDialect => ({
  comparable: (x, own, as) => {
    // A NULL without a type takes the type of the other side.
    if (own.nativeType === nullType && as.nativeType !== nullType) return sql`NULL`;
    if (!isNested(as)) return scalar(pieces, x, own, as);
    return sql`CASE WHEN ${x} IS NOT NULL THEN CAST(to_json(${rebuilt(pieces, x, own, as, 0)}) AS VARCHAR) END`;
  },
  shown: (x, as) => {
    // A truncated path is not a document.
    if (hasDocuments(as)) return x;
    if (isCompared(as) === "asText") return sql`substr(${x}, 1, ${integer(textLimit)})`;
    if (isMixed(as)) return x;
    return as.type === "BOOL" ? sql`CAST(${x} AS VARCHAR)` : pieces.encode(x, "value", as);
  },
  within: within(pieces),
  shuffle: (values) =>
    sql`hash(${join(
      values.map(([, x]) => x),
      ", ",
    )})`,
  groupKey: (values) => values.map(([, x]) => x),
  groupKeyIsHash: false,
  sum: (x) => sql`CAST(coalesce(sum(${x}), 0) AS BIGINT)`,
  any: (x) => sql`any_value(${x})`,
  firsts: (x, condition, order, limit) =>
    // Without FILTER, arg_min sorts the NULLs of all rows, too; without CASE, x is computed for all rows.
    sql`coalesce(arg_min(CASE WHEN ${condition} THEN ${x} END, CASE WHEN ${condition} THEN ${order} END, ${integer(limit)}) FILTER (WHERE ${condition}), [])`,
  sorted: (x, condition, order, limit) =>
    sql`coalesce(list(${x} ORDER BY ${join(order, ", ")}) FILTER (WHERE ${condition}), [])[1:${integer(limit)}]`,
  repeated: (list, limit) =>
    sql`flatten(list_transform(${list}, lambda e: list_transform(range(least(e.n, ${integer(limit)})), lambda i: e.r)))[1:${integer(limit)}]`,
  map: (list, of) => sql`list_transform(${list}, lambda e: ${of})`,
  positions: (a, b) => sql`CROSS JOIN UNNEST(range(greatest(len(${a}), len(${b}), 1))) AS p(o)`,
  at: (list, position) => sql`${list}[${position} + 1]`,
  present: (structs) => sql`list_filter([${join(structs, ",\n")}], lambda e: e IS NOT NULL)`,
  ...canonicalRows(pieces),
});
