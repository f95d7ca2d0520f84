/** Determines the columns to compare, their common types and their tolerances. */

import { Either } from "effect";
import {
  type Field,
  hasNanoseconds,
  isForeign,
  nullType,
  type TableSchema,
} from "../../../domain/TableSchema.ts";

import { isMixed, isNested, type Tolerance } from "../../../sql/RowDialect.ts";
import type { CompareOptions, Tolerances } from "../Options.ts";
import { common, shownType, unreadable } from "./CommonType.ts";
import {
  type Both,
  find,
  findBoth,
  type Names,
  pair,
  type Read,
  selection,
  unknown,
} from "./MatchColumns.ts";

/** A column of both sides. */
export interface ComparedColumn {
  /** The name in A. */
  readonly name: string;
  readonly a: Field;
  readonly b: Field;
  /** The type of the comparison. */
  readonly as: Field;
  /** Absent: exact comparison. */
  readonly tolerance?: Tolerance;
  /** The side on which the column has no values: it is compared as the other side's type. */
  readonly empty?: "a" | "b";
}

/** A column of both sides that is not compared. */
export interface LeftOut {
  readonly name: string;
  readonly reason: string;
}

export interface Omitted extends LeftOut, Both {}

export interface Columns {
  readonly key: ReadonlyArray<ComparedColumn>;
  /** Columns outside the key. */
  readonly compared: ReadonlyArray<ComparedColumn>;
  readonly onlyA: ReadonlyArray<string>;
  readonly onlyB: ReadonlyArray<string>;
  /** In both tables, but with types that cannot be compared. */
  readonly omitted: ReadonlyArray<Omitted>;
  /** In both tables, but with a type that queries cannot read. */
  readonly unread: ReadonlyArray<LeftOut>;
  readonly notes: ReadonlyArray<string>;
}

/** Columns without values, by side. */
export interface Empty {
  readonly a: ReadonlySet<string>;
  readonly b: ReadonlySet<string>;
}

const noneEmpty: Empty = { a: new Set(), b: new Set() };

/** `primaryKey` is the default key. */
export const columns = (
  a: TableSchema,
  b: TableSchema,
  options: CompareOptions,
  primaryKey: ReadonlyArray<string>,
  empty = noneEmpty,
): Read<Columns> =>
  Either.gen(function* () {
    const { both, onlyA, onlyB } = yield* pair(a, b, options);
    const names = { a: a.map(({ name }) => name), b: b.map(({ name }) => name) };
    const isWanted = yield* selection(both, names, options);
    const given = options.key ?? primaryKey;
    const keys: Array<Both> = [];
    for (const name of given) {
      const found = findBoth(both, name);
      if (found !== undefined) {
        if (!keys.includes(found)) keys.push(found);
      } else if (options.key !== undefined) {
        const inOne = find(a, name) ?? find(b, name);
        return yield* Either.left(
          inOne === undefined
            ? unknown("--key", name, [...names.a, ...names.b])
            : {
                detail: `--key: only one of the tables has "${name}"`,
                remedy: "choose a column of both tables, or use --map old=new",
              },
        );
      } else return yield* columns(a, b, { ...options, key: [] }, [], empty);
    }
    const chosen = both.filter((one) => !keys.includes(one) && isWanted(one.a.name, one.b.name));
    const isUnread = (one: Both) => isForeign(one.a) && isForeign(one.b);
    const wanted = chosen.filter((one) => !isUnread(one));
    const unread = chosen.filter(isUnread).map(({ a: { name } }) => ({ name, reason: unreadable }));
    const omitted: Array<Omitted> = [];
    const typed = (list: ReadonlyArray<Both>) =>
      list.flatMap((one): ReadonlyArray<ComparedColumn> => {
        const as = common(one.a, one.b);
        if (Either.isRight(as)) return [{ name: one.a.name, ...one, as: as.right }];
        const filled = withoutValues(one, empty);
        if (filled !== undefined) return [filled];
        omitted.push({ name: one.a.name, a: one.a, b: one.b, reason: as.left });
        return [];
      });
    const key = typed(keys);
    const bad = omitted[0];
    if (bad !== undefined) {
      return yield* Either.left({
        detail: `--key: "${bad.name}": ${bad.reason}`,
        remedy: "choose another key",
      });
    }
    const compared = yield* withTolerances(typed(wanted), key, options, names);
    const sides = (list: ReadonlyArray<Field>) =>
      list.flatMap(({ name }) => (isWanted(name, name) ? [name] : []));
    const notes = [...key, ...compared].flatMap((column) => {
      const without = column.empty ?? nullSide(column);
      if (without !== undefined)
        return [`${column.name}: no values in ${without.toUpperCase()}; compared as ${shownType(column.as)}`];
      return column.a.type === column.b.type
        ? precisions(column)
        : [
            `${column.name}: ${shownType(column.a)} in A and ${shownType(column.b)} in B; compared as ${column.as.type}${isMixed(column.as) ? ", without rounding" : ""}`,
          ];
    });
    return { key, compared, onlyA: sides(onlyA), onlyB: sides(onlyB), omitted, unread, notes };
  });

