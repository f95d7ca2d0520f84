/**
 * Tolerances for exact numbers with more digits than DECIMAL. DuckDB's BIGNUM can add, subtract and compare.
 */
import { integer, type Sql, sql } from "../../../sql/Sql.ts";

type Text = (value: string) => Sql;

/** The number multiplied by 10^scale, which is an integer. */
const scaled = (x: Sql, scale: number): Sql => {
  const text = sql`CAST(${x} AS VARCHAR)`;
  const missing = sql`${integer(scale)} - CASE WHEN contains(${text}, '.') THEN length(${text}) - strpos(${text}, '.') ELSE 0 END`;
  return sql`CAST(concat(replace(${text}, '.', ''), repeat('0', ${missing})) AS BIGNUM)`;
};

/** Multiplies by repeated addition, because BIGNUM has no product: appended zeros replace powers of ten. */
const times = (string: Text, x: Sql, factor: bigint): Sql =>
  [...String(factor)]
    .reverse()
    .flatMap((digit, zeros) => {
      const term =
        zeros === 0 ? x : sql`CAST(concat(CAST(${x} AS VARCHAR), ${string("0".repeat(zeros))}) AS BIGNUM)`;
      return Array.from({ length: Number(digit) }, () => term);
    })
    .reduce((sum, term) => sql`${sum} + ${term}`, sql`CAST('0' AS BIGNUM)`);

/** The absolute value, from the text: DuckDB 1.5.6 orders -2^127 above 2^127. */
const size = (x: Sql): Sql => sql`CAST(ltrim(CAST(${x} AS VARCHAR), '-') AS BIGNUM)`;

/** |a - b| * q <= p + r * max(|a|, |b|) */
export const within = (
  string: Text,
  a: Sql,
  b: Sql,
  scale: number,
  { p, q, r }: { readonly p: bigint; readonly q: bigint; readonly r: bigint },
): Sql => {
  const [x, y] = [scaled(a, scale), scaled(b, scale)];
  const fixed = sql`CAST(${string(String(p * 10n ** BigInt(scale)))} AS BIGNUM)`;
  const most = r === 0n ? fixed : sql`${fixed} + ${times(string, sql`greatest(${size(x)}, ${size(y)})`, r)}`;
  // concat() skips NULL, so that it would count as 0.
  return sql`${a} IS NOT NULL AND ${b} IS NOT NULL AND (${times(string, size(sql`(${x} - ${y})`), q)}) <= ${most}`;
};
