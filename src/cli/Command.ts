/** The @effect/cli Command made from an option table: values read by their schemas, else from the environment. */
import * as Args from "@effect/cli/Args";
import * as Command from "@effect/cli/Command";
import * as HelpDoc from "@effect/cli/HelpDoc";
import type * as Span from "@effect/cli/HelpDoc/Span";
import * as Options from "@effect/cli/Options";
import * as ValidationError from "@effect/cli/ValidationError";
import { Config, ConfigProvider, Effect, Either, Schema } from "effect";
import { escapeControls } from "../domain/EscapeControls.ts";
import { unshield } from "./Argv.ts";
import { expected, type Spec, type Specs, type Values, variable } from "./options/Spec.ts";

interface Source {
  /** `--parallel` or `BQKIT_PARALLEL`. */
  readonly from: string;
  readonly text: string;
}

const option = (spec: Spec<unknown>): Options.Options<unknown> => {
  const typed = Options.text(spec.name).pipe(
    Options.map((text): Source => ({ from: `--${spec.name}`, text: unshield(text) })),
  );
  const name = variable(spec);
  const sourced = spec.environment
    ? Options.withFallbackConfig(
        typed,
        Config.map(Config.string(name), (text): Source => ({ from: name, text })),
      )
    : typed;
  return sourced.pipe(
    Options.mapEffect((source) => decode(spec, source)),
    Options.withDefault(spec.fallback),
  );
};

const decode = (spec: Spec<unknown>, { from, text }: Source) => {
  const value = Schema.decodeEither(spec.schema)(text);
  return Either.isRight(value)
    ? Effect.succeed(value.right)
    : Effect.fail(
        ValidationError.invalidValue(
          HelpDoc.p(
            `${from}: expected ${expected(spec)}, got ${escapeControls(JSON.stringify(text.slice(0, 200)))}`,
          ),
        ),
      );
};

/** The Command; `handler` gets the options' values and the operands. */
export const make = <S extends Specs, E, R>(
  name: string,
  specs: S,
  handler: (values: Values<S>, operands: ReadonlyArray<string>) => Effect.Effect<void, E, R>,
) =>
  Command.make(
    name,
    {
      options: Options.all(
        Object.fromEntries(Object.entries(specs).map(([key, spec]) => [key, option(spec)])),
      ),
      operands: Args.repeated(Args.text({ name: "TABLE" })),
    },
    // The option of a key decodes by the schema of that key's spec, which Values<S> says of it.
    ({ options, operands }) => handler(options as Values<S>, operands.map(unshield)),
  );

/** Variables that are set; an empty one counts as unset. */
export const environment = (
  variables: Readonly<Record<string, string | undefined>>,
): ConfigProvider.ConfigProvider =>
  ConfigProvider.fromMap(
    new Map(Object.entries(variables).filter((entry): entry is [string, string] => (entry[1] ?? "") !== "")),
  );

/** The options that were given, here or in the environment, as a report tells them. */
export const givenOptions = (
  specs: Specs,
  given: ReadonlyMap<string, string>,
  variables: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, unknown>> => {
  const told = Object.values(specs).flatMap((spec): ReadonlyArray<[string, unknown]> => {
    const text =
      given.get(spec.name) ?? (spec.environment ? variables[variable(spec)] || undefined : undefined);
    if (text === undefined || spec.secret) return [];
    return [[spec.name, spec.metavar === undefined ? Schema.decodeSync(spec.schema)(text) : text]];
  });
  return Object.fromEntries(told);
};

/** What a failed parse says, in one line. */
export const validationText = (error: ValidationError.ValidationError): string => textOf(error.error);

const textOf = (doc: HelpDoc.HelpDoc): string =>
  HelpDoc.isSequence(doc) ? textOf(doc.left) || textOf(doc.right) : spanText(HelpDoc.getSpan(doc));

const spanText = (span: Span.Span): string => (span._tag === "Text" ? span.value : "bad usage");
