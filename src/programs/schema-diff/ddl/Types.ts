/** Types and columns in GoogleSQL's DDL. */
import { type Field, isForeign } from "../../../domain/TableSchema.ts";
import { identifier, string } from "../../../sql/GoogleSql.ts";
import { empty, integer, join, type Sql, sql, word } from "../../../sql/Sql.ts";
import { isDefaultRoundingMode } from "../compare/FieldAttributes.ts";

/** Whether the type contains arrays of arrays, which BigQuery does not have, or a foreign type. */
export const isUndeclarable = (field: Field): boolean =>
  field.type === "ARRAY" || isForeign(field) || (field.fields ?? []).some(isUndeclarable);

/** Defaults of the table that columns inherit unless they override them. */
export interface Inherited {
  readonly collation: boolean;
  readonly roundingMode: boolean;
}

const nothing: Inherited = { collation: false, roundingMode: false };

/** The type for SET DATA TYPE: with parameters and collation, without NOT NULL and OPTIONS. */
export const type = (field: Field, inherited = nothing): Sql => render(field, false, inherited);

/**
 * A column for ADD COLUMN. Without REQUIRED and default, which BigQuery
 * cannot add; the default is set afterwards.
 */
export const column = (field: Field, inherited = nothing): Sql =>
  sql`${identifier(field.name)} ${render(field, true, inherited)}${options(field, inherited)}`;

const render = (field: Field, whole: boolean, inherited: Inherited): Sql => {
  const one = element(field, whole, inherited);
  return field.mode === "REPEATED" ? sql`ARRAY<${spaced(one)}>` : one;
};

/** After parameters or OPTIONS, the analyzer reads `>>` as a shift. */
const spaced = (inner: Sql): Sql => (inner.text.endsWith(">") ? sql`${inner} ` : inner);

const element = (field: Field, whole: boolean, inherited: Inherited): Sql => {
  switch (field.type) {
    case "STRUCT":
      return sql`STRUCT<${spaced(
        join(
          (field.fields ?? []).map((inner) => nested(inner, whole, inherited)),
          ", ",
        ),
      )}>`;
    case "RANGE":
      return sql`RANGE<${word(field.rangeElementType ?? "DATE")}>`;
    default:
      return sql`${word(field.type)}${parameters(field)}${collate(field, inherited)}`;
  }
};

const nested = (field: Field, whole: boolean, inherited: Inherited): Sql => {
  const mode = field.mode === "REQUIRED" ? sql` NOT NULL` : empty;
  const rest = whole ? sql`${mode}${options(field, inherited)}` : empty;
  return sql`${identifier(field.name)} ${render(field, whole, inherited)}${rest}`;
};

const parameters = ({ precision, scale, maxLength, timestampPrecision }: Field): Sql => {
  const given = [precision ?? maxLength ?? timestampPrecision, scale].filter(
    (digits) => digits !== undefined,
  );
  return given.length === 0
    ? empty
    : sql`(${join(
        given.map((digits) => integer(BigInt(digits))),
        ", ",
      )})`;
};

const collate = ({ type: name, collation }: Field, inherited: Inherited): Sql =>
  collation || (inherited.collation && name === "STRING") ? sql` COLLATE ${string(collation ?? "")}` : empty;

const options = ({ type: name, description, roundingMode }: Field, inherited: Inherited): Sql => {
  const isDecimal = name === "NUMERIC" || name === "BIGNUMERIC";
  const inherits = inherited.roundingMode && isDecimal;
  const mode = isDefaultRoundingMode(roundingMode)
    ? inherits
      ? "ROUND_HALF_AWAY_FROM_ZERO"
      : undefined
    : roundingMode;
  const given = [
    ...(description ? [sql`description = ${string(description)}`] : []),
    ...(mode === undefined ? [] : [sql`rounding_mode = ${string(mode)}`]),
  ];
  return given.length === 0 ? empty : sql` OPTIONS (${join(given, ", ")})`;
};
