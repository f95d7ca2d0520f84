/**
 * Splits the columns into those that can be read without access to policy-tagged fields, and the rest. A query that
 * names a STRUCT or an array reads everything below it. So a tagged field also excludes the STRUCTs above it, and the
 * whole array if it is inside one. The other fields of a STRUCT can still be read one by one.
 */
import type { ProfiledColumn } from "../../scan/Columns.ts";

export const isTagged = (column: ProfiledColumn): boolean => (column.field.policyTags ?? []).length > 0;

const isBelow = (below: ProfiledColumn, above: ProfiledColumn): boolean =>
  above.path.length <= below.path.length &&
  above.path.every((step, i) => {
    const other = below.path[i]!;
    return step._tag === "Elements"
      ? other._tag === "Elements"
      : other._tag === "Name" && other.name === step.name;
  });

/** Splits into columns that can be read without a tagged one, and the others. */
export const split = (
  columns: ReadonlyArray<ProfiledColumn>,
): { readonly open: ReadonlyArray<ProfiledColumn>; readonly protected: ReadonlyArray<ProfiledColumn> } => {
  const tagged = columns.filter(isTagged);
  const arrays = columns.filter(
    (column) => column.kind === "array" && tagged.some((secret) => isBelow(secret, column)),
  );
  const isProtected = (column: ProfiledColumn) =>
    tagged.some((secret) => isBelow(column, secret) || isBelow(secret, column)) ||
    arrays.some((array) => isBelow(column, array));
  return { open: columns.filter((c) => !isProtected(c)), protected: columns.filter(isProtected) };
};
