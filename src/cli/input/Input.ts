/** Reads items from operands, a file or standard input, and parses the lines. */
import type { PlatformError } from "@effect/platform/Error";
import * as FileSystem from "@effect/platform/FileSystem";
import { Effect, Either } from "effect";
import { type Items, some } from "../../batch/Items.ts";
import * as NumberList from "../../batch/NumberList.ts";
import { collector } from "../run/Memory.ts";
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
  readonly stdin: Effect.Effect<Uint8Array, UsageError>;
  /** The message if no items are given and stdin is a terminal. */
  readonly usage: ReadonlyArray<string>;
}

/** The items as written, in order. */
export const read = (sources: Sources): Effect.Effect<Items<RawItem>, UsageError, FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const { operands, file, fileOption } = sources;
    if (operands.length > 0) {
      if (file === undefined) return operands.map((text) => ({ text }));
      return yield* UsageError.of(`give either operands or --${fileOption}, not both`);
    }
    if (file === undefined && sources.stdinIsTerminal) return yield* UsageError.of(...sources.usage);
    const fromStdin = file === undefined || file === "-";
    const name = fromStdin ? "stdin" : file;
    const items = yield* parseLines(yield* fromStdin ? sources.stdin : contentsOf(file, fileOption), name);
    if (items.length > 0) return items;
    // Ctrl-C also ends the writer of a pipeline, perhaps before its signal arrives here.
    if (fromStdin) yield* Effect.sleep("50 millis");
    return yield* UsageError.of(
      `no items: ${fromStdin ? "standard input" : `"${file}"`} is empty; write one per line`,
    );
  });

const contentsOf = (file: string, option: string) =>
  Effect.flatMap(FileSystem.FileSystem, (files) => files.readFile(file)).pipe(
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
export const stdin: Effect.Effect<Uint8Array, UsageError> = Effect.tryPromise({
  try: () => Bun.stdin.bytes(),
  catch: (error) =>
    UsageError.of(`cannot read standard input: ${error instanceof Error ? error.message : String(error)}`),
});

const [lineFeed, carriageReturn] = [0x0a, 0x0d];
const byteOrderMark = "\ufeff";

/** Lines between two turns of other fibers, such as those that wait for a signal. */
const turn = 1000;
/** Decoded lines between two full collections. */
const linesPerCollection = 50_000;

/**
 * Finds one item per line; skips blank lines and comments. Keeps the bytes of the text and the starts of its lines, and
 * decodes a line whenever its item is needed, so that a million lines take little more memory than their text.
 */
export const parseLines = (text: Uint8Array, name: string): Effect.Effect<Items<RawItem>> => {
  const bytes = Buffer.from(text.buffer, text.byteOffset, text.byteLength);
  const [starts, numbers] = [NumberList.offsets(), NumberList.indexes()];
  const endOf = (start: number): number => {
    let end = start;
    while (end < bytes.length && bytes[end] !== lineFeed && bytes[end] !== carriageReturn) end++;
    return end;
  };
  const itemAt = (start: number, end: number): string => {
    const line = bytes.toString("utf8", start, end);
    return withoutComment(start === 0 && line.startsWith(byteOrderMark) ? line.slice(1) : line).trim();
  };
  const items: Items<RawItem> = {
    get length() {
      return starts.length;
    },
    at: (index) => {
      collect();
      const start = starts.at(index);
      return start === undefined
        ? undefined
        : { text: itemAt(start, endOf(start)), place: `${name}:${numbers.at(index)}` };
    },
  };
  const collect = collector(linesPerCollection);
  let [start, number] = [0, 1];
  const find: Effect.Effect<Items<RawItem>> = Effect.suspend(() => {
    for (let i = 0; i < turn && start < bytes.length; i++, number++) {
      const end = endOf(start);
      if (itemAt(start, end) !== "") {
        starts.push(start);
        numbers.push(number);
      }
      start = bytes[end] === carriageReturn && bytes[end + 1] === lineFeed ? end + 2 : end + 1;
    }
    return start < bytes.length ? Effect.zipRight(Effect.yieldNow(), find) : Effect.succeed(items);
  });
  return find;
};

/** Removes a comment: `#` at the start of the line or after white space, unless it is quoted. */
const withoutComment = (line: string): string => {
  if (!line.includes("#")) return line;
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

/** Why an item is invalid. */
export interface Problem {
  readonly given: RawItem;
  readonly problem: string;
}

/** The maximum number of bad lines reported. */
const most = 50;

/** Reports all bad lines at once: the first ones, and how many there are. */
const badItems = (first: ReadonlyArray<Problem>, count: number): UsageError => {
  const lines = first.map(({ given, problem }) =>
    given.place === undefined ? problem : `${given.place}: ${problem}`,
  );
  const rest = count - lines.length;
  return UsageError.of(...lines, ...(rest > 0 ? [`and ${rest} more lines like these`] : []));
};

/**
 * Decodes every item before anything runs, and reports all bad lines in one error. Keeps no item: each is decoded again
 * whenever it is needed.
 */
export const decodeAll = <Given, A>(
  given: Items<Given>,
  decode: (given: Given) => Either.Either<A, ReadonlyArray<Problem>>,
): Effect.Effect<Items<A>, UsageError> => {
  const bad: Array<Problem> = [];
  let count = 0;
  const check = some(given, (one) => {
    const decoded = decode(one);
    if (Either.isLeft(decoded)) {
      bad.push(...decoded.left.slice(0, most - bad.length));
      count += decoded.left.length;
    }
    return false;
  });
  return Effect.flatMap(check, () =>
    count > 0
      ? badItems(bad, count)
      : Effect.succeed({
          length: given.length,
          at: (index: number) => {
            const one = given.at(index);
            return one === undefined ? undefined : Either.getOrThrow(decode(one));
          },
        }),
  );
};
