/** Option values that only the command line has: sizes, durations, shards, labels. */
import * as bytes from "bytes-iec";
import parseDuration from "parse-duration";
import { allDefined, members, sides, text } from "../../domain/options/OptionValues.ts";
import { type TypeName, typeName } from "../../domain/TableSchema.ts";

/** The concurrency: a number, or `auto`. */
export const parallel = text("a whole number, 1 or more, or auto", (given): number | "auto" | undefined => {
  if (given === "auto") return given;
  const number = /^\d+$/.test(given) ? Number(given) : 0;
  return number >= 1 && Number.isSafeInteger(number) ? number : undefined;
});

/** The maximum number of shards. */
const mostShards = 100_000;

/** `2/7`; `auto` to ask the scheduler; `auto/7` if it does not provide the number of parts. */
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

const sizeOf = (given: string): number | undefined => {
  const size = /^\d+(\.\d+)?\s*([kmgtp]?i?b)?$/i.test(given) ? bytes.parse(given) : null;
  return size === null || size < 1 || size > Number.MAX_SAFE_INTEGER ? undefined : Math.floor(size);
};

/** Bytes. */
export const size = text("a size such as 100GB or 512MiB", sizeOf);

/** Bytes, or null for no limit. */
export const limit = text("a size such as 100GB or 512MiB, or none", (given) => {
  if (given === "none") return { limit: null };
  const bytes = sizeOf(given);
  return bytes === undefined ? undefined : { limit: bytes };
});

/** Milliseconds. */
export const duration = text("a time such as 30s, 10m or 1h30m", (given) => {
  const milliseconds = /^(\d+(\.\d+)?(ms|s|m|h|d))+$/.test(given) ? parseDuration(given) : null;
  return milliseconds === null || milliseconds <= 0 || milliseconds > Number.MAX_SAFE_INTEGER
    ? undefined
    : milliseconds;
});

const textTypes: ReadonlySet<TypeName> = new Set([
  "STRING", "INT64", "NUMERIC", "BIGNUMERIC", "FLOAT64", "BOOL", "DATE", "DATETIME", "TIMESTAMP", "TIME",
]); // biome-ignore format: one list

/** Builds a record from `key=value` members; undefined for an invalid or repeated key. */
const record = <A>(
  entries: ReadonlyArray<readonly [string, A]> | undefined,
): Readonly<Record<string, A>> | undefined =>
  entries === undefined || new Set(entries.map(([key]) => key)).size !== entries.length
    ? undefined
    : Object.fromEntries(entries);

/** `id=STRING,amount=NUMERIC`; backticks quote a name that contains `,` or `=`. */
export const columnTypes = text(
  `columns with types such as id=STRING,amount=NUMERIC; types are ${[...textTypes].join(", ")}`,
  (given) =>
    record(
      allDefined(
        members(given)?.map((member) => {
          const [name, written = ""] = sides(member) ?? [];
          const type = typeName(written);
          return name === undefined || type === undefined || !textTypes.has(type)
            ? undefined
            : ([name, type] as const);
        }) ?? [undefined],
      ),
    ),
);

/** `team=data,env=prod`, by BigQuery's rules for labels. */
export const labels = text("labels such as team=data,env=prod", (given) =>
  record(
    allDefined(
      given.split(",").map((label) => {
        const [, key, value = ""] =
          /^([\p{Ll}\p{Lo}][\p{Ll}\p{Lo}\p{N}_-]{0,62})=([\p{Ll}\p{Lo}\p{N}_-]{0,63})$/u.exec(label.trim()) ??
          [];
        return key === undefined ? undefined : ([key, value] as const);
      }),
    ),
  ),
);
