/** Decodes the options in a JSON line: the same names and values as on the command line. */
import { Either, Schema } from "effect";
import { expected, invalidOption, nameOf, optionFields } from "../../domain/options/OptionField.ts";
import { didYouMean } from "../../domain/Suggestion.ts";
import type { OptionsSchema } from "../Tool.ts";

/** Decodes the given options, by key; Left explains the first invalid one. */
export const read = <Values extends object>(schema: OptionsSchema<Values>) => {
  const fields = optionFields(schema.fields);
  return (json: Readonly<Record<string, unknown>>): Either.Either<Partial<Values>, string> =>
    Either.gen(function* () {
      if (Object.keys(json).length === 0) return {};
      const written: Record<string, unknown> = {};
      const names = new Map<string, string>();
      for (const [name, value] of Object.entries(json)) {
        const wanted = nameOf(name.replaceAll("_", "-")).replace(/^-/, "");
        const field = fields.find((one) => one.name === wanted);
        if (field === undefined) {
          const known = fields.map((one) => one.name);
          return yield* Either.left(
            `"${name}" is not an option of a pair; ${didYouMean(wanted, known) ?? `a pair can have ${known.join(", ")}`}`,
          );
        }
        written[field.key] = value;
        names.set(field.key, name);
      }
      const all: Values = yield* Either.mapLeft(Schema.decodeUnknownEither(schema)(written), (error) => {
        const { key, detail } = invalidOption(error);
        const field = fields.find((one) => one.key === key)!;
        const shown = JSON.stringify(written[key])?.slice(0, 200);
        return `"${names.get(key)}": ${detail ?? `expected ${expected(field)}, got ${shown}`}`;
      });
      // Drops decoded defaults, which would override the command line.
      const given = Object.entries(all).filter(([key]) => key in written);
      return Object.fromEntries(given) as Partial<Values>;
    });
};
