/** What a comparison settles before it reads a row: engines, metadata, columns, and which rows. */
import { Effect } from "effect";
import type { TableMetadata } from "../../domain/TableMetadata.ts";
import * as TableReference from "../../domain/TableReference.ts";
import { withCollations } from "../../scan/Collation.ts";
import * as PartitionFilter from "../../scan/Partitions.ts";
import { checkAsOf, checkConditions, checkPartitionFilter, checkStored } from "../../scan/Selection.ts";
import { type Target, targetOf } from "../../scan/Target.ts";
import { BigQuery, type BigQueryService, type Statement } from "../../services/BigQuery.ts";
import { BigQueryError } from "../../services/BigQueryError.ts";
import { CostMeter } from "../../services/CostMeter.ts";
import type { Dialect } from "../../sql/Dialect.ts";
import { type Columns, type ComparedColumn, columns, type Empty } from "./Columns.ts";
import { emptyColumns } from "./EmptyColumns.ts";
import { type CompareOptions, type Pair, showsRows } from "./Options.ts";
import type { RowsTask } from "./plans/CompareRows.ts";

export interface PreparedSide {
  readonly engine: BigQueryService;
  readonly dialect: Dialect;
  readonly metadata: TableMetadata;
  readonly target: Target;
  /** The user's conditions together, and the partitions, in words. */
  readonly where: string | null;
  readonly partitions: string | null;
}

export interface Prepared {
  readonly a: PreparedSide;
  readonly b: PreparedSide;
  readonly columns: Columns;
  readonly options: CompareOptions;
  /** One statement reaches both. */
  readonly together: boolean;
  readonly notes: ReadonlyArray<string>;
}

/** Metadata and the choice of columns and rows. `latest` partitions alone take a query. */
export const prepare = Effect.fn("Compare.prepare")(function* (
  pair: Pair,
  options: CompareOptions,
  /** A dry run leaves the latest partitions unresolved. */
  resolves = true,
) {
  const [one, other] = yield* Effect.all([
    open(pair.a, options, { "--where-a": options.whereA }),
    open(pair.b, options, { "--where-b": options.whereB }),
  ]);
  const primaryKey = one.metadata.primaryKey.length > 0 ? one.metadata.primaryKey : other.metadata.primaryKey;
  const choice = (given: CompareOptions, empty?: Empty) =>
    Effect.mapError(
      columns(withCollations(one.metadata), withCollations(other.metadata), given, primaryKey, empty),
      ({ detail, remedy }) => BigQueryError.of("invalidQuery", detail, { remedy }),
    );
  const { omitted } = yield* choice({
    ...options,
    absTolerance: { columns: {} },
    relTolerance: { columns: {} },
  });
  const a = yield* choose(one, options, options.whereA, resolves);
  const b = yield* choose(other, options, options.whereB, resolves);
  const empty = {
    a: yield* emptyColumns(
      a.side,
      omitted.map((column) => column.a),
    ),
    b: yield* emptyColumns(
      b.side,
      omitted.map((column) => column.b),
    ),
  };
  const chosen = yield* choice(options, empty);
  const hasTolerance = chosen.compared.find(({ tolerance }) => tolerance !== undefined);
  if (hasTolerance !== undefined && chosen.key.length === 0 && !options.skipRows) {
    return yield* BigQueryError.of("unsupported", "a tolerance needs a key, by which rows are put together", {
      remedy: "give --key",
    });
  }
  const wide = chosen.compared.find((column) => one.dialect.engine === "local" && isTooWide(column));
  if (wide !== undefined) {
    return yield* BigQueryError.of(
      "unsupported",
      `"${wide.name}": no exact type holds the numbers of both sides`,
      {
        remedy: "leave its tolerance out",
      },
    );
  }
  const together =
    a.side.dialect.engine === b.side.dialect.engine &&
    (a.side.metadata.location ?? b.side.metadata.location) ===
      (b.side.metadata.location ?? a.side.metadata.location);
  const prepared: Prepared = {
    a: a.side,
    b: b.side,
    columns: chosen,
    options,
    together,
    notes: [
      ...chosen.notes,
      ...(one.metadata.notes ?? []).map((note) => `A: ${note}`),
      ...(other.metadata.notes ?? []).map((note) => `B: ${note}`),
      ...a.notes.map((note) => `A: ${note}`),
      ...b.notes.map((note) => `B: ${note}`),
      ...fleeting("A", one.metadata),
      ...fleeting("B", other.metadata),
    ],
  };
  return prepared;
});

