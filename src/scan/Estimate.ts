/** Estimates the cost of a statement by a dry run. */
import { Effect } from "effect";
import type { TableMetadata, TableType } from "../domain/TableMetadata.ts";
import * as TableReference from "../domain/TableReference.ts";
import type { BigQueryService, DryRun, Statement } from "../services/BigQuery.ts";

/**
 * One table in FROM may be billed as several tables, each with the minimum of 10 MiB. Measured: a clone or a snapshot
 * after changes 2, a materialized view 2 to 3, a view 1 per underlying table.
 */
const asMany: Partial<Readonly<Record<TableType, number>>> = {
  CLONE: 2,
  SNAPSHOT: 2,
  MATERIALIZED_VIEW: 3,
  VIEW: 3,
};

/** The maximum number of tables that a statement may be billed for. A view may read clones or other views. */
const billedTables = (types: ReadonlyArray<TableType>, { referencedTables = 0 }: DryRun): number => {
  const named = types.reduce((sum, type) => sum + (asMany[type] ?? 1), 0);
  return types.some((type) => type === "VIEW" || type === "MATERIALIZED_VIEW")
    ? Math.max(named, 2 * referencedTables)
    : named;
};

/** The statement with its estimate. `read` is the metadata of its tables. */
export const estimate = (
  engine: BigQueryService,
  statement: Statement,
  purpose: string,
  read: ReadonlyArray<TableMetadata>,
) =>
  Effect.map(engine.dryRun(statement), (dryRun) => ({
    purpose,
    sql: statement.sql.text,
    bytes: dryRun.bytesProcessed,
    trusted: dryRun.accuracy === "PRECISE" || dryRun.accuracy === "UPPER_BOUND",
    tables: billedTables(
      statement.tables
        .filter((table) => !engine.dialect(table).scansAreFree)
        .map((table) => typeOf(table, read)),
      dryRun,
    ),
  }));

const typeOf = (table: TableReference.TableReference, read: ReadonlyArray<TableMetadata>): TableType => {
  const name = TableReference.format(table);
  return read.find(({ reference }) => TableReference.format(reference) === name)?.type ?? "TABLE";
};

/** Explains a higher budget reservation, for a plan. */
export const roomFor = ({ reference, type }: TableMetadata): ReadonlyArray<string> => {
  const count = asMany[type];
  if (count === undefined) return [];
  const beneath = type === "VIEW" ? `at least ${count} underlying tables` : `${count} tables`;
  return [`${TableReference.format(reference)} is a ${type}, which may be billed as ${beneath}`];
};
