/**
 * Compares rows with a key in one pass over both sides; keys may repeat. Equal rows of a key cancel out.
 * The other rows of each side are sorted, exact columns first, and paired in that order. With a
 * tolerance, another pairing may have fewer differences: the rows of such keys are returned as far as
 * limits allow, and paired again by `pairing`.
 */
import { integer, join, type Sql, sql, word } from "../../../sql/Sql.ts";
import { hasTolerance, isLong, mostRows, openColumns, openLists, tiersOf, withTexts } from "./OpenKeys.ts";
import { c, columnEntries, k, type RowsRequest, side } from "./SideRows.ts";
import { anyOf, d, differs, type Paired, shownIn, statement } from "./SummaryStatement.ts";

/**
 * The maximum unmatched rows per key and side that are paired. With a
 * tolerance, further ones count as changed.
 */
export const mostUnmatchedOf = (request: Pick<RowsRequest, "compared" | "dialect">): number => {
  const { compared, dialect } = request;
  const areSmall = dialect.scansAreFree || !compared.some(({ as }) => isLong(as));
  return hasTolerance(request) && areSmall ? Math.max(1000, Math.floor(100_000 / compared.length)) : 1000;
};
/** The columns by whose values unmatched rows are sorted; the others are sorted by a hash. */
const sortedColumns = 30;

const keys = (request: RowsRequest): ReadonlyArray<Sql> => request.key.map((_, i) => k(i));

/**
 * Both sides' rows under each other, and how often each side has each. Where rows are grouped by a hash, only the
 * `kept` columns of a row are kept.
 */
export const grouped = (
  request: RowsRequest,
  hasRow = true,
  kept?: ReadonlyArray<number>,
): ReadonlyArray<Sql> => {
  const { dialect } = request;
  const { rows } = dialect;
  const all = columnEntries(request);
  const by = all.length === 0 ? [] : rows.groupKey(all);
  const f = rows.groupKeyIsHash && by.length > 0 ? [sql`${by[0]!} AS f`] : [];
  const row =
    all.length === 0
      ? dialect.struct([["nothing", integer(1)]])
      : dialect.struct(rows.groupKeyIsHash && kept !== undefined ? kept.map((i) => all[i]!) : all);
  const groups = [...keys(request), ...(rows.groupKeyIsHash && by.length > 0 ? [word("f")] : by)];
  return [
    sql`u AS (SELECT 1 AS in_a, 0 AS in_b, * FROM (${side(request, "a")}) AS a
UNION ALL
SELECT 0, 1, * FROM (${side(request, "b")}) AS b)`,
    sql`g AS (SELECT ${join(
      [
        ...keys(request),
        ...f,
        sql`${rows.sum(sql`in_a`)} AS na`,
        sql`${rows.sum(sql`in_b`)} AS nb`,
        ...(hasRow ? [sql`${rows.groupKeyIsHash ? rows.any(row) : row} AS r`] : []),
      ],
      ", ",
    )} FROM u${groups.length === 0 ? sql`` : sql` GROUP BY ${join(groups, ", ")}`})`,
  ];
};

const order = (request: RowsRequest): ReadonlyArray<Sql> => {
  const { compared, dialect } = request;
  const entries = columnEntries(request, sql`r.`);
  const isTolerant = (i: number) => compared[i]!.tolerance !== undefined;
  const indexes = compared.map((_, i) => i);
  const exact = indexes.filter((i) => !isTolerant(i));
  const hashed = exact.slice(sortedColumns).map((i) => entries[i]!);
  return [
    ...exact.slice(0, sortedColumns).map((i) => sql`r.${c(i)}`),
    ...(hashed.length === 0 ? [] : dialect.rows.groupKey(hashed)),
    ...indexes.filter(isTolerant).map((i) => sql`r.${c(i)}`),
  ];
};

