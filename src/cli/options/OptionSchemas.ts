/** Values of options as people write them. Each schema's description says what is expected, for help and errors. */
import * as bytes from "bytes-iec";
import { ParseResult, Schema } from "effect";
import parseDuration from "parse-duration";
import { type TypeName, typeName } from "../../domain/TableSchema.ts";
import type { Partitions } from "../../scan/Partitions.ts";

/** A schema from a function that gives undefined for what it does not accept. */
export const text = <A>(
  description: string,
  read: (text: string) => A | undefined,
): Schema.Schema<A, string> =>
  Schema.transformOrFail(
    Schema.String,
    Schema.declare((_: unknown): _ is A => true),
    {
      strict: true,
      decode: (given, _, ast) => {
        const value = read(given);
        return value === undefined
          ? ParseResult.fail(new ParseResult.Type(ast, given))
          : ParseResult.succeed(value);
      },
      encode: (value) => ParseResult.succeed(String(value)),
    },
  ).annotations({ description });

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

/** Items in flight: a number, or what the service bears. */
export const parallel = text("a whole number, 1 or more, or auto", (given): number | "auto" | undefined => {
  if (given === "auto") return given;
  const number = /^\d+$/.test(given) ? Number(given) : 0;
  return number >= 1 ? number : undefined;
});

/** Most parts that a batch may be cut into. */
const mostShards = 100_000;

/** `2/7`; or what the scheduler says, of so many parts where it does not say that: `auto`, `auto/7`. */
export type ShardOption =
  | { readonly _tag: "Part"; readonly part: number; readonly of: number }
  | { readonly _tag: "Auto"; readonly of: number | undefined };

export const shard = text("K/N with K from 1 to N, auto, or auto/N", (given): ShardOption | undefined => {
  const [, part, of] = /^(auto|[1-9]\d*)(?:\/([1-9]\d*))?$/.exec(given) ?? [];
  if (part === undefined || Number(of ?? 1) > mostShards) return undefined;
  if (part === "auto") return { _tag: "Auto", of: of === undefined ? undefined : Number(of) };
  return of === undefined || Number(part) > Number(of)
    ? undefined
    : { _tag: "Part", part: Number(part), of: Number(of) };
});

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

export const flag = text("true or false", (given) => {
  const word = given.toLowerCase();
  return /^(true|yes|on|1)$/.test(word) ? true : /^(false|no|off|0)$/.test(word) ? false : undefined;
});

export const oneOf = <const A extends string>(...choices: ReadonlyArray<A>) =>
  text(`one of ${choices.join(", ")}`, (given) => choices.find((choice) => choice === given));

export const filled = (what: string) => text(what, (given) => (given.trim() === "" ? undefined : given));

/** Not empty: an unset variable of a script must not turn into a scan of everything. */
export const condition = filled('a condition such as "amount > 0"');

const sizeOf = (given: string): number | undefined => {
  const size = /^\d+(\.\d+)?\s*([kmgtp]?i?b)?$/i.test(given) ? bytes.parse(given) : null;
  return size === null || size < 1 ? undefined : Math.floor(size);
};

/** Bytes. */
export const size = text("a size such as 100GB or 512MiB", sizeOf);

/** Bytes, or null for no limit. */
export const limit = text("a size such as 100GB or 512MiB, or none", (given) =>
  given === "none"
    ? { limit: null }
    : ((bytes) => (bytes === undefined ? undefined : { limit: bytes }))(sizeOf(given)),
);

/** Milliseconds. */
export const duration = text("a time such as 30s, 10m or 1h30m", (given) => {
  const milliseconds = /^(\d+(\.\d+)?(ms|s|m|h|d))+$/.test(given) ? parseDuration(given) : null;
  return milliseconds === null || milliseconds <= 0 ? undefined : milliseconds;
});

