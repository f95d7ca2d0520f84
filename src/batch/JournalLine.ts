/**
 * The lines of a journal: those of an ndjson report, with what tells of a run's items and options, and of a result
 * whether it still holds.
 */
import { Effect, Either, Schema } from "effect";
import { TableVersion, type Versions } from "../domain/TableVersion.ts";
import { JournalError, type JournalReader, type Place } from "../services/Journal.ts";
import { version } from "../version.ts";
import { Run, schemaVersion } from "./Result.ts";

/** Of the run that wrote what follows. */
const Head = Schema.Struct({
  /** The options that decide what a result says, by name; those at their default are left out. */
  settings: Schema.Record({ key: Schema.String, value: Schema.Unknown }),
  /** Items of the whole batch. */
  total: Schema.Int,
  shard: Schema.optionalWith(Schema.Struct({ part: Schema.Int, of: Schema.Int }), { exact: true }),
});
type Head = typeof Head.Type;

/** The first line of a run in a journal. */
export const JournalRun = Schema.Struct({ ...Run.fields, journal: Head }).annotations({
  identifier: "JournalRun",
});
export type JournalRun = typeof JournalRun.Type;

/** The first line of a run that begins now. `settings`: what decides its results, besides the program and the items. */
export const head = (
  given: Pick<Run, "tool"> & Partial<Pick<Run, "options" | "principal">> & Head,
): JournalRun => {
  const { tool, options = {}, principal = null, ...journal } = given;
  const startedAt = new Date().toISOString();
  return { type: "run", schemaVersion, tool, version, options, startedAt, principal, journal };
};

/** What a result in a journal has more than one in a report. */
const Reuse = Schema.Struct({
  /** The item's identity. */
  item: Schema.String,
  /** The tables that it read, as they were; null for a result that says nothing of the same tables at another time. */
  tables: Schema.NullOr(Schema.Record({ key: Schema.String, value: Schema.NullOr(TableVersion) })),
});
export type Reuse = typeof Reuse.Type;

/** A line, by what it says. */
export type Line =
  | { readonly _tag: "Run"; readonly run: Run; readonly head: Head | undefined }
  | {
      readonly _tag: "Result";
      readonly status: string;
      readonly index: number;
      readonly startedAt: string;
      readonly durationMs: number;
      /** The item's identity. */
      readonly item: string;
      readonly tables: Versions | null;
    }
  | { readonly _tag: "Summary" };

const Parsed = Schema.Union(
  Schema.Struct({
    type: Schema.Literal("run"),
    tool: Schema.String,
    schemaVersion: Schema.Number,
    version: Schema.String,
  }),
  Schema.Struct({
    type: Schema.Literal("result"),
    status: Schema.String,
    index: Schema.Int,
    startedAt: Schema.String,
    durationMs: Schema.Number,
    item: Schema.Unknown,
    reuse: Schema.optional(Reuse),
  }),
  Schema.Struct({ type: Schema.Literal("summary") }),
);
const parse = Schema.decodeUnknownEither(Schema.parseJson(Parsed));
const parseRun = Schema.decodeUnknownEither(
  Schema.parseJson(Schema.Struct({ ...Run.fields, journal: Schema.optional(Head) })),
);

/** What is wrong with a file that was to be read as a journal of this tool. */
const refusal = (file: string) => ({
  foreign: (detail: string) =>
    new JournalError({
      reason: "foreign",
      file,
      detail,
      remedy: "give another file; this one was left as it is",
    }),
  newer: (version: string) =>
    new JournalError({
      reason: "newer",
      file,
      detail: `was written by version ${version}, which is newer than this one`,
      remedy: "use that version, or give another file; this one was left as it is",
    }),
});

/** Whether one version such as `1.10.2` is later than another. */
const isLater = (one: string, other: string): boolean => one !== other && Bun.semver.order(one, other) > 0;

/** Reads a line of a journal of the tool; the Left says why it is none. */
export const readLine = (
  file: string,
  own: Pick<Run, "tool" | "version">,
  text: string,
  number: number,
): Either.Either<Line, JournalError> => {
  const { foreign, newer } = refusal(file);
  const unreadable = () =>
    foreign(number === 1 ? "is no journal" : `cannot be read: line ${number} is no line of a journal`);
  return Either.gen(function* () {
    const line = yield* Either.mapLeft(parse(text), unreadable);
    if (number === 1 && line.type !== "run") return yield* Either.left(unreadable());
    switch (line.type) {
      case "run": {
        if (line.tool !== own.tool) return yield* Either.left(foreign(`is one of ${line.tool}`));
        if (line.schemaVersion > schemaVersion || isLater(line.version, own.version))
          return yield* Either.left(newer(line.version));
        const { journal, ...run } = yield* Either.mapLeft(parseRun(text), unreadable);
        return { _tag: "Run", run, head: journal } as const;
      }
      case "result": {
        const { reuse, item, type: _, ...rest } = line;
        return {
          ...rest,
          _tag: "Result",
          item: reuse?.item ?? JSON.stringify(item),
          tables: reuse?.tables ?? null,
        } as const;
      }
      case "summary":
        return { _tag: "Summary" } as const;
    }
  });
};

/** A result's line as it stands in a report. */
export const toReportLine = (line: string): string => {
  const { reuse, ...result } = JSON.parse(line) as Readonly<Record<string, unknown>>;
  return JSON.stringify(result);
};

const runBegins = '{"type":"run",';

/** Journals that were put one behind the other may hold a line that was never finished before the next run's first. */
const pieces = (text: string, place: Place): ReadonlyArray<readonly [text: string, place: Place]> => {
  const from = text.lastIndexOf(runBegins);
  if (from <= 0) return [];
  const [first, second] = [text.slice(0, from), text.slice(from)];
  const bytes = Buffer.byteLength(first);
  return [
    ...(Either.isRight(parse(first)) ? [[first, { at: place.at, bytes }] as const] : []),
    [second, { at: place.at + bytes, bytes: place.bytes - bytes }],
  ];
};

/** Reads every line; `each` gets those that are right, the first that is not is the error. */
export const scan = (
  journal: JournalReader,
  own: Pick<Run, "tool" | "version">,
  each: (line: Line, place: Place) => JournalError | undefined,
): Effect.Effect<void, JournalError> => {
  let isEmpty = true;
  const one = (text: string, place: Place, number: number): JournalError | undefined => {
    isEmpty = false;
    return Either.match(readLine(journal.file, own, text, number), {
      onLeft: (error) => {
        const parts = number > 1 && error.reason === "foreign" ? pieces(text, place) : [];
        return parts.length === 0 ? error : firstError(parts, (part, at) => one(part, at, number));
      },
      onRight: (line) => each(line, place),
    });
  };
  return Effect.zipRight(
    journal.scan(one),
    Effect.suspend(() => (isEmpty && journal.torn > 0 ? assertBegun(journal) : Effect.void)),
  );
};

/** A file without any finished line may be one that a run had only begun; all else is somebody's, and no journal. */
const assertBegun = (journal: JournalReader): Effect.Effect<void, JournalError> =>
  Effect.flatMap(journal.read({ at: 0, bytes: Math.min(journal.torn, runBegins.length) }), (text) =>
    runBegins.startsWith(text) ? Effect.void : refusal(journal.file).foreign("is no journal"),
  );

const firstError = (
  parts: ReturnType<typeof pieces>,
  each: (text: string, place: Place) => JournalError | undefined,
): JournalError | undefined => {
  for (const [text, place] of parts) {
    const error = each(text, place);
    if (error !== undefined) return error;
  }
  return undefined;
};
