/** Decodes the results of the statements over rows. */
import { Effect } from "effect";
import { elementOf, type Field } from "../../domain/TableSchema.ts";
import { fromDigits, type Row, type Value } from "../../domain/Value.ts";
import { decodeValue } from "../../scan/DecodeValue.ts";
import { BigQueryError } from "../../services/BigQueryError.ts";
import { isMixed, isNested } from "../../sql/RowDialect.ts";
import type { ChangedRow, OneSidedRow } from "./Comparison.ts";
import type { ComparedColumn } from "./columns/Columns.ts";
import { documentOf, documentText } from "./JsonDocuments.ts";
import { type TotalName, totalNames } from "./plans/SummaryStatement.ts";

const malformed = (what: string) =>
  BigQueryError.of("invalidResponse", `the result of a comparison statement ${what}`);

/** The totals of a result; missing ones are 0. */
export const totalsOf = (
  row: Row | undefined,
): Effect.Effect<Readonly<Record<TotalName, number>>, BigQueryError> => {
  if (row === undefined) return Effect.fail(malformed("has no row"));
  const entries = totalNames.map((name) => [name, Number(row[name] ?? 0)] as const);
  return entries.every(([, n]) => Number.isSafeInteger(n) && n >= 0)
    ? Effect.succeed(Object.fromEntries(entries) as Record<TotalName, number>)
    : Effect.fail(malformed("contains an invalid count"));
};

export const countsOf = (row: Row | undefined): ReadonlyArray<number> =>
  Array.isArray(row?.counts) ? (row.counts as ReadonlyArray<unknown>).map(Number) : [];

/** A changed row as a statement returns it. */
export interface ChangedText {
  readonly k: ReadonlyArray<string | null>;
  /** What such rows are ordered by. */
  readonly h?: number | string;
  readonly c?: ReadonlyArray<{
    readonly i: number | string;
    readonly a: string | null;
    readonly b: string | null;
  }>;
  /** Values of a row that has no counterpart: see `oneSidedColumns`. */
  readonly v?: ReadonlyArray<string | null>;
  /** Values of the columns that are checked for dominant values. */
  readonly a?: ReadonlyArray<string | null>;
  readonly b?: ReadonlyArray<string | null>;
}

/** Rows by column, of one side of the examples of changed rows. */
export const valuesOfChanged = (
  list: ReadonlyArray<ChangedText>,
  which: "a" | "b",
  columns: ReadonlyArray<ComparedColumn>,
): ReadonlyArray<Row> => list.map((one) => named(columns, one[which] ?? []));

/** Examples of changed rows. */
export const changedRows = (
  list: ReadonlyArray<ChangedText>,
  key: ReadonlyArray<ComparedColumn>,
  compared: ReadonlyArray<ComparedColumn>,
): ReadonlyArray<ChangedRow> =>
  list.map((one) => ({
    key: named(key, one.k),
    cells: (one.c ?? []).map(({ i, a, b }) => {
      const column = compared[Number(i)]!;
      return { column: column.name, ...bothShown(a, b, column.as) };
    }),
  }));

/** Two different values; as text if they would look the same otherwise. */
export const bothShown = (
  a: string | null,
  b: string | null,
  as: Field,
): { readonly a: Value; readonly b: Value } => {
  const shown = { a: shownValue(a, as), b: shownValue(b, as) };
  if (JSON.stringify(shown.a) !== JSON.stringify(shown.b)) return shown;
  const text = (x: string | null) => (x !== null && as.type === "JSON" ? documentText(x) : x);
  return { a: text(a), b: text(b) };
};

/** Rows of one side only: their keys, and the values of `rest`. */
export const oneSidedKeys = (
  row: Row | undefined,
  name: "only_a_rows" | "only_b_rows",
  key: ReadonlyArray<ComparedColumn>,
  rest: ReadonlyArray<ComparedColumn> = [],
): Effect.Effect<ReadonlyArray<OneSidedRow>, BigQueryError> =>
  Effect.map(texts<ChangedText>(row, name), (list) =>
    list.map((one) => ({ copies: 1, row: { ...named(key, one.k), ...named(rest, one.v ?? []) } })),
  );

/** Rows that one side has more often. */
export const oneSidedRows = (
  row: Row | undefined,
  name: "only_a_rows" | "only_b_rows" | "rows",
  compared: ReadonlyArray<ComparedColumn>,
): Effect.Effect<ReadonlyArray<OneSidedRow>, BigQueryError> =>
  Effect.map(
    texts<{ readonly n: number | string; readonly r: ReadonlyArray<string | null> }>(row, name),
    (list) => list.map(({ n, r }) => ({ copies: Number(n), row: named(compared, r) })),
  );

/** The JSON texts of a list. */
export const texts = <A>(
  row: Row | undefined,
  name: string,
): Effect.Effect<ReadonlyArray<A>, BigQueryError> => {
  const list = row?.[name];
  if (!Array.isArray(list)) return Effect.succeed([]);
  return Effect.forEach(list as ReadonlyArray<unknown>, (text) =>
    Effect.try({
      try: () => JSON.parse(String(text)) as A,
      catch: () => malformed("contains a string that is not JSON"),
    }),
  );
};

const named = (columns: ReadonlyArray<ComparedColumn>, values: ReadonlyArray<string | null>): Row =>
  Object.fromEntries(columns.map((column, i) => [column.name, shownValue(values[i] ?? null, column.as)]));

/** A value from the text of `shown`. */
export const shownValue = (text: string | null, as: Field): Value => {
  if (text === null) return null;
  if (isNested(as)) return nestedValue(text, as);
  if (as.type === "JSON") return documentOf(text);
  return number(text, as) ?? decodeValue(text, as) ?? null;
};

/** An exact number that no FLOAT64 holds. */
const number = (text: unknown, as: Field): Value | undefined =>
  isMixed(as) && typeof text === "string" && /^-?\d+(\.\d+)?$/.test(text) ? fromDigits(text) : undefined;

/** Truncated text is not JSON and stays text. */
const nestedValue = (text: string, as: Field): Value => {
  try {
    const exact = JSON.parse(text, (_name, value: unknown, context?: { readonly source?: string }) =>
      typeof value === "number" && context?.source !== undefined && /^-?\d+(\.\d+)?$/.test(context.source)
        ? fromDigits(context.source)
        : value,
    ) as Value;
    return typed(exact, as);
  } catch {
    return text;
  }
};

const typed = (value: Value, as: Field): Value => {
  if (value === null) return null;
  if (as.mode === "REPEATED") {
    const element = elementOf(as);
    return Array.isArray(value) ? value.map((one: Value) => typed(one, element)) : value;
  }
  if (as.type === "STRUCT") {
    const row = value as Row;
    return Object.fromEntries(
      (as.fields ?? []).map((field) => [field.name, typed(row[field.name] ?? null, field)]),
    );
  }
  if (as.type === "JSON") return typeof value === "string" ? documentOf(value) : value;
  return number(value, as) ?? decodeValue(value, as) ?? null;
};
