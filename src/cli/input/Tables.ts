/** Reads tables as items, removes duplicates and expands patterns. */
import type { FileSystem } from "@effect/platform/FileSystem";
import { Clock, Duration, Effect, Either } from "effect";
import { over, type Program } from "../../batch/Program.ts";
import * as Format from "../../domain/Format.ts";
import * as TableReference from "../../domain/TableReference.ts";
import { BigQuery } from "../../services/BigQuery.ts";
import { BigQueryError } from "../../services/BigQueryError.ts";
import { Stderr } from "../output/Stderr.ts";
import type { UsageError } from "../UsageError.ts";
import * as Input from "./Input.ts";

/** A table to run, or a placeholder for a pattern without matches. */
export interface TableTarget {
  readonly reference: TableReference.TableReference;
  readonly error?: BigQueryError;
}

/** Parses every line before anything runs, and reports all bad lines in one error. */
export const parse = (
  items: ReadonlyArray<Input.RawItem>,
): Either.Either<ReadonlyArray<TableReference.TableReference>, UsageError> => {
  const read = items.map((given) => ({
    given,
    parsed: TableReference.parse(Input.unquote(given.text).slice(0, 4096)),
  }));
  const bad = read.flatMap(({ given, parsed }) =>
    Either.isLeft(parsed) ? [{ given, problem: parsed.left }] : [],
  );
  if (bad.length > 0) return Either.left(Input.badItems(bad));
  return Either.right(read.flatMap(({ parsed }) => (Either.isRight(parsed) ? [parsed.right] : [])));
};

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
): Effect.Effect<ReadonlyArray<TableTarget>, UsageError, BigQuery | Stderr | FileSystem> =>
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
  references: ReadonlyArray<TableReference.TableReference>,
  { union, parallel, project }: ExpandOptions,
): Effect.Effect<ReadonlyArray<TableTarget>, never, BigQuery | Stderr> =>
  Effect.gen(function* () {
    const stderr = yield* Stderr;
    const targetsOf = (
      reference: TableReference.TableReference,
    ): Effect.Effect<ReadonlyArray<TableTarget>, never, BigQuery | Stderr> =>
      TableReference.isPattern(reference) && !union ? matches(reference) : Effect.succeed([{ reference }]);
    const targets = yield* Effect.forEach(references, targetsOf, { concurrency: parallel });
    const unique = new Map<string, TableTarget>();
    const twice = new Set<string>();
    for (const target of targets.flat()) {
      const key = canonical(target.reference, project);
      if (unique.has(key)) twice.add(TableReference.format(target.reference));
      else unique.set(key, target);
    }
    if (twice.size > 0) yield* stderr.note(givenTwice([...twice]));
    return [...unique.values()];
  });

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

export const givenTwice = (list: ReadonlyArray<string>): string => `duplicates run once: ${names(list)}`;

/** `a, b, c and 12 more` */
export const names = (list: ReadonlyArray<string>, most = 5): string =>
  list.length <= most ? list.join(", ") : `${list.slice(0, most).join(", ")} and ${list.length - most} more`;
