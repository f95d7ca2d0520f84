/** What an item may still be billed. In a batch with a budget, each item runs with a QueryBudget of its own. */
import { Context } from "effect";

export interface QueryBudgetService {
  /** The most bytes that the next query may be billed; null without a budget. */
  readonly remaining: () => number | null;
  /** Charges a finished query with the bytes billed; null if they are unknown, which charges all that remained. */
  readonly charge: (billed: number | null) => void;
}

export class QueryBudget extends Context.Reference<QueryBudget>()("bqkit/QueryBudget", {
  defaultValue: (): QueryBudgetService => ({ remaining: () => null, charge: () => {} }),
}) {}
