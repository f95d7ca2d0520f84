/** Reads rows without a query, free of charge. */
import { Effect, Predicate, Schema } from "effect";
import type { TableMetadata } from "../../domain/TableMetadata.ts";
import * as TableReferences from "../../domain/TableReference.ts";
import { type Field, walk } from "../../domain/TableSchema.ts";
import type { Row } from "../../domain/Value.ts";
import type { ListRowsOptions } from "../../services/BigQuery.ts";
import { BigQueryError } from "../../services/BigQueryError.ts";
import * as Span from "../../services/Span.ts";
import { type CallContext, call, complete } from "./CallContext.ts";
import { nextPage, under } from "./Catalog.ts";
import * as Rows from "./Rows.ts";

const RowsPage = Schema.Struct({
  rows: Schema.optionalWith(Schema.Array(Schema.Unknown), { default: () => [] }),
  pageToken: Schema.optional(Schema.String),
});

/** The maximum length of `selectedFields` in a URL; for longer lists of columns, all columns are fetched. */
const longestSelection = 4000;

/**
 * Lists rows with tabledata.list. `unsupported` for views, external
 * tables and tables with row-level security.
 */
export const listRows = Effect.fnUntraced(function* (
  context: CallContext,
  given: TableMetadata,
  { limit, columns }: ListRowsOptions,
) {
  const reference = yield* complete(context, given.reference);
  if (given.type === "VIEW" || given.type === "MATERIALIZED_VIEW" || given.type === "EXTERNAL") {
    return yield* BigQueryError.of(
      "unsupported",
      `${TableReferences.format(reference)}: rows of a ${given.type} cannot be listed`,
      { reference },
    );
  }
  const wanted =
    columns === undefined ? given.schema : given.schema.filter(({ name }) => columns.includes(name));
  const selection = wanted.map(({ name }) => name).join(",");
  const narrow = wanted.length < given.schema.length && selection.length <= longestSelection;
  const rows: Array<Row> = [];
  const seen = new Set<string>();
  let pageToken: string | undefined;
  while (rows.length < limit) {
    const page: typeof RowsPage.Type = yield* call(context, RowsPage, {
      method: "GET",
      path: [...under(reference), reference.table, "data"],
      query: {
        maxResults: limit - rows.length,
        selectedFields: narrow ? selection : undefined,
        pageToken,
        ...timestampFormat(given.schema),
      },
      reference,
    });
    const fetched = page.rows.slice(0, limit - rows.length);
    for (const row of yield* decodeRows(
      fetched,
      narrow && cellsOf(fetched[0]) === wanted.length ? wanted : given.schema,
    ))
      rows.push(row);
    pageToken = yield* nextPage(seen, page.pageToken, reference);
    if (pageToken === undefined) break;
  }
  return columns === undefined
    ? rows
    : rows.map((row) => Object.fromEntries(columns.map((name) => [name, row[name] ?? null])));
}, Span.named("Google.listRows"));

/** Requests timestamps as integer microseconds, or as strings if the table has picoseconds. */
const timestampFormat = (schema: ReadonlyArray<Field>) =>
  walk(schema).some(({ field }) => field.timestampPrecision !== undefined)
    ? { "formatOptions.timestampOutputFormat": "ISO8601_STRING" }
    : { "formatOptions.useInt64Timestamp": true };

/** The number of cells in a row: emulators ignore `selectedFields` and send all columns. */
const cellsOf = (row: unknown): number =>
  Predicate.hasProperty(row, "f") && Array.isArray(row.f) ? row.f.length : 0;

/** Decodes the rows. Fails with `invalidResponse`, without quoting values. */
export const decodeRows = (rows: ReadonlyArray<unknown>, schema: ReadonlyArray<Field>) =>
  Effect.try({
    try: () => rows.map(Rows.decoder(schema)),
    catch: (error) =>
      BigQueryError.of(
        "invalidResponse",
        `the rows do not match their schema${error instanceof TypeError ? `: ${error.message}` : ""}`,
      ),
  });
