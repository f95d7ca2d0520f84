/** Reads tables as items, removes duplicates and expands patterns. */
import type { FileSystem } from "@effect/platform/FileSystem";
import { Clock, Duration, Effect, Either, type Scope } from "effect";
import { complete, type Growing, growing, type Items, iterate, map, some } from "../../batch/Items.ts";
import { over, type Program } from "../../batch/Program.ts";
import * as Format from "../../domain/Format.ts";
import { counted } from "../../domain/Phrases.ts";
import * as TableReference from "../../domain/TableReference.ts";
import { BigQuery } from "../../services/BigQuery.ts";
import { BigQueryError } from "../../services/BigQueryError.ts";
import { Stderr } from "../output/Stderr.ts";
import type { UsageError } from "../UsageError.ts";
import { distinct, distinctly } from "./Distinct.ts";
import * as Input from "./Input.ts";

/** A table to run, or a placeholder for a pattern without matches. */
export interface TableItem {
  readonly reference: TableReference.TableReference;
  readonly error?: BigQueryError;
}

/** Parses every line before anything runs, and reports all bad lines in one error. */
export const parse = (
  items: Items<Input.RawItem>,
): Effect.Effect<Items<TableReference.TableReference>, UsageError> =>
  Input.decodeAll(items, (given) =>
    Either.mapLeft(TableReference.parse(Input.unquote(given.text).slice(0, 4096)), (problem) => [
      { given, problem },
    ]),
  );

/** The canonical text of a table. */
export const canonical = (reference: TableReference.TableReference, project: string | undefined): string =>
  TableReference.format(
    reference._tag === "BigQueryTable" && reference.project === undefined && project !== undefined
      ? { ...reference, project }
      : reference,
  );

interface TableOptions {
  readonly tablesFile?: string;
  readonly union: boolean;
  readonly project?: string;
  readonly parallel: number;
}

/** Reads the tables of the operands, --tables-file or standard input. Reads all of them before it calls a service. */
export const read = (
  operands: ReadonlyArray<string>,
  options: TableOptions,
  usage: string,
): Effect.Effect<Items<TableItem>, UsageError, BigQuery | Stderr | FileSystem | Scope.Scope> =>
  Input.read({
    operands,
    file: options.tablesFile,
    fileOption: "tables-file",
    stdinIsTerminal: process.stdin.isTTY === true,
    stdin: Input.stdin,
    usage: [`no tables. Usage: ${usage}`, "or write one table per line to standard input; see --help"],
  }).pipe(
    Effect.flatMap(parse),
    Effect.flatMap((references) => expand(references, options)),
  );

export interface ExpandOptions {
  /** Whether a pattern counts as one table. */
  readonly union: boolean;
  readonly parallel: number;
  readonly project?: string;
}

/** Expands the tables of a batch to distinct tables, in order of first appearance. */
export const expand = (
  references: Items<TableReference.TableReference>,
  { union, parallel, project }: ExpandOptions,
): Effect.Effect<Items<TableItem>, never, BigQuery | Stderr | Scope.Scope> =>
  Effect.gen(function* () {
    const identity = ({ reference }: TableItem) => canonical(reference, project);
    const nameOf = ({ reference }: TableItem) => TableReference.format(reference);
    const isExpanded = (reference: TableReference.TableReference) =>
      TableReference.isPattern(reference) && !union;
    if (!(yield* some(references, isExpanded)))
      return yield* distinct(
        map(references, (reference): TableItem => ({ reference })),
        identity,
        nameOf,
      );
    const listed = yield* listings(
      [...iterate(references)].map((reference) => ({ reference, isPattern: isExpanded(reference) })),
      parallel,
    );
    const items = growing<TableItem>();
    const { add, note } = distinctly(items, identity, nameOf);
    const fill = Effect.gen(function* () {
      for (const tables of listed) for (let i = 0; yield* tables.more(i); i++) add(tables.at(i)!);
      items.end();
      yield* note;
    });
    yield* Effect.forkScoped(fill);
    // Whether there is only one table is known from here on.
    yield* items.more(1);
    // The local engine opens only files that are known when it starts.
    if (yield* some(references, ({ _tag }) => _tag !== "BigQueryTable")) yield* complete(items);
    return items;
  });