/** Numbers whose digits are not known are compared by their texts, of which none is close to another. */
const isTooWide = ({ as, tolerance }: ComparedColumn): boolean =>
  tolerance !== undefined &&
  (as.type === "NUMERIC" || as.type === "BIGNUMERIC") &&
  as.precision === undefined &&
  as.nativeType === undefined;

const kinds: Partial<Record<TableMetadata["type"], string>> = {
  VIEW: "a view",
  MATERIALIZED_VIEW: "a materialized view",
  EXTERNAL: "an external table",
};

/** What holds for rows that were seen once. */
const fleeting = (side: string, { type }: TableMetadata): ReadonlyArray<string> =>
  kinds[type] === undefined
    ? []
    : [`${side} is ${kinds[type]}: it may hold something else at the next query`];

const open = (
  reference: TableReference.TableReference,
  options: CompareOptions,
  own: Readonly<Record<string, string | undefined>>,
) =>
  Effect.gen(function* () {
    const engine = yield* BigQuery;
    const dialect = engine.dialect(reference);
    const [, partition] = reference._tag === "BigQueryTable" ? reference.table.split("$") : [];
    if (partition !== undefined) {
      return yield* BigQueryError.of("unsupported", `${TableReference.format(reference)} is a partition`, {
        reference,
        remedy: `name the table, and give --partitions ${partition}`,
      });
    }
    if (TableReference.isPattern(reference)) {
      return yield* BigQueryError.of("unsupported", `${TableReference.format(reference)} is a pattern`, {
        reference,
        remedy: "name one table, or pair patterns: p.a.*:p.b.*",
      });
    }
    yield* checkAsOf(reference, dialect.engine, options.asOf);
    yield* checkConditions(reference, dialect.engine, { "--where": options.where, ...own });
    const metadata = yield* engine.table(reference);
    (yield* CostMeter).addTable(TableReference.format(reference), metadata.version);
    yield* checkStored(metadata, options);
    return { engine, dialect, metadata };
  });

const choose = (
  { engine, dialect, metadata }: Pick<PreparedSide, "engine" | "dialect" | "metadata">,
  options: CompareOptions,
  own: string | undefined,
  resolves: boolean,
) =>
  Effect.gen(function* () {
    const given = [options.where, own].filter((text) => text !== undefined);
    yield* checkPartitionFilter(metadata, given, options.partitions);
    const isOpen = !resolves && options.partitions?._tag === "Latest";
    const filter = isOpen
      ? { condition: PartitionFilter.everything(dialect, metadata), words: null, notes: [] }
      : yield* PartitionFilter.resolve(engine, metadata, options.partitions);
    const side: PreparedSide = {
      engine,
      dialect,
      metadata,
      target: targetOf(metadata.reference, dialect, {
        conditions: given,
        partitions: filter.condition,
        asOf: options.asOf,
      }),
      where:
        given.length === 0
          ? null
          : given.map((text) => (given.length === 1 ? text : `(${text})`)).join(" AND "),
      partitions: filter.words,
    };
    return { side, notes: filter.notes };
  });

/** The rows of both sides for statements over both. */
export const rowsTask = ({ a, b, columns, options }: Prepared): RowsTask => {
  const rows = [a.metadata.rows, b.metadata.rows];
  return {
    engine: a.engine,
    dialect: a.dialect,
    a: a.target,
    b: b.target,
    key: columns.key,
    compared: columns.compared,
    examples: showsRows(options) ? options.sampleSize : 0,
    knownRows: rows.includes(null) ? null : Math.max(...rows.map(Number)),
    statement: (sql): Statement => ({
      sql,
      tables: [a.metadata.reference, b.metadata.reference],
      location: a.metadata.location ?? b.metadata.location,
    }),
  };
};
