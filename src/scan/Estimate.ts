/** What a statement may cost, by a dry run. */
import { Effect } from "effect";
import type { TableMetadata, TableType } from "../domain/TableMetadata.ts";
import * as TableReference from "../domain/TableReference.ts";
import type { BigQueryService, DryRun, Statement } from "../services/BigQuery.ts";

/**
 * One name in FROM may be billed as several tables, each with its minimum of 10 MiB. Recorded bills: a clone or a snapshot
 * after changes 2, a materialized view 2 to 3, a view 1 for each table beneath it.
 */
const asMany: Partial<Readonly<Record<TableType, number>>> = {
  CLONE: 2,
  SNAPSHOT: 2,
  MATERIALIZED_VIEW: 3,
  VIEW: 3,
};

/** The tables that a statement may be billed for. What lies beneath a view may be clones or views again. */
const billedTables = (types: ReadonlyArray<TableType>, { referencedTables = 0 }: DryRun): number => {
  const named = types.reduce((sum, type) => sum + (asMany[type] ?? 1), 0);
  return types.some((type) => type === "VIEW" || type === "MATERIALIZED_VIEW")
    ? Math.max(named, 2 * referencedTables)
    : named;
};

/** The statement with its estimate. `read` has the metadata of its tables. */
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

/** What the reservation of a budget allows for, in a plan's words. */
export const roomFor = ({ reference, type }: TableMetadata): ReadonlyArray<string> => {
  const count = asMany[type];
  if (count === undefined) return [];
  const beneath = type === "VIEW" ? `the tables beneath it, ${count} at least` : `${count} tables`;
  return [`${TableReference.format(reference)} is a ${type}, which may be billed as ${beneath}`];
};
