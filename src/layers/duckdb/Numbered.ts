/**
 * A second view of each relation with row numbers, which select
 * samples independently of the number of threads.
 */

/** The schema of the numbered views, which have the names of their relations. */
export const numberedSchema = "bqkit_numbered";

/** The name of the additional column. */
export const rowNumber = "bqkit_row";

/** The numbered view of a relation in the schema "bqkit". */
export const numbered = (relation: string): string => relation.replace(/^"bqkit"/, `"${numberedSchema}"`);

/**
 * The expression of the row number. Any number of threads can read DuckDB's row
 * numbers, unless a column has the same name.
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