/** The tables of each reference, several listed at a time, which become available as soon as they are known. */
const listings = (
  references: ReadonlyArray<{
    readonly reference: TableReference.TableReference;
    readonly isPattern: boolean;
  }>,
  parallel: number,
): Effect.Effect<ReadonlyArray<Growing<TableItem>>, never, BigQuery | Stderr | Scope.Scope> =>
  Effect.gen(function* () {
    const all = references.map((one) => ({ ...one, tables: growing<TableItem>() }));
    const listAll = Effect.forEach(
      all,
      ({ reference, isPattern, tables }) =>
        Effect.map(
          isPattern && reference._tag === "BigQueryTable"
            ? matches(reference, tables)
            : Effect.sync(() => tables.add({ reference })),
          tables.end,
        ),
      { concurrency: parallel, discard: true },
    );
    yield* Effect.forkScoped(listAll);
    return all.map(({ tables }) => tables);
  });

/** Adds the tables that the pattern matches; a pattern without tables, and one that cannot be listed, fails as an item. */
const matches = (
  pattern: TableReference.BigQueryTable,
  tables: Growing<TableItem>,
): Effect.Effect<void, never, BigQuery | Stderr> => {
  const add = (found: ReadonlyArray<TableReference.BigQueryTable>) => {
    for (const reference of found) tables.add({ reference });
  };
  return list(pattern, add).pipe(
    Effect.filterOrFail(
      (found) => found.length > 0,
      () => noMatch(pattern),
    ),
    // Unless the engine called it with parts.
    Effect.map((found) => (tables.length === 0 ? add(found) : undefined)),
    Effect.catchAllDefect((defect) => BigQueryError.of("invalidResponse", `internal error: ${defect}`)),
    Effect.catchAll((error) => Effect.sync(() => tables.add({ reference: pattern, error }))),
    Effect.onInterrupt(() =>
      Effect.flatMap(Stderr, (stderr) =>
        stderr.warn(
          `listing ${TableReference.format(pattern)} was stopped after ${counted(tables.length, "table")}; the others are not counted`,
        ),
      ),
    ),
  );
};

/** The interval of notes on a listing that is not complete yet. */
const listingInterval = Duration.seconds(5);

/** The tables that match a pattern. Long listings are noted at intervals. */
export const list = (
  pattern: TableReference.BigQueryTable,
  onPage?: (tables: ReadonlyArray<TableReference.BigQueryTable>) => void,
): Effect.Effect<ReadonlyArray<TableReference.BigQueryTable>, BigQueryError, BigQuery | Stderr> =>
  Effect.gen(function* () {
    const bigQuery = yield* BigQuery;
    const stderr = yield* Stderr;
    const started = yield* Clock.currentTimeMillis;
    const note = Effect.flatMap(Effect.delay(Clock.currentTimeMillis, listingInterval), (now) =>
      stderr.note(`listing ${TableReference.format(pattern)} for ${Format.duration(now - started)}`),
    );
    yield* Effect.forkScoped(Effect.forever(note));
    return yield* bigQuery.listTables(pattern, onPage);
  }).pipe(Effect.scoped);

export const noMatch = (pattern: TableReference.BigQueryTable, ...more: ReadonlyArray<string>) =>
  BigQueryError.of("notFound", `no table matches ${[TableReference.format(pattern), ...more].join(" or ")}`, {
    reference: pattern,
    remedy: "check the pattern, the dataset and the project",
  });

/** Lifts the program to items: a placeholder fails as an item. */
export const overItems = <Payload>(
  program: Program<TableReference.TableReference, Payload>,
  project?: string,
): Program<TableItem, Payload> =>
  over(program, {
    toItem: ({ reference }) => reference,
    identity: ({ reference }) => canonical(reference, project),
    error: ({ error }) => error,
  });

/** `a, b, c and 12 more` */
export const names = (list: ReadonlyArray<string>, most = 5): string =>
  list.length <= most ? list.join(", ") : `${list.slice(0, most).join(", ")} and ${list.length - most} more`;
