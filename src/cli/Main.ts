/** The edge of the process: reads argv, runs, handles signals, and is the one place that ends with an exit status. */
import * as Command from "@effect/cli/Command";
import * as ValidationError from "@effect/cli/ValidationError";
import * as FileSystem from "@effect/platform/FileSystem";
import * as Path from "@effect/platform/Path";
import * as Terminal from "@effect/platform/Terminal";
import { Cause, Deferred, Effect, Either, Exit, FiberId, Layer, Logger, LogLevel, Option } from "effect";
import { scheduler } from "../batch/FairScheduler.ts";
import * as Progress from "../layers/progress/Progress.ts";
import * as Telemetry from "../layers/Telemetry.ts";
import { type Format, renderers } from "../reports/Renderers.ts";
import { Progress as ProgressTag } from "../services/Progress.ts";
import { version } from "../version.ts";
import * as Argv from "./Argv.ts";
import * as CliCommand from "./Command.ts";
import * as Status from "./ExitStatus.ts";
import * as Help from "./Help.ts";
import type { Common } from "./options/Common.ts";
import type { Specs, Values } from "./options/Spec.ts";
import * as Stderr from "./output/Stderr.ts";
import * as Stdout from "./output/Stdout.ts";
import { canRedraw, colorOf, widthOf } from "./output/Terminal.ts";
import { runCommand } from "./RunCommand.ts";
import type { Tool } from "./Tool.ts";
import * as Privacy from "./Umask.ts";

/** How long the partial report may take after a signal. */
const patienceMs = 5000;

/** Runs the program on the process's own arguments, and ends the process. */
export const main = <S extends Common & Specs, Item, Payload>(tool: Tool<S, Item, Payload>): void => {
  const stopped = Deferred.unsafeMake<void>(FiberId.none);
  let received: NodeJS.Signals | undefined;
  const onSignal = (signal: NodeJS.Signals) => {
    if (received !== undefined) return process.exit(Status.ofSignal(signal));
    received = signal;
    setTimeout(() => process.exit(Status.ofSignal(signal)), patienceMs);
    Deferred.unsafeDone(stopped, Exit.void);
  };
  for (const signal of Status.signals) process.on(signal, onSignal);
  // Libraries warn in words of their own, of what the program tells of in its: stderr has one writer.
  process.emitWarning = () => {};
  Privacy.keep();

  const fiber = Effect.runFork(cli(tool, process.argv, Deferred.await(stopped)), {
    scheduler,
  });
  fiber.addObserver((exit) => {
    const status = Exit.isSuccess(exit) ? exit.value : Status.trouble;
    process.exit(received === undefined || status === Status.readerGone ? status : Status.ofSignal(received));
  });
};

/** The whole program as an Effect that never fails: its value is the exit status. */
const cli = <S extends Common & Specs, Item, Payload>(
  tool: Tool<S, Item, Payload>,
  argv: ReadonlyArray<string>,
  stop: Effect.Effect<void>,
): Effect.Effect<number> => {
  const plain = Stderr.make(
    tool.name,
    { quiet: false, verbose: false, color: colorOf(process.stderr, "auto") },
    Stderr.writeLine,
  );
  const badUsage = (text: string) =>
    plain
      .error(`${text}${/[?.]$/.test(text) ? "" : "."} Try "${tool.name} --help".`)
      .pipe(Effect.as(Status.usage));
  const request = Argv.read(argv.slice(2), tool.options);
  if (Either.isLeft(request)) return badUsage(request.left);
  switch (request.right._tag) {
    case "Help":
      return toStdout(
        Help.render(tool, {
          all: request.right.all,
          color: colorOf(process.stdout, "auto"),
          width: Math.min(widthOf(process.stdout) ?? 100, 120),
        }),
      );
    case "Version":
      return toStdout(`${tool.name} ${version}\n`);
    case "Run": {
      const { right } = request;
      let status: number = Status.trouble;
      const command = CliCommand.make(tool.name, tool.options, (values, operands) =>
        Effect.map(work(tool, right.given, values, operands, stop), (given) => {
          status = given;
        }),
      );
      return Command.run(command, { name: tool.name, version })([
        ...argv.slice(0, 2),
        ...Argv.canonical(right),
      ]).pipe(
        Effect.map(() => status),
        Effect.catchIf(ValidationError.isValidationError, (error: ValidationError.ValidationError) =>
          badUsage(CliCommand.validationText(error)),
        ),
        Effect.catchAllCause((cause) => Effect.as(plain.error(unforeseen(cause)), Status.trouble)),
        Effect.withConfigProvider(CliCommand.environment(process.env)),
        hushed,
        Effect.provide(noPlatform),
      );
    }
  }
};

