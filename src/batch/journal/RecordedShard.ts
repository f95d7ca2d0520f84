/** Finds the assignment of a shard in its journal. */
import { Effect } from "effect";
import type { JournalError, JournalReader } from "../../services/Journal.ts";
import type { Run } from "../Result.ts";
import type { Shard } from "../Shard.ts";
import { scan } from "./JournalLine.ts";

/** The shard by bytes that an earlier run recorded for the same list of items, so that a resumed shard keeps its items. */
export const recordedShard = (
  journal: JournalReader,
  run: Pick<Run, "tool" | "version">,
  { part, of, list }: Pick<Shard, "part" | "of"> & { readonly list: string },
): Effect.Effect<Shard | undefined, JournalError> => {
  let found: Shard | undefined;
  const all = scan(journal, run, (line) => {
    if (line._tag !== "Run" || line.head?.shard?.list !== list) return undefined;
    const { shard } = line.head;
    if (shard.by === "bytes" && shard.items !== undefined && shard.part === part && shard.of === of)
      found = { ...shard, by: shard.by, items: shard.items };
    return undefined;
  });
  return Effect.map(all, () => found);
};
