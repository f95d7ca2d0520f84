/** Runs or plans a batch and writes its report. */
import { Effect, type Scope, Stream } from "effect";
import * as Batch from "../../batch/Batch.ts";
import { mostParallel } from "../../batch/concurrency/Slots.ts";
import type { RunnerOptions } from "../../batch/ItemRunner.ts";
import { some } from "../../batch/Items.ts";
import * as Journal from "../../batch/journal/Journal.ts";
import * as Plan from "../../batch/Plan.ts";
import type { ResultBase, Run, Summary } from "../../batch/Result.ts";
import type { Shard } from "../../batch/Shard.ts";
import type { TableReference } from "../../domain/TableReference.ts";
import { userName } from "../../layers/UserName.ts";
import { renderPlans } from "../../reports/PlanReport.ts";
import type { ReportError } from "../../reports/Renderer.ts";
import { renderers } from "../../reports/Renderers.ts";
import { BigQuery } from "../../services/BigQuery.ts";
import type { JournalError } from "../../services/Journal.ts";
import { atOnce } from "../options/Common.ts";
import * as Report from "../output/ReportOutput.ts";
import { Stderr } from "../output/Stderr.ts";
import type * as Stdout from "../output/Stdout.ts";
import * as Status from "../process/ExitStatus.ts";
import type { CommonValues, Batch as ToolBatch } from "../Tool.ts";
import { collector } from "./Memory.ts";

export interface Context {
  /** The run's description, without the user. */
  readonly run: Omit<Run, "principal">;
  /** The options that affect results. */
  readonly settings: Journal.JournalRun["journal"]["settings"];
  readonly shard: Shard | undefined;
  /** Completes when the run must end early. */
  readonly stop: Effect.Effect<void>;
}

type Failure = ReportError | JournalError | Stdout.ReaderGone | Stdout.OutputError;

/** Runs or plans the batch, writes the report and returns the exit status. */
export const run = <Item, Payload>(
  batch: ToolBatch<Item, Payload>,
  values: CommonValues,
  context: Context,
): Effect.Effect<number, Failure, BigQuery | Stderr | Scope.Scope> =>
  Effect.gen(function* () {
    const stderr = yield* Stderr;
    if (values.parallel !== "auto" && values.parallel > mostParallel)
      yield* stderr.warn(`--parallel ${values.parallel} exceeds the maximum; using ${mostParallel}`);
    const work: RunnerOptions & { readonly shard?: Shard } = {
      parallel: values.parallel === "auto" ? "auto" : atOnce(values.parallel),
      room: { threads: values.threads, memory: values.memoryLimit },
      timeout: values.timeout,
      failFast: values.failFast,
      stop: context.stop,
      ...(context.shard === undefined ? {} : { shard: context.shard }),
    };
    const principal = yield* Effect.raceFirst(principalOf(batch), Effect.as(context.stop, null));
    const head: Run = { ...context.run, principal };
    return yield* values.dryRun ? plan(batch, values, head, work) : live(batch, values, head, work, context);
  });

const plan = <Item, Payload>(
  batch: ToolBatch<Item, Payload>,
  values: CommonValues,
  head: Run,
  work: RunnerOptions,
): Effect.Effect<number, Failure, BigQuery | Stderr | Scope.Scope> =>
  Effect.gen(function* () {
    const stderr = yield* Stderr;
    if (values.journal !== undefined)
      yield* stderr.note("--dry-run plans every item, including those in the journal");
    const { sink, look } = yield* Report.target(values);
    const plans = yield* Plan.plan(batch.program, batch.items, {
      ...work,
      pricePerTib: values.pricePerTib,
      ...budgetOf(values),
      ...(batch.planNotes === undefined ? {} : { notes: batch.planNotes() }),
    });
    const failed = Stream.filter(plans.plans, (planned) => planned.status === "failed");
    yield* Stream.runForEach(failed, Report.reportFailure);
    yield* Report.writeAll(
      sink,
      renderPlans(values.format, head, plans, { color: look.color, verbose: values.verbose }),
    );
    yield* sink.commit;
    return Status.ofSummary(plans.summary);
  });

const budgetOf = ({ budget, allowUnknownCost }: CommonValues) =>
  budget === undefined ? {} : { budget: { bytes: budget, allowUnknownCost } };

