/**
 * Builds the @effect/cli Command of a program: decodes its options by their schema and provides the layers they
 * select.
 */
import * as Args from "@effect/cli/Args";
import * as Command from "@effect/cli/Command";
import * as HelpDoc from "@effect/cli/HelpDoc";
import type * as Span from "@effect/cli/HelpDoc/Span";
import * as Options from "@effect/cli/Options";
import * as ValidationError from "@effect/cli/ValidationError";
import { Config, ConfigProvider, Effect, type Layer, ParseResult, Schema } from "effect";
import { escapeControls } from "../../domain/EscapeControls.ts";
import { expected, invalidOption, type OptionField, variable } from "../../domain/options/OptionField.ts";
import type { OptionsSchema } from "../Tool.ts";
import { valueOf } from "./Argv.ts";

/** The given options, as written. */
export type GivenOptions = Readonly<Record<string, unknown>>;

export interface Parsed<Values> {
  readonly values: Values;
  readonly given: GivenOptions;
  readonly operands: ReadonlyArray<string>;
}

/**
 * Parses only `fields`, the options given on the command line or in the environment: parsing all sixty takes 20 ms.
 */
const options = <Values>(
  schema: OptionsSchema<Values>,
  fields: ReadonlyArray<OptionField>,
  given: ReadonlySet<string>,
): Options.Options<Pick<Parsed<Values>, "values" | "given">> =>
  written(fields, given).pipe(
    Options.mapEffect((record) =>
      Schema.decodeUnknown(schema)(record).pipe(
        Effect.mapBoth({
          onSuccess: (values) => ({ values, given: record }),
          onFailure: (error) => ValidationError.invalidValue(HelpDoc.p(explain(error, fields, given))),
        }),
      ),
    ),
  );

/** The options as an encoded record, as in a JSON pair. */
const written = (
  fields: ReadonlyArray<OptionField>,
  given: ReadonlySet<string>,
): Options.Options<GivenOptions> =>
  fields.length === 0
    ? Options.map(Options.none, () => ({}))
    : Options.all(
        Object.fromEntries(fields.map((field) => [field.key, option(field, given.has(field.key))])),
      );

/** Falls back to the environment variable. */
const option = (field: OptionField, isGiven: boolean): Options.Options<unknown> => {
  const typed: Options.Options<unknown> =
    field.metavar === undefined
      ? Options.boolean(field.name, field.negatable === true ? { negationNames: [`no-${field.name}`] } : {})
      : Options.map(Options.text(field.name), valueOf);
  return isGiven ? typed : Options.withFallbackConfig(typed, Config.string(variable(field)));
};

const explain = (
  error: ParseResult.ParseError,
  fields: ReadonlyArray<OptionField>,
  onCommandLine: ReadonlySet<string>,
): string => {
  const { key, given, detail } = invalidOption(error);
  const field = fields.find((one) => one.key === key);
  if (field === undefined) return ParseResult.TreeFormatter.formatErrorSync(error);
  const from = onCommandLine.has(key) ? `--${field.name}` : variable(field);
  const shown = JSON.stringify(String(given).slice(0, 200));
  return escapeControls(`${from}: ${detail ?? `expected ${expected(field)}, got ${shown}`}`);
};

export interface Definition<Values, E, R, LE, LR, LA> {
  readonly name: string;
  readonly schema: OptionsSchema<Values>;
  readonly fields: ReadonlyArray<OptionField>;
  readonly given: ReadonlySet<string>;
  readonly handler: (parsed: Parsed<Values>) => Effect.Effect<void, E, R>;
  /** The layers that the options select. */
  readonly layer: (values: Values) => Layer.Layer<LA, LE, LR>;
}

export const make = <Values, E, R, LE, LR, LA>({
  name,
  schema,
  fields,
  given,
  handler,
  layer,
}: Definition<Values, E, R, LE, LR, LA>) =>
  Command.make(
    name,
    { options: options(schema, fields, given), operands: Args.repeated(Args.text({ name: "ITEM" })) },
    ({ options, operands }) => handler({ ...options, operands: operands.map(valueOf) }),
  ).pipe(Command.provide(({ options }) => layer(options.values)));

/** Provides the variables that are set and not empty. */
export const environment = (
  variables: Readonly<Record<string, string | undefined>>,
): ConfigProvider.ConfigProvider =>
  ConfigProvider.fromMap(
    new Map(Object.entries(variables).filter((entry): entry is [string, string] => (entry[1] ?? "") !== "")),
  );

/** The error of a failed parse, in one line. */
export const validationText = (error: ValidationError.ValidationError): string => textOf(error.error);

const textOf = (doc: HelpDoc.HelpDoc): string =>
  HelpDoc.isSequence(doc) ? textOf(doc.left) || textOf(doc.right) : spanText(HelpDoc.getSpan(doc));

const spanText = (span: Span.Span): string => (span._tag === "Text" ? span.value : "bad usage");