export const keyedMultiset = (request: RowsRequest): Sql => {
  const { dialect, compared } = request;
  const { rows } = dialect;
  const own = join(keys(request), ", ");
  const mostUnmatched = mostUnmatchedOf(request);
  const tiers = tiersOf(request);
  const open = (x: Sql) => (tiers.length === 0 ? sql`` : x);
  const least = (a: Sql, b: Sql) => sql`LEAST(${a}, ${b})`;
  const more = (a: Sql, b: Sql) => sql`GREATEST(${a} - ${b}, 0)`;
  const left = (one: Sql, other: Sql) => {
    const struct = dialect.struct([
      ["n", sql`${one} - ${other}`],
      ["r", sql`r`],
    ]);
    return rows.sorted(struct, sql`${one} > ${other}`, sorting.length === 0 ? [one] : sorting, mostUnmatched);
  };
  const sorting = order(request);
  const everyRow = dialect.struct([
    ["a", sql`na`],
    ["b", sql`nb`],
    ["r", sql`r`],
  ]);
  const all = open(
    sql`, ${rows.sorted(everyRow, sql`TRUE`, sorting.length === 0 ? [word("na")] : sorting, 2 * mostRows(tiers))} AS rr`,
  );
  const size = open(sql`, ${openColumns(tiers, request)}`);
  const [na, nb, la, lb] = [word("na"), word("nb"), word("la"), word("lb")];
  const at = (list: "ra" | "rb") => rows.at(word(list), word("o"));
  const inside = (list: "ra" | "rb") => sql`o < ${dialect.arrayLength(word(list))}`;
  const both = word("in_both");
  const ctes = [
    ...grouped(request),
    sql`h AS (SELECT ${own}, ${rows.sum(na)} AS na, ${rows.sum(nb)} AS nb, ${rows.sum(least(na, nb))} AS same, ${rows.sum(more(na, nb))} AS la, ${rows.sum(more(nb, na))} AS lb, ${left(na, nb)} AS ra, ${left(nb, na)} AS rb${all} FROM g GROUP BY ${own})`,
    sql`l AS (SELECT ${own}, na, nb, same, la, lb, ${rows.repeated(sql`ra`, mostUnmatched)} AS ra, ${rows.repeated(sql`rb`, mostUnmatched)} AS rb${open(sql`, rr`)} FROM h)`,
    sql`p AS (SELECT ${own}, na, nb, same, la, lb, o, ${inside("ra")} AS in_a, ${inside("rb")} AS in_b, ${inside("ra")} AND ${inside("rb")} AS in_both, ${at("ra")} AS xa, ${at("rb")} AS xb${size} FROM l ${rows.positions(word("ra"), word("rb"))})`,
    sql`q AS (SELECT ${join(
      [
        sql`*`,
        ...compared.map(
          (_, i) => sql`${both} AND ${differs(request, i, sql`xa.${c(i)}`, sql`xb.${c(i)}`)} AS ${d(i)}`,
        ),
      ],
      ",\n",
    )} FROM p)`,
    sql`w AS (SELECT *, ${both} AND ${anyOf(compared.map((_, i) => d(i)))} AS is_changed FROM q)`,
    ...(tiers.length === 0 ? [] : [sql`z AS (${withTexts(request, sql`w`)})`]),
  ];
  const changed = word("is_changed");
  const perKey = (x: Sql) => rows.sum(sql`CASE WHEN o = 0 THEN ${x} ELSE 0 END`);
  const alike = dialect.countIf(sql`${both} AND NOT (${changed})`);
  const paired: Paired = {
    from: tiers.length === 0 ? sql`w` : sql`z`,
    a: (i) => sql`xa.${c(i)}`,
    b: (i) => sql`xb.${c(i)}`,
    changed,
    onlyA: sql`in_a AND NOT in_b`,
    onlyB: sql`in_b AND NOT in_a`,
    position: word("o"),
    totals: [
      ["rows_a", perKey(na)],
      ["rows_b", perKey(nb)],
      ["same", sql`${perKey(word("same"))} + ${alike}`],
      ["changed", sql`${perKey(least(la, lb))} - ${alike}`],
      ["only_a", perKey(more(la, lb))],
      ["only_b", perKey(more(lb, la))],
      [
        "ambiguous",
        hasTolerance(request) ? dialect.countIf(sql`(${changed}) AND GREATEST(na, nb) > 1`) : integer(0),
      ],
      ["repeated", dialect.countIf(sql`o = 0 AND GREATEST(na, nb) > 1`)],
      ["capped", dialect.countIf(sql`o = 0 AND LEAST(la, lb) > ${integer(mostUnmatched)}`)],
    ],
    more: (by) => openLists(request, tiers, by),
  };
  return statement(request, paired, ctes);
};

