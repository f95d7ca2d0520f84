/** The common type of two columns: one of their types, or a wider one by BigQuery's coercions. */
import { Either } from "effect";
import {
  elementOf,
  type Field,
  hasNanoseconds,
  isForeign,
  nullType,
  type TypeName,
  typeText,
} from "../../../domain/TableSchema.ts";
import { mixedNumbers } from "../../../sql/RowDialect.ts";

/** Each type is coerced to those after it. */
const chains: ReadonlyArray<ReadonlyArray<TypeName>> = [
  ["INT64", "NUMERIC", "BIGNUMERIC", "FLOAT64"],
  ["DATE", "DATETIME"],
];

export const unreadable = "queries cannot read columns of type FOREIGN";

/** Left explains why the two cannot be compared. */
export const common = (a: Field, b: Field): Either.Either<Field, string> => {
  if (isForeign(a) || isForeign(b)) return Either.left(unreadable);
  const found = meet(a, b, true);
  return found === undefined
    ? Either.left(`${shownType(a)} in A and ${shownType(b)} in B have no common type`)
    : Either.right({ ...found, name: a.name });
};

/** The displayed type; local decimals include their digits. */
export const shownType = (field: Field): string => typeText(field);

const meet = (a: Field, b: Field, widens: boolean): Field | undefined => {
  if (a.nativeType !== b.nativeType) {
    if (a.nativeType === nullType) return named(a, meet(b, b, widens));
    if (b.nativeType === nullType) return meet(a, a, widens);
  }
  if ((a.mode === "REPEATED") !== (b.mode === "REPEATED")) return undefined;
  if (a.mode === "REPEATED") {
    // Arrays are not coerced. A local MAP has the types of its values in this file.
    const areMaps = [a, b].every(({ nativeType }) => nativeType?.startsWith("MAP(") === true);
    const element = meet(elementOf(a), elementOf(b), areMaps);
    if (element === undefined) return undefined;
    return element.mode === "REPEATED"
      ? { name: a.name, type: "ARRAY", mode: "REPEATED", fields: [{ ...element, name: "element" }] }
      : { ...element, name: a.name, mode: "REPEATED" };
  }
  if (a.type === "STRUCT" && b.type === "STRUCT") return structs(a, b, widens);
  if (isTime(a) && isTime(b) && a.type !== b.type)
    return { name: a.name, type: "TIME", mode: "NULLABLE", nativeType: "TIME_NS" };
  const type = a.type === b.type ? a.type : widens ? wider(a.type, b.type) : undefined;
  if (type === undefined || type === "STRUCT") return undefined;
  if (type === "RANGE" && a.rangeElementType !== b.rangeElementType) return undefined;
  return scalar(a, b, type);
};

/** Local times with nanoseconds are returned as text. */
const isTime = ({ type, nativeType }: Field): boolean => type === "TIME" || nativeType === "TIME_NS";

const named = ({ name }: Field, field: Field | undefined): Field | undefined =>
  field === undefined ? undefined : { ...field, name };

const structs = (a: Field, b: Field, widens: boolean): Field | undefined => {
  const [inA, inB] = [a.fields ?? [], b.fields ?? []];
  if (inA.length !== inB.length) return undefined;
  const fields = inA.map((field) => {
    const other = inB.find(({ name }) => name.toLowerCase() === field.name.toLowerCase());
    const met = other === undefined ? undefined : meet(field, other, widens);
    return met === undefined ? undefined : { ...met, name: field.name };
  });
  return fields.every((field) => field !== undefined)
    ? { name: a.name, type: "STRUCT", mode: "NULLABLE", fields }
    : undefined;
};

const wider = (a: TypeName, b: TypeName): TypeName | undefined => {
  const chain = chains.find((types) => types.includes(a) && types.includes(b));
  return chain?.[Math.max(chain.indexOf(a), chain.indexOf(b))];
};

const scalar = (a: Field, b: Field, type: TypeName): Field => ({
  name: a.name,
  type,
  mode: "NULLABLE",
  ...(type === "NUMERIC" || type === "BIGNUMERIC" ? digits(a, b) : {}),
  ...(type === "FLOAT64" && a.type !== b.type ? { nativeType: mixedNumbers } : nativeType(a, b)),
  ...(type === "TIMESTAMP" ? precisionOf(a.timestampPrecision ?? b.timestampPrecision) : {}),
  ...(type === "RANGE" && a.rangeElementType !== undefined ? { rangeElementType: a.rangeElementType } : {}),
});

/** The engine's type if both sides have it, or the more precise one. */
const nativeType = (a: Field, b: Field): Pick<Field, "nativeType"> => {
  const native = hasNanoseconds(a) ? a.nativeType : hasNanoseconds(b) ? b.nativeType : a.nativeType;
  const isCommon = a.nativeType === b.nativeType || hasNanoseconds(a) || hasNanoseconds(b);
  return native === undefined || !isCommon ? {} : { nativeType: native };
};

const precisionOf = (timestampPrecision: string | undefined): Pick<Field, "timestampPrecision"> =>
  timestampPrecision === undefined ? {} : { timestampPrecision };

/** The maximum of digits before and after the decimal point; absent if unknown. */
const digits = (a: Field, b: Field): Pick<Field, "precision" | "scale"> => {
  const [one, two] = [digitsOf(a), digitsOf(b)];
  if (one === undefined || two === undefined) return {};
  const scale = Math.max(one.scale, two.scale);
  return { precision: String(Math.max(one.whole, two.whole) + scale), scale: String(scale) };
};

/** Digits of the local engine's integers that are wider than INT64. */
const integers: Readonly<Record<string, number>> = { UBIGINT: 20, HUGEINT: 39, UHUGEINT: 39 };

const digitsOf = (field: Field): { readonly whole: number; readonly scale: number } | undefined => {
  if (field.type === "INT64") return { whole: 19, scale: 0 };
  const whole = integers[field.nativeType ?? ""];
  if (whole !== undefined) return { whole, scale: 0 };
  if (field.precision === undefined) return undefined;
  const scale = Number(field.scale ?? 0);
  return { whole: Number(field.precision) - scale, scale };
};
