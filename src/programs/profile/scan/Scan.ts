/**
 * Builds the statement that profiles a set of columns in one scan. On an engine that bills by the byte, it includes
 * array elements: every row is joined with itself (source 0) and with its elements (sources 1 …), so that each column
 * is read and billed once. On an engine with free scans, each source has its own statement.
 */
import type { Field } from "../../../domain/TableSchema.ts";
import type { ProfiledColumn, Source } from "../../../scan/Columns.ts";
import { isScalar } from "../../../scan/Kind.ts";
import type { Target } from "../../../scan/Target.ts";
import type { BigQueryDialect, Dialect, LocalDialect } from "../../../sql/Dialect.ts";
import { empty, integer, join, type Sql, sql, word } from "../../../sql/Sql.ts";
import {
  type Aggregate,
  count,
  type StatementColumn,
  type StatisticOptions,
} from "../statistics/Statistic.ts";
import { applicable } from "../statistics/Statistics.ts";

/** Sample rows that the scan returns. */
export interface SampleRequest {
  readonly columns: ReadonlyArray<ProfiledColumn>;
  readonly limit: number;
}

export interface ScanRequest {
  readonly target: Target;
  readonly columns: ReadonlyArray<ProfiledColumn>;
  readonly options: StatisticOptions;
  /** The aggregates of a column; absent: those of its statistics. */
  readonly aggregates?: (
    column: ProfiledColumn,
    statement: StatementColumn,
    dialect: Dialect,
  ) => Readonly<Record<string, Aggregate>>;
  /** Additional aggregates. */
  readonly more?: ScanRequest["aggregates"];
  readonly sample?: SampleRequest;
  /** How a column is counted: see StatementColumn. */
  readonly counted?: (column: ProfiledColumn) => Pick<StatementColumn, "countHashes" | "elsewhere">;
  /** Counts every value of a column in the same statement. */
  readonly tally?: (values: Sql, field: Field) => Sql;
  /** Reads only a sample of the source's rows, always the same ones. */
  readonly draw?: (relation: Sql, alias: Sql) => Sql;
}

const row = word("r");
const output = word("o");

/** The name of a column inside the statement. */
export const alias = (column: ProfiledColumn): Sql => word(`c${column.index}`);

/** The expression that statistics observe: the value, the length of an array, or a non-NULL marker for a STRUCT. */
const observed = (column: ProfiledColumn, dialect: Dialect): Sql => {
  switch (column.kind) {
    case "array":
      return dialect.arrayLength(column.expression);
    case "struct":
      return dialect.if(sql`${column.expression} IS NOT NULL`, integer(1));
    default:
      return column.expression;
  }
};

const rowsOf = ({ from, where }: Target): Sql => (where === undefined ? from : sql`${from}\nWHERE ${where}`);

/** The arrays to unnest, outermost first. */
const chain = (source: Source): ReadonlyArray<Source> =>
  source.array === undefined ? [] : [...chain(source.array.parent), source];

const unnested = (sources: ReadonlyArray<Source>, dialect: BigQueryDialect): Sql =>
  sources.reduce(
    (text, source) => sql`${text}, ${dialect.unnest(source.array!.expression, source.alias)}`,
    empty,
  );

/** The values of the columns of one source, one row per element, for free scans. */
export const valuesOf = (target: Target, source: Source, select: Sql, dialect: LocalDialect): Sql => {
  const from = chain(source).reduce(
    (relation, { array, alias }) => dialect.elements(array!.expression, alias, relation),
    rowsOf(target),
  );
  return sql`SELECT ${select}\nFROM ${from}`;
};

interface Relation {
  readonly sql: Sql;
  readonly x: (column: ProfiledColumn) => Sql;
  readonly rows: (source: Source) => Sql;
}

const plain = (request: ScanRequest, source: Source, dialect: Dialect): Relation => {
  const columns = request.columns.map((column) => sql`${observed(column, dialect)} AS ${alias(column)}`);
  const wholes = (request.sample?.columns ?? []).map(
    (column) => sql`${column.expression} AS ${whole(column)}`,
  );
  const select = join([...columns, ...wholes], ",\n");
  const all = dialect.scansAreFree
    ? valuesOf(request.target, source, select, dialect)
    : sql`SELECT ${select}\nFROM ${rowsOf(request.target)}`;
  return {
    sql: request.draw === undefined ? all : sql`SELECT * FROM ${request.draw(all, word("d"))}`,
    x: (column) => sql`${row}.${alias(column)}`,
    rows: () => sql`COUNT(*)`,
  };
};

