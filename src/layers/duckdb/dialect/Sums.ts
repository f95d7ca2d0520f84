/** Sums of differences from a minimum and of their squares, in integers. */
import type { LocalDialect } from "../../../sql/Dialect.ts";
import { float, integer, type Sql, sql, word } from "../../../sql/Sql.ts";
import { scaledInteger } from "./Cuts.ts";

/**
 * Integer differences stay below 2^48. The squares of their halves fit into 64 bits,
 * whose sums take half the time of 128-bit ones.
 */
export const sumsOfDifferences =
  (total: (x: Sql) => Sql): LocalDialect["sumsOfDifferences"] =>
  (x, min, factor, field, most) => {
    const wide = (type: string) => sql`CAST(${x} AS ${word(type)}) - CAST(${min} AS ${word(type)})`;
    const isShort = field.type === "NUMERIC" && Number(field.precision ?? 38) <= 18;
    const whole =
      factor === 1 && field.type === "INT64"
        ? wide("BIGINT")
        : isShort && factor === 10 ** Number(field.scale ?? 0)
          ? sql`${scaledInteger(x, field)} - CAST(${min} * ${integer(BigInt(factor))} AS BIGINT)`
          : sql`CAST(round(CAST(${field.type === "INT64" ? wide("HUGEINT") : sql`${x} - ${min}`} AS DOUBLE) * ${float(factor)}) AS BIGINT)`;
    const [high, low] = [sql`((${whole}) >> 24)`, sql`((${whole}) & 16777215)`];
    if (most < 2 ** 31) return { sum: total(whole), squares: total(sql`(${whole}) * (${whole})`) };
    return {
      sum: total(whole),
      squares: sql`${total(sql`${high} * ${high}`)} * 281474976710656 + ${total(sql`${high} * ${low}`)} * 33554432 + ${total(sql`${low} * ${low}`)}`,
    };
  };