/** @effect/cli prints what it has to say; here only one module does. */
const hushed = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.consoleWith((console) =>
    Effect.withConsole(effect, { ...console, log: () => Effect.void, error: () => Effect.void }),
  );

const toStdout = (text: string): Effect.Effect<number> =>
  Effect.match(Stdout.write(text), {
    onSuccess: () => 0,
    onFailure: ({ _tag }) => (_tag === "ReaderGone" ? Status.readerGone : Status.trouble),
  });

/** With the options read: the layers, the items, the batch, the report. */
const work = <S extends Common & Specs, Item, Payload>(
  tool: Tool<S, Item, Payload>,
  texts: ReadonlyMap<string, string>,
  values: Values<S>,
  operands: ReadonlyArray<string>,
  stop: Effect.Effect<void>,
): Effect.Effect<number> => {
  const { quiet, verbose } = values;
  const loudness = { quiet, verbose, color: colorOf(process.stderr, values.color) };
  const progress = Progress.layer({
    shown: quiet ? false : (values.progress ?? (writesLive(values.format) ? false : undefined)),
    terminal: process.stderr.isTTY === true,
    redraws: canRedraw(process.stderr),
    writeLine: Stderr.writeLine,
  });
  const messages = Layer.effect(
    Stderr.Stderr,
    Effect.map(ProgressTag, ({ message }) => Stderr.make(tool.name, loudness, message)),
  );
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
  const given = CliCommand.givenOptions(tool.options, texts, process.env);

  return runCommand(tool, { values, given, operands, stop }).pipe(
    Effect.scoped,
    Effect.catchTags({
      UsageError: ({ lines }) =>
        Effect.flatMap(Stderr.Stderr, (stderr) => Effect.forEach(lines, stderr.error)).pipe(
          Effect.as(Status.usage),
        ),
      Stopped: () => Effect.succeed(Status.trouble),
      ReaderGone: () => Effect.succeed(Status.readerGone),
      OutputError: tell,
      SpoolError: tell,
      JournalError: tell,
    }),
    Effect.catchAllCause((cause) =>
      Effect.flatMap(Stderr.Stderr, (stderr) =>
        Effect.zipRight(stderr.error(unforeseen(cause)), stderr.detail(Cause.pretty(cause))),
      ).pipe(Effect.as(Status.trouble)),
    ),
    Effect.provide(Layer.merge(logger, Telemetry.layer(tool.name))),
    // A failure that is handled later is no news.
    Effect.withUnhandledErrorLogLevel(Option.none()),
    Logger.withMinimumLogLevel(verbose ? LogLevel.Debug : LogLevel.Warning),
    Effect.provide(Layer.provideMerge(messages, progress)),
  );
};

/** A bar would stand in the way of results on the same terminal. */
const writesLive = (format: Format): boolean =>
  renderers[format]._tag === "Live" && process.stdout.isTTY === true;

const tell = (error: Error) =>
  Effect.flatMap(Stderr.Stderr, (stderr) => stderr.error(error.message)).pipe(Effect.as(Status.trouble));

const unforeseen = (cause: Cause.Cause<unknown>): string => {
  const error = Cause.squash(cause);
  return `a fault of bqkit itself: ${error instanceof Error ? error.message : String(error)}; please report it`;
};

const logText = (message: unknown): string =>
  (Array.isArray(message) ? message : [message])
    .map((part) => (typeof part === "string" ? part : JSON.stringify(part)))
    .join(" ");

/** The command reads no files and asks no questions: it needs no real platform, which start-up would pay for. */
const noPlatform = Layer.mergeAll(
  FileSystem.layerNoop({}),
  Path.layer,
  Layer.succeed(
    Terminal.Terminal,
    Terminal.Terminal.of({
      columns: Effect.succeed(80),
      rows: Effect.succeed(24),
      isTTY: Effect.succeed(false),
      readInput: Effect.dieMessage("no terminal"),
      readLine: Effect.dieMessage("no terminal"),
      display: () => Effect.void,
    }),
  ),
);
