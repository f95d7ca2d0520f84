/** Runs a program over many items: `Batch.run` for results, `Batch.plan` (Plan.ts) for what they would cost. */
import { Effect, Option, Schema, type Scope, Stream } from "effect";
import type { BigQuery } from "../services/BigQuery.ts";
import type { JournalError } from "../services/Journal.ts";
import { QueryBudget } from "../services/QueryBudget.ts";
import * as Budget from "./Budget.ts";
import * as Failures from "./Failures.ts";
import * as Work from "./ItemRunner.ts";
import type { Journal, Reuse } from "./Journal.ts";
import type { Program } from "./Program.ts";
import type { ItemName, ResultBase, Status, Summary } from "./Result.ts";
import { baseOf, decoder, type Result, withIndex } from "./ResultLine.ts";
import { earlier, identityOf } from "./Reuse.ts";
import type { Aside } from "./RunItem.ts";
import * as Shard from "./Shard.ts";
import * as Spool from "./Spool.ts";
import * as Tally from "./SummaryAccumulator.ts";

export { decoder, type Result };

export interface RunOptions<Payload, E, R> extends Work.WorkOptions {
  /** Only the items of this part, at their places in the whole. */
  readonly shard?: Shard.Shard;
  /** What all queries together may be billed. */
  readonly budget?: Budget.BudgetOptions;
  /** Where finished results are kept, and what earlier runs finished is taken from. */
  readonly journal?: Journal;
  /** Take a result from the journal only if its tables have not changed since (true). */
  readonly verify?: boolean;
  /** Told of each result the moment it is there, one at a time; `line` is its JSON. */
  readonly onResult?: (result: Result<Payload>, line: string) => Effect.Effect<void, E, R>;
}

export interface Outcome<Payload> {
  readonly summary: Summary;
  /** Of those that are `different`, how many the exit status must tell. */
  readonly broken: number;
  /** Results that were taken from the journal. */
  readonly reused: number;
  /** Why the journal does not hold all that was finished; absent if it does. */
  readonly journalError?: JournalError;
  /** All results in the order of the items; may be run again and again while the scope is open. */
  readonly results: Stream.Stream<Result<Payload>, Spool.SpoolError>;
  /** The same as lines of JSON. */
  readonly lines: Stream.Stream<string, Spool.SpoolError>;
}

/** How an item is called in one text. */
export const label = (name: ItemName): string => (typeof name === "string" ? name : `${name.a} : ${name.b}`);

/** The program's own part of a result. */
export const payloadOf = <Item, Payload>(
  program: Pick<Program<Item, Payload>, "key">,
  result: Result<Payload>,
): Payload | undefined => result[program.key];

/** What an item's work gave: a payload and its JSON, or a whole result of an earlier run. */
type Done<Payload> =
  | { readonly _tag: "New"; readonly payload: Payload; readonly json: unknown; readonly status: Status }
  | {
      readonly _tag: "Earlier";
      readonly result: Result<Payload>;
      readonly line: string;
      readonly reuse: Reuse;
      /** It had another place in the earlier batch. */
      readonly moved: boolean;
    };

const statusOf = <Payload>(done: Done<Payload>): Status =>
  done._tag === "New" ? done.status : done.result.status;

/**
 * Runs the program for every item: so many at a time, in any order, each for itself. An item's failure is its result;
 * only what concerns the whole batch (no room for results, or `onResult`) is an error here.
 */
