/** The BigQuery service that answers for a reference. */
import { Context, type Effect, type Scope } from "effect";
import type { TableReference } from "../domain/TableReference.ts";
import type { BigQueryError, BigQueryService } from "./BigQuery.ts";

export interface EnginesService {
  /**
   * The engine for the reference, started when it is first asked for. What the engine holds for this reference alone
   * (a staged copy of a text file) is freed with the scope: open one scope an item.
   */
  readonly for: (reference: TableReference) => Effect.Effect<BigQueryService, BigQueryError, Scope.Scope>;
}

export class Engines extends Context.Tag("bqkit/Engines")<Engines, EnginesService>() {}
