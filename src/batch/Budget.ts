/**
 * A batch's budget: before an item starts it reserves what its queries may be billed at most, none of them may be billed
 * more than what is left of that, and what was not billed is given back when the item ends.
 */
import { Deferred, Effect, type Scope } from "effect";
import type { QueryBudgetService } from "../services/QueryBudget.ts";
import { mostBilled } from "./Billing.ts";
import * as Failures from "./Failures.ts";
import type { Plan } from "./Program.ts";

export interface BudgetOptions {
  /** Bytes that all queries of the batch together may be billed. */
  readonly bytes: number;
  /** Items whose cost cannot be known run, too, each with all that is left of the budget. */
  readonly allowUnknownCost: boolean;
}

export interface Budget {
  /**
   * The allowance of an item that would run these statements, until the scope closes. Waits while running items may give
   * back enough; items come to their turn in the order in which they ask. `NotRun` if it does not fit.
   */
  readonly admit: (plan: Plan) => Effect.Effect<QueryBudgetService, Failures.NotRun, Scope.Scope>;
}

/** What the statements may be billed; null where one cannot be estimated, or not be trusted. */
const estimate = ({ statements }: Plan): number | null =>
  statements.reduce<number | null>((sum, { bytes, trusted, tables }) => {
    const most = mostBilled(trusted ? bytes : null, tables);
    return sum === null || most === null ? null : sum + most;
  }, 0);

/** What one item may spend, and has spent. */
const allowance = (reserved: number) => {
  let spent = 0;
  const service: QueryBudgetService = {
    left: () => Math.max(0, reserved - spent),
    spend: (billed) => {
      spent = billed === null ? Math.max(spent, reserved) : spent + billed;
    },
  };
  return { service, spent: () => spent };
};

export const make = ({ bytes, allowUnknownCost }: BudgetOptions): Effect.Effect<Budget> =>
  Effect.gen(function* () {
    const turn = yield* Effect.makeSemaphore(1);
    let [spent, reserved] = [0, 0];
    let returned = yield* Deferred.make<void>();

    const giveBack = (amount: number, used: number) =>
      Effect.gen(function* () {
        reserved -= amount;
        spent += used;
        const told = returned;
        returned = yield* Deferred.make<void>();
        yield* Deferred.succeed(told, undefined);
      });

    /** The amount to reserve, when it is certain. */
    const decide = (wanted: number | null): Effect.Effect<number, Failures.NotRun> =>
      Effect.suspend(() => {
        const left = Math.max(0, bytes - spent);
        if (wanted === 0) return Effect.succeed(0);
        if (wanted === null && !allowUnknownCost) return Failures.unknownCost;
        // Who may use all that is left waits until it is known what that is.
        if (wanted === null ? reserved === 0 && left > 0 : wanted <= left - reserved)
          return Effect.succeed(wanted ?? left);
        if (reserved > 0 && (wanted ?? 0) <= left)
          return Effect.flatMap(Effect.interruptible(Deferred.await(returned)), () => decide(wanted));
        return Failures.overBudget(wanted, left, bytes);
      });

    const reserve = (wanted: number | null) =>
      Effect.interruptible(turn.take(1)).pipe(
        Effect.zipRight(
          decide(wanted).pipe(
            Effect.tap((amount) => Effect.sync(() => (reserved += amount))),
            Effect.ensuring(turn.release(1)),
          ),
        ),
        Effect.map((amount) => ({ amount, given: allowance(amount) })),
      );

    return {
      admit: (plan) =>
        Effect.acquireRelease(reserve(estimate(plan)), ({ amount, given }) =>
          giveBack(amount, given.spent()),
        ).pipe(Effect.map(({ given }) => given.service)),
    };
  });
