/** Configures messages, progress, logs and traces by the options. */
import { Effect, Layer, Logger, LogLevel, Option } from "effect";
import * as Progress from "../../layers/progress/Progress.ts";
import * as Telemetry from "../../layers/Telemetry.ts";
import { type Format, renderers } from "../../reports/Renderers.ts";
import { Progress as ProgressTag } from "../../services/Progress.ts";
import type { CommonValues } from "../Tool.ts";
import * as Stderr from "./Stderr.ts";
import { canRedraw, colorOf } from "./Terminal.ts";

export const layer = (
  program: string,
  { quiet, verbose, color, progress, format }: CommonValues,
): Layer.Layer<Stderr.Stderr | ProgressTag> => {
  const progressLayer = Progress.layer({
    shown: quiet ? false : (progress ?? (writesLive(format) ? false : undefined)),
    terminal: process.stderr.isTTY === true,
    redraws: canRedraw(process.stderr),
    writeLine: Stderr.writeLine,
  });
  const loudness = { quiet, verbose, color: colorOf(process.stderr, color) };
  const stderr = Layer.effect(
    Stderr.Stderr,
    Effect.map(ProgressTag, ({ message }) => Stderr.make(program, loudness, message)),
  );
  return Layer.mergeAll(
    logger,
    Telemetry.layer(program),
    Logger.minimumLogLevel(verbose ? LogLevel.Debug : LogLevel.Warning),
    // Do not log failures that are handled later.
    Layer.setUnhandledErrorLogLevel(Option.none()),
  ).pipe(Layer.provideMerge(stderr), Layer.provideMerge(progressLayer));
};

/** Whether results are written as they arrive; a progress bar would mix with them on the same terminal. */
const writesLive = (format: Format): boolean =>
  renderers[format]._tag === "Live" && process.stdout.isTTY === true;

const logger = Layer.unwrapEffect(
  Effect.map(Stderr.Stderr, (stderr) =>
    Logger.replace(
      Logger.defaultLogger,
      Logger.make(({ logLevel, message }) => {
        const tell = LogLevel.greaterThanEqual(logLevel, LogLevel.Warning) ? stderr.warn : stderr.detail;
        Effect.runSync(tell(logText(message)));
      }),
    ),
  ),
);

const logText = (message: unknown): string =>
  (Array.isArray(message) ? message : [message])
    .map((part) => (typeof part === "string" ? part : JSON.stringify(part)))
    .join(" ");
