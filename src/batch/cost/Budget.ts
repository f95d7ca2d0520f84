/**
 * The budget of a batch. Before an item starts, it reserves the maximum that its queries may be billed. No
 * query may be billed more than what remains of the reservation. The rest is returned when the item ends.
 */
import { Effect, type Scope, STM, TRef } from "effect";
import type { QueryBudgetService } from "../../services/QueryBudget.ts";
import * as Failures from "../Failures.ts";
import type { Plan } from "../Program.ts";
import { mostBilled } from "./Billing.ts";

export interface BudgetOptions {
  /** The maximum bytes billed for all queries of the batch. */
  readonly bytes: number;
  /** Also run items of unknown cost, each with the whole remaining budget. */
  readonly allowUnknownCost: boolean;
}

export interface Budget {
  /**
   * Reserves the maximum bill of the statements until the scope closes, and returns the item's own
   * budget. Waits while running items may return enough; serves items in order of their requests. Fails
   * with `NotRun` if the budget is too small.
   */
  readonly reserve: (plan: Plan) => Effect.Effect<QueryBudgetService, Failures.NotRun, Scope.Scope>;
}

/** The most that the statements may be billed; null if one cannot be estimated reliably. */
export const estimate = ({ statements }: Pick<Plan, "statements">): number | null =>
  statements.reduce<number | null>((sum, { bytes, trusted, tables }) => {
    const most = mostBilled(trusted ? bytes : null, tables);
    return sum === null || most === null ? null : sum + most;
  }, 0);

/**
 * Why items would not start, by their index: their maximum cost exceeds the rest of the budget
 * after all earlier items cost their maximum.
 */
export const unaffordable = (
  items: ReadonlyArray<{ readonly index: number; readonly most: number | null }>,
  { bytes, allowUnknownCost }: BudgetOptions,
): ReadonlyMap<number, Failures.NotRun["failure"]> => {
  const found = new Map<number, Failures.NotRun["failure"]>();
  let left = bytes;
  for (const { index, most } of [...items].sort((x, y) => x.index - y.index)) {
    if (most === 0) continue;
    if (most === null && !allowUnknownCost) found.set(index, Failures.unknownCost.failure);
    else if (most === null ? left === 0 : most > left)
      found.set(index, Failures.overBudget(most, left, bytes).failure);
    else left -= most ?? left;
  }
  return found;
};

/** The budget of one item, and what has been charged to it. */
const itemBudget = (reserved: number) => {
  let charged = 0;
  const service: QueryBudgetService = {
    remaining: () => Math.max(0, reserved - charged),
    charge: (billed) => {
      charged = billed === null ? Math.max(charged, reserved) : charged + billed;
    },
  };
  return { service, charged: () => charged };
};

export const make = ({ bytes, allowUnknownCost }: BudgetOptions): Effect.Effect<Budget> =>
  Effect.gen(function* () {
    const turn = yield* Effect.makeSemaphore(1);
    const account = yield* STM.commit(TRef.make({ charged: 0, reserved: 0 }));

    /** The amount to reserve, as soon as it is certain; `wanted` is null for an unknown cost. */
    const amountFor = (wanted: number | null): STM.STM<number, Failures.NotRun> =>
      STM.flatMap(TRef.get(account), ({ charged, reserved }) => {
        const left = Math.max(0, bytes - charged);
        if (wanted === 0) return STM.succeed(0);
        if (wanted === null && !allowUnknownCost) return STM.fail(Failures.unknownCost);
        // An item of unknown cost waits until nothing else is reserved.
        if (wanted === null ? reserved === 0 && left > 0 : wanted <= left - reserved)
          return STM.succeed(wanted ?? left);
        if (reserved > 0 && (wanted ?? 0) <= left) return STM.retry;
        return STM.fail(Failures.overBudget(wanted, left, bytes));
      });

    // Only the waits are interruptible, so that no turn or reservation is lost.
    const take = (wanted: number | null) =>
      Effect.zipRight(
        Effect.interruptible(turn.take(1)),
        Effect.interruptible(STM.commit(amountFor(wanted))).pipe(
          Effect.tap((amount) =>
            TRef.update(account, (now) => ({ ...now, reserved: now.reserved + amount })),
          ),
          Effect.ensuring(turn.release(1)),
        ),
      );

    const settle = (amount: number, used: number) =>
      TRef.update(account, ({ charged, reserved }) => ({
        charged: charged + used,
        reserved: reserved - amount,
      }));

    return {
      reserve: (plan) =>
        Effect.acquireRelease(
          Effect.map(take(estimate(plan)), (amount) => ({ amount, ...itemBudget(amount) })),
          ({ amount, charged }) => settle(amount, charged()),
        ).pipe(Effect.map(({ service }) => service)),
    };
  });
