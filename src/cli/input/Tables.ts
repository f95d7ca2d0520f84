/** Reads tables as items, removes duplicates and expands patterns. */
import type { FileSystem } from "@effect/platform/FileSystem";
import { Clock, Duration, Effect, Either } from "effect";
import { type Items, iterate, map } from "../../batch/Items.ts";
import { over, type Program } from "../../batch/Program.ts";
import * as Format from "../../domain/Format.ts";
import * as TableReference from "../../domain/TableReference.ts";
import { BigQuery } from "../../services/BigQuery.ts";
import { BigQueryError } from "../../services/BigQueryError.ts";
import { Stderr } from "../output/Stderr.ts";
import type { UsageError } from "../UsageError.ts";
import { distinct } from "./Distinct.ts";
import * as Input from "./Input.ts";

/** A table to run, or a placeholder for a pattern without matches. */
export interface TableTarget {
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
): Effect.Effect<Items<TableTarget>, UsageError, BigQuery | Stderr | FileSystem> =>
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
  options: ExpandOptions,
): Effect.Effect<Items<TableTarget>, never, BigQuery | Stderr> =>
  Effect.flatMap(withTables(references, options), (targets) =>
    distinct(
      targets,
      ({ reference }) => canonical(reference, options.project),
      ({ reference }) => TableReference.format(reference),
    ),
  );

/** The tables, with patterns replaced by their tables. */
const withTables = (
  references: Items<TableReference.TableReference>,
  { union, parallel }: ExpandOptions,
): Effect.Effect<Items<TableTarget>, never, BigQuery | Stderr> => {
  const isExpanded = (reference: TableReference.TableReference) =>
    TableReference.isPattern(reference) && !union;
  if (!iterate(references).some(isExpanded))
    return Effect.succeed(map(references, (reference) => ({ reference })));
  const targetsOf = (
    reference: TableReference.TableReference,
  ): Effect.Effect<ReadonlyArray<TableTarget>, never, BigQuery | Stderr> =>
    TableReference.isPattern(reference) && !union ? matches(reference) : Effect.succeed([{ reference }]);
  return Effect.map(
    Effect.forEach(iterate(references), targetsOf, { concurrency: parallel }),
    (targets): ReadonlyArray<TableTarget> => targets.flat(),
  );
};

const matches = (
  pattern: TableReference.BigQueryTable,
): Effect.Effect<ReadonlyArray<TableTarget>, never, BigQuery | Stderr> =>
  list(pattern).pipe(
    Effect.filterOrFail(
      (tables) => tables.length > 0,
      () => noMatch(pattern),
    ),
    Effect.map((tables) => tables.map((reference): TableTarget => ({ reference }))),
    Effect.catchAll((error) => Effect.succeed([{ reference: pattern, error }])),
  );

/** The interval of notes on a listing that is not complete yet. */
const listingInterval = Duration.seconds(5);

/** The tables that match a pattern. Long listings are noted at intervals. */
export const list = (
  pattern: TableReference.BigQueryTable,
): Effect.Effect<ReadonlyArray<TableReference.BigQueryTable>, BigQueryError, BigQuery | Stderr> =>
  Effect.gen(function* () {
    const bigQuery = yield* BigQuery;
    const stderr = yield* Stderr;
    const started = yield* Clock.currentTimeMillis;
    const note = Effect.flatMap(Effect.delay(Clock.currentTimeMillis, listingInterval), (now) =>
      stderr.note(`listing ${TableReference.format(pattern)} for ${Format.duration(now - started)}`),
    );
    yield* Effect.forkScoped(Effect.forever(note));
    return yield* bigQuery.listTables(pattern);
  }).pipe(Effect.scoped);

export const noMatch = (pattern: TableReference.BigQueryTable, ...more: ReadonlyArray<string>) =>
  BigQueryError.of("notFound", `no table matches ${[TableReference.format(pattern), ...more].join(" or ")}`, {
    reference: pattern,
    remedy: "check the pattern, the dataset and the project",
  });

/** Lifts the program to targets: a placeholder fails as an item. */
export const overTargets = <Payload>(
  program: Program<TableReference.TableReference, Payload>,
  project?: string,
): Program<TableTarget, Payload> =>
  over(program, {
    toItem: ({ reference }) => reference,
    identity: ({ reference }) => canonical(reference, project),
    error: ({ error }) => error,
  });

/** `a, b, c and 12 more` */
export const names = (list: ReadonlyArray<string>, most = 5): string =>
  list.length <= most ? list.join(", ") : `${list.slice(0, most).join(", ")} and ${list.length - most} more`;
