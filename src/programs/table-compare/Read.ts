/** Reads the input of a comparison: rows or row counts, and statistics if the rows are not sufficient. */
import { Effect } from "effect";
import type { Row } from "../../domain/Value.ts";
import type { BigQueryError } from "../../services/BigQueryError.ts";
import type { ColumnStatistics, Concentration, RowComparison } from "./Comparison.ts";
import { dominantValues } from "./DominantValues.ts";
import { type Prepared, rowsTask } from "./Prepare.ts";
import { compareRows, countRows } from "./plans/CompareRows.ts";
import { countCrossEngine } from "./plans/CrossEngine.ts";
import { compareInParts } from "./plans/CrossEngineParts.ts";
import { compareFiles } from "./plans/SameFiles.ts";
import { pathOf, profiles, statistics } from "./Statistics.ts";
import { rowsDiffer } from "./Verdict.ts";

export interface RowsAndStatistics {
  readonly rowsA: number | null;
  readonly rowsB: number | null;
  readonly rows: RowComparison | undefined;
  readonly statistics: ReadonlyArray<ColumnStatistics> | undefined;
  readonly concentration: ReadonlyArray<Concentration> | undefined;
  readonly restricted: boolean;
  readonly notes: ReadonlyArray<string>;
}

interface RowsRead {
  readonly comparison: RowComparison | undefined;
  readonly a: number | null;
  readonly b: number | null;
  readonly restricted: boolean;
  readonly changed?: { readonly a: ReadonlyArray<Row>; readonly b: ReadonlyArray<Row> };
  readonly notes?: ReadonlyArray<string>;
}

const hasColumns = ({ columns }: Prepared): boolean => columns.key.length + columns.compared.length > 0;

const readRows = (prepared: Prepared): Effect.Effect<RowsRead, BigQueryError> => {
  const { together, options } = prepared;
  const countsOnly = options.skipRows || !hasColumns(prepared);
  if (!countsOnly) {
    const other = () => (together ? compareRows(rowsTask(prepared)) : compareInParts(prepared));
    return Effect.flatMap(compareFiles(prepared), (found) =>
      found === undefined ? other() : Effect.succeed(found),
    );
  }
  return Effect.map(together ? countRows(rowsTask(prepared)) : countCrossEngine(prepared), (found) => ({
    ...found,
    comparison: undefined,
  }));
};

const wantsStatistics = (prepared: Prepared, rows: RowComparison | undefined): boolean => {
  const { stats } = prepared.options;
  if (!hasColumns(prepared) || stats === "never") return false;
  return stats === "always" || rows === undefined || rowsDiffer(rows);
};

export const read = Effect.fn("Compare.read")(function* (prepared: Prepared) {
  const found = yield* readRows(prepared);
  const rows = found.comparison;
  const results: RowsAndStatistics = {
    rowsA: found.a,
    rowsB: found.b,
    rows,
    statistics: undefined,
    concentration: undefined,
    restricted: found.restricted,
    notes: found.notes ?? [],
  };
  if (!wantsStatistics(prepared, rows)) return results;
  const { a, b } = yield* profiles(prepared);
  const own = (side: "a" | "b") => (name: string) =>
    pathOf(prepared.columns.compared.find((column) => column.name === name)?.[side].name ?? name);
  const dominant = [
    ...dominantValues(found.changed?.a ?? [], rows?.changed ?? 0, "a", a, own("a")),
    ...dominantValues(found.changed?.b ?? [], rows?.changed ?? 0, "b", b, own("b")),
  ].filter(
    (one, i, all) => all.findIndex((same) => same.column === one.column && same.value === one.value) === i,
  );
  const full: RowsAndStatistics = {
    ...results,
    rowsA: found.a ?? a.rows,
    rowsB: found.b ?? b.rows,
    statistics: statistics(a, b, prepared.columns),
    ...(dominant.length === 0
      ? {}
      : { concentration: dominant.sort((x, y) => y.share - y.usual - (x.share - x.usual)) }),
  };
  return full;
});
