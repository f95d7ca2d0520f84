/** A comparison of the rows of two tables that one statement can read, and its result. */
import type { Effect } from "effect";
import { counted } from "../../../domain/Phrases.ts";
import type { Row } from "../../../domain/Value.ts";
import type { BigQueryService, QueryResult, Statement } from "../../../services/BigQuery.ts";
import type { BigQueryError } from "../../../services/BigQueryError.ts";
import type { Sql } from "../../../sql/Sql.ts";
import type { RowComparison } from "../Comparison.ts";
import type { RowsRequest } from "./SideRows.ts";
import type { TotalName } from "./SummaryStatement.ts";

export interface RowsTask extends RowsRequest {
  readonly engine: BigQueryService;
  readonly statement: (sql: Sql) => Statement;
  /** The rows of each side if the metadata has them, to choose a plan. */
  readonly knownRows: number | null;
  /** Whether each row has the same number in all statements. The rows of a view have no fixed order. */
  readonly hasFixedOrder: boolean;
}

export interface ComparedRows {
  readonly comparison: RowComparison;
  readonly a: number;
  readonly b: number;
  readonly restricted: boolean;
  /** Values of some columns in the examples of changed rows. */
  readonly changed: { readonly a: ReadonlyArray<Row>; readonly b: ReadonlyArray<Row> };
  readonly notes: ReadonlyArray<string>;
}

export const ask = (task: RowsTask, sql: Sql): Effect.Effect<QueryResult, BigQueryError> =>
  task.engine.query(task.statement(sql));

export const oddsOf = (task: RowsTask, rows: number): number =>
  task.dialect.rows.groupKeyIsHash ? rows ** 2 / 2 ** 129 : 0;

export const method = (task: RowsTask): RowComparison["method"] =>
  task.dialect.rows.groupKeyIsHash ? "md5" : "values";

export const perColumn = (task: RowsTask, found: ReadonlyArray<number>): RowComparison["columns"] =>
  task.compared
    .map(({ name }, i) => ({ name, changed: found[i] ?? 0 }))
    .filter(({ changed }) => changed > 0)
    .sort((x, y) => y.changed - x.changed);

export const notUnique = ({ repeated }: Readonly<Record<TotalName, number>>): ReadonlyArray<string> =>
  repeated === 0
    ? []
    : [
        `the key is not unique: ${counted(repeated, "key value")} ${repeated === 1 ? "occurs" : "occur"} more than once; rows with the same key are paired so that the fewest differ`,
      ];
