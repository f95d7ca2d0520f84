/** Runs a program over many items. `Plan.plan` estimates the cost instead. */
import { Effect, Option, Schema, type Scope, Stream } from "effect";
import type { BigQuery } from "../services/BigQuery.ts";
import type { JournalError } from "../services/Journal.ts";
import { QueryBudget } from "../services/QueryBudget.ts";
import * as Budget from "./cost/Budget.ts";
import * as Failures from "./Failures.ts";
import * as ItemRunner from "./ItemRunner.ts";
import type { Items } from "./Items.ts";
import type { Journal, Reuse } from "./journal/Journal.ts";
import { baseOf, decoder, type Result, withIndex } from "./journal/ResultLine.ts";
import { findReusable, identityOf, selector } from "./journal/Reuse.ts";
import type { Program } from "./Program.ts";
import type { ItemName, ResultBase, Status, Summary } from "./Result.ts";
import type { TimeLimit } from "./RunItem.ts";
import type * as Shard from "./Shard.ts";
import * as Spool from "./Spool.ts";
import * as SummaryAccumulator from "./SummaryAccumulator.ts";

export { decoder, type Result };

export interface RunOptions<Payload, E, R> extends ItemRunner.RunnerOptions {
  /** Runs only the items of this shard; they keep their indexes in the whole batch. */
  readonly shard?: Shard.Shard;
  /** The limit on the bytes billed for all queries together. */
  readonly budget?: Budget.BudgetOptions;
  /** Stores finished results and supplies those of earlier runs. */
  readonly journal?: Journal;
  /** Reuses a result of the journal only if its tables have not changed since (true). */
  readonly verify?: boolean;
  /** Called with each result as soon as it is complete, one at a time; `line` is its JSON. */
  readonly onResult?: (result: Result<Payload>, line: string) => Effect.Effect<void, E, R>;
}

export interface Outcome<Payload> {
  readonly summary: Summary;
  /** The number of `different` results that determine the exit status. */
  readonly broken: number;
  /** The number of results taken from the journal. */
  readonly reused: number;
  /** Why the journal is missing finished results; absent if it is complete. */
  readonly journalError?: JournalError;
  /** All results in the order of the items; can be run any number of times while the scope is open. */
  readonly results: Stream.Stream<Result<Payload>, Spool.SpoolError>;
  /** The results as lines of JSON. */
  readonly lines: Stream.Stream<string, Spool.SpoolError>;
}

/** The name of an item as one string. */
export const label = (name: ItemName): string => (typeof name === "string" ? name : `${name.a} : ${name.b}`);

/** The program's payload in a result. */
export const payloadOf = <Item, Payload>(
  program: Pick<Program<Item, Payload>, "key">,
  result: Result<Payload>,
): Payload | undefined => (result as { readonly [key: string]: unknown })[program.key] as Payload | undefined;

/** What an item's work returned: a payload and its JSON, or the result of an earlier run. */
type Done<Payload> =
  | { readonly _tag: "New"; readonly payload: Payload; readonly json: unknown; readonly status: Status }
  | {
      readonly _tag: "Earlier";
      readonly result: Result<Payload>;
      readonly line: string;
      readonly reuse: Reuse;
      /** The item had another index, or may have had one, in the earlier batch. */
      readonly moved: boolean;
    };

const statusOf = <Payload>(done: Done<Payload>): Status =>
  done._tag === "New" ? done.status : done.result.status;

/**
 * Runs the program for every item, in parallel and independently. The failure of an item is a result; this effect fails
 * only if results cannot be stored, or if `onResult` fails.
 */
