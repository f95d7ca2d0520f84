/** Compares the statistics of both sides: one profile scan of each. */
import { Effect } from "effect";
import * as FieldPath from "../../domain/FieldPath.ts";
import type { Value } from "../../domain/Value.ts";
import { toNumber } from "../../domain/Value.ts";
import {
  type ColumnProfile,
  defaults,
  type Profile,
  type ProfileOptions,
  placeOf,
  run,
} from "../profile/Program.ts";
import type { ColumnStatistics, Figure } from "./Comparison.ts";
import type { Prepared } from "./Prepare.ts";

/** Top values per column, to find dominant values of changed rows. */
const top = 10;

/** The rounding error of sums of doubles, which depends on the order of rows. */
const rounding = 1e-9;

/** The options of one side's profile. */
export const profileOptions = ({ columns, options }: Prepared, which: "a" | "b"): ProfileOptions => {
  const conditions = [options.where, which === "a" ? options.whereA : options.whereB].filter(
    (text) => text !== undefined,
  );
  // Where there is one condition, the statement is that of a profile.
  const where =
    conditions.length < 2 ? conditions[0] : conditions.map((text) => `(\n${text}\n)`).join(" AND ");
  return {
    ...defaults,
    columns: [...columns.key, ...columns.compared].map((column) => pathOf(column[which].name)),
    ...(where === undefined ? {} : { where }),
    ...(options.partitions === undefined ? {} : { partitions: options.partitions }),
    ...(options.asOf === undefined ? {} : { asOf: options.asOf }),
    sampleSize: 0,
    skipBins: true,
    top,
    values: options.values,
  };
};

export const pathOf = (name: string): string => FieldPath.format([FieldPath.name(name)]);

/** One scan of each side. */
export const profiles = Effect.fn("Compare.profiles")(function* (prepared: Prepared) {
  return {
    a: yield* run(prepared.a.metadata.reference, profileOptions(prepared, "a")),
    b: yield* run(prepared.b.metadata.reference, profileOptions(prepared, "b")),
  };
});

/** Compares column by column, the largest change first. */
export const statistics = (
  a: Profile,
  b: Profile,
  columns: Prepared["columns"],
): ReadonlyArray<ColumnStatistics> => {
  const renamed = new Map(
    [...columns.key, ...columns.compared].map(
      (column) => [pathOf(column.b.name), pathOf(column.a.name)] as const,
    ),
  );
  const ofB = new Map(b.columns.map((column) => [inTermsOfA(column.name, renamed), column]));
  return a.columns
    .flatMap((column) => {
      const other = ofB.get(column.name);
      return other === undefined ? [] : [compareColumn(column, other)];
    })
    .sort((x, y) => Number(y.differs) - Number(x.differs) || y.moved - x.moved);
};

/** A path of B with the column's name in A. */
const inTermsOfA = (path: string, renamed: ReadonlyMap<string, string>): string => {
  for (const [from, to] of renamed) {
    if (path === from || (path.startsWith(from) && /^[.[]/.test(path.slice(from.length)))) {
      return to + path.slice(from.length);
    }
  }
  return path;
};

const compareColumn = (a: ColumnProfile, b: ColumnProfile): ColumnStatistics => {
  const [one, other] = [figures(a), figures(b)];
  const ids = [...new Set([...one.keys(), ...other.keys()])];
  const magnitude = Math.max(magnitudeOf(a), magnitudeOf(b));
  const hasNumbers = a.zeros !== undefined && b.zeros !== undefined;
  const all = ids.map((id) => {
    const [x, y] = [one.get(id), other.get(id)];
    const made = figure(id, x, y, hasNumbers);
    const within = made.a !== made.b && isWithinErrors(made, [a, x], [b, y], magnitude);
    return within ? { ...made, withinErrors: true as const } : made;
  });
  return {
    column: a.name,
    differs: all.some((one) => proves(one, a.type === b.type)),
    moved: Math.max(0, ...all.map(movement)),
    figures: all,
  };
};

/** A non-numeric estimate varies between scans. */
const movement = ({ a, b, relative, exact, withinErrors }: Figure): number =>
  withinErrors === true ? 0 : relative === null ? Number(exact && a !== b) : Math.abs(relative);

interface Measured {
  readonly value: Value;
  readonly exact: boolean;
  /** The bounds of an estimated quantile. */
  readonly bounds?: readonly [low: Value, high: Value];
}

/** Covered by other figures. */
const left: ReadonlySet<string> = new Set([
  "name",
  "type",
  "mode",
  "description",
  "topValues",
  "histogram",
  "outliers",
]);
/** Sums of doubles. */
const summed: ReadonlySet<string> = new Set(["mean", "stddev", "lengths.mean"]);

/** Every figure of a profile by name: `nulls`, `quantiles.p50`. */
const figures = (profile: ColumnProfile): ReadonlyMap<string, Measured> => {
  const found = new Map<string, Measured>();
  for (const [id, value] of Object.entries(profile) as ReadonlyArray<[string, Value]>) {
    if (left.has(id)) continue;
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      const exact = id === "uniqueness" ? profile.distinct?.exact !== false : !summed.has(id);
      found.set(id, { value, exact });
      continue;
    }
    const { exact = true, ...inner } = value as { readonly exact?: boolean } & Record<string, Value>;
    const [low, high] = [inner.low, inner.high] as ReadonlyArray<Record<string, Value> | undefined>;
    for (const [name, one] of Object.entries(inner)) {
      // Bounds and bins belong to other figures.
      if (typeof one === "object" && one !== null) continue;
      const full = name === "value" ? id : `${id}.${name}`;
      const bounds =
        low === undefined || high === undefined ? {} : { bounds: [low[name]!, high[name]!] as const };
      found.set(full, { value: one, exact: exact && !summed.has(full), ...bounds });
    }
  }
  return found;
};

