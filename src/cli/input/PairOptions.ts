/** Options that a line of JSON holds beside its item: the same names and values as on the command line, or lists of them. */

import { Either, Option, Schema } from "effect";
import { didYouMean } from "../../domain/Suggestion.ts";
import { expected, type Specs, type Values } from "../options/Spec.ts";

/** Those that were given, by the keys of the table; the Left says what is wrong with the first that is. */
export const read =
  <S extends Specs>(specs: S) =>
  (json: Readonly<Record<string, unknown>>): Either.Either<Partial<Values<S>>, string> =>
    Either.map(
      Either.all(Object.entries(json).map(([name, value]) => member(specs, name, value))),
      // A key's value decodes by the schema of that key's spec, which Values<S> says of it.
      (members) => Object.fromEntries(members) as Partial<Values<S>>,
    );

const member = (
  specs: Specs,
  name: string,
  value: unknown,
): Either.Either<readonly [string, unknown], string> => {
  const wanted = name
    .replaceAll(/[A-Z]/g, (letter) => `-${letter}`)
    .toLowerCase()
    .replaceAll("_", "-");
  const found = Object.entries(specs).find(([, spec]) => spec.name === wanted);
  if (found === undefined) {
    const names = Object.values(specs).map((spec) => spec.name);
    return Either.left(
      `"${name}" is not an option of a pair; ${didYouMean(wanted, names) ?? `a pair can have ${names.join(", ")}`}`,
    );
  }
  const [key, spec] = found;
  const text = textOf(value);
  const decoded = text === undefined ? Option.none() : Schema.decodeOption(spec.schema)(text);
  return Option.isSome(decoded)
    ? Either.right([key, decoded.value])
    : Either.left(`"${name}": expected ${expected(spec)}, got ${JSON.stringify(value).slice(0, 200)}`);
};

/** As it would stand on the command line; an object is a list of `key=value`. */
const textOf = (value: unknown): string | undefined => {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean")
    return String(value);
  if (Array.isArray(value)) return all(value.map(textOf));
  if (typeof value !== "object" || value === null) return undefined;
  return all(
    Object.entries(value).map(([key, inner]) => {
      const text = textOf(inner);
      return text === undefined ? undefined : `${key}=${text}`;
    }),
  );
};

const all = (texts: ReadonlyArray<string | undefined>): string | undefined =>
  texts.includes(undefined) ? undefined : texts.join(",");
