/** --from: merges the results of journals into a report. Runs no queries. */
import { Effect, type Scope } from "effect";
import { label } from "../../batch/Batch.ts";
import * as Merge from "../../batch/journal/Merge.ts";
import type { Run } from "../../batch/Result.ts";
import { counted } from "../../domain/Phrases.ts";
import type { ReportError } from "../../reports/Renderer.ts";
import { names } from "../input/Tables.ts";
import * as Report from "../output/ReportOutput.ts";
import { Stderr } from "../output/Stderr.ts";
import type * as Stdout from "../output/Stdout.ts";
import * as Status from "../process/ExitStatus.ts";
import type { CommonValues, Reader } from "../Tool.ts";
import { UsageError } from "../UsageError.ts";

/** Writes one report of the journals and returns the exit status. */
export const showJournals = <Item, Payload>(
  { program, presenter }: Reader<Item, Payload>,
  files: ReadonlyArray<string>,
  values: CommonValues,
  own: Run,
  /** The options of this call that affect results. */
  settings: Readonly<Record<string, unknown>>,
): Effect.Effect<
  number,
  UsageError | ReportError | Stdout.ReaderGone | Stdout.OutputError,
  Stderr | Scope.Scope
> =>
  Effect.gen(function* () {
    if (files.length === 0)
      return yield* UsageError.of("--from: no journals given; name the files written by --journal");
    const stderr = yield* Stderr;
    const { openReader } = yield* Effect.promise(() => import("../../layers/JournalFile.ts"));
    const journals = yield* Effect.forEach(files, openReader);
    for (const { file, torn } of journals) {
      if (torn > 0) yield* stderr.note(`journal "${file}": the last line is incomplete and was ignored`);
    }
    const merged = yield* Merge.merge(program, journals, own);
    yield* Effect.forEach(merged.notes, stderr.warn);
    const late = Object.keys(settings).filter((name) =>
      merged.settings.some((theirs) => JSON.stringify(theirs[name]) !== JSON.stringify(settings[name])),
    );
    if (late.length > 0) {
      const options = late.map((name) => `--${name}`).join(", ");
      return yield* UsageError.of(
        `--from cannot apply ${options}, because the results already exist; give it to the run that writes the journal`,
      );
    }
    if (merged.differing.length > 0) {
      const options = merged.differing.map((name) => `--${name}`).join(", ");
      yield* stderr.warn(`the journals were written with different options: ${options}`);
    }
    const { troubles } = merged;
    yield* Effect.forEach(
      troubles.filter(({ status }) => status === "failed"),
      Report.reportFailure,
    );
    const skipped = troubles.filter(({ status }) => status === "skipped").map(({ item }) => label(item));
    if (skipped.length > 0)
      yield* stderr.error(`${counted(skipped.length, "item")} not run: ${names(skipped)}`);
    if (merged.missing > 0) yield* stderr.error(reasonOfMissing(merged, files.length));
    yield* Report.writeWhole(values, { ...merged, program, presenter });
    if (merged.missing > 0) return Status.trouble;
    return Status.ofSummary({ ...merged.summary, different: merged.broken });
  });

/** The number of groups of journals that the message lists. */
const mostGroups = 5;

/** Why items have no result, and what to do. */
const reasonOfMissing = ({ missing, shards, summary }: Merge.Merged<unknown>, journals: number): string => {
  if (shards.length > 1) {
    const rest = shards.length - mostGroups;
    const groups = shards.slice(0, mostGroups).map(({ shard, total, files: [first, ...more] }) => {
      const others = more.length === 0 ? "" : ` and ${more.length} more`;
      const list = shard.list === undefined ? "" : `, list ${shard.list.slice(0, 8)}`;
      const sizes = shard.assignment === undefined ? "" : `, sizes ${shard.assignment.slice(0, 8)}`;
      return `"${first}"${others} (--shard-by ${shard.by ?? "hash"}, ${counted(shard.of, "shard")}, ${counted(total, "item")}${list}${sizes})`;
    });
    return `these journals do not fit together, so items may have no result: ${groups.join(", ")}${rest > 0 ? ` and ${rest} more groups` : ""}; concatenate the journals and run the batch with --journal on that file, without --shard: only items without a result run`;
  }
  const which = `${missing} of ${counted(summary.total + missing, "item")} ${missing === 1 ? "has" : "have"} no result in ${journals === 1 ? "this journal" : "these journals"}`;
  return `${which}; run the batch again with --journal to complete it`;
};