const whole = (column: ProfiledColumn): Sql => word(`s${column.index}`);
const arrayOf = (source: Source): Sql => word(`a${source.index}`);

/** Rows and array elements in one relation; `src` is the source of a row. */
const exploded = (
  request: ScanRequest,
  sources: ReadonlyArray<Source>,
  dialect: BigQueryDialect,
): Relation => {
  const own = request.columns.filter((column) => column.source.index === 0);
  const inner = request.columns.filter((column) => column.source.index !== 0);
  const roots = [...new Set(sources.flatMap((source) => chain(source).slice(0, 1)))];
  const wholes = request.sample?.columns ?? [];
  const base = join(
    [
      ...own.map((column) => sql`${observed(column, dialect)} AS ${alias(column)}`),
      ...roots.map((source) => sql`${source.array!.expression} AS ${arrayOf(source)}`),
      ...wholes.map((column) => sql`${column.expression} AS ${whole(column)}`),
    ],
    ",\n",
  );
  const typedNull = (column: ProfiledColumn) =>
    isScalar(column) ? dialect.nullOf(column.field) : sql`CAST(NULL AS INT64)`;
  const own0 = sql`[STRUCT(${join([sql`0 AS src`, ...inner.map((c) => sql`${typedNull(c)} AS ${alias(c)}`)], ", ")})]`;
  const elementsOf = (source: Source): Sql => {
    const values = inner.map((c) => (c.source.index === source.index ? observed(c, dialect) : typedNull(c)));
    const [root, ...rest] = chain(source);
    const from = sql`${dialect.unnest(sql`b.${arrayOf(root!)}`, root!.alias)}${unnested(rest, dialect)}`;
    return sql`ARRAY(SELECT AS STRUCT ${join([integer(source.index), ...values], ", ")} FROM ${from})`;
  };
  const select = join(
    [
      sql`e.src AS src`,
      ...own.map((column) => sql`b.${alias(column)} AS ${alias(column)}`),
      ...inner.map((column) => sql`e.${alias(column)} AS ${alias(column)}`),
      ...wholes.map((column) => sql`b.${whole(column)} AS ${whole(column)}`),
    ],
    ", ",
  );
  return {
    sql: sql`SELECT ${select}
FROM (SELECT ${base}
FROM ${rowsOf(request.target)}) AS b,
UNNEST(ARRAY_CONCAT(${join([own0, ...sources.map(elementsOf)], ",\n")})) AS e`,
    x: (column) =>
      column.source.index === 0
        ? dialect.if(sql`${row}.src = 0`, sql`${row}.${alias(column)}`)
        : sql`${row}.${alias(column)}`,
    rows: (source) => dialect.countIf(sql`${row}.src = ${integer(source.index)}`),
  };
};

/** The sources of the columns, in order. */
export const sourcesOf = (columns: ReadonlyArray<ProfiledColumn>): ReadonlyArray<Source> => {
  const byIndex = new Map(columns.map((column) => [column.source.index, column.source]));
  return [...byIndex.values()].sort((a, b) => a.index - b.index);
};

const tallied = { elsewhere: new Set(["distinct", "top"] as const) };

/** The aggregates of one column by name; `present` counts the rows that are not NULL. */
const aggregatesOf = (
  column: ProfiledColumn,
  x: Sql,
  rows: Sql,
  request: Omit<ScanRequest, "target" | "columns">,
  dialect: Dialect,
): ReadonlyArray<readonly [name: string, aggregate: Aggregate]> => {
  const statement: StatementColumn = {
    field: column.field,
    kind: column.kind,
    x,
    rows,
    ...(request.counted?.(column) ?? (request.tally === undefined ? {} : tallied)),
  };
  if (request.aggregates !== undefined) return Object.entries(request.aggregates(column, statement, dialect));
  const aggregates: Record<string, Aggregate> = { present: count(dialect.count(x)) };
  for (const statistic of applicable(column, request.options)) {
    Object.assign(aggregates, statistic.aggregates(statement, dialect, request.options));
  }
  return Object.entries({ ...aggregates, ...request.more?.(column, statement, dialect) });
};

const nameOf = (column: ProfiledColumn, key: string): Sql => word(`c${column.index}_${key}`);

