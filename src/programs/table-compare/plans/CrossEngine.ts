/**
 * Compares pairs that one statement cannot read together: two locations of BigQuery, or BigQuery and a local file.
 * One scan of each side returns sums of digests per bucket. Another scan fetches the rows of differing buckets. A
 * bucket with too many rows to fetch, such as that of a key that is often NULL, is first split into parts by the
 * digests of its rows.
 */
import { Effect } from "effect";
import * as Format from "../../../domain/Format.ts";
import { BigQueryError } from "../../../services/BigQueryError.ts";
import type { Sql } from "../../../sql/Sql.ts";
import type { RowComparison } from "../Comparison.ts";
import type { ComparedColumn, LeftOut } from "../columns/Columns.ts";
import { shownType } from "../columns/CommonType.ts";
import { showsRows } from "../Options.ts";
import type { Prepared } from "../Prepare.ts";
import {
  bucketRows,
  bucketSums,
  isCanonical,
  partSums,
  rowCount,
  type SideRequest,
  type Wanted,
} from "./Digests.ts";
import { estimated, fetchRows, statement } from "./FetchRows.ts";
import { choose, countsOf, cutOf, differing, type Group, type Reads } from "./Groups.ts";

/** The limits of the rows fetched from each side. */
export interface FetchLimits {
  readonly rows: number;
  readonly values: number;
}

const defaultLimits: FetchLimits = { rows: 50_000, values: 2_000_000 };

const mostFetched = (compared: ReadonlyArray<ComparedColumn>, limits = defaultLimits): number =>
  Math.min(limits.rows, Math.floor(limits.values / (compared.length + 1)));

export interface CrossEngineResult {
  readonly comparison: RowComparison;
  readonly a: number;
  readonly b: number;
  readonly restricted: boolean;
  readonly notes: ReadonlyArray<string>;
}

/** The columns that both engines can convert to the same text, and the others. */
export const canonicalColumns = ({ a, b, columns }: Prepared) => {
  const dialects = { a: a.dialect, b: b.dialect };
  const compared = columns.compared.filter((column) => isCanonical(dialects, column));
  const leftOut = columns.compared
    .filter((column) => !compared.includes(column))
    .map((column): LeftOut => ({ name: column.name, reason: whyNot(column) }));
  return { compared, leftOut, badKey: columns.key.find((column) => !isCanonical(dialects, column)) };
};

const whyNot = ({ a, b, as }: ComparedColumn): string =>
  [a, b].some(({ timestampPrecision }) => timestampPrecision !== undefined)
    ? `${shownType(a)} in A and ${shownType(b)} in B: digits below a microsecond cannot be compared`
    : `${as.type} has no text that both engines write alike`;

export const request = (
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

/** The statements of each side for a dry run: the scan for digests, and the one for rows of differing buckets. */
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
    // Only a table with more rows than the fetch limit can have such a bucket.
    const canCut = (prepared[which].metadata.rows ?? Number.POSITIVE_INFINITY) > mostFetched(compared);
    const cut = { buckets: [0], parts: 2 };
    return [
      one(`digests of rows of ${side}`, bucketSums(own)),
      ...(canCut
        ? [one(`digests of parts of ${side} (only if a bucket is too large to fetch)`, partSums(own, cut))]
        : []),
      one(
        `rows of ${side} (only if digests differ)`,
        bucketRows(own, { buckets: [0] }, showsRows(prepared.options)),
      ),
    ];
  });
};

interface Digest {
  readonly n: number;
  readonly sums: string;
}

interface Digests {
  /** Keyed by bucket, or by bucket and part. */
  readonly found: ReadonlyMap<string, Digest & Pick<Group, "bucket" | "part">>;
  readonly restricted: boolean;
}

const digests = (prepared: Prepared, which: "a" | "b", sql: Sql): Effect.Effect<Digests, BigQueryError> =>
  Effect.map(
    prepared[which].engine.query(statement(prepared, which, sql, 10_000)),
    ({ rows, statistics }) => ({
      found: new Map(
        rows.map((row) => {
          const place = { bucket: Number(row.bucket), ...("part" in row ? { part: Number(row.part) } : {}) };
          return [
            `${place.bucket} ${place.part ?? ""}`,
            { ...place, n: Number(row.n), sums: `${row.s0} ${row.s1}` },
          ];
        }),
      ),
      restricted: statistics.restricted,
    }),
  );

/** Joins the digests of both sides. */
const groups = (a: Digests, b: Digests): ReadonlyArray<Group> =>
  [...new Set([...a.found.keys(), ...b.found.keys()])].map((id) => {
    const [one, other] = [a.found.get(id), b.found.get(id)];
    const { bucket, part } = (one ?? other)!;
    return {
      bucket,
      ...(part === undefined ? {} : { part }),
      a: one?.n ?? 0,
      b: other?.n ?? 0,
      isEqual: one?.n === other?.n && one?.sums === other?.sums,
    };
  });

