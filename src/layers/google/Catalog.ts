/** Reads metadata and table names without a query, free of charge. */
import { Effect, Either, Option, Schema } from "effect";
import * as Pattern from "../../domain/Pattern.ts";
import { nearest } from "../../domain/Suggestion.ts";
import { asUnion, type TableMetadata } from "../../domain/TableMetadata.ts";
import type { BigQueryTable, TableReference } from "../../domain/TableReference.ts";
import * as TableReferences from "../../domain/TableReference.ts";
import { BigQueryError } from "../../services/BigQueryError.ts";
import * as Span from "../../services/Span.ts";
import { type CallContext, call, complete } from "./CallContext.ts";
import { isAbout, metadata, TableResource } from "./Tables.ts";

/** A reference with a project. */
export type Complete = BigQueryTable & { readonly project: string };

export const under = ({ project, dataset }: Complete) => ["projects", project, "datasets", dataset, "tables"];

/** The metadata of a table, or of all tables that a pattern matches, as one table. */
export const table = (
  context: CallContext,
  given: TableReference,
): Effect.Effect<TableMetadata, BigQueryError> =>
  Effect.flatMap(complete(context, given), (reference) =>
    TableReferences.isPattern(reference) ? union(context, reference) : single(context, reference),
  );

/** The metadata of one table. The remedy of `notFound` suggests the nearest table or dataset. */
const single = Effect.fnUntraced(function* (context: CallContext, given: TableReference) {
  const reference = yield* complete(context, given);
  const resource = yield* call(context, TableResource, {
    method: "GET",
    path: [...under(reference), reference.table],
    reference,
  }).pipe(
    Effect.catchIf(
      (error) => error.reason === "notFound",
      (error) => Effect.flip(missing(context, reference, error)),
    ),
  );
  const invalid = isAbout(reference, resource.tableReference)
    ? lacksSchema(resource) && "has an unexpected format at schema"
    : "is about another table";
  if (invalid) {
    return yield* BigQueryError.of("invalidResponse", `BigQuery's response ${invalid}`, { reference });
  }
  return yield* Either.mapLeft(metadata(reference, resource), (what) =>
    BigQueryError.of("unsupported", `${TableReferences.format(reference)}: ${what}, which is not supported`, {
      reference,
    }),
  );
}, Span.named("Google.table"));

/**
 * Whether a required schema is missing. Only tables without columns, and therefore without rows, have none,
 * and external tables whose schema BigQuery has not read yet.
 */
const lacksSchema = ({ type, schema, numRows }: typeof TableResource.Type): boolean =>
  (schema?.fields ?? []).length === 0 &&
  type !== "EXTERNAL" &&
  !(type === "TABLE" && Number(numRows ?? 0) === 0);

/** The token of the next page. Fails if a token repeats, because the listing would never end. */
export const nextPage = (
  seen: Set<string>,
  token: string | undefined,
  reference: Complete,
): Effect.Effect<string | undefined, BigQueryError> => {
  if (!token) return Effect.succeed(undefined);
  if (seen.has(token) || seen.size >= maxPages) {
    return BigQueryError.of("invalidResponse", "the listing does not end: a page token repeats", {
      reference,
    });
  }
  seen.add(token);
  return Effect.succeed(token);
};

/** The pages of a dataset with ten million tables. */
const maxPages = 10_000;

const TableNames = Schema.Struct({
  tables: Schema.optionalWith(
    Schema.Array(
      Schema.Struct({
        tableReference: Schema.Struct({ tableId: Schema.String }),
        type: Schema.optional(Schema.String),
        creationTime: Schema.optional(Schema.String),
      }),
    ),
    { default: () => [] },
  ),
  nextPageToken: Schema.optional(Schema.String),
});

const DatasetNames = Schema.Struct({
  datasets: Schema.optionalWith(
    Schema.Array(Schema.Struct({ datasetReference: Schema.Struct({ datasetId: Schema.String }) })),
    { default: () => [] },
  ),
});

interface Listed {
  readonly table: BigQueryTable;
  readonly type: string | undefined;
  readonly created: number;
}

/** The tables and views that a pattern matches, ordered by name. */
export const listTables = (
  context: CallContext,
  pattern: BigQueryTable,
  onPage?: (tables: ReadonlyArray<BigQueryTable>) => void,
) => Effect.map(list(context, pattern, onPage), (found) => found.map(({ table }) => table));

