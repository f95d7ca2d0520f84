/** The program `bq-table-compare`: compares the rows of two tables. */
import { Effect } from "effect";
import type { Program } from "../../batch/Program.ts";
import * as TableReference from "../../domain/TableReference.ts";
import { typeText } from "../../domain/TableSchema.ts";
import { tableFacts } from "../../scan/TableFacts.ts";
import type { BigQuery } from "../../services/BigQuery.ts";
import { BigQueryError } from "../../services/BigQueryError.ts";
import * as ItemScope from "../../services/ItemScope.ts";
import { isDeterministic } from "../../sql/Deterministic.ts";
import { Comparison, type RowComparison, type Side } from "./Comparison.ts";
import { type CompareOptions, defaults, type Pair } from "./Options.ts";
import { plan } from "./Plan.ts";
import { type Prepared, type PreparedSide, prepare } from "./Prepare.ts";
import { canonicalColumns } from "./plans/CrossEngine.ts";
import { type RowsAndStatistics, read } from "./Read.ts";
import { sortExamples } from "./SortExamples.ts";
import { type Found, headline, isBroken, maxDiffText, reasons } from "./Verdict.ts";

export { Comparison, type RowComparison } from "./Comparison.ts";
export {
  type CompareOptions,
  defaults,
  type Mapping,
  type MaxDiff,
  type Pair,
  type Tolerances,
} from "./Options.ts";
export { headline } from "./Verdict.ts";

const sideOf = (
  { dialect, metadata, where, partitions }: PreparedSide,
  rows: number | null,
  asOf: string | undefined,
): Side => ({
  table: tableFacts(dialect.engine, metadata),
  rows,
  where,
  partitions,
  asOf: asOf ?? null,
});

const toComparison = (
  prepared: Prepared,
  results: RowsAndStatistics,
  principal: string | null,
): Comparison => {
  const { columns, options } = prepared;
  const { rows, statistics, concentration } = results;
  const found: Found = {
    columns,
    rowsA: results.rowsA,
    rowsB: results.rowsB,
    rows,
    statistics,
    skipRows: options.skipRows,
  };
  const why = reasons(found);
  const { compared, leftOut } =
    prepared.together || options.skipRows
      ? { compared: columns.compared, leftOut: [] }
      : canonicalColumns(prepared);
  return {
    verdict: why.length === 0 ? "identical" : "different",
    reasons: why,
    broken: isBroken(found, why, options.maxDiff),
    maxDiff: maxDiffText(options.maxDiff),
    principal,
    restricted: results.restricted,
    compared: {
      rows: rows !== undefined,
      statistics: statistics !== undefined,
      columns: [...columns.key, ...compared].map(({ name }) => name),
      types: [...columns.key, ...compared].map((column) => typeText(column.as)),
      tolerances: columns.compared.flatMap(({ name, tolerance }) =>
        tolerance === undefined ? [] : [{ column: name, ...tolerance }],
      ),
      onlyA: columns.onlyA,
      onlyB: columns.onlyB,
      omitted: columns.omitted.map(({ name, reason }) => ({ name, reason })),
      leftOut: [...columns.unread, ...leftOut],
    },
    a: sideOf(prepared.a, results.rowsA, options.asOf),
    b: sideOf(prepared.b, results.rowsB, options.asOf),
    ...(rows === undefined ? {} : { rows: sorted(rows) }),
    ...(statistics === undefined ? {} : { statistics }),
    ...(concentration === undefined ? {} : { concentration }),
    notes: [...prepared.notes, ...results.notes],
  };
};

const sorted = ({ examples, ...rows }: RowComparison): RowComparison => ({
  ...rows,
  ...(examples === undefined ? {} : { examples: sortExamples(examples) }),
});

/** Compares one pair: at most one scan of each table for its rows, and one for statistics. */
export const run = (
  pair: Pair,
  options: Partial<CompareOptions> = {},
): Effect.Effect<Comparison, BigQueryError, BigQuery> =>
  Effect.gen(function* () {
    const all = { ...defaults, ...options, ...pair.options };
    const prepared = yield* prepare(pair, all);
    const results = yield* read(prepared);
    const comparison = toComparison(prepared, results, yield* prepared.a.engine.principal(pair.a));
    if (comparison.restricted && !all.allowRestricted) {
      return yield* BigQueryError.of(
        "accessDenied",
        `${headline(comparison)}; masks or row policies hide values or rows`,
        {
          remedy: "use --allow-restricted to accept this verdict, or request access to all rows and columns",
        },
      );
    }
    return comparison;
  }).pipe(ItemScope.within);

/** Whether the result sets the exit status: `different` within --max-diff does not. */
export const breaks = (comparison: Comparison): boolean => comparison.broken;

/** The program for a batch. */
export const program = (options: CompareOptions): Program<Pair, Comparison> => ({
  name: "bq-table-compare",
  key: "comparison",
  schema: Comparison,
  itemName: ({ a, b }) => ({ a: TableReference.format(a), b: TableReference.format(b) }),
  references: ({ a, b }) => [a, b],
  isDeterministic: (pair) => {
    const { where, whereA, whereB } = { ...options, ...pair.options };
    return [where, whereA, whereB].every(isDeterministic);
  },
  run: (pair) => run(pair, options),
  plan: (pair) => plan(pair, { ...options, ...pair.options }),
  verdict: ({ verdict }) => (verdict === "identical" ? "ok" : "different"),
  breaks,
});