/** Fails for options that are not supported between two engines. */
const check = (prepared: Prepared) => {
  const { badKey } = canonicalColumns(prepared);
  if (badKey !== undefined) {
    return BigQueryError.of(
      "unsupported",
      `--key: "${badKey.name}" is ${shownType(badKey.as)}, which has no common text in both engines`,
      { remedy: "choose another key" },
    );
  }
  const tolerant = prepared.columns.compared.find(({ tolerance }) => tolerance !== undefined);
  return tolerant === undefined
    ? Effect.void
    : BigQueryError.of("unsupported", "tolerances are not supported between two engines or locations", {
        remedy: "remove the tolerance, or copy both tables to one engine and location",
      });
};

/** Compares the rows of both sides by digests. */
export const compareCrossEngine = Effect.fn("Compare.crossEngine")(function* (
  prepared: Prepared,
  limits: FetchLimits = defaultLimits,
) {
  const { columns, options } = prepared;
  const { compared } = canonicalColumns(prepared);
  yield* check(prepared);
  const own = { a: request(prepared, "a", compared), b: request(prepared, "b", compared) };
  const both = {
    a: yield* digests(prepared, "a", bucketSums(own.a)),
    b: yield* digests(prepared, "b", bucketSums(own.b)),
  };
  const buckets = groups(both.a, both.b);
  const most = mostFetched(compared, limits);
  const whole = choose(differing(buckets), most);
  const cut = cutOf(buckets, most);
  const notes: Array<string> = [];
  let parts: ReadonlyArray<Group> = [];
  if (cut !== undefined) {
    const one = Effect.fnUntraced(function* (which: "a" | "b") {
      const sql = partSums(own[which], cut);
      const next = statement(prepared, which, sql, 10_000);
      notes.push(...(yield* estimated(prepared, which, "split buckets of many rows", next)));
      return yield* digests(prepared, which, sql);
    });
    parts = groups(yield* one("a"), yield* one("b"));
  }
  const chosenParts = choose(differing(parts), most - whole.rows);
  const wanted: Wanted = {
    buckets: whole.chosen.map(({ bucket }) => bucket),
    ...(cut === undefined ? {} : { cut }),
    parts: chosenParts.chosen.map(({ bucket, part }) => ({ bucket, part: part ?? 0 })),
  };
  const chosen = [...whole.chosen, ...chosenParts.chosen];
  const rowsOf = (which: "a" | "b") => {
    const rows = chosen.reduce((sum, group) => sum + group[which], 0);
    return chosen.length === 0
      ? Effect.succeed({ rows: [], notes: [] })
      : fetchRows(prepared, which, own[which], wanted, rows);
  };
  const [fromA, fromB] = [yield* rowsOf("a"), yield* rowsOf("b")];
  const reads: Reads = { buckets, parts, chosen: new Set(chosen), bucketCount: own.a.buckets };
  const examples = showsRows(options) ? options.sampleSize : 0;
  const { unread, ...counts } = countsOf(reads, fromA.rows, fromB.rows, columns.key, compared, examples);
  const comparison: RowComparison = {
    key: columns.key.map(({ name }) => name),
    method: "digests",
    same: counts.same,
    changed: counts.changed,
    onlyA: counts.onlyA,
    onlyB: counts.onlyB,
    columns: compared
      .map(({ name }, i) => ({ name, changed: counts.counts[i] ?? 0 }))
      .filter(({ changed }) => changed > 0)
      .sort((x, y) => y.changed - x.changed),
    lowerBounds: unread !== undefined,
    ...(unread === undefined ? {} : { unread }),
    oddsOfMiss: (buckets.length + parts.length) / 2 ** 119,
    ...(showsRows(options) ? { examples: counts.examples } : {}),
  };
  const total = (which: "a" | "b") => buckets.reduce((sum, group) => sum + group[which], 0);
  const result: CrossEngineResult = {
    comparison,
    a: total("a"),
    b: total("b"),
    restricted: both.a.restricted || both.b.restricted,
    notes: [
      ...notes,
      ...fromA.notes,
      ...fromB.notes,
      ...(unread === undefined
        ? []
        : [
            `${Format.count(unread.a)} rows of A and ${Format.count(unread.b)} rows of B, among which some differ, were not fetched: all counts of rows are lower bounds`,
          ]),
    ],
  };
  return result;
});

/** Counts the rows of both sides. */
export const countCrossEngine = Effect.fn("Compare.countCrossEngine")(function* (prepared: Prepared) {
  const one = (which: "a" | "b") =>
    Effect.map(
      prepared[which].engine.query(statement(prepared, which, rowCount(prepared[which]), 1)),
      ({ rows, statistics }) => ({ n: Number(rows[0]?.n ?? 0), restricted: statistics.restricted }),
    );
  const [a, b] = [yield* one("a"), yield* one("b")];
  return { a: a.n, b: b.n, restricted: a.restricted || b.restricted };
});
