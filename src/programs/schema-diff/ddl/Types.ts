/** Types and columns in GoogleSQL's DDL. */
import type { Field } from "../../../domain/TableSchema.ts";
import { dialect } from "../../../layers/google/dialect/Dialect.ts";
import { empty, integer, join, type Sql, sql, word } from "../../../sql/Sql.ts";

export const { identifier, string, from } = dialect();

/** Whether the type holds arrays of arrays, which BigQuery does not have. */
export const isNestedArray = (field: Field): boolean =>
  field.type === "ARRAY" || (field.fields ?? []).some(isNestedArray);

/** The type alone, as SET DATA TYPE takes it: with parameters and collation, without NOT NULL and OPTIONS. */
export const type = (field: Field): Sql => render(field, false);

/** A column as ADD COLUMN takes it. Never REQUIRED, and its default is set afterwards: BigQuery adds neither. */
export const column = (field: Field): Sql =>
  sql`${identifier(field.name)} ${render(field, true)}${options(field)}`;

const render = (field: Field, whole: boolean): Sql => {
  const one = element(field, whole);
  return field.mode === "REPEATED" ? sql`ARRAY<${apart(one)}>` : one;
};

/** After parameters or OPTIONS inside of it the analyzer reads `>>` as a shift. */
const apart = (inner: Sql): Sql => (inner.text.endsWith(">") ? sql`${inner} ` : inner);

const element = (field: Field, whole: boolean): Sql => {
  switch (field.type) {
    case "STRUCT":
      return sql`STRUCT<${apart(
        join(
          (field.fields ?? []).map((inner) => nested(inner, whole)),
          ", ",
        ),
      )}>`;
    case "RANGE":
      return sql`RANGE<${word(field.rangeElementType ?? "DATE")}>`;
    default:
      return sql`${word(field.type)}${parameters(field)}${collate(field)}`;
  }
};

const nested = (field: Field, whole: boolean): Sql => {
  const rest = whole ? sql`${field.mode === "REQUIRED" ? sql` NOT NULL` : empty}${options(field)}` : empty;
  return sql`${identifier(field.name)} ${render(field, whole)}${rest}`;
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

const collate = ({ collation }: Field): Sql => (collation ? sql` COLLATE ${string(collation)}` : empty);

const options = ({ description, roundingMode }: Field): Sql => {
  const given = [
    ...(description ? [sql`description = ${string(description)}`] : []),
    ...(roundingMode ? [sql`rounding_mode = ${string(roundingMode)}`] : []),
  ];
  return given.length === 0 ? empty : sql` OPTIONS (${join(given, ", ")})`;
};
