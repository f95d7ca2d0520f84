/** Writes the report of a finished batch in the chosen format, to stdout or a file. */
import { Effect, type Scope, Stream } from "effect";
import { label } from "../../batch/Batch.ts";
import type { ResultBase } from "../../batch/Result.ts";
import type { Appearance, Report, ReportError } from "../../reports/Renderer.ts";
import { renderers } from "../../reports/Renderers.ts";
import type { CommonValues } from "../Tool.ts";
import * as AtomicFile from "./AtomicFile.ts";
import { Stderr } from "./Stderr.ts";
import * as Stdout from "./Stdout.ts";
import { appearance } from "./Terminal.ts";

/** The destination of the report and its appearance there. */
export const target = (
  values: CommonValues,
): Effect.Effect<
  { readonly sink: Stdout.Sink; readonly look: Appearance },
  Stdout.OutputError,
  Scope.Scope
> =>
  Effect.map(values.output === undefined ? Stdout.open : AtomicFile.sink(values.output), (sink) => ({
    sink,
    look: {
      ...appearance(values.output === undefined ? process.stdout : {}, values.color),
      full: values.full,
    },
  }));

/** Writes a stream. */
export const writeAll = <E>(sink: Stdout.Sink, report: Stream.Stream<string, E>) =>
  Stream.runForEach(report, sink.write);

/** Writes a report whose results are all available. */
export const writeWhole = <Payload>(
  values: CommonValues,
  report: Report<Payload>,
): Effect.Effect<void, ReportError | Stdout.ReaderGone | Stdout.OutputError, Scope.Scope> =>
  Effect.gen(function* () {
    const { sink, look } = yield* target(values);
    const renderer = renderers[values.format];
    if (renderer._tag === "Whole") yield* writeAll(sink, renderer.render(report, look));
    else {
      yield* sink.write(renderer.opening(report.run));
      yield* writeAll(sink, Stream.map(report.lines, renderer.result));
      yield* sink.write(renderer.closing(report.summary));
    }
    yield* sink.commit;
  });

/** The item, its failure and the remedy. */
export const failureText = ({ item, error }: Pick<ResultBase, "item" | "error">): string => {
  const name = label(item);
  const text = `${error?.message}; ${error?.remedy}`;
  return text.includes(name) ? text : `${name}: ${text}`;
};

/** Reports a failed result on stderr. */
export const reportFailure = (result: Pick<ResultBase, "item" | "error">) =>
  Effect.flatMap(Stderr, (stderr) => stderr.error(failureText(result)));
