/** The collations of a column in the form of Google's analyzer: a tree next to its type. */
import { elementOf, type Field } from "../../src/domain/TableSchema.ts";

const ofCollation = 1;
const none = { is_null: true };

/** Undefined for a column without collations. */
export const annotationsOf = (field: Field): object | undefined => {
  if (field.mode === "REPEATED") {
    const inner = annotationsOf(elementOf(field));
    return inner && { array_element: inner };
  }
  if (field.type === "STRUCT") {
    const inner = (field.fields ?? []).map(annotationsOf);
    return inner.every((one) => one === undefined)
      ? undefined
      : { struct_fields: inner.map((one) => one ?? none) };
  }
  return field.collation
    ? { annotations: [{ id: ofCollation, value: { string_value: field.collation } }] }
    : undefined;
};
