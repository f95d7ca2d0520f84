/** A dry run of every item: the statements and their estimated cost. Nothing is read or billed. */
import { Effect, Schema, type Scope, Stream } from "effect";
import { dollarsPerTib, priceOf } from "../domain/Price.ts";
import * as Property from "../domain/Property.ts";
import type { BigQuery } from "../services/BigQuery.ts";
import { isLocal, label } from "./Batch.ts";
import { mostBilled } from "./cost/Billing.ts";
import { type BudgetOptions, estimate, unaffordable } from "./cost/Budget.ts";
import * as ItemRunner from "./ItemRunner.ts";
import type { Items } from "./Items.ts";
import { selector } from "./journal/Reuse.ts";
import type { Program, Plan as ProgramPlan } from "./Program.ts";
import { Failure, ItemName } from "./Result.ts";
import type * as Shard from "./Shard.ts";
import * as Spool from "./Spool.ts";

const Figures = {
  bytes: Property.required(Schema.NullOr(Schema.Number), "Bytes that would be read; null if unknown."),
  estimatedCost: Property.required(
    Schema.NullOr(Schema.Number),
    "Estimated cost in US dollars at `--price-per-tib`; null if unknown.",
  ),
};

export const PlannedItem = Schema.Struct({
  type: Property.required(Schema.Literal("plan"), "Always `plan`."),
  index: Property.required(Schema.Int, "Position in the batch, from 0."),
  item: Property.required(ItemName, "The table, or the pair."),
  status: Property.required(Schema.Literal("ok", "failed", "skipped"), "`ok`, `failed` or `skipped`."),
  error: Property.optional(Failure, "Why the item cannot be planned."),
  notStarted: Property.optional(
    Failure,
    "Why `--budget` would not let the item start, if all items before it cost the most that they can.",
  ),
  statements: Property.required(
    Schema.Array(
      Schema.Struct({
        purpose: Property.required(Schema.String, "The purpose of the statement."),
        sql: Property.required(Schema.String, "The text of the statement."),
        ...Figures,
        trusted: Property.required(
          Schema.Boolean,
          "False if the estimate may be far off, as for external tables.",
        ),
        tables: Property.required(
          Schema.Int,
          "The number of billed tables that it reads, each with a minimum of 10 MiB.",
        ),
      }),
    ),
    "The statements that would run.",
  ),
  notes: Property.required(
    Schema.Array(Schema.String),
    "Free calls, and costs that the figures do not include.",
  ),
  ...Figures,
}).annotations({ identifier: "PlannedItem" });
export type PlannedItem = typeof PlannedItem.Type;

export const PlanSummary = Schema.Struct({
  type: Property.required(Schema.Literal("summary"), "Always `summary`."),
  total: Property.required(Schema.Int, "The number of items."),
  ok: Property.required(Schema.Int, "Items that have a plan."),
  failed: Property.required(Schema.Int, "Items that ended with an error."),
  skipped: Property.required(Schema.Int, "Items that were not started, or were stopped before they ended."),
  notStarted: Property.optional(
    Schema.Int,
    "Items that `--budget` would not let start, if all items before them cost the most that they can; absent without a budget.",
  ),
  interrupted: Property.required(Schema.Boolean, "Whether the run ended before all items had run."),
  statements: Property.required(Schema.Int, "The number of statements of all items."),
  // The sum over all statements whose bytes are known.
  ...Figures,
  uncertain: Property.required(Schema.Int, "Statements whose bytes are unknown or only roughly estimated."),
  pricePerTib: Property.required(Schema.Number, "The price used, in US dollars per TiB."),
  notes: Property.optional(
    Schema.Array(Schema.String),
    "Free calls that all items share; absent if each item has its own.",
  ),
}).annotations({ identifier: "PlanSummary" });
export type PlanSummary = typeof PlanSummary.Type;

export interface PlanOptions extends ItemRunner.RunnerOptions {
  /** Plans only the items of this shard; they keep their indexes in the whole batch. */
  readonly shard?: Shard.Shard;
  /** The budget of the run that is planned. */
  readonly budget?: BudgetOptions;
  /** US dollars per TiB; default: the on-demand list price. */
  readonly pricePerTib?: number;
  /** Free calls that items share: "7 metadata calls". */
  readonly notes?: ReadonlyArray<string>;
}