export const run = <Item, Payload, E = never, R = never>(
  program: Program<Item, Payload>,
  items: ReadonlyArray<Item>,
  options: RunOptions<Payload, E, R> = {},
): Effect.Effect<Outcome<Payload>, E | Spool.SpoolError, BigQuery | Scope.Scope | R> =>
  Effect.gen(function* () {
    const { journal } = options;
    const spool = yield* Spool.make;
    const tally = Tally.make();
    const decode = decoder(program);
    const breaks = program.breaks ?? (() => true);
    const budget = options.budget === undefined ? undefined : yield* Budget.make(options.budget);
    let [broken, reused] = [0, 0];
    let journalError: JournalError | undefined;

    const known = found(program, options, decode);
    const work = (one: Work.Indexed<Item>, aside: Aside) =>
      Effect.flatMap(known(one), (there) =>
        Option.isSome(there)
          ? Effect.succeed(there.value)
          : runWithinBudget(program, one.item, budget, aside),
      );

    const record = (line: string, reuse: Reuse) =>
      journal === undefined || journalError !== undefined
        ? Effect.void
        : Effect.catchAll(journal.record(line, reuse), (error) => {
            journalError = error;
            return Failures.noJournal(error);
          });

    const onEnded = (ended: Work.Ended<Done<Payload>>, item: Item) =>
      Effect.suspend(() => {
        const done = ended.ending._tag === "Done" ? ended.ending.value : undefined;
        const { result, line } = done?._tag === "Earlier" ? done : toResult(program, ended, item, done);
        tally.add(result);
        if (done?._tag === "Earlier") reused++;
        const payload = payloadOf(program, result);
        if (result.status === "different" && payload !== undefined && breaks(payload)) broken++;
        const isNews = done?._tag === "Earlier" ? done.moved : isFinal(result);
        const reuse =
          done?._tag === "Earlier"
            ? done.reuse
            : reuseOf(program, item, done === undefined ? null : ended.seen);
        // First what may not be lost.
        return (isNews ? record(line, reuse) : Effect.void).pipe(
          Effect.exit,
          Effect.tap(() => spool.put(result.index, line)),
          Effect.tap(() => options.onResult?.(result, line) ?? Effect.void),
          Effect.flatten,
        );
      });

    const load = yield* Work.forEach(
      Shard.select(items, (item) => identityOf(program, item), options.shard),
      options,
      {
        label: (item) => label(program.itemName(item)),
        isLocal: (item) => isLocal(program, item),
        status: statusOf,
        work,
        onEnded,
      },
    );

    const summary = tally.summary(load);
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

/** Whether the journal is to hold it: an item that was cut short or never had its turn is simply not there. */
const isFinal = ({ status, error }: ResultBase): boolean =>
  status !== "skipped" || ["budget", "unknownCost", "failFast"].includes(error?.reason ?? "");

/** Whether the item needs nothing but this machine. */
export const isLocal = <Item, Payload>({ references }: Program<Item, Payload>, item: Item): boolean =>
  references(item).every(({ _tag }) => _tag !== "BigQueryTable");

/** What tells later whether the result still holds. */
const reuseOf = <Item, Payload>(
  program: Program<Item, Payload>,
  item: Item,
  seen: Reuse["tables"],
): Reuse => ({
  item: identityOf(program, item),
  tables: (program.isDeterministic?.(item) ?? true) ? seen : null,
});

/** A new result and its line. */
const toResult = <Item, Payload>(
  program: Program<Item, Payload>,
  ended: Work.Ended<Done<Payload>>,
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

/** What the journal holds of an item, if it still holds. A journal that cannot be read back is no reason to fail. */
const found =
  <Item, Payload, E, R>(
    program: Program<Item, Payload>,
    { journal, verify = true }: RunOptions<Payload, E, R>,
    decode: ReturnType<typeof decoder<Item, Payload>>,
  ) =>
  ({ item, index }: Work.Indexed<Item>): Effect.Effect<Option.Option<Done<Payload>>, never, BigQuery> =>
    journal === undefined
      ? Effect.succeedNone
      : Effect.gen(function* () {
          const held = yield* Effect.flatten(earlier(program, item, journal, verify));
          const moved = held.index !== index;
          const line = moved ? withIndex(held.line, index) : held.line;
          const reuse = { item: identityOf(program, item), tables: held.tables };
          const done: Done<Payload> = { _tag: "Earlier", result: yield* decode(line), line, reuse, moved };
          return done;
        }).pipe(Effect.option);

/** The program's run of an item, within what the budget leaves for it. */
const runWithinBudget = <Item, Payload>(
  program: Program<Item, Payload>,
  item: Item,
  budget: Budget.Budget | undefined,
  aside: Aside,
) => {
  const fresh = Effect.gen(function* () {
    const payload = yield* program.run(item);
    const json = yield* Effect.orDie(Schema.encode(program.schema)(payload));
    const done: Done<Payload> = { _tag: "New", payload, json, status: program.verdict(payload) };
    return done;
  });
  if (budget === undefined || isLocal(program, item)) return fresh;
  return Effect.gen(function* () {
    const allowance = yield* aside(budget.admit(yield* program.plan(item)));
    return yield* Effect.provideService(fresh, QueryBudget, allowance);
  });
};
