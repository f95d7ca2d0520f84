/** Scans of single columns of a source: one JSON text per column, with several columns in a statement. */
import { Effect } from "effect";
import type { ProfiledColumn } from "../../../scan/Columns.ts";
import type { BigQueryError } from "../../../services/BigQueryError.ts";
import { type Sql, sql } from "../../../sql/Sql.ts";
import type { Raw } from "../statistics/Statistic.ts";
import { chunks, type LocalRequest } from "./LocalScanParts.ts";
import { valuesOf } from "./Scan.ts";
import { parseRaw } from "./ScanResults.ts";

const perStatement = 20;

/** Results by column. */
export type Raws = ReadonlyMap<number, Raw>;

/** Requests a text for each column from the relation of its values `v`: those that can be grouped, or the plain ones. */
export const ask = (
  request: LocalRequest,
  columns: ReadonlyArray<ProfiledColumn>,
  text: (values: Sql, column: ProfiledColumn) => Sql,
  as: "groupable" | "plain" = "groupable",
): Effect.Effect<Raws, BigQueryError> => {
  const { dialect } = request;
  const values = ({ expression, field, source }: ProfiledColumn) => {
    const value = as === "plain" ? expression : dialect.groupable(expression, field);
    return valuesOf(request.target, source, sql`${value} AS v`, dialect);
  };
  return Effect.forEach(chunks(columns, perStatement), (chunk) =>
    request.engine
      .query(request.statement(sql`SELECT ${dialect.array(chunk.map((c) => text(values(c), c)))} AS texts`))
      .pipe(
        Effect.flatMap((result) => {
          const texts = result.rows[0]?.texts;
          return Effect.forEach(chunk, (column, i) =>
            Effect.map(
              parseRaw(Array.isArray(texts) ? texts[i] : undefined),
              (raw) => [column.index, raw] as const,
            ),
          );
        }),
      ),
  ).pipe(Effect.map((pairs) => new Map(pairs.flat())));
};
