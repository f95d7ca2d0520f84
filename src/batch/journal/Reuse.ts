/** Decides whether an earlier result of an item is still valid. */
import { Effect, Option } from "effect";
import * as TableReference from "../../domain/TableReference.ts";
import * as TableVersion from "../../domain/TableVersion.ts";
import { BigQuery } from "../../services/BigQuery.ts";
import type { BigQueryError } from "../../services/BigQueryError.ts";
import type { JournalError } from "../../services/Journal.ts";
import type { Program } from "../Program.ts";
import * as Shard from "../Shard.ts";
import type { Held, Journal } from "./Journal.ts";

/** The current versions of tables, by name. A pattern has none, because its tables may change. */
export const versionsOf = (
  references: ReadonlyArray<TableReference.TableReference>,
): Effect.Effect<TableVersion.Versions, BigQueryError, BigQuery> =>
  Effect.map(
    Effect.forEach(references, (reference) =>
      Effect.gen(function* () {
        const name = TableReference.format(reference);
        if (TableReference.isPattern(reference)) return [name, null] as const;
        return [name, yield* (yield* BigQuery).version(reference)] as const;
      }),
    ),
    Object.fromEntries,
  );

/** The item's identity. */
export const identityOf = <Item, Payload>(program: Program<Item, Payload>, item: Item): string =>
  program.identity?.(item) ?? JSON.stringify(program.itemName(item));

/** Whether an item is in the shard; undefined without one: all items are. */
export const selector = <Item, Payload>(
  program: Program<Item, Payload>,
  shard: Shard.Shard | undefined,
): ((item: Item, index: number) => boolean) | undefined =>
  shard && Shard.has(shard, (item) => identityOf(program, item));

/**
 * Finds an earlier result of the same item. With `verify`, only if its tables are unchanged and its conditions are
 * deterministic.
 */
export const findReusable = <Item, Payload>(
  program: Program<Item, Payload>,
  item: Item,
  journal: Journal,
  verify: boolean,
): Effect.Effect<Option.Option<Held>, JournalError, BigQuery> =>
  Effect.gen(function* () {
    const found = yield* journal.find(identityOf(program, item));
    if (Option.isNone(found) || !verify) return found;
    const { tables } = found.value;
    if (tables === null || !(program.isDeterministic?.(item) ?? true)) return Option.none();
    // If a version cannot be read now, the item runs and reports the error.
    const now = yield* Effect.option(program.versions?.(item) ?? versionsOf(program.references(item)));
    return Option.isSome(now) && TableVersion.unchanged(tables, now.value) ? found : Option.none();
  });
