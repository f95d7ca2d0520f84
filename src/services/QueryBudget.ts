/** What an item may still be billed. Where a batch has a budget, each of its items runs with an Allowance of its own. */
import { Context } from "effect";

export interface QueryBudgetService {
  /** Most bytes that the next query may be billed; null without a budget. */
  readonly left: () => number | null;
  /** A query is over that was billed so many bytes; null where nobody knows: all of what was left, then. */
  readonly spend: (billed: number | null) => void;
}

export class QueryBudget extends Context.Reference<QueryBudget>()("bqkit/Allowance", {
  defaultValue: (): QueryBudgetService => ({ left: () => null, spend: () => {} }),
}) {}
