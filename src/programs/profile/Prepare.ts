/** What a profile settles before it reads a row: the engine, the metadata, the columns and the rows. */
import { Effect, Either } from "effect";
import type { TableMetadata } from "../../domain/TableMetadata.ts";
import * as TableReference from "../../domain/TableReference.ts";
import { columnsOf, type ProfiledColumn, rowAlias, select } from "../../scan/Columns.ts";
import { BigQueryError, type BigQueryService, type Statement } from "../../services/BigQuery.ts";
import { CostMeter } from "../../services/CostMeter.ts";
import { Engines } from "../../services/Engines.ts";
import { condition, join, type Sql } from "../../sql/Sql.ts";
import type { ProfileOptions } from "./Options.ts";
import type { Target } from "./scan/Scan.ts";

/** Everything that a profile needs to know before it reads a row. */
export interface Prepared {
  readonly engine: BigQueryService;
  readonly metadata: TableMetadata;
  readonly columns: ReadonlyArray<ProfiledColumn>;
  readonly options: ProfileOptions;
  readonly statement: (sql: Sql) => Statement;
  readonly notes: ReadonlyArray<string>;
}

/** A union of tables has the metadata of the last of them by name, whose schema BigQuery takes for the pattern, too. */
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

/** Metadata and the choice of columns: one metadata call, nothing read. */
export const prepare = Effect.fn("Profile.prepare")(function* (
  reference: TableReference.TableReference,
  options: ProfileOptions,
) {
  const engine = yield* (yield* Engines).for(reference);
  const { metadata, notes } = yield* metadataOf(engine, reference);
  (yield* CostMeter).saw(TableReference.format(reference), metadata.version);
  if (engine.engine === "local" && options.asOf !== undefined) {
    return yield* BigQueryError.of("unsupported", "--as-of: local files have no earlier versions", {
      reference,
    });
  }
  if (
    metadata.partitioning?.requireFilter === true &&
    options.where === undefined &&
    options.partitions === undefined
  ) {
    const field = metadata.partitioning.field ?? "_PARTITIONTIME";
    return yield* BigQueryError.of(
      "partitionFilterRequired",
      "this table refuses queries without a filter on its partitions",
      {
        reference,
        remedy: `give --partitions latest, or a --where on "${field}"`,
      },
    );
  }
  const chosen = select(columnsOf(metadata.schema, engine.dialect), options.columns, options.exclude);
  if (Either.isLeft(chosen)) {
    const { detail, remedy } = chosen.left;
    return yield* BigQueryError.of("invalidQuery", detail, { reference, remedy });
  }
  const prepared: Prepared = {
    engine,
    metadata,
    columns: chosen.right,
    options,
    notes,
    statement: (sql) => ({ sql, tables: [metadata.reference], location: metadata.location }),
  };
  return prepared;
});

/** The rows to read, under a partition filter that is known already. */
export const targetOf = (prepared: Prepared, partitions: Sql | undefined): Target => {
  const { options, engine, metadata } = prepared;
  const conditions = [
    ...(options.where === undefined ? [] : [condition(options.where)]),
    ...(partitions === undefined ? [] : [partitions]),
  ];
  return {
    from: engine.dialect.from(metadata.reference, {
      alias: rowAlias,
      ...(options.asOf === undefined ? {} : { asOf: options.asOf }),
      ...(options.samplePercent === undefined ? {} : { samplePercent: options.samplePercent }),
    }),
    where: conditions.length === 0 ? undefined : join(conditions, " AND "),
  };
};