const named = (column: ProfiledColumn, entries: ReturnType<typeof aggregatesOf>): ReadonlyArray<Sql> =>
  entries.map(([key, aggregate]) => sql`${aggregate.sql} AS ${nameOf(column, key)}`);

const encoded = (column: ProfiledColumn, entries: ReturnType<typeof aggregatesOf>, dialect: Dialect): Sql =>
  dialect.toJson(
    dialect.struct(
      entries.map(([key, { as }]) => [
        key,
        dialect.encode(sql`${output}.${nameOf(column, key)}`, as, column.field),
      ]),
    ),
  );

/** A scalar subquery with the column's profile, from a relation of its distinct values `v` with their counts `n`. */
export const groupedProfile =
  (
    column: ProfiledColumn,
    request: Pick<ScanRequest, "options" | "counted" | "more">,
    dialect: LocalDialect,
  ) =>
  (groups: Sql): Sql => {
    const weighted = dialect.weighted(sql`${row}.n`);
    const rows = sql`SUM(${row}.n)`;
    const entries = aggregatesOf(column, sql`${row}.v`, rows, request, weighted);
    return sql`(SELECT ${encoded(column, entries, dialect)} FROM (SELECT ${join(named(column, entries), ",\n")} FROM ${groups} AS ${row}) AS ${output})`;
  };

/**
 * Returns one row. `counts`: the rows of each source, in order (if scans are billed, starting with the table).
 * `profiles`: one JSON text per column, in order. With a sample, `sample`: one JSON text per row. With tallies,
 * `tallies`: one JSON text per column (NULL if it is not scalar).
 */
export const scan = (request: ScanRequest, dialect: Dialect): Sql => {
  const requested = sourcesOf(request.columns);
  const elements = requested.filter((source) => source.index !== 0);
  const isPlain = elements.length === 0 || dialect.scansAreFree;
  const relation =
    elements.length === 0 || dialect.scansAreFree
      ? plain(request, requested[0]!, dialect)
      : exploded(request, elements, dialect);
  const sources = isPlain ? requested : [chain(elements[0]!)[0]!.array!.parent, ...elements];
  const inner: Array<Sql> = sources.map(
    (source) => sql`${relation.rows(source)} AS ${word(`n${source.index}`)}`,
  );
  const profiles = request.columns.map((column) => {
    const entries = aggregatesOf(column, relation.x(column), relation.rows(column.source), request, dialect);
    inner.push(...named(column, entries));
    return encoded(column, entries, dialect);
  });
  if (request.sample !== undefined)
    inner.push(sql`${sampleAggregate(request.sample, !isPlain, dialect)} AS sample`);
  const outer = [
    sql`${dialect.array(sources.map((source) => sql`${output}.${word(`n${source.index}`)}`))} AS counts`,
    sql`${dialect.array(profiles)} AS profiles`,
    ...(request.sample === undefined ? [] : [sql`${output}.sample AS sample`]),
  ];
  const { tally } = request;
  if (tally === undefined) {
    return sql`SELECT ${join(outer, ",\n")}
FROM (SELECT ${join(inner, ",\n")}
FROM (${relation.sql}) AS ${row}) AS ${output}`;
  }
  const tallies = request.columns.map((column) =>
    isScalar(column)
      ? tally(sql`SELECT ${dialect.groupable(alias(column), column.field)} AS v FROM bqkit_s`, column.field)
      : sql`NULL`,
  );
  return sql`WITH bqkit_s AS MATERIALIZED (${relation.sql})
SELECT ${join([...outer, sql`${dialect.array(tallies)} AS tallies`], ",\n")}
FROM (SELECT ${join(inner, ",\n")}
FROM bqkit_s AS ${row}) AS ${output}`;
};

const sampleAggregate = (sample: SampleRequest, guarded: boolean, dialect: Dialect): Sql => {
  const json = dialect.toJson(
    dialect.struct(
      sample.columns.map((column) => [
        column.name,
        sampleValue(sql`${row}.${whole(column)}`, column, dialect),
      ]),
    ),
  );
  const value = guarded ? dialect.if(sql`${row}.src = 0`, json) : json;
  return sql`ARRAY_AGG(${value} IGNORE NULLS LIMIT ${integer(sample.limit)})`;
};

/** Scalars keep all digits and are truncated like other values; nested values are written completely by TO_JSON. */
export const sampleValue = (x: Sql, column: ProfiledColumn, dialect: Dialect): Sql =>
  isScalar(column) ? dialect.encode(x, "value", column.field) : x;