export const run = <Item, Payload, E = never, R = never>(
  program: Program<Item, Payload>,
  items: Items<Item>,
  options: RunOptions<Payload, E, R> = {},
): Effect.Effect<Outcome<Payload>, E | Spool.SpoolError, BigQuery | Scope.Scope | R> =>
  Effect.gen(function* () {
    const { journal } = options;
    const spool = yield* Spool.make;
    const totals = SummaryAccumulator.make();
    const decode = decoder(program);
    const breaks = program.breaks ?? (() => true);
    const budget = options.budget === undefined ? undefined : yield* Budget.make(options.budget);
    let [broken, reused] = [0, 0];
    let journalError: JournalError | undefined;

    const findEarlier = earlierResult(program, options, decode);
    const work = (one: ItemRunner.Indexed<Item>, timeLimit: TimeLimit) =>
      journal === undefined
        ? runWithinBudget(program, one.item, budget, timeLimit)
        : Effect.flatMap(timeLimit(findEarlier(journal, one)), (earlier) =>
            Option.isSome(earlier)
              ? Effect.succeed(earlier.value)
              : runWithinBudget(program, one.item, budget, timeLimit),
          );

    const record = (line: string, reuse: Reuse) =>
      journal === undefined || journalError !== undefined
        ? Effect.void
        : Effect.catchAll(journal.record(line, reuse), (error) => {
            journalError = error;
            return Failures.noJournal(error);
          });

    const onEnded = (ended: ItemRunner.Ended<Done<Payload>>, item: Item) =>
      Effect.suspend(() => {
        const done = ended.ending._tag === "Done" ? ended.ending.value : undefined;
        const { result, line } = done?._tag === "Earlier" ? done : toResult(program, ended, item, done);
        totals.add(result);
        if (done?._tag === "Earlier") reused++;
        const payload = payloadOf(program, result);
        if (result.status === "different" && payload !== undefined && breaks(payload)) broken++;
        const isNew = done?._tag === "Earlier" ? done.moved : isFinal(result);
        const reuse =
          done?._tag === "Earlier"
            ? done.reuse
            : reuseOf(program, item, done === undefined ? null : ended.seen);
        // Writes the journal first: a recorded result must not be lost.
        return (isNew ? record(line, reuse) : Effect.void).pipe(
          Effect.exit,
          Effect.tap(() => spool.put(result.index, line)),
          Effect.tap(() => options.onResult?.(result, line) ?? Effect.void),
          Effect.flatten,
        );
      });

    const load = yield* ItemRunner.forEach(items, options, {
      isSelected: selector(program, options.shard),
      label: (item) => label(program.itemName(item)),
      isLocal: (item) => isLocal(program, item),
      status: statusOf,
      work,
      onEnded,
    });

    const summary = totals.summary(load);
    if (journal !== undefined && journalError === undefined)
      yield* Effect.catchAll(journal.finish(summary), (error) => Effect.sync(() => (journalError = error)));
    return {
      summary,
      broken,
      reused,
      ...(journalError === undefined ? {} : { journalError }),
      lines: spool.lines,
      results: Stream.mapEffect(spool.lines, (line) => Effect.orDie(decode(line))),
    };
  });

/** Whether the journal stores the result; it omits interrupted items and items that never started. */
const isFinal = ({ status, error }: ResultBase): boolean =>
  status !== "skipped" || ["budget", "unknownCost", "failFast"].includes(error?.reason ?? "");

/** Whether the item reads only local tables. */
export const isLocal = <Item, Payload>({ references }: Program<Item, Payload>, item: Item): boolean =>
  references(item).every(({ _tag }) => _tag !== "BigQueryTable");

/** The data that a later run needs to decide whether the result is still valid. */
const reuseOf = <Item, Payload>(
  program: Program<Item, Payload>,
  item: Item,
  seen: Reuse["tables"],
): Reuse => ({
  item: identityOf(program, item),
  tables: (program.isDeterministic?.(item) ?? true) ? seen : null,
});

/** Builds a new result and its line. */
const toResult = <Item, Payload>(
  program: Program<Item, Payload>,
  ended: ItemRunner.Ended<Done<Payload>>,
  item: Item,
  done: Extract<Done<Payload>, { _tag: "New" }> | undefined,
): { readonly result: Result<Payload>; readonly line: string } => {
  const base = baseOf(ended, program.itemName(item), statusOf);
  if (done === undefined) return { result: base, line: JSON.stringify(base) };
  return {
    result: { ...base, [program.key]: done.payload },
    line: JSON.stringify({ ...base, [program.key]: done.json }),
  };
};

/** The valid result of an earlier run, if the journal has one. If it cannot be read, the item runs again. */
const earlierResult =
  <Item, Payload, E, R>(
    program: Program<Item, Payload>,
    { verify = true }: RunOptions<Payload, E, R>,
    decode: ReturnType<typeof decoder<Item, Payload>>,
  ) =>
  (
    journal: Journal,
    { item, index }: ItemRunner.Indexed<Item>,
  ): Effect.Effect<Option.Option<Done<Payload>>, never, BigQuery> =>
    Effect.gen(function* () {
      const earlier = yield* Effect.flatten(findReusable(program, item, journal, verify));
      const moved = earlier.index !== index || earlier.isOfOtherList;
      const line = moved ? withIndex(earlier.line, index) : earlier.line;
      const reuse = { item: identityOf(program, item), tables: earlier.tables };
      const done: Done<Payload> = { _tag: "Earlier", result: yield* decode(line), line, reuse, moved };
      return done;
    }).pipe(Effect.option);

/** Runs the program for an item, within the item's share of the budget. */
const runWithinBudget = <Item, Payload>(
  program: Program<Item, Payload>,
  item: Item,
  budget: Budget.Budget | undefined,
  timeLimit: TimeLimit,
) => {
  const fresh = timeLimit(
    Effect.gen(function* () {
      const payload = yield* program.run(item);
      const json = yield* Effect.orDie(Schema.encode(program.schema)(payload));
      const done: Done<Payload> = { _tag: "New", payload, json, status: program.verdict(payload) };
      return done;
    }),
  );
  if (budget === undefined || isLocal(program, item)) return fresh;
  return Effect.gen(function* () {
    const plan = yield* timeLimit(program.plan(item));
    return yield* Effect.provideService(fresh, QueryBudget, yield* budget.reserve(plan));
  });
};