export interface Plans {
  readonly summary: PlanSummary;
  /** In the order of the items. */
  readonly plans: Stream.Stream<PlannedItem, Spool.SpoolError>;
}

const sum = (figures: ReadonlyArray<number | null>): number | null =>
  figures.reduce((total, figure) => (total === null || figure === null ? null : total + figure), 0);

/** Plans every item, in parallel and independently. */
export const plan = <Item, Payload>(
  program: Program<Item, Payload>,
  items: Items<Item>,
  options: PlanOptions = {},
): Effect.Effect<Plans, Spool.SpoolError, BigQuery | Scope.Scope> =>
  Effect.gen(function* () {
    const spool = yield* Spool.make;
    const price = options.pricePerTib ?? dollarsPerTib;
    const cost = (bytes: number | null, tables: number) => {
      const most = bytes === 0 ? 0 : mostBilled(bytes, tables);
      return most === null ? null : priceOf(most, price);
    };
    const costs: Array<{ readonly index: number; readonly most: number | null }> = [];
    const total = { ok: 0, failed: 0, skipped: 0, statements: 0, bytes: 0, estimatedCost: 0, uncertain: 0 };

    const priced = (planned: ProgramPlan) => {
      const statements = planned.statements.map((s) => ({ ...s, estimatedCost: cost(s.bytes, s.tables) }));
      return {
        statements,
        notes: planned.notes,
        bytes: sum(statements.map((s) => s.bytes)),
        estimatedCost: sum(statements.map((s) => s.estimatedCost)),
      };
    };

    const load = yield* ItemRunner.forEach(items, options, {
      isSelected: selector(program, options.shard),
      label: (item) => label(program.itemName(item)),
      isLocal: (item) => isLocal(program, item),
      status: () => "ok" as const,
      work: ({ item }, timeLimit) => Effect.map(timeLimit(program.plan(item)), priced),
      onEnded: ({ index, ending }, item) =>
        Effect.suspend(() => {
          const head = { type: "plan" as const, index, item: program.itemName(item) };
          const line: PlannedItem =
            ending._tag === "Done"
              ? { ...head, status: "ok", ...ending.value }
              : {
                  ...head,
                  status: ending._tag === "Failed" ? "failed" : "skipped",
                  error: ending.failure,
                  ...{ statements: [], notes: [], bytes: null, estimatedCost: null },
                };
          total[line.status]++;
          if (line.status === "ok") costs.push({ index, most: estimate(line) });
          for (const statement of line.statements) {
            total.statements++;
            total.bytes += statement.bytes ?? 0;
            total.estimatedCost += statement.estimatedCost ?? 0;
            if (statement.bytes === null || !statement.trusted) total.uncertain++;
          }
          return spool.put(index, JSON.stringify(line));
        }),
    });

    const count = total.ok + total.failed + total.skipped + load.unlisted;
    const notStarted = options.budget === undefined ? undefined : unaffordable(costs, options.budget);
    const withBudget = (line: PlannedItem): PlannedItem => {
      const failure = notStarted?.get(line.index);
      return failure === undefined ? line : { ...line, notStarted: failure };
    };
    const decode = Schema.decodeUnknown(Schema.parseJson(PlannedItem));
    return {
      summary: {
        type: "summary",
        total: count,
        ...total,
        skipped: total.skipped + load.unlisted,
        // Without any plan the cost is unknown, not zero.
        ...(total.ok === 0 && count > 0 ? { bytes: null, estimatedCost: null } : {}),
        interrupted: load.interrupted,
        pricePerTib: price,
        ...(notStarted === undefined ? {} : { notStarted: notStarted.size }),
        ...(options.notes === undefined ? {} : { notes: options.notes }),
      },
      plans: Stream.mapEffect(spool.lines, (line) => Effect.map(Effect.orDie(decode(line)), withBudget)),
    };
  });
