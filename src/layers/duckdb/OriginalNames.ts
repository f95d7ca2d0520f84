/** Restores the names of columns that DuckDB had to change. */
import type { Field } from "../../domain/TableSchema.ts";

/**
 * The fields with their original names, by position. Of repeated
 * names, only the first field has the original.
 */
export const byPosition = (
  fields: ReadonlyArray<Field>,
  originals: ReadonlyArray<string>,
): ReadonlyArray<Field> => {
  const taken = new Set<string>();
  return fields.map((field, i) => {
    const original = originals[i] ?? field.name;
    const name = taken.has(original) ? field.name : original;
    taken.add(name);
    return name === field.name ? field : { ...field, name, nativeName: field.name };
  });
};

/** Makes names unique regardless of case, as DuckDB requires: a repeated name becomes `a_1`. */
export const distinctNames = (names: ReadonlyArray<string>): ReadonlyArray<string> => {
  const taken = new Set(names.map((name) => name.toLowerCase()));
  const seen = new Set<string>();
  return names.map((name) => {
    let distinct = name === "" ? "column" : name;
    for (let n = 1; seen.has(distinct.toLowerCase()) || (n > 1 && taken.has(distinct.toLowerCase())); n += 1)
      distinct = `${name}_${n}`;
    seen.add(distinct.toLowerCase());
    return distinct;
  });
};
