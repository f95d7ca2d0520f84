/** Resolves the engines, metadata, columns and row selection before reading rows. */
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
import { type Columns, type ComparedColumn, columns, type Empty } from "./columns/Columns.ts";
import { emptyColumns } from "./columns/EmptyColumns.ts";
import { type CompareOptions, type Pair, showsRows } from "./Options.ts";
import type { RowsTask } from "./plans/RowsTask.ts";

export interface PreparedSide {
  readonly engine: BigQueryService;
  readonly dialect: Dialect;
  readonly metadata: TableMetadata;
  readonly target: Target;
  /** The user's conditions and the partitions, as text. */
  readonly where: string | null;
  readonly partitions: string | null;
}

export interface Prepared {
  readonly a: PreparedSide;
  readonly b: PreparedSide;
  readonly columns: Columns;
  readonly options: CompareOptions;
  /** Whether one statement can read both tables. */
  readonly together: boolean;
  readonly notes: ReadonlyArray<string>;
}

/** Loads metadata and selects columns and rows. Only `latest` partitions need a query. */
export const prepare = Effect.fn("Compare.prepare")(function* (
  pair: Pair,
  options: CompareOptions,
  /** A dry run does not resolve the latest partitions. */
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
    return yield* BigQueryError.of("unsupported", "a tolerance requires a key that matches rows", {
      remedy: "give --key",
    });
  }
  const wide = chosen.compared.find((column) => one.dialect.engine === "local" && isTooWide(column));
  if (wide !== undefined) {
    return yield* BigQueryError.of(
      "unsupported",
      `"${wide.name}": no exact type can represent the numbers of both sides`,
      {
        remedy: "remove its tolerance",
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

/** Numbers with an unknown number of digits are compared as text, which has no tolerance. */
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

/** Notes that the result may not be repeatable. */
const fleeting = (side: string, { type }: TableMetadata): ReadonlyArray<string> =>
  kinds[type] === undefined ? [] : [`${side} is ${kinds[type]}: its content may change between queries`];

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
        remedy: `use the table with --partitions ${partition}`,
      });
    }
    if (TableReference.isPattern(reference)) {
      return yield* BigQueryError.of("unsupported", `${TableReference.format(reference)} is a pattern`, {
        reference,
        remedy: "use one table, or pair two patterns: p.a.*:p.b.*",
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
      ? { condition: PartitionFilter.everything(dialect, metadata), description: null, notes: [] }
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
      partitions: filter.description,
    };
    return { side, notes: filter.notes };
  });

/** The rows of both sides, for statements over both. */
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
    hasFixedOrder: [a, b].every(({ metadata }) => metadata.type !== "VIEW"),
    statement: (sql): Statement => ({
      sql,
      tables: [a.metadata.reference, b.metadata.reference],
      location: a.metadata.location ?? b.metadata.location,
    }),
  };
};