const figure = (
  statistic: string,
  a: Measured | undefined,
  b: Measured | undefined,
  hasNumbers: boolean,
): Figure => {
  // A STRING may look like a number.
  const numberOf = (of: Measured | undefined) =>
    typeof of?.value === "string" && !hasNumbers ? undefined : toNumber(of?.value);
  const [x, y] = [numberOf(a), numberOf(b)];
  const isNumber = typeof x === "number" && typeof y === "number" && Number.isFinite(x) && Number.isFinite(y);
  const size = isNumber ? Math.max(Math.abs(x), Math.abs(y)) : 0;
  return {
    statistic,
    a: a?.value ?? null,
    b: b?.value ?? null,
    delta: isNumber ? y - x : null,
    relative: isNumber ? (size === 0 ? 0 : (y - x) / size) : null,
    exact: (a?.exact ?? true) && (b?.exact ?? true),
  };
};

/** The largest absolute value, to which the rounding of a sum is proportional; the mean may be far smaller. */
const magnitudeOf = ({ min, max, lengths }: ColumnProfile): number =>
  Math.max(
    ...[min, max, lengths?.max].map((value) => Math.abs(toNumber(value) ?? 0)).filter(Number.isFinite),
    0,
  );

/** Whether the two figures cannot result from the same values, even with different types. */
const proves = ({ statistic, a, b, relative, exact, withinErrors }: Figure, sameType: boolean): boolean => {
  if (a === null || b === null || withinErrors === true) return false;
  if (exact && sameType) return a !== b;
  const isComparable = exact || summed.has(statistic);
  return isComparable && relative !== null && Math.abs(relative) > rounding;
};

type Of = readonly [column: ColumnProfile, measured: Measured | undefined];

/** Whether errors or rounding can explain the difference. */
const isWithinErrors = (
  { statistic, delta, relative }: Figure,
  [a, x]: Of,
  [b, y]: Of,
  magnitude: number,
): boolean => {
  if (statistic.startsWith("quantiles.")) {
    const [one, other] = [placesOf(a, x), placesOf(b, y)];
    return (x?.exact !== true || y?.exact !== true) && one[0] <= other[1] && other[0] <= one[1];
  }
  if (delta === null || relative === null) return false;
  if (statistic === "distinct" || statistic === "uniqueness") {
    const error = ({ distinct }: ColumnProfile, of: Measured | undefined) =>
      distinct?.exact === false ? distinctError * Number(of?.value) : 0;
    return Math.abs(delta) <= error(a, x) + error(b, y);
  }
  return summed.has(statistic) && (Math.abs(delta) <= rounding * magnitude || Math.abs(relative) <= rounding);
};

/** The error of an estimated distinct count. */
const distinctError = 0.02;

const placesOf = (column: ColumnProfile, measured: Measured | undefined): readonly [number, number] => {
  const place = (value: Value | undefined) => placeOf(column, value ?? null) ?? Number.NaN;
  const [low, high] = measured?.bounds ?? [measured?.value, measured?.value];
  return [place(low), place(high)];
};
