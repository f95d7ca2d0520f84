/** Reads items from operands, a file or standard input, and parses the lines. */
import type { PlatformError } from "@effect/platform/Error";
import * as FileSystem from "@effect/platform/FileSystem";
import { Effect } from "effect";
import { UsageError } from "../UsageError.ts";

/** An item as written. */
export interface RawItem {
  readonly text: string;
  /** `tables.txt:3`; absent for operands. */
  readonly place?: string;
}

export interface Sources {
  readonly operands: ReadonlyArray<string>;
  /** `-` is standard input. */
  readonly file: string | undefined;
  /** The option that names the file. */
  readonly fileOption: string;
  readonly stdinIsTerminal: boolean;
  readonly stdin: Effect.Effect<string, UsageError>;
  /** The message if no items are given and stdin is a terminal. */
  readonly usage: ReadonlyArray<string>;
}

/** The items as written, in order. */
export const read = (
  sources: Sources,
): Effect.Effect<ReadonlyArray<RawItem>, UsageError, FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const { operands, file, fileOption } = sources;
    if (operands.length > 0) {
      if (file === undefined) return operands.map((text) => ({ text }));
      return yield* UsageError.of(`give either operands or --${fileOption}, not both`);
    }
    if (file === undefined && sources.stdinIsTerminal) return yield* UsageError.of(...sources.usage);
    const fromStdin = file === undefined || file === "-";
    const name = fromStdin ? "stdin" : file;
    const items = parseLines(yield* fromStdin ? sources.stdin : contentsOf(file, fileOption), name);
    if (items.length > 0) return items;
    return yield* UsageError.of(
      `no items: ${fromStdin ? "standard input" : `"${file}"`} is empty; write one per line`,
    );
  });

const contentsOf = (file: string, option: string) =>
  Effect.flatMap(FileSystem.FileSystem, (files) => files.readFileString(file)).pipe(
    Effect.mapError((error) => UsageError.of(`--${option}: cannot read "${file}": ${reasonOf(error)}`)),
  );

/** Why a file cannot be read. */
export const reasonOf = (error: PlatformError): string => {
  if (error._tag === "BadArgument") return error.message;
  if (error.reason === "NotFound") return "there is no such file";
  if (error.reason === "PermissionDenied") return "permission denied";
  return error.description?.startsWith("EISDIR") === true
    ? "it is a folder"
    : (error.description ?? error.message);
};

/** Reads all of standard input. */
export const stdin: Effect.Effect<string, UsageError> = Effect.tryPromise({
  try: () => Bun.stdin.text(),
  catch: (error) =>
    UsageError.of(`cannot read standard input: ${error instanceof Error ? error.message : String(error)}`),
});

/** Parses one item per line; skips blank lines and comments. */
export const parseLines = (text: string, name: string): ReadonlyArray<RawItem> =>
  text
    .replace(/^\ufeff/, "")
    .split(/\r\n|\n|\r/)
    .flatMap((line, i) => {
      const item = withoutComment(line).trim();
      return item === "" ? [] : [{ text: item, place: `${name}:${i + 1}` }];
    });

/** Removes a comment: `#` at the start of the line or after white space, unless it is quoted. */
const withoutComment = (line: string): string => {
  const json = isJson(line.trimStart());
  let quote: string | undefined;
  for (let i = 0; i < line.length; i++) {
    const char = line[i]!;
    const before = i === 0 ? " " : line[i - 1]!;
    if (quote !== undefined) {
      if (json && char === "\\") i += 1;
      else if (char === quote) quote = undefined;
    } else if (json ? char === '"' : isQuote(line, i, before)) quote = char;
    else if (char === "#" && /\s/.test(before)) return line.slice(0, i);
  }
  return line;
};

/** Whether a line is a JSON object; `{a,b}.csv` is a glob. */
export const isJson = (line: string): boolean => /^\{\s*["}]/.test(line);

/** Whether a quote opens here: at the start of a name, with a closing quote later. */
export const isQuote = (line: string, at: number, before: string): boolean =>
  (line[at] === '"' || line[at] === "'") && /[\s:]/.test(before) && line.includes(line[at]!, at + 1);

/** Removes quotes around the whole line. */
export const unquote = (text: string): string => /^(["'])(.+)\1$/s.exec(text)?.[2] ?? text;

/** The maximum number of bad lines reported. */
const most = 50;

/** Reports all bad lines at once. */
export const badItems = (
  bad: ReadonlyArray<{ readonly given: RawItem; readonly problem: string }>,
): UsageError => {
  const lines = bad.map(({ given, problem }) =>
    given.place === undefined ? problem : `${given.place}: ${problem}`,
  );
  const rest = lines.length - most;
  return UsageError.of(...lines.slice(0, most), ...(rest > 0 ? [`and ${rest} more lines like these`] : []));
};