/** The side whose local column contains only NULL and therefore has no type. */
const nullSide = ({ a, b }: ComparedColumn): "a" | "b" | undefined => {
  if (a.nativeType === b.nativeType) return undefined;
  return a.nativeType === nullType ? "a" : b.nativeType === nullType ? "b" : undefined;
};

const precisions = ({ name, a, b }: ComparedColumn): ReadonlyArray<string> => {
  const precision = (field: Field) => (hasNanoseconds(field) ? "nanoseconds" : "microseconds");
  return hasNanoseconds(a) === hasNanoseconds(b)
    ? []
    : [`${name}: ${precision(a)} in A and ${precision(b)} in B; compared with all digits`];
};

/** A column without values on one side, with the other side's type. */
const withoutValues = ({ a, b }: Both, empty: Empty): ComparedColumn | undefined => {
  const side = empty.a.has(a.name) ? "a" : empty.b.has(b.name) ? "b" : undefined;
  if (side === undefined) return undefined;
  const field = side === "a" ? b : a;
  const as = common({ ...field, name: a.name }, field);
  const fields = { a: { ...field, name: a.name }, b: { ...field, name: b.name } };
  return Either.isRight(as) ? { name: a.name, ...fields, as: as.right, empty: side } : undefined;
};

const numeric: ReadonlySet<string> = new Set(["INT64", "NUMERIC", "BIGNUMERIC", "FLOAT64"]);
const isNumeric = ({ as }: ComparedColumn): boolean => numeric.has(as.type) && !isNested(as);

const withTolerances = (
  compared: ReadonlyArray<ComparedColumn>,
  key: ReadonlyArray<ComparedColumn>,
  { absTolerance, relTolerance }: CompareOptions,
  names: Names,
): Read<ReadonlyArray<ComparedColumn>> => {
  const given = [
    ["--abs-tolerance", absTolerance],
    ["--rel-tolerance", relTolerance],
  ] as const;
  for (const [option, { all, columns: named }] of given) {
    for (const [name, text] of [
      ...(all === undefined ? [] : [["", all] as const]),
      ...Object.entries(named),
    ]) {
      if (!/^\d+(\.\d+)?$/.test(text)) {
        return Either.left({
          detail: `${option}: "${text}" is not a valid tolerance`,
          remedy: "write a decimal: 0.01",
        });
      }
      if (name === "") continue;
      const column = toleranceColumn(compared, name);
      if (column !== undefined && isNumeric(column)) continue;
      if (toleranceColumn(key, name) !== undefined) {
        return Either.left({
          detail: `${option}: "${name}" is part of the key`,
          remedy: "keys are compared exactly",
        });
      }
      if (column !== undefined) {
        return Either.left({
          detail: `${option}: "${name}" is ${shownType(column.as)}`,
          remedy: "only numbers can have a tolerance",
        });
      }
      return Either.left(unknown(option, name, [...names.a, ...names.b]));
    }
  }
  const of = ({ all, columns: named }: Tolerances, column: ComparedColumn): string =>
    Object.entries(named).find(([name]) => toleranceColumn([column], name) !== undefined)?.[1] ?? all ?? "0";
  const tolerant = compared.map((column): ComparedColumn => {
    const tolerance = { absolute: of(absTolerance, column), relative: of(relTolerance, column) };
    const isExact = Number(tolerance.absolute) === 0 && Number(tolerance.relative) === 0;
    return isExact || !isNumeric(column) ? column : { ...column, as: rounded(column.as), tolerance };
  });
  return Either.right(tolerant);
};

/** Distances are computed in FLOAT64 if one side is a FLOAT64. */
const rounded = (as: Field): Field => {
  if (!isMixed(as)) return as;
  const { nativeType: _, ...plain } = as;
  return plain;
};

const toleranceColumn = (list: ReadonlyArray<ComparedColumn>, name: string): ComparedColumn | undefined =>
  list.find((column) => column.name === name || column.b.name === name) ??
  list.find(({ a, b }) => [a.name, b.name].some((own) => own.toLowerCase() === name.toLowerCase()));