const live = <Item, Payload>(
  batch: ToolBatch<Item, Payload>,
  values: CommonValues,
  head: Run,
  work: RunnerOptions & { readonly shard?: Shard },
  context: Context,
): Effect.Effect<number, Failure, BigQuery | Stderr | Scope.Scope> =>
  Effect.gen(function* () {
    const stderr = yield* Stderr;
    const journal =
      values.journal === undefined
        ? undefined
        : yield* openJournal(values.journal, {
            ...head,
            journal: {
              settings: context.settings,
              total: batch.items.length,
              ...(work.shard === undefined ? {} : { shard: work.shard }),
            },
          });
    const { sink, look } = yield* Report.target(values);
    const renderer = renderers[values.format];
    const skipped = firstUnrun();
    const collect = collector();
    if (renderer._tag === "Live") yield* sink.write(renderer.opening(head));
    const outcome = yield* Batch.run(batch.program, batch.items, {
      ...work,
      verify: !values.noVerify,
      ...(journal === undefined ? {} : { journal }),
      ...budgetOf(values),
      onResult: (result, line) => {
        collect();
        const reported =
          result.status === "failed"
            ? Report.reportFailure(result)
            : stderr.detail(`${Batch.label(result.item)}: ${result.status}`);
        if (result.status === "skipped")
          skipped.add({ index: result.index, item: result.item, error: result.error });
        return renderer._tag === "Live"
          ? Effect.zipRight(reported, sink.write(renderer.result(line)))
          : reported;
      },
    });
    const { summary } = outcome;
    if (work.shard !== undefined && summary.total === 0)
      yield* stderr.note(
        `shard ${work.shard.part}/${work.shard.of} has none of the ${batch.items.length} items`,
      );
    if (outcome.reused > 0)
      yield* stderr.note(
        `${outcome.reused} of ${summary.total} results were reused from the journal, at no new cost`,
      );
    yield* reportSkipped(summary, skipped.all());
    if (outcome.journalError !== undefined) yield* stderr.error(outcome.journalError.message);
    if (renderer._tag === "Live") yield* sink.write(renderer.closing(summary));
    else yield* Report.writeAll(sink, renderer.render({ ...outcome, ...batch, run: head }, look));
    yield* sink.commit;
    return outcome.journalError === undefined
      ? Status.ofSummary({ ...summary, different: outcome.broken })
      : Status.trouble;
  });

/** Opens and locks the journal for this run, and reports its warnings. */
const openJournal = (file: string, run: Journal.JournalRun) =>
  Effect.gen(function* () {
    const stderr = yield* Stderr;
    const { open } = yield* Effect.promise(() => import("../../layers/JournalFile.ts"));
    const journal = yield* Journal.open(yield* open(file), run);
    yield* Effect.forEach(journal.notes, stderr.note);
    return journal;
  });

/** The user who runs the batch: the BigQuery principal if an item is a BigQuery table, else the local user. */
const principalOf = <Item, Payload>({ items, program }: ToolBatch<Item, Payload>) =>
  Effect.gen(function* () {
    let remote: TableReference | undefined;
    yield* some(items, (item) => {
      remote = program.references(item).find((reference) => reference._tag === "BigQueryTable");
      return remote !== undefined;
    });
    if (remote === undefined) return userName();
    return yield* (yield* BigQuery).principal(remote);
  }).pipe(
    Effect.timeout("10 seconds"),
    Effect.catchAll(() => Effect.succeed(null)),
  );

const mostNames = 5;

interface Unrun extends Pick<ResultBase, "index" | "item"> {
  readonly error: ResultBase["error"];
}

/** The first items that did not run, in the order of the items: as many as are named. */
const firstUnrun = () => {
  let first: ReadonlyArray<Unrun> = [];
  return {
    add: (one: Unrun) => {
      if (first.length === mostNames && one.index > first.at(-1)!.index) return;
      first = [...first, one].sort((a, b) => a.index - b.index).slice(0, mostNames);
    },
    all: () => first,
  };
};

/** Reasons that have not been reported yet. Interruptions, failed items and journal errors have. */
const unreported: ReadonlySet<string> = new Set(["budget", "unknownCost"]);

/** Names those that have a result, in the order of the items, with the reason of the first. */
const reportSkipped = (summary: Summary, first: ReadonlyArray<Unrun>) =>
  Effect.flatMap(Stderr, (stderr) => {
    if (summary.skipped === 0) return Effect.void;
    const why = summary.interrupted ? "interrupted; " : "";
    const { reason = "", message, remedy } = first[0]?.error ?? {};
    const because = unreported.has(reason) ? `: ${message}; ${remedy}` : "";
    const shown = first.map(({ item }) => Batch.label(item));
    const more = summary.skipped - shown.length;
    const list = more === 0 ? shown.join(", ") : `${shown.join(", ")} and ${more} more`;
    const which = shown.length === 0 ? "" : `: ${list}`;
    return stderr.error(`${why}${summary.skipped} of ${summary.total} not run${which}${because}`);
  });
