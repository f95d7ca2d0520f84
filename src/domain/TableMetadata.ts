/** The metadata of a table, without its rows. */
import type { BigQueryTable, TableReference } from "./TableReference.ts";
import type { TableSchema } from "./TableSchema.ts";
import type { Seen } from "./TableVersion.ts";
import type { Value } from "./Value.ts";

export type TableType = "TABLE" | "VIEW" | "MATERIALIZED_VIEW" | "EXTERNAL" | "SNAPSHOT" | "CLONE" | "FILE";

export type Partitioning =
  | {
      readonly _tag: "Time";
      readonly unit: "HOUR" | "DAY" | "MONTH" | "YEAR";
      /** Absent: partitioned by ingestion time (`_PARTITIONTIME`). */
      readonly field?: string;
      readonly requireFilter: boolean;
      readonly expirationMs?: string;
    }
  | {
      readonly _tag: "Range";
      readonly field: string;
      readonly start: string;
      readonly end: string;
      readonly interval: string;
      readonly requireFilter: boolean;
    };

/** Not enforced by BigQuery. */
export interface ForeignKey {
  readonly name: string;
  readonly columns: ReadonlyArray<string>;
  /** The referenced table and its columns, in the order of `columns`. */
  readonly table: BigQueryTable;
  readonly references: ReadonlyArray<string>;
}

/** Attributes that are compared as a whole, keyed by their `--ignore` name. */
export type TableAttributes = Readonly<
  Partial<
    Record<
      | "external-source"
      | "view-dialect"
      | "view-definition"
      | "refresh"
      | "max-staleness"
      | "kms-key"
      | "resource-tags"
      | "storage",
      Value
    >
  >
>;

/** The metadata of all tables that a pattern matches, as one table with the schema of the newest. */
export const asUnion = (latest: TableMetadata, pattern: BigQueryTable, tables: number): TableMetadata => {
  const name = latest.reference._tag === "BigQueryTable" ? latest.reference.table : "";
  return {
    ...latest,
    reference: { ...latest.reference, ...pattern },
    rows: null,
    bytes: null,
    created: null,
    description: null,
    version: null,
    notes: [...(latest.notes ?? []), `a union of ${tables} tables with the schema of ${name}`],
  };
};

export interface TableMetadata {
  /** Complete: includes the default project. */
  readonly reference: TableReference;
  readonly type: TableType;
  readonly schema: TableSchema;
  /** Stored rows and bytes; null if unknown (views, files before they are read). */
  readonly rows: number | null;
  readonly bytes: number | null;
  /** ISO 8601 in UTC. */
  readonly created: string | null;
  readonly modified: string | null;
  readonly expires: string | null;
  readonly description: string | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly partitioning: Partitioning | null;
  readonly clustering: ReadonlyArray<string>;
  readonly primaryKey: ReadonlyArray<string>;
  /** Absent: none. */
  readonly foreignKeys?: ReadonlyArray<ForeignKey>;
  readonly friendlyName?: string;
  /** The collation of columns that are added later without one. */
  readonly defaultCollation?: string;
  readonly defaultRoundingMode?: string;
  /** Absent: none. */
  readonly attributes?: TableAttributes;
  /** Properties of the table that are set in BigQuery but not covered by any rule. */
  readonly notCompared?: ReadonlyArray<string>;
  readonly location: string | null;
  readonly etag: string | null;
  readonly hasStreamingBuffer: boolean;
  readonly viewQuery: string | null;
  /**
   * How local files were read, as a phrase: format, delimiter, header, encoding,
   * number of files. Absent for other tables.
   */
  readonly reading?: string;
  /** Notes about how local files were read, as sentences for reports; absent without notes. */
  readonly notes?: ReadonlyArray<string>;
  /** Identifies the state of the table, to detect changes. */
  readonly version: Seen;
}
