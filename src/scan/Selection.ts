/** Checks of the selection of rows that need the table's metadata. */
import { Effect } from "effect";
import type { TableMetadata } from "../domain/TableMetadata.ts";
import type { TableReference } from "../domain/TableReference.ts";
import { BigQueryError } from "../services/BigQueryError.ts";
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

/** Fails where the table requires a partition filter and the options give none. */
export const checkPartitionFilter = (
  { reference, partitioning }: TableMetadata,
  conditions: ReadonlyArray<string>,
  partitions: Partitions | undefined,
): Effect.Effect<void, BigQueryError> =>
  partitioning?.requireFilter === true && conditions.length === 0 && partitions === undefined
    ? Effect.fail(
        BigQueryError.of(
          "partitionFilterRequired",
          "this table refuses queries without a filter on its partitions",
          {
            reference,
            remedy: `give --partitions latest, or a --where on "${partitioning.field ?? "_PARTITIONTIME"}"`,
          },
        ),
      )
    : Effect.void;
