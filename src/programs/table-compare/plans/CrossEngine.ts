/**
 * Pairs that no single statement reaches: two locations of BigQuery, or BigQuery and a local file. One scan of each side
 * gives sums of digests bucket by bucket; where they differ, a second one fetches the rows of those buckets, so many at
 * most.
 */
import { Effect } from "effect";
import * as Figures from "../../../domain/Format.ts";
import type { Statement } from "../../../services/BigQuery.ts";
import { BigQueryError } from "../../../services/BigQueryError.ts";
import type { Sql } from "../../../sql/Sql.ts";
import type { ComparedColumn, Omitted } from "../Columns.ts";
import type { RowComparison } from "../Comparison.ts";
import { showsRows } from "../Options.ts";
import type { Prepared } from "../Prepare.ts";
import { compareFetched, type FetchedRow } from "./DiffFetchedRows.ts";
import { bucketRows, bucketSums, isCanonical, rowCount, type SideRequest } from "./Digests.ts";

/** Rows of differing buckets that are fetched of each side, and values of them. */
const mostRows = 50_000;
const mostValues = 2_000_000;

export interface Apart {
  readonly comparison: RowComparison;
  readonly a: number;
  readonly b: number;
  readonly restricted: boolean;
  readonly notes: ReadonlyArray<string>;
}

/** The columns that both engines can write as the same text, and the others. */
export const canonicalColumns = ({ a, b, columns }: Prepared) => {
  const dialects = { a: a.dialect, b: b.dialect };
  const compared = columns.compared.filter((column) => isCanonical(dialects, column));
  const leftOut = columns.compared
    .filter((column) => !compared.includes(column))
    .map(
      ({ name, as }): Omitted => ({ name, reason: `${as.type} has no text that both engines write alike` }),
    );
  return { compared, leftOut, badKey: columns.key.find((column) => !isCanonical(dialects, column)) };
};

const statement = (prepared: Prepared, which: "a" | "b", sql: Sql, maxRows: number): Statement => ({
  sql,
  tables: [prepared[which].metadata.reference],
  location: prepared[which].metadata.location,
  maxRows,
});

const request = (
  prepared: Prepared,
  which: "a" | "b",
  compared: ReadonlyArray<ComparedColumn>,
): SideRequest => {
  const rows = Math.max(prepared.a.metadata.rows ?? 1e6, prepared.b.metadata.rows ?? 1e6);
  return {
    dialect: prepared[which].dialect,
    target: prepared[which].target,
    which,
    key: prepared.columns.key,
    compared,
    buckets: 2 ** Math.min(13, Math.max(6, Math.ceil(Math.log2(rows / 500 + 1)))),
  };
};

/** What a dry run shows of each side: the first scan, and the second, of rows of differing buckets. */
export const statements = (prepared: Prepared, countsOnly: boolean) => {
  const { compared } = canonicalColumns(prepared);
  const isCount = countsOnly || prepared.columns.key.length + compared.length === 0;
  return (["a", "b"] as const).flatMap((which) => {
    const own = request(prepared, which, compared);
    const side = which.toUpperCase();
    const one = (purpose: string, sql: Sql) => ({
      which,
      purpose,
      statement: statement(prepared, which, sql, 10_000),
    });
    if (isCount) return [one(`row counts of ${side}`, rowCount(own))];
    return [
      one(`digests of rows of ${side}`, bucketSums(own)),
      one(`rows of ${side} (only where digests differ)`, bucketRows(own, [0], showsRows(prepared.options))),
    ];
  });
};

interface Bucket {
  readonly n: number;
  readonly sums: string;
}

const buckets = (prepared: Prepared, which: "a" | "b", own: SideRequest) =>
  Effect.map(
    prepared[which].engine.query(statement(prepared, which, bucketSums(own), 10_000)),
    ({ rows, statistics }) => ({
      found: new Map(
        rows.map((row): readonly [number, Bucket] => [
          Number(row.bucket),
          { n: Number(row.n), sums: `${row.s0} ${row.s1}` },
        ]),
      ),
      restricted: statistics.restricted,
    }),
  );

interface Fetched {
  readonly rows: ReadonlyArray<FetchedRow>;
  readonly notes: ReadonlyArray<string>;
}

/** What a second scan will read where it is billed: the engine's cap on a query refuses what is above it. */
const estimated = (prepared: Prepared, which: "a" | "b", second: Statement) => {
  const { engine, dialect } = prepared[which];
  if (dialect.scansAreFree) return Effect.succeed([]);
  return Effect.map(engine.dryRun(second), ({ bytesProcessed }) => {
    const bytes = bytesProcessed === null ? "an unknown number of bytes" : Figures.bytes(bytesProcessed);
    return [
      `a second scan of ${which.toUpperCase()} fetched the rows of differing buckets: ${bytes} estimated`,
    ];
  });
};

const fetch = (
  prepared: Prepared,
  which: "a" | "b",
  own: SideRequest,
  wanted: ReadonlyArray<number>,
  rows: number,
): Effect.Effect<Fetched, BigQueryError> =>
  Effect.gen(function* () {
    const sql = bucketRows(own, wanted, showsRows(prepared.options));
    const second = statement(prepared, which, sql, Math.max(1, rows));
    const notes = yield* estimated(prepared, which, second);
    const { rows: texts } = yield* prepared[which].engine.query(second);
    const fetched = yield* Effect.try({
      try: () => texts.map((row) => JSON.parse(String(row.row_text)) as FetchedRow),
      catch: () => BigQueryError.of("invalidResponse", "the answer to a comparison's statement is no JSON"),
    });
    return { rows: fetched, notes };
  });