/** Rows without a key: the copies of each row per side. The examples show the columns with these numbers. */
export const multiset = (request: RowsRequest, numbers = request.compared.map((_, i) => i)): Sql => {
  const { dialect, compared, examples } = request;
  const { rows } = dialect;
  const shown = shownIn(request);
  const more = (a: Sql, b: Sql) => rows.sum(sql`GREATEST(${a} - ${b}, 0)`);
  const [na, nb] = [word("na"), word("nb")];
  const text = (copies: Sql) =>
    dialect.toJson(
      dialect.struct([
        ["n", copies],
        ["r", dialect.array(numbers.map((i) => shown(sql`r.${c(i)}`, compared[i]!.as)))],
      ]),
    );
  const shuffled = rows.shuffle(rows.groupKeyIsHash ? [["f", sql`f`]] : columnEntries(request, sql`r.`));
  const list = (name: string, one: Sql, other: Sql) =>
    sql`${rows.firsts(text(sql`${one} - ${other}`), sql`${one} > ${other}`, shuffled, examples)} AS ${word(name)}`;
  const outputs = [
    sql`${rows.sum(na)} AS rows_a`,
    sql`${rows.sum(nb)} AS rows_b`,
    sql`${rows.sum(sql`LEAST(na, nb)`)} AS same`,
    sql`${more(na, nb)} AS only_a`,
    sql`${more(nb, na)} AS only_b`,
    ...(examples === 0 || compared.length === 0
      ? []
      : [list("only_a_rows", na, nb), list("only_b_rows", nb, na)]),
  ];
  return sql`WITH ${join(grouped(request, true, numbers), ",\n")}\nSELECT ${join(outputs, ",\n")}\nFROM g`;
};

/** Only the numbers of rows, for which keys and hashes of rows suffice; tolerances are ignored. */
export const totalsOnly = (request: RowsRequest): Sql => {
  const { rows } = request.dialect;
  const total = (x: Sql, name: string) => sql`${rows.sum(x)} AS ${word(name)}`;
  const more = (a: Sql, b: Sql) => sql`GREATEST(${a} - ${b}, 0)`;
  const [na, nb, la, lb] = [word("na"), word("nb"), word("la"), word("lb")];
  const own = join(keys(request), ", ");
  const perKey = sql`h AS (SELECT ${join([total(na, "na"), total(nb, "nb"), total(sql`LEAST(na, nb)`, "same"), total(more(na, nb), "la"), total(more(nb, na), "lb")], ", ")} FROM g GROUP BY ${own})`;
  const hasKey = request.key.length > 0;
  const outputs = [
    total(na, "rows_a"),
    total(nb, "rows_b"),
    ...(hasKey
      ? [
          total(word("same"), "same"),
          total(sql`LEAST(la, lb)`, "changed"),
          total(more(la, lb), "only_a"),
          total(more(lb, la), "only_b"),
          total(sql`CASE WHEN GREATEST(na, nb) > 1 THEN LEAST(la, lb) ELSE 0 END`, "ambiguous"),
          total(sql`CASE WHEN GREATEST(na, nb) > 1 THEN 1 ELSE 0 END`, "repeated"),
        ]
      : [total(sql`LEAST(na, nb)`, "same"), total(more(na, nb), "only_a"), total(more(nb, na), "only_b")]),
  ];
  return sql`WITH ${join([...grouped(request, false), ...(hasKey ? [perKey] : [])], ",\n")}\nSELECT ${join(outputs, ",\n")}\nFROM ${word(hasKey ? "h" : "g")}`;
};

/** Only the number of rows on both sides. */
export const counts = (request: RowsRequest): Sql => {
  const bare = { ...request, key: [], compared: [] };
  return sql`SELECT (SELECT COUNT(*) FROM (${side(bare, "a")}) AS a) AS rows_a, (SELECT COUNT(*) FROM (${side(bare, "b")}) AS b) AS rows_b`;
};