const list = Effect.fn("Google.listTables")(function* (
  context: CallContext,
  pattern: BigQueryTable,
  onPage?: (tables: ReadonlyArray<BigQueryTable>) => void,
) {
  const reference = yield* complete(context, pattern);
  const matches = Pattern.matcher(reference.table);
  const found: Array<Listed> = [];
  const seen = new Set<string>();
  let pageToken: string | undefined;
  do {
    const page: typeof TableNames.Type = yield* call(context, TableNames, {
      method: "GET",
      path: under(reference),
      query: { maxResults: 1000, pageToken },
      reference,
    }).pipe(
      Effect.catchIf(
        (error) => error.reason === "notFound",
        () => Effect.flip(missingDataset(context, reference)),
      ),
    );
    const before = found.length;
    for (const { tableReference, type, creationTime } of page.tables) {
      const table = { ...reference, table: tableReference.tableId };
      if (matches(table.table)) found.push({ table, type, created: Number(creationTime ?? 0) });
    }
    onPage?.(found.slice(before).map(({ table }) => table));
    pageToken = yield* nextPage(seen, page.nextPageToken, reference);
  } while (pageToken !== undefined);
  return found.sort((a, b) => (a.table.table < b.table.table ? -1 : 1));
});

/** Whether a wildcard query rejects the table: it reads only stored tables. */
const isRefused = ({ type }: Listed): boolean =>
  type === "VIEW" || type === "MATERIALIZED_VIEW" || type === "EXTERNAL";

/**
 * The metadata of all tables of a pattern as one table. Like BigQuery, uses the schema of the newest table.
 */
const union = Effect.fn("Google.union")(function* (context: CallContext, pattern: Complete) {
  const found = yield* list(context, pattern);
  const refused = found.find(isRefused);
  if (refused !== undefined) {
    return yield* BigQueryError.of(
      "unsupported",
      `${TableReferences.format(pattern)} matches ${TableReferences.format(refused.table)}, a ${refused.type}, which a wildcard query cannot read`,
      { reference: pattern, remedy: "choose a pattern that matches only tables, or leave out --union" },
    );
  }
  if (found.length === 0) {
    return yield* BigQueryError.of("notFound", `no table matches ${TableReferences.format(pattern)}`, {
      reference: pattern,
    });
  }
  const latest = found.reduce((a, b) => (b.created >= a.created ? b : a));
  return asUnion(yield* single(context, latest.table), pattern, found.length);
});

const missing = (
  context: CallContext,
  reference: Complete,
  error: BigQueryError,
): Effect.Effect<BigQueryError> =>
  /: (Not found: )?(Dataset|Project) /i.test(error.detail)
    ? missingDataset(context, reference)
    : suggestion(context, TableNames, under(reference), reference.table, (page) =>
        page.tables.map(({ tableReference }) => tableReference.tableId),
      ).pipe(
        Effect.map((name) =>
          notFound(
            `there is no table ${TableReferences.format(reference)}`,
            reference,
            Option.map(name, (table) => ({ ...reference, table })),
          ),
        ),
      );

const missingDataset = (context: CallContext, reference: Complete): Effect.Effect<BigQueryError> =>
  suggestion(context, DatasetNames, ["projects", reference.project, "datasets"], reference.dataset, (page) =>
    page.datasets.map(({ datasetReference }) => datasetReference.datasetId),
  ).pipe(
    Effect.map((name) =>
      notFound(
        `there is no dataset ${reference.project}.${reference.dataset}`,
        reference,
        Option.map(name, (dataset) => ({ ...reference, dataset })),
      ),
    ),
  );

const notFound = (detail: string, reference: Complete, nearest: Option.Option<Complete>): BigQueryError =>
  BigQueryError.of("notFound", detail, {
    reference,
    ...(Option.isSome(nearest) ? { remedy: `did you mean ${TableReferences.format(nearest.value)}?` } : {}),
  });

/**
 * The name nearest to a misspelled one, from the first page of names.
 * One attempt of at most 5 s; none if it fails.
 */
const suggestion = <A, I>(
  context: CallContext,
  answer: Schema.Schema<A, I>,
  path: ReadonlyArray<string>,
  wrong: string,
  names: (page: A) => ReadonlyArray<string>,
): Effect.Effect<Option.Option<string>> =>
  context.policy
    .once(context.rest.send(answer, { method: "GET", path, query: { maxResults: 1000 }, timeoutMs: 5000 }))
    .pipe(
      Effect.map((page) => Option.fromNullable(nearest(wrong, names(page)))),
      Effect.orElseSucceed(() => Option.none()),
    );