/** A point in time, as ISO 8601 in UTC. What has no time zone is UTC. */
export const time = text("a time such as 2024-05-01 or 2024-05-01T12:30:00Z", (given) => {
  const parts = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)(Z|[+-]\d\d:?\d\d)?)?$/i.exec(
    given.trim(),
  );
  if (parts === null) return undefined;
  const [, day, clock = "00:00", zone = "Z"] = parts;
  const instant = new Date(`${day}T${clock}${zone.toUpperCase()}`);
  const exists = new Date(`${day}T00:00Z`).toISOString().startsWith(day!);
  return Number.isNaN(instant.getTime()) || !exists ? undefined : instant.toISOString();
});

/** Texts between commas; a comma inside backticks belongs to its text. */
export const list = (description: string) =>
  text(description, (given): ReadonlyArray<string> | undefined => {
    const members = [...given.matchAll(/(?:`(?:[^`]|``)*`|[^,`])+/g)].map(([member]) => member.trim());
    const rest = given.replaceAll(/(?:`(?:[^`]|``)*`|[^,`])+/g, "");
    return members.length === 0 ||
      members.includes("") ||
      rest.length !== members.length - 1 ||
      rest.includes("`")
      ? undefined
      : members;
  });

export const paths = list("names of columns between commas");

/** `latest`, a number, or `FROM..TO`. */
export const partitions = text("latest, a number, or FROM..TO", (given): Partitions | undefined => {
  if (given === "latest") return { _tag: "Latest", count: 1 };
  if (/^[1-9]\d{0,5}$/.test(given)) return { _tag: "Latest", count: Number(given) };
  const range = /^([\w:. -]+?)\.\.([\w:. -]+)$/.exec(given);
  return range === null ? undefined : { _tag: "Range", from: range[1]!.trim(), to: range[2]!.trim() };
});

const textTypes: ReadonlySet<TypeName> = new Set([
  "STRING", "INT64", "NUMERIC", "BIGNUMERIC", "FLOAT64", "BOOL", "DATE", "DATETIME", "TIMESTAMP", "TIME",
]); // biome-ignore format: one list

/** `id=STRING,amount=NUMERIC`; a name that holds `,` or `=` stands between backticks. */
export const columnTypes = text(
  `columns with types such as id=STRING,amount=NUMERIC; types are ${[...textTypes].join(", ")}`,
  (given): Readonly<Record<string, TypeName>> | undefined => {
    const members = Schema.decodeOption(list(""))(given);
    if (members._tag === "None") return undefined;
    const entries = members.value.map((member) => {
      const [, name = "", type = ""] = /^((?:`(?:[^`]|``)*`|[^`=])+)=([^`=]+)$/s.exec(member) ?? [];
      const bare = /^`.+`$/s.test(name.trim()) ? name.trim().slice(1, -1).replaceAll("``", "`") : name.trim();
      return [bare, typeName(type.trim())] as const;
    });
    const names = new Set(entries.map(([name]) => name));
    const known = entries.every(([name, type]) => name !== "" && type !== undefined && textTypes.has(type));
    return known && names.size === entries.length
      ? (Object.fromEntries(entries) as Readonly<Record<string, TypeName>>)
      : undefined;
  },
);

/** `team=data,env=prod`, by BigQuery's rules for labels. */
export const labels = text(
  "labels such as team=data,env=prod",
  (given): Readonly<Record<string, string>> | undefined => {
    const pairs = given
      .split(",")
      .map((pair) =>
        /^([\p{Ll}\p{Lo}][\p{Ll}\p{Lo}\p{N}_-]{0,62})=([\p{Ll}\p{Lo}\p{N}_-]{0,63})$/u.exec(pair.trim()),
      );
    const entries = pairs.map((pair): [string, string] => [pair?.[1] ?? "", pair?.[2] ?? ""]);
    const names = new Set(entries.map(([key]) => key));
    return names.has("") || names.size !== entries.length ? undefined : Object.fromEntries(entries);
  },
);
