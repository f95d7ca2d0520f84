/** Schemas of option values. The description of each schema states the expected form, for help and errors. */
import { Either, ParseResult, Schema } from "effect";

/**
 * A schema from a parser of the command line's text. In JSON, the value may also be a number, a boolean, a
 * list (joined by commas) or an object (as `key=value`s). Left explains the problem; undefined means that
 * the value does not have the described form.
 */
export const checked = <A>(
  description: string,
  read: (text: string) => Either.Either<A, string | undefined>,
): Schema.Schema<A, unknown> =>
  Schema.transformOrFail(
    Schema.Unknown,
    Schema.declare((_: unknown): _ is A => true),
    {
      strict: true,
      decode: (given, _, ast) => {
        const text = textOf(given);
        return Either.mapLeft(
          text === undefined ? Either.left(undefined) : read(text),
          (detail) => new ParseResult.Type(ast, given, detail),
        );
      },
      encode: (value, _, ast) =>
        ParseResult.fail(new ParseResult.Forbidden(ast, value, "options cannot be encoded")),
    },
  ).annotations({ description });

/** A schema from a parser that returns undefined for invalid text. */
export const text = <A>(description: string, read: (text: string) => A | undefined) =>
  checked(description, (given) => Either.fromNullable(read(given), () => undefined));

/** A JSON value as command-line text. */
const textOf = (value: unknown): string | undefined => {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean")
    return String(value);
  if (Array.isArray(value)) return joined(value.map(textOf));
  if (typeof value !== "object" || value === null) return undefined;
  return joined(
    Object.entries(value).map(([key, inner]) => {
      const text = textOf(inner);
      return text === undefined ? undefined : `${key}=${text}`;
    }),
  );
};

const joined = (texts: ReadonlyArray<string | undefined>): string | undefined =>
  texts.includes(undefined) ? undefined : texts.join(",");

export const wholeNumber = (least: number, most = Number.MAX_SAFE_INTEGER) =>
  text(
    most === Number.MAX_SAFE_INTEGER
      ? `a whole number, ${least} or more`
      : `a whole number from ${least} to ${most}`,
    (given) => {
      const number = /^\d+$/.test(given) ? Number(given) : Number.NaN;
      return number >= least && number <= most ? number : undefined;
    },
  );

const decimal = (given: string): number =>
  /^(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(given) ? Number(given) : Number.NaN;

/** Above 0, up to `most`. */
export const positive = (most = Number.MAX_VALUE) =>
  text(`a number above 0${most === Number.MAX_VALUE ? "" : `, up to ${most}`}`, (given) => {
    const number = decimal(given);
    return number > 0 && number <= most ? number : undefined;
  });

export const notNegative = text("a number, 0 or more", (given) => {
  const number = decimal(given);
  return Number.isFinite(number) ? number : undefined;
});

export const oneOf = <const A extends ReadonlyArray<string>>(
  ...choices: A
): Schema.Schema<A[number], unknown> =>
  Schema.Literal(...choices).annotations({ description: `one of ${choices.join(", ")}` }) as Schema.Schema<
    A[number],
    unknown
  >;

export const filled = (what: string) => text(what, (given) => (given.trim() === "" ? undefined : given));

/** Rejects empty text: an unset shell variable must not cause a full scan. */
export const condition = filled('a condition such as "amount > 0"');

/** A time as ISO 8601 in UTC, in the years 1 to 9999, to the microsecond. Without a time zone it is UTC. */
export const time = text("a time such as 2024-05-01 or 2024-05-01T12:30:00Z", (given) => {
  const parts =
    /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(?:\.(\d{1,6}))?(Z|[+-](?:0\d|1[0-4]):?[0-5]\d)?)?$/i.exec(
      given.trim(),
    );
  if (parts === null) return undefined;
  const [, day, clock = "00:00", fraction = "", zone = "Z"] = parts;
  const [midnight, instant] = [new Date(`${day}T00:00Z`), new Date(`${day}T${clock}${zone.toUpperCase()}`)];
  if (Number.isNaN(midnight.getTime()) || Number.isNaN(instant.getTime())) return undefined;
  const isTime =
    midnight.toISOString().startsWith(day!) && clock < "24" && !(fraction !== "" && clock.length < 8);
  const iso = instant.toISOString();
  return isTime && /^\d{4}-/.test(iso) && iso >= "0001"
    ? `${iso.slice(0, 20)}${fraction.padEnd(3, "0")}Z`
    : undefined;
});

/** Splits at commas outside backticks; undefined if a member is empty. */
export const members = (given: string): ReadonlyArray<string> | undefined => {
  const found = [...given.matchAll(/(?:`(?:[^`]|``)*`|[^,`])+/g)].map(([member]) => member.trim());
  const rest = given.replaceAll(/(?:`(?:[^`]|``)*`|[^,`])+/g, "");
  const isList =
    found.length > 0 && !found.includes("") && rest.length === found.length - 1 && !rest.includes("`");
  return isList ? found : undefined;
};

/** A comma-separated list; backticks protect commas. */
export const list = (description: string) => text(description, members);

export const paths = list("comma-separated column names");

/** Removes the backticks around a name. */
export const bare = (name: string): string =>
  /^`.+`$/s.test(name) ? name.slice(1, -1).replaceAll("``", "`") : name;

/** Splits at the only `=` outside backticks; undefined if a side is empty. */
export const sides = (member: string): readonly [left: string, right: string] | undefined => {
  const [, left, right] = /^((?:`(?:[^`]|``)*`|[^`=])+)=((?:`(?:[^`]|``)*`|[^`=])+)$/s.exec(member) ?? [];
  const both = [left, right].map((side) => bare((side ?? "").trim()));
  return both.includes("") ? undefined : [both[0]!, both[1]!];
};

/** The array, if no member is undefined. */
export const allDefined = <A>(read: ReadonlyArray<A | undefined>): ReadonlyArray<A> | undefined => {
  const found = read.filter((one) => one !== undefined);
  return found.length === read.length ? found : undefined;
};
