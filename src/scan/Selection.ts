/** Checks the selection of rows against the table's metadata. */
import { Effect } from "effect";
import type { TableMetadata } from "../domain/TableMetadata.ts";
import type { TableReference } from "../domain/TableReference.ts";
import { BigQueryError } from "../services/BigQueryError.ts";
import * as Condition from "../sql/Condition.ts";
import type { Partitions } from "./Partitions.ts";

/** Fails for `--as-of` on a local file. */
export const checkAsOf = (
  reference: TableReference,
  engine: "bigquery" | "local",
  asOf: string | undefined,
): Effect.Effect<void, BigQueryError> =>
  engine === "local" && asOf !== undefined
    ? Effect.fail(
        BigQueryError.of("unsupported", "--as-of: local files have no earlier versions", { reference }),
      )
    : Effect.void;

/** Fails for a condition that is not a single expression; the conditions are keyed by option. */
export const checkConditions = (
  reference: TableReference,
  engine: "bigquery" | "local",
  conditions: Readonly<Record<string, string | undefined>>,
): Effect.Effect<void, BigQueryError> => {
  for (const [option, text] of Object.entries(conditions)) {
    const problem = text === undefined ? undefined : Condition.problem(text, engine);
    if (problem !== undefined) {
      return BigQueryError.of("invalidQuery", `${option} is not a single expression: ${problem}`, {
        reference,
        remedy: "write a condition as after WHERE, with all quotes, comments and parentheses closed",
      });
    }
  }
  return Effect.void;
};

/** Fails for `--as-of` and `--sample-percent` on views and external tables, where BigQuery does not support them. */
export const checkStored = (
  { reference, type }: TableMetadata,
  options: { readonly asOf?: string | undefined; readonly samplePercent?: number | undefined },
): Effect.Effect<void, BigQueryError> => {
  const given = [
    ...(options.asOf === undefined ? [] : ["--as-of"]),
    ...(options.samplePercent === undefined ? [] : ["--sample-percent"]),
  ];
  return given.length === 0 || (type !== "VIEW" && type !== "EXTERNAL")
    ? Effect.void
    : Effect.fail(
        BigQueryError.of(
          "unsupported",
          `${given.join(" and ")}: not available for ${type === "VIEW" ? "views" : "external tables"}`,
          { reference, remedy: type === "VIEW" ? "use the tables of the view" : "leave the option out" },
        ),
      );
};

/** Fails if the table requires a partition filter and the options have none. */
export const checkPartitionFilter = (
  { reference, partitioning }: TableMetadata,
  conditions: ReadonlyArray<string>,
  partitions: Partitions | undefined,
): Effect.Effect<void, BigQueryError> =>
  partitioning?.requireFilter === true && conditions.length === 0 && partitions === undefined
    ? Effect.fail(
        BigQueryError.of("partitionFilterRequired", "this table requires a partition filter", {
          reference,
          remedy: `give --partitions latest, or a --where on "${partitioning.field ?? "_PARTITIONTIME"}"`,
        }),
      )
    : Effect.void;
