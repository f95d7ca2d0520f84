/** Runs a program from the process's arguments to its exit status. */
import * as CliConfig from "@effect/cli/CliConfig";
import * as EffectCommand from "@effect/cli/Command";
import * as ValidationError from "@effect/cli/ValidationError";
import * as BunFileSystem from "@effect/platform-bun/BunFileSystem";
import * as BunPath from "@effect/platform-bun/BunPath";
import * as BunTerminal from "@effect/platform-bun/BunTerminal";
import { Console, Effect, Either, Layer } from "effect";
import { optionFields, variable } from "../domain/options/OptionField.ts";
import { version } from "../version.ts";
import * as Argv from "./command/Argv.ts";
import * as Command from "./command/Command.ts";
import * as Help from "./command/Help.ts";
import * as Messages from "./output/Messages.ts";
import * as Stderr from "./output/Stderr.ts";
import * as Stdout from "./output/Stdout.ts";
import { colorOf, widthOf } from "./output/Terminal.ts";
import * as Status from "./process/ExitStatus.ts";
import { runMain } from "./process/RunMain.ts";
import * as Umask from "./process/Umask.ts";
import { engines, RunTables } from "./run/Layers.ts";
import { runCommand } from "./run/RunCommand.ts";
import type { CommonValues, Tool } from "./Tool.ts";

/** Runs the program and ends the process. */
export const main = <Values extends CommonValues, Item, Payload>(
  tool: Tool<Values, Item, Payload>,
  args: ReadonlyArray<string> = process.argv.slice(2),
): void => {
  // Only this program writes to stderr; the warnings of libraries would duplicate its messages.
  process.emitWarning = () => {};
  Umask.keep();
  runMain((stop) => Effect.suspend(() => cli(tool, args, stop)));
};

/** The whole program: never fails, and succeeds with the exit status. */
const cli = <Values extends CommonValues, Item, Payload>(
  tool: Tool<Values, Item, Payload>,
  args: ReadonlyArray<string>,
  stop: Effect.Effect<void>,
): Effect.Effect<number> => {
  const stderr = Stderr.make(
    tool.name,
    { quiet: false, verbose: false, color: colorOf(process.stderr, "auto") },
    Stderr.writeLine,
  );
  const badUsage = (text: string) =>
    stderr
      .error(`${text}${/[?.]$/.test(text) ? "" : "."} Try "${tool.name} --help".`)
      .pipe(Effect.as(Status.usage));
  const fields = optionFields(tool.options.fields);
  const request = Argv.normalize(args, fields);
  if (Either.isLeft(request)) return badUsage(request.left);
  switch (request.right._tag) {
    case "Help":
      return toStdout(
        Help.render(tool, fields, {
          all: request.right.all,
          color: colorOf(process.stdout, "auto"),
          width: Math.min(widthOf(process.stdout) ?? 80, 100),
        }),
      );
    case "Version":
      return toStdout(`${tool.name} ${version}\n`);
    case "Completions": {
      const { shell } = request.right;
      return Effect.promise(() => import("./command/Completions.ts")).pipe(
        Effect.flatMap(({ script }) => script(shell, tool.name, fields)),
        Effect.matchEffect({ onSuccess: toStdout, onFailure: badUsage }),
        Effect.provide(platform),
      );
    }
    case "Run": {
      const { given, argv } = request.right;
      let status: number = Status.trouble;
      const command = Command.make({
        name: tool.name,
        schema: tool.options,
        fields: fields.filter(
          (field) => given.has(field.key) || (field.environment === true && process.env[variable(field)]),
        ),
        given,
        handler: (parsed) =>
          Effect.map(runCommand(tool, fields, parsed, stop), (found) => {
            status = found;
          }),
        layer: (values) =>
          Layer.merge(
            Messages.layer(tool.name, values),
            Layer.provideMerge(tool.engines ?? engines(values), RunTables.layer),
          ),
      });
      return EffectCommand.run(command, { name: tool.name, version, executable: tool.name })([
        ...process.argv.slice(0, 2),
        ...argv,
      ]).pipe(
        Effect.map(() => status),
        Effect.catchIf(ValidationError.isValidationError, (error: ValidationError.ValidationError) =>
          badUsage(Command.validationText(error)),
        ),
        Effect.catchAllCause((cause) => Effect.as(stderr.error(Status.internalError(cause)), Status.trouble)),
        Effect.withConfigProvider(Command.environment(process.env)),
        withSilentConsole,
        Effect.provide(
          CliConfig.layer({ isCaseSensitive: true, finalCheckBuiltIn: false, autoCorrectLimit: 0 }),
        ),
        Effect.provide(platform),
      );
    }
  }
};

const platform = Layer.mergeAll(BunFileSystem.layer, BunPath.layer, BunTerminal.layer);

/** Suppresses the console output of @effect/cli; only Stdout and Stderr write. */
const withSilentConsole = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Console.consoleWith((console) =>
    Console.withConsole(effect, { ...console, log: () => Effect.void, error: () => Effect.void }),
  );

/** Writes a text; succeeds with the exit status. */
export const toStdout = (text: string): Effect.Effect<number> =>
  Effect.match(Effect.zipRight(Stdout.open, Stdout.write(text)), {
    onSuccess: () => 0,
    onFailure: ({ _tag }) => (_tag === "ReaderGone" ? Status.readerGone : Status.trouble),
  });
