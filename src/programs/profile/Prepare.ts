/** Resolves the engine, the metadata and the columns before reading rows. */
import { Effect, Either } from "effect";
import type { TableMetadata } from "../../domain/TableMetadata.ts";
import * as TableReference from "../../domain/TableReference.ts";
import { isForeign, type TableSchema } from "../../domain/TableSchema.ts";
import { withCollations } from "../../scan/Collation.ts";
import { columnsOf, type ProfiledColumn, select } from "../../scan/Columns.ts";
import { checkAsOf, checkConditions, checkPartitionFilter, checkStored } from "../../scan/Selection.ts";
import { type Target, targetOf } from "../../scan/Target.ts";
import { BigQuery, type BigQueryService, type Statement } from "../../services/BigQuery.ts";
import { BigQueryError } from "../../services/BigQueryError.ts";
import { CostMeter } from "../../services/CostMeter.ts";
import type { Dialect } from "../../sql/Dialect.ts";
import type { Sql } from "../../sql/Sql.ts";
import { find } from "./drift/Baseline.ts";
import type { ProfileOptions } from "./Options.ts";
import type { Profile } from "./Profile.ts";

/** The input of a profile's scans. */
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

/** A query can address a union of tables only by a common prefix. */
const checkPattern = (reference: TableReference.TableReference): Effect.Effect<void, BigQueryError> =>
  TableReference.isPattern(reference) && reference.table.indexOf("*") < reference.table.length - 1
    ? BigQueryError.of(
        "unsupported",
        `${TableReference.format(reference)}: --union requires tables with a common prefix`,
        { reference, remedy: "put the * at the end, or remove --union" },
      )
    : Effect.void;

/** Makes one metadata call and selects the columns. Reads no rows. */
export const prepare = Effect.fnUntraced(function* (
  reference: TableReference.TableReference,
  options: ProfileOptions,
) {
  const engine = yield* BigQuery;
  const dialect = engine.dialect(reference);
  yield* checkPattern(reference);
  yield* checkConditions(reference, dialect.engine, { "--where": options.where });
  const metadata = yield* engine.table(reference);
  (yield* CostMeter).addTable(TableReference.format(reference), metadata.version);
  yield* checkAsOf(reference, dialect.engine, options.asOf);
  yield* checkStored(metadata, options);
  yield* checkPartitionFilter(metadata, conditionsOf(options), options.partitions);
  const chosen = select(columnsOf(withCollations(metadata), dialect), options.columns, options.exclude);
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
    notes: [...(metadata.notes ?? []), ...foreign(metadata.schema)],
    statement: (sql) => ({ sql, tables: [metadata.reference], location: metadata.location }),
  };
  return prepared;
});

const foreign = (schema: TableSchema): ReadonlyArray<string> =>
  schema
    .filter(isForeign)
    .map(({ name }) => `${name} is omitted: queries cannot read columns of type FOREIGN`);

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
