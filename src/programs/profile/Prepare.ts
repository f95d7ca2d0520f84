/** Resolves the engine, the metadata and the columns before any row is read. */
import { Effect, Either } from "effect";
import type { TableMetadata } from "../../domain/TableMetadata.ts";
import * as TableReference from "../../domain/TableReference.ts";
import { columnsOf, type ProfiledColumn, select } from "../../scan/Columns.ts";
import { checkAsOf, checkPartitionFilter, checkStored } from "../../scan/Selection.ts";
import { type Target, targetOf } from "../../scan/Target.ts";
import { BigQuery, type BigQueryService, type Statement } from "../../services/BigQuery.ts";
import { BigQueryError } from "../../services/BigQueryError.ts";
import { CostMeter } from "../../services/CostMeter.ts";
import type { Dialect } from "../../sql/Dialect.ts";
import type { Sql } from "../../sql/Sql.ts";
import { find } from "./drift/Baseline.ts";
import type { ProfileOptions } from "./Options.ts";
import type { Profile } from "./Profile.ts";

/** Everything that a profile needs to know before it reads a row. */
export interface Prepared {
  readonly engine: BigQueryService;
  readonly dialect: Dialect;
  readonly metadata: TableMetadata;
  readonly columns: ReadonlyArray<ProfiledColumn>;
  readonly options: ProfileOptions;
  readonly statement: (sql: Sql) => Statement;
  readonly notes: ReadonlyArray<string>;
  /** The table's profile in the baseline. */
  readonly before?: Profile;
}

/** A union of tables has the metadata of its last table by name; BigQuery uses that schema for the pattern too. */
const metadataOf = (engine: BigQueryService, reference: TableReference.TableReference) =>
  Effect.gen(function* () {
    if (!TableReference.isPattern(reference)) {
      const metadata = yield* engine.table(reference);
      return { metadata, notes: metadata.notes ?? [] };
    }
    const tables = yield* engine.listTables(reference);
    const last = tables.at(-1);
    if (last === undefined) {
      return yield* BigQueryError.of("notFound", `no table matches ${TableReference.format(reference)}`, {
        reference,
      });
    }
    const metadata = yield* engine.table(last);
    const union = { ...last, table: reference.table };
    return {
      metadata: {
        ...metadata,
        reference: union,
        rows: null,
        bytes: null,
        created: null,
        description: null,
        version: null,
      },
      notes: [`a union of ${tables.length} tables with the schema of ${last.table}`],
    };
  });

/** Makes one metadata call and selects the columns. Reads no rows. */
export const prepare = Effect.fn("Profile.prepare")(function* (
  reference: TableReference.TableReference,
  options: ProfileOptions,
) {
  const engine = yield* BigQuery;
  const dialect = engine.dialect(reference);
  const { metadata, notes } = yield* metadataOf(engine, reference);
  (yield* CostMeter).addTable(TableReference.format(reference), metadata.version);
  yield* checkAsOf(reference, dialect.engine, options.asOf);
  yield* checkStored(metadata, options);
  yield* checkPartitionFilter(metadata, conditionsOf(options), options.partitions);
  const chosen = select(columnsOf(metadata.schema, dialect), options.columns, options.exclude);
  if (Either.isLeft(chosen)) {
    const { detail, remedy } = chosen.left;
    return yield* BigQueryError.of("invalidQuery", detail, { reference, remedy });
  }
  const { baseline, isOnlyTable = false } = options;
  const before = baseline === undefined ? undefined : yield* find(baseline, reference, isOnlyTable);
  const prepared: Prepared = {
    ...(before === undefined ? {} : { before }),
    engine,
    dialect,
    metadata,
    columns: chosen.right,
    options,
    notes,
    statement: (sql) => ({ sql, tables: [metadata.reference], location: metadata.location }),
  };
  return prepared;
});

const conditionsOf = ({ where }: ProfileOptions): ReadonlyArray<string> =>
  where === undefined ? [] : [where];

/** The rows to read, given the resolved partition filter. */
export const profileTarget = (
  { options, dialect, metadata }: Prepared,
  partitions: Sql | undefined,
): Target =>
  targetOf(metadata.reference, dialect, {
    conditions: conditionsOf(options),
    partitions,
    asOf: options.asOf,
    samplePercent: options.samplePercent,
  });
