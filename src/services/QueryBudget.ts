/** The remaining budget of an item. In a batch with a budget, each item has its own QueryBudget. */
import { Context } from "effect";

export interface QueryBudgetService {
  /** The maximum bytes billed for the next query; null without a budget. */
  readonly remaining: () => number | null;
  /** Charges the bytes billed for a finished query; null if unknown, which charges the whole rest. */
  readonly charge: (billed: number | null) => void;
}

export class QueryBudget extends Context.Reference<QueryBudget>()("bqkit/QueryBudget", {
  defaultValue: (): QueryBudgetService => ({ remaining: () => null, charge: () => {} }),
}) {}
