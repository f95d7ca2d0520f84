/**
 * Finds columns without values. In local files, the type of such a column has no meaning: it is a guess (all fields
 * of a CSV column are empty) or a placeholder (NULL AS x). They are compared as the other side's type.
 */
import { Effect } from "effect";
import type { TableMetadata } from "../../../domain/TableMetadata.ts";
import type { TableSchema } from "../../../domain/TableSchema.ts";
import { rowAlias, type Target } from "../../../scan/Target.ts";
import type { BigQueryService } from "../../../services/BigQuery.ts";
import type { Dialect } from "../../../sql/Dialect.ts";
import { join, sql, word } from "../../../sql/Sql.ts";

interface Side {
  readonly engine: BigQueryService;
  readonly dialect: Dialect;
  readonly metadata: TableMetadata;
  readonly target: Target;
}

/** The columns without values in the selected rows; none if scans are billed. */
export const emptyColumns = Effect.fn("Compare.emptyColumns")(function* (
  { engine, dialect, metadata, target }: Side,
  columns: TableSchema,
) {
  if (!dialect.scansAreFree || columns.length === 0) return new Set<string>();
  const counts = columns.map(
    (field, i) => sql`${dialect.count(dialect.field(rowAlias, field))} AS ${word(`n${i}`)}`,
  );
  const where = target.where === undefined ? sql`` : sql`\nWHERE ${target.where}`;
  const { rows } = yield* engine.query({
    sql: sql`SELECT ${join(counts, ", ")} FROM ${target.from}${where}`,
    tables: [metadata.reference],
    location: metadata.location,
  });
  return new Set(columns.filter((_, i) => Number(rows[0]?.[`n${i}`] ?? 1) === 0).map(({ name }) => name));
});
