/** The names that columns have in the data, where DuckDB had to change them. */
import type { Field } from "../../domain/TableSchema.ts";

/** The fields with the names of the data, by position. A name that stands twice is the data's own for the first alone. */
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

/** Names that differ in more than case, for DuckDB: each name itself, or `a_1` where an earlier name takes it. */
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
