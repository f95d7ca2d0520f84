/** The estimated bytes of items, for shards of equal size. Reads metadata only. */
import { type Duration, Effect } from "effect";
import type { TableVersion } from "../../domain/TableVersion.ts";
import { BigQuery } from "../../services/BigQuery.ts";
import type { BigQueryError } from "../../services/BigQueryError.ts";
import * as ItemScope from "../../services/ItemScope.ts";
import { label } from "../Batch.ts";
import type { Items } from "../Items.ts";
import type { Program } from "../Program.ts";
import { runItem } from "../RunItem.ts";

export interface SizeOptions {
  /** The number of items that are estimated at the same time. */
  readonly parallel: number;
  /** The time limit of each item. */
  readonly timeout: Duration.DurationInput;
}

const bytesOf = (version: TableVersion | null): number =>
  version?._tag === "Files"
    ? version.files.reduce((sum, { bytes }) => sum + bytes, 0)
    : (version?.bytes ?? 0);

/** The size of its files, and the bytes of its queries by their dry runs. */
const sizeOf = <Item, Payload>(
  program: Program<Item, Payload>,
  item: Item,
): Effect.Effect<number, BigQueryError, BigQuery> =>
  Effect.gen(function* () {
    const engine = yield* BigQuery;
    const references = program.references(item);
    const files = references.filter(({ _tag }) => _tag !== "BigQueryTable");
    const versions = yield* Effect.forEach(files, engine.version);
    const { statements } =
      files.length === references.length ? { statements: [] } : yield* program.plan(item);
    return [...versions.map(bytesOf), ...statements.map(({ bytes }) => bytes ?? 0)].reduce(
      (a, b) => a + b,
      0,
    );
  });

/**
 * Estimates every item. An unknown size is 0, as is that of an item that fails, which reports its error when it runs.
 * Fails with an error that all items would have, or that another machine may not have.
 */
export const estimate = <Item, Payload>(
  program: Program<Item, Payload>,
  items: Items<Item>,
  { parallel, timeout }: SizeOptions,
): Effect.Effect<Float64Array, BigQueryError, BigQuery> =>
  Effect.suspend(() => {
    const sizes = new Float64Array(items.length);
    let next = 0;
    const worker = Effect.whileLoop({
      while: () => next < items.length,
      body: () => {
        const index = next++;
        const item = items.at(index)!;
        const size = ItemScope.within(sizeOf(program, item));
        return Effect.flatMap(
          runItem(
            (timeLimit) => timeLimit(size),
            timeout,
            () => () => {},
          ),
          ({ ending, error }) =>
            error?.endsBatch || error?.retryable
              ? error.with({ detail: `cannot estimate ${label(program.itemName(item))}: ${error.detail}` })
              : Effect.succeed({ index, bytes: ending._tag === "Done" ? ending.value : 0 }),
        );
      },
      step: ({ index, bytes }) => {
        sizes[index] = bytes;
      },
    });
    return Effect.as(
      Effect.all(
        Array.from({ length: parallel }, () => worker),
        { concurrency: "unbounded", discard: true },
      ),
      sizes,
    );
  });
