/** The single row that every statement over rows returns, and its inputs. */
import type { Field } from "../../../domain/TableSchema.ts";
import { type Dialect, textLimit } from "../../../sql/Dialect.ts";
import { isCompared } from "../../../sql/RowDialect.ts";
import { integer, join, type Sql, sql, word } from "../../../sql/Sql.ts";
import { c, k, keyEntries, type RowsRequest } from "./SideRows.ts";

/** A row of A paired with a row of B, or an unpaired row. */
export interface Paired {
  /** A relation with the key columns k0 …, d0 … for "differs", and the columns that the rest uses. */
  readonly from: Sql;
  readonly a: (column: number) => Sql;
  readonly b: (column: number) => Sql;
  readonly changed: Sql;
  readonly onlyA: Sql;
  readonly onlyB: Sql;
  /** Distinguishes the rows of a key. */
  readonly position: Sql | undefined;
  readonly totals: ReadonlyArray<readonly [name: TotalName, value: Sql]>;
  /** Additional outputs, given the order of examples. */
  readonly more?: (order: Sql) => ReadonlyArray<Sql>;
}

export const totalNames = [
  "rows_a",
  "rows_b",
  "same",
  "changed",
  "only_a",
  "only_b",
  "capped",
  "ambiguous",
  "repeated",
  "misaligned",
] as const;
export type TotalName = (typeof totalNames)[number];

/** Whether the comparable values of a column differ beyond its tolerance. */
export const differs = ({ dialect, compared, uncounted }: RowsRequest, i: number, a: Sql, b: Sql): Sql => {
  const { as, tolerance } = compared[i]!;
  if (uncounted?.has(compared[i]!) === true) return sql`FALSE`;
  const distinct = sql`${a} IS DISTINCT FROM ${b}`;
  return tolerance === undefined
    ? distinct
    : sql`(${distinct} AND NOT ${dialect.rows.within(a, b, as, tolerance)})`;
};

export const d = (i: number): Sql => word(`d${i}`);

export const anyOf = (conditions: ReadonlyArray<Sql>): Sql =>
  conditions.length === 0 ? sql`FALSE` : sql`(${join(conditions, " OR ")})`;

const categorical: ReadonlySet<string> = new Set(["STRING", "BOOL", "INT64", "DATE"]);

/** The columns that are checked for dominant values: their examples include every value. */
export const dominantColumnsOf = (compared: RowsRequest["compared"]): ReadonlyArray<number> =>
  compared
    .flatMap(({ as }, i) => (categorical.has(as.type) && as.mode !== "REPEATED" ? [i] : []))
    .slice(0, 50);

/** The columns whose values examples of one side show beside the key. */
export const oneSidedColumns = <A>(compared: ReadonlyArray<A>): ReadonlyArray<A> => compared.slice(0, 50);

/** Maximum characters of examples in one result, whose row must stay below 20 MB. */
const mostCharacters = 10_000_000;

/** Values of examples, truncated further if many columns may have changed and results use the network. */
export const shownIn = ({ dialect, compared, examples }: RowsRequest) => {
  const most = Math.max(50, Math.floor(mostCharacters / (examples * (compared.length + 1) * 4)));
  return (x: Sql, as: Field): Sql =>
    dialect.scansAreFree || most >= textLimit ? dialect.rows.shown(x, as) : cutText(dialect, x, as, most);
};

/** A comparable value as text with a maximum length. */
export const cutText = ({ rows }: Dialect, x: Sql, as: Field, most: number): Sql => {
  const isText = as.type === "STRING" || isCompared(as) === "asText";
  return sql`SUBSTR(${isText ? x : rows.shown(x, as)}, 1, ${integer(most)})`;
};

/** Totals, counts per column, and examples as JSON text. */
export const summaryStatement = (request: RowsRequest, paired: Paired): Sql => {
  const { dialect, key, compared, examples, ordered } = request;
  const { rows } = dialect;
  const shown = shownIn(request);
  const counts = compared.map((_, i) => dialect.countIf(d(i)));
  const order = rows.shuffle([
    ...keyEntries(request),
    ...(paired.position === undefined ? [] : [["o", paired.position] as const]),
  ]);
  const keyText = dialect.array(key.map((column, i) => rows.shown(k(i), column.as)));
  const cells = compared.map((column, i) =>
    dialect.if(
      d(i),
      dialect.struct([
        ["i", integer(i)],
        ["a", shown(paired.a(i), column.as)],
        ["b", shown(paired.b(i), column.as)],
      ]),
    ),
  );
  const dominantColumns = dominantColumnsOf(compared);
  const values = (of: Paired["a"]) =>
    dialect.array(dominantColumns.map((i) => shown(of(i), compared[i]!.as)));
  const changedText = dialect.toJson(
    dialect.struct([
      ["k", keyText],
      ...(ordered === true ? [["h", order] as const] : []),
      ...(cells.length === 0 ? [] : [["c", rows.present(cells)] as const]),
      ...(dominantColumns.length === 0
        ? []
        : [["a", values(paired.a)] as const, ["b", values(paired.b)] as const]),
    ]),
  );
  const list = (name: string, text: Sql, condition: Sql) =>
    sql`${rows.firsts(text, condition, order, examples)} AS ${word(name)}`;
  const rest = oneSidedColumns(compared).map((column, i) => ({ i, as: column.as }));
  const text = (of: Paired["a"], keyOf: Paired["a"]) =>
    dialect.toJson(
      dialect.struct([
        ["k", dialect.array(key.map((column, i) => rows.shown(keyOf(i), column.as)))],
        ...(rest.length === 0
          ? []
          : [["v", dialect.array(rest.map(({ i, as }) => shown(of(i), as)))] as const]),
      ]),
    );
  const oneSided = (name: string, of: Paired["a"], condition: Sql) => {
    if (!dialect.scansAreFree) return list(name, text(of, k), condition);
    // Texts are made of the chosen rows alone, because all rows may be on one side. BigQuery allows no aggregate in UNNEST.
    const values = dialect.struct([
      ...key.map((_, i) => [`k${i}`, k(i)] as const),
      ...rest.map(({ i }) => [`c${i}`, of(i)] as const),
    ]);
    const chosen = rows.firsts(values, condition, order, examples);
    const texts = rows.map(
      chosen,
      text(
        (i) => sql`e.${c(i)}`,
        (i) => sql`e.${k(i)}`,
      ),
    );
    return sql`${texts} AS ${word(name)}`;
  };
  return join(
    [
      sql`SELECT ${join(
        paired.totals.map(([name, x]) => sql`${x} AS ${word(name)}`),
        ", ",
      )}`,
      ...(counts.length === 0 ? [] : [sql`${dialect.array(counts)} AS counts`]),
      ...(paired.more?.(order) ?? []),
      ...(examples === 0
        ? []
        : [
            ...(cells.length === 0 ? [] : [list("changed_rows", changedText, paired.changed)]),
            oneSided("only_a_rows", paired.a, paired.onlyA),
            oneSided("only_b_rows", paired.b, paired.onlyB),
          ]),
    ],
    ",\n",
  );
};

/** The summary with the relations that it reads. */
export const statement = (request: RowsRequest, paired: Paired, ctes: ReadonlyArray<Sql>): Sql => {
  const head = ctes.length === 0 ? sql`` : sql`WITH ${join(ctes, ",\n")}\n`;
  return sql`${head}${summaryStatement(request, paired)}\nFROM ${paired.from}`;
};
