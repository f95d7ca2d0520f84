/** Mean and standard deviation of numbers. */
import { Schema } from "effect";
import * as Cell from "../../../domain/Cell.ts";
import { decodeCount, decodeFloat } from "../../../scan/DecodeValue.ts";
import type { Dialect } from "../../../sql/Dialect.ts";
import { float, type Sql, sql } from "../../../sql/Sql.ts";
import {
  type Aggregate,
  countIf,
  finite,
  make,
  type Raw,
  type StatementColumn,
  type Statistic,
} from "./Statistic.ts";

/** Sums of squares of values from this magnitude overflow FLOAT64, for which one engine returns an error. */
const limit = float(1e150);

const huge = (column: StatementColumn, dialect: Dialect): Readonly<Record<string, Aggregate>> =>
  column.field.type === "FLOAT64"
    ? { huge: countIf(dialect, sql`ABS(${finite(column, dialect)}) >= ${limit}`) }
    : {};

const safe = (column: StatementColumn, dialect: Dialect): Sql => {
  const x = finite(column, dialect);
  if (column.field.type === "FLOAT64") return dialect.if(sql`ABS(${x}) < ${limit}`, x);
  return dialect.exactly(x, column.field);
};

const unlessHuge = (raw: Raw, id: string): number | undefined =>
  (decodeCount(raw.huge) ?? 0) > 0 ? undefined : decodeFloat(raw[id]);

const moment = (
  id: string,
  title: string,
  description: string,
  of: (x: Sql, dialect: Dialect) => Sql,
): Statistic<number> =>
  make({
    id,
    title,
    description,
    exactness: "exact",
    reveals: "aggregates",
    schema: Schema.Number,
    applies: (column) => column.kind === "number",
    aggregates: (column, dialect) =>
      column.elsewhere?.has("moments") === true
        ? {}
        : { ...huge(column, dialect), [id]: { sql: of(safe(column, dialect), dialect), as: "float" } },
    decode: (raw) => unlessHuge(raw, id),
    display: (value) => [{ label: title, cell: Cell.number(value) }],
  });

export const mean = moment(
  "mean",
  "Mean",
  "Arithmetic mean of the finite values, within 1e-9 of the largest magnitude; absent if a magnitude is 1e150 or more.",
  (x, dialect) => dialect.average(x),
);

export const stddev = moment(
  "stddev",
  "Std. deviation",
  "Sample standard deviation (divisor n - 1) of the finite values, within 1e-9 of the largest magnitude; absent for fewer than two values, and if a magnitude is 1e150 or more.",
  (x, dialect) => dialect.sampleStddev(x),
);
