/** From options and operands to a report: reads the items, runs the batch, writes what comes of it. */
import { userInfo } from "node:os";
import { Effect, type Scope, Stream } from "effect";
import * as Batch from "../batch/Batch.ts";
import * as Plan from "../batch/Plan.ts";
import { type ResultBase, type Run, type Summary, schemaVersion } from "../batch/Result.ts";
import type { SpoolError } from "../batch/Spool.ts";
import type { WorkOptions } from "../batch/Work.ts";
import { renderPlans } from "../reports/plan.ts";
import { renderers } from "../reports/renderers.ts";
import { Engines } from "../services/Engines.ts";
import { version } from "../version.ts";
import { mostParallel } from "./options/common.ts";
import * as Output from "./output.ts";
import { Stderr } from "./Stderr.ts";
import * as Status from "./status.ts";
import * as Stdout from "./stdout.ts";
import type { CommonValues, Batch as ToolBatch } from "./Tool.ts";
import { names } from "./tables.ts";
import { appearance } from "./terminal.ts";

export interface Context {
  readonly tool: Run["tool"];
  /** The options that were given, for the report. */
  readonly given: Readonly<Record<string, unknown>>;
  /** Completes when the run is to end early. */
  readonly stop: Effect.Effect<void>;
}

/** Runs or plans the batch and writes the report; gives the exit status. */
export const run = <Item, Payload>(
  batch: ToolBatch<Item, Payload>,
  values: CommonValues & { readonly pricePerTib?: number },
  context: Context,
): Effect.Effect<
  number,
  SpoolError | Stdout.ReaderGone | Stdout.OutputError,
  Engines | Stderr | Scope.Scope
> =>
  Effect.gen(function* () {
    const stderr = yield* Stderr;
    if (values.parallel > mostParallel)
      yield* stderr.warn(`--parallel ${values.parallel} is too many; ${mostParallel} it is`);
    const sink = values.output === undefined ? Stdout.sink : yield* Output.sink(values.output);
    const place = values.output === undefined ? process.stdout : {};
    const look = { ...appearance(place, values.color), full: values.full };
    const work: WorkOptions = {
      parallel: Math.min(values.parallel, mostParallel),
      timeout: values.timeout,
      failFast: values.failFast,
      stop: context.stop,
    };
    const head: Run = {
      type: "run",
      schemaVersion,
      tool: context.tool,
      version,
      options: context.given,
      startedAt: new Date().toISOString(),
      principal: yield* principalOf(batch),
    };
    const write = <E>(report: Stream.Stream<string, E>) => Stream.runForEach(report, sink.write);

    if (values.dryRun) {
      const plans = yield* Plan.plan(batch.program, batch.items, {
        ...work,
        ...(values.pricePerTib === undefined ? {} : { pricePerTib: values.pricePerTib }),
        ...(batch.planNotes === undefined ? {} : { notes: batch.planNotes }),
      });
      const failed = Stream.filter(plans.plans, (plan) => plan.status === "failed");
      yield* Stream.runForEach(failed, (plan) => stderr.error(failureText(plan)));
      yield* write(renderPlans(values.format, head, plans, look));
      yield* sink.commit;
      return Status.ofSummary(plans.summary);
    }

    const renderer = renderers[values.format];
    const skipped: Array<string> = [];
    if (renderer._tag === "Live") yield* sink.write(renderer.opening(head));
    const outcome = yield* Batch.run(batch.program, batch.items, {
      ...work,
      onResult: (result, line) => {
        const told =
          result.status === "failed"
            ? stderr.error(failureText(result))
            : stderr.detail(`${Batch.label(result.item)}: ${result.status}`);
        if (result.status === "skipped" && skipped.length < 1000) skipped.push(Batch.label(result.item));
        return renderer._tag === "Live" ? Effect.zipRight(told, sink.write(renderer.result(line))) : told;
      },
    });
    const { summary } = outcome;
    yield* tellSkipped(summary, skipped);
    if (renderer._tag === "Live") yield* sink.write(renderer.closing(summary));
    else yield* write(renderer.render({ ...outcome, program: batch.program, run: head }, look));
    yield* sink.commit;
    return Status.ofSummary({ ...summary, different: outcome.broken });
  });

/** Who looks: as BigQuery knows them if a table is there, else as this machine does. */
const principalOf = <Item, Payload>({ items, references }: ToolBatch<Item, Payload>) =>
  Effect.gen(function* () {
    const remote = items.flatMap(references).find((reference) => reference._tag === "BigQueryTable");
    if (remote === undefined) return yield* Effect.try(() => userInfo().username);
    return yield* (yield* (yield* Engines).for(remote)).principal;
  }).pipe(
    Effect.scoped,
    Effect.timeout("10 seconds"),
    Effect.catchAll(() => Effect.succeed(null)),
  );

/** What was asked, what happened, and what to do next. */
const failureText = ({
  item,
  error,
}: {
  readonly item: ResultBase["item"];
  readonly error?: ResultBase["error"];
}): string => {
  const name = Batch.label(item);
  const text = `${error?.message}; ${error?.remedy}`;
  return text.includes(name) ? text : `${name}: ${text}`;
};

const tellSkipped = (summary: Summary, skipped: ReadonlyArray<string>) =>
  Effect.flatMap(Stderr, (stderr) => {
    if (summary.skipped === 0) return Effect.void;
    const why = summary.interrupted ? "interrupted; " : "";
    return stderr.error(`${why}${summary.skipped} of ${summary.total} not run: ${names(skipped)}`);
  });
