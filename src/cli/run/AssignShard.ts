/** --shard-by: assigns items to a shard by the whole list of items. */
import { Effect } from "effect";
import { label } from "../../batch/Batch.ts";
import * as ItemSizes from "../../batch/cost/ItemSizes.ts";
import { recordedShard } from "../../batch/journal/RecordedShard.ts";
import { identityOf } from "../../batch/journal/Reuse.ts";
import type { Run } from "../../batch/Result.ts";
import * as Shard from "../../batch/Shard.ts";
import * as Format from "../../domain/Format.ts";
import { counted } from "../../domain/Phrases.ts";
import { sha256 } from "../../services/Hash.ts";
import { atOnce } from "../options/Common.ts";
import { Stderr } from "../output/Stderr.ts";
import type { CommonValues, Batch as ToolBatch } from "../Tool.ts";

/** The shard with what it needs of the list, which must be complete. */
export const assign = <Item, Payload>(
  { program, items }: ToolBatch<Item, Payload>,
  values: CommonValues,
  { part, of }: Pick<Shard.Shard, "part" | "of">,
  run: Pick<Run, "tool" | "version">,
) =>
  Effect.gen(function* () {
    const { shardBy, journal, parallel, timeout } = values;
    if (shardBy === "hash") return { part, of };
    const list = yield* Shard.listDigest(items, (item) => identityOf(program, item));
    if (shardBy === "count") return { part, of, by: shardBy, list };
    const recorded = journal === undefined ? undefined : yield* recordedIn(journal, run, { part, of, list });
    if (recorded !== undefined) return recorded;
    const stderr = yield* Stderr;
    yield* stderr.note(`--shard-by bytes: estimating ${counted(items.length, "item")}`);
    const sizes = yield* ItemSizes.estimate(program, items, { parallel: atOnce(parallel), timeout });
    const parts = Shard.assignBySize(sizes, of);
    const own = [...parts.keys()].filter((index) => parts[index] === part - 1);
    const sum = (indexes: ReadonlyArray<number>) =>
      indexes.reduce((total, index) => total + sizes[index]!, 0);
    const mean = sum([...sizes.keys()]) / of;
    const largest = sizes.reduce((most, size, index) => (size > (sizes[most] ?? 0) ? index : most), 0);
    const limit =
      (sizes[largest] ?? 0) > mean
        ? `; ${label(program.itemName(items.at(largest)!))} alone has ${Format.bytes(sizes[largest]!)}`
        : "";
    yield* stderr.note(
      `shard ${part}/${of} has ${Format.bytes(sum(own))} in ${counted(own.length, "item")}; the mean is ${Format.bytes(mean)}${limit}`,
    );
    const assignment = sha256(parts.join());
    return { part, of, by: shardBy, list, items: own, assignment };
  });

/** A missing or unsuitable journal is reported when it is opened for the run. */
const recordedIn = (
  file: string,
  run: Pick<Run, "tool" | "version">,
  shard: Parameters<typeof recordedShard>[2],
) =>
  Effect.gen(function* () {
    const { openReader } = yield* Effect.promise(() => import("../../layers/JournalFile.ts"));
    return yield* recordedShard(yield* openReader(file), run, shard);
  }).pipe(
    Effect.scoped,
    Effect.orElseSucceed(() => undefined),
  );
