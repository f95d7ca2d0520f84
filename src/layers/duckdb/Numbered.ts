/**
 * A second view of each relation, with the number of each row: samples are chosen by it, whatever the number of threads.
 */

/** The schema of these views; their names are those of the relations. */
export const numberedSchema = "bqkit_numbered";

/** The column that is added. */
export const rowNumber = "bqkit_row";

/** The name of the view of a relation in the schema "bqkit". */
export const numbered = (relation: string): string => relation.replace(/^"bqkit"/, `"${numberedSchema}"`);

/**
 * The column for rows of `from`. Numbers that DuckDB has are read by any number of threads; they cannot be told from a
 * column of the same name.
 */
export const numberColumn = (names: ReadonlyArray<string>, of: "parquet" | "table" | "view"): string => {
  const has = (name: string) => names.some((other) => other.toLowerCase() === name);
  const number =
    of === "parquet" && !has("file_row_number") && !has("file_index")
      ? "file_index * 1099511627776 + file_row_number"
      : of === "table" && !has("rowid")
        ? "rowid"
        : "row_number() OVER ()";
  return `${number} AS ${rowNumber}`;
};