const count = (found: ReadonlyMap<number, Bucket>): number =>
  [...found.values()].reduce((sum, { n }) => sum + n, 0);

/** The differing buckets whose rows fit. */
const choose = (differing: ReadonlyArray<number>, sizes: (bucket: number) => number, most: number) => {
  const chosen: Array<number> = [];
  let rows = 0;
  for (const bucket of differing) {
    rows += sizes(bucket);
    if (rows > most) break;
    chosen.push(bucket);
  }
  return chosen;
};

/** Compares the rows of both sides by digests. */
export const compareApart = Effect.fn("Compare.apart")(function* (prepared: Prepared) {
  const { columns, options } = prepared;
  const { compared, badKey } = canonicalColumns(prepared);
  if (badKey !== undefined) {
    return yield* BigQueryError.of(
      "unsupported",
      `--key: "${badKey.name}" is ${badKey.as.type}, which two engines do not write alike`,
      {
        remedy: "choose another key",
      },
    );
  }
  const tolerant = columns.compared.find(({ tolerance }) => tolerance !== undefined);
  if (tolerant !== undefined) {
    return yield* BigQueryError.of("unsupported", "no tolerance holds between two engines or locations", {
      remedy: "leave the tolerance out, or copy one table next to the other",
    });
  }
  const own = { a: request(prepared, "a", compared), b: request(prepared, "b", compared) };
  const a = yield* buckets(prepared, "a", own.a);
  const b = yield* buckets(prepared, "b", own.b);
  const all = [...new Set([...a.found.keys(), ...b.found.keys()])].sort((x, y) => x - y);
  const isSame = (bucket: number) => {
    const [one, other] = [a.found.get(bucket), b.found.get(bucket)];
    return one?.n === other?.n && one?.sums === other?.sums;
  };
  const differing = all.filter((bucket) => !isSame(bucket));
  const sizeOf = (found: ReadonlyMap<number, Bucket>, list: ReadonlyArray<number>) =>
    list.reduce((sum, bucket) => sum + (found.get(bucket)?.n ?? 0), 0);
  const most = Math.min(mostRows, Math.floor(mostValues / (compared.length + 1)));
  const chosen = choose(
    differing,
    (bucket) => Math.max(a.found.get(bucket)?.n ?? 0, b.found.get(bucket)?.n ?? 0),
    most,
  );
  if (differing.length > 0 && chosen.length === 0) {
    return yield* BigQueryError.of(
      "tooComplex",
      "the tables differ in more rows than can be fetched to tell how",
      {
        remedy: "narrow it down with --where or --columns, or ask with --skip-rows",
      },
    );
  }
  const empty: Fetched = { rows: [], notes: [] };
  const rowsOf = (which: "a" | "b", found: ReadonlyMap<number, Bucket>) =>
    chosen.length === 0
      ? Effect.succeed(empty)
      : fetch(prepared, which, own[which], chosen, sizeOf(found, chosen));
  const [fromA, fromB] = [yield* rowsOf("a", a.found), yield* rowsOf("b", b.found)];
  const left = compareFetched(
    fromA.rows,
    fromB.rows,
    columns.key,
    compared,
    showsRows(options) ? options.sampleSize : 0,
  );
  const equal = sizeOf(a.found, all.filter(isSame));
  const comparison: RowComparison = {
    key: columns.key.map(({ name }) => name),
    method: "digests",
    same: equal + left.same,
    changed: left.changed,
    onlyA: left.onlyA,
    onlyB: left.onlyB,
    columns: compared
      .map(({ name }, i) => ({ name, changed: left.counts[i] ?? 0 }))
      .filter(({ changed }) => changed > 0)
      .sort((x, y) => y.changed - x.changed),
    lowerBounds: chosen.length < differing.length,
    oddsOfMiss: all.length / 2 ** 119,
    ...(showsRows(options) ? { examples: left.examples } : {}),
  };
  const result: Apart = {
    comparison,
    a: count(a.found),
    b: count(b.found),
    restricted: a.restricted || b.restricted,
    notes: [
      ...fromA.notes,
      ...fromB.notes,
      ...(chosen.length < differing.length
        ? [
            `rows of ${chosen.length} of ${differing.length} differing buckets were looked at: all counts of rows are lower bounds`,
          ]
        : []),
    ],
  };
  return result;
});

/** The rows of both sides, counted alone. */
export const countApart = Effect.fn("Compare.countApart")(function* (prepared: Prepared) {
  const one = (which: "a" | "b") =>
    Effect.map(
      prepared[which].engine.query(statement(prepared, which, rowCount(prepared[which]), 1)),
      ({ rows, statistics }) => ({ n: Number(rows[0]?.n ?? 0), restricted: statistics.restricted }),
    );
  const [a, b] = [yield* one("a"), yield* one("b")];
  return { a: a.n, b: b.n, restricted: a.restricted || b.restricted };
});
