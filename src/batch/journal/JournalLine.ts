/**
 * The lines of a journal: those of an NDJSON report, with the options and the number of items of each run,
 * and the data that decides whether a result can be reused.
 */
import { Effect, Either, Schema } from "effect";
import { TableVersion, type Versions } from "../../domain/TableVersion.ts";
import { sha256 } from "../../services/Hash.ts";
import { JournalError, type JournalReader, type LinePosition } from "../../services/Journal.ts";
import { version } from "../../version.ts";
import { Run, schemaVersion } from "../Result.ts";

/** Describes the run that wrote the lines that follow. */
const JournalHeader = Schema.Struct({
  /** The options that affect results and are not at their default, by name. */
  settings: Schema.Record({ key: Schema.String, value: Schema.Unknown }),
  /** The number of items of the whole batch. */
  total: Schema.Int,
  shard: Schema.optionalWith(
    Schema.Struct({
      part: Schema.Int,
      of: Schema.Int,
      by: Schema.optionalWith(Schema.Literal("count", "bytes"), { exact: true }),
      list: Schema.optionalWith(Schema.String, { exact: true }),
      items: Schema.optionalWith(Schema.Array(Schema.Int), { exact: true }),
      assignment: Schema.optionalWith(Schema.String, { exact: true }),
    }),
    { exact: true },
  ),
});
type JournalHeader = typeof JournalHeader.Type;

/** The first line of a run in a journal. */
export const JournalRun = Schema.Struct({ ...Run.fields, journal: JournalHeader }).annotations({
  identifier: "JournalRun",
});
export type JournalRun = typeof JournalRun.Type;

/** The first line of a new run. `settings`: everything that affects results, besides program and items. */
export const head = (
  given: Pick<Run, "tool"> & Partial<Pick<Run, "options" | "principal">> & JournalHeader,
): JournalRun => {
  const { tool, options = {}, principal = null, ...journal } = given;
  const startedAt = new Date().toISOString();
  return { type: "run", schemaVersion, tool, version, options, startedAt, principal, journal };
};

/** Fields that a result has only in a journal. */
const Reuse = Schema.Struct({
  /** The item's identity. */
  item: Schema.String,
  /** The versions of the tables that it read; null if the result cannot be reused. */
  tables: Schema.NullOr(Schema.Record({ key: Schema.String, value: Schema.NullOr(TableVersion) })),
});
export type Reuse = typeof Reuse.Type;

/** A parsed line. */
export type Line =
  | { readonly _tag: "Run"; readonly run: Run; readonly head: JournalHeader | undefined }
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
  Schema.parseJson(Schema.Struct({ ...Run.fields, journal: Schema.optional(JournalHeader) })),
);

/** Why a file cannot be used as a journal of this program. */
const refusal = (file: string) => ({
  foreign: (detail: string) =>
    new JournalError({
      reason: "foreign",
      file,
      detail,
      remedy: "use another file; this file is unchanged",
    }),
  newer: (version: string) =>
    new JournalError({
      reason: "newer",
      file,
      detail: `was written by version ${version}, which is newer than this one`,
      remedy: "use that version or another file; this file is unchanged",
    }),
});

const numeric = new Intl.Collator("en", { numeric: true });

/** Whether one version such as `1.10.2` is later than another. `1.0.0-rc.1` is earlier than `1.0.0`. */
const isLater = (one: string, other: string): boolean => {
  const [[core = "", before = ""], [otherCore = "", otherBefore = ""]] = [one.split("-"), other.split("-")];
  const order = numeric.compare(core, otherCore);
  if (order !== 0 || before === otherBefore) return order > 0;
  return before === "" || (otherBefore !== "" && numeric.compare(before, otherBefore) > 0);
};

/** Parses a line of a journal of the program. */
export const readLine = (
  file: string,
  own: Pick<Run, "tool" | "version">,
  text: string,
  number: number,
): Either.Either<Line, JournalError> => {
  const { foreign, newer } = refusal(file);
  const unreadable = () =>
    foreign(number === 1 ? "is not a journal" : `cannot be read: line ${number} is not a journal line`);
  return Either.gen(function* () {
    const line = yield* Either.mapLeft(parse(text), unreadable);
    if (number === 1 && line.type !== "run") return yield* Either.left(unreadable());
    switch (line.type) {
      case "run": {
        if (line.tool !== own.tool) return yield* Either.left(foreign(`is a journal of ${line.tool}`));
        if (!/^\d+\.\d+\.\d+/.test(line.version))
          return yield* Either.left(
            foreign(`names ${JSON.stringify(line.version)} as the version that wrote it`),
          );
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

const checksum = (text: string): string => sha256(text).slice(0, 16);

/** The line of a run or a result, with a checksum of the text before it in its last object. */
export const seal = (line: string): string => {
  const open = line.slice(0, -"}}".length);
  return `${open},"checksum":"${checksum(open)}"}}`;
};

/** Whether the line is as it was written; `none`: it has no checksum. */
const intact = (line: string): boolean | "none" => {
  const [, open, found] = /^(.*),"checksum":"(.{16})"\}\}$/s.exec(line) ?? [];
  return open === undefined ? "none" : checksum(open) === found;
};

/** The line of a result as in a report. */
export const toReportLine = (line: string): string => {
  const { reuse, ...result } = JSON.parse(line) as Readonly<Record<string, unknown>>;
  return JSON.stringify(result);
};

const runBegins = '{"type":"run",';

/** In concatenated journals, an incomplete line may precede the first line of the next run. */
const pieces = (
  text: string,
  place: LinePosition,
): ReadonlyArray<readonly [text: string, place: LinePosition]> => {
  const from = text.lastIndexOf(runBegins);
  if (from <= 0) return [];
  const [first, second] = [text.slice(0, from), text.slice(from)];
  const bytes = Buffer.byteLength(first);
  return [
    ...(Either.isRight(parse(first)) ? [[first, { at: place.at, bytes }] as const] : []),
    [second, { at: place.at + bytes, bytes: place.bytes - bytes }],
  ];
};

/**
 * Calls `each` with every intact line, and returns the numbers of the damaged ones. Omits results after a
 * damaged line that may have started a run, because their options are unknown.
 */
export const scan = (
  journal: JournalReader,
  own: Pick<Run, "tool" | "version">,
  each: (line: Line, place: LinePosition) => JournalError | undefined,
): Effect.Effect<ReadonlyArray<number>, JournalError> => {
  const damaged: Array<number> = [];
  let [isEmpty, hasRun, isSealed] = [true, true, false];
  const leaveOut = (text: string, number: number): undefined => {
    damaged.push(number);
    if (!/^\{"type":"(result|summary)",/.test(text)) hasRun = false;
  };
  const one = (text: string, place: LinePosition, number: number): JournalError | undefined => {
    isEmpty = false;
    const parts = number > 1 ? pieces(text, place) : [];
    if (parts.length > 0) return firstError(parts, (part, at) => one(part, at, number));
    const isIntact = intact(text);
    if (isIntact === false) return leaveOut(text, number);
    return Either.match(readLine(journal.file, own, text, number), {
      onLeft: (error) =>
        number > 1 && error.reason === "foreign" && Either.isLeft(parse(text))
          ? leaveOut(text, number)
          : error,
      onRight: (line) => {
        if (line._tag === "Run") [hasRun, isSealed] = [true, isIntact === true];
        else if (line._tag === "Result" && isSealed && isIntact === "none") return leaveOut(text, number);
        return hasRun ? each(line, place) : undefined;
      },
    });
  };
  return Effect.zipRight(
    journal.scan(one),
    Effect.suspend(() => (isEmpty && journal.torn > 0 ? assertJournalStart(journal) : Effect.void)),
  ).pipe(Effect.as(damaged));
};

/** Notes about damaged lines. */
export const damageNotes = (file: string, damaged: ReadonlyArray<number>): ReadonlyArray<string> =>
  damaged.length === 0
    ? []
    : [
        `journal "${file}": ${damaged.length === 1 ? "line" : "lines"} ${damaged.slice(0, 10).join(", ")}${
          damaged.length > 10 ? ` and ${damaged.length - 10} more` : ""
        } ${damaged.length === 1 ? "is" : "are"} damaged and left out`,
      ];

/** A file without a complete line is accepted only if it is the start of a journal. */
const assertJournalStart = (journal: JournalReader): Effect.Effect<void, JournalError> =>
  Effect.flatMap(journal.read({ at: 0, bytes: Math.min(journal.torn, runBegins.length) }), (text) =>
    runBegins.startsWith(text) ? Effect.void : refusal(journal.file).foreign("is not a journal"),
  );

const firstError = (
  parts: ReturnType<typeof pieces>,
  each: (text: string, place: LinePosition) => JournalError | undefined,
): JournalError | undefined => {
  for (const [text, place] of parts) {
    const error = each(text, place);
    if (error !== undefined) return error;
  }
  return undefined;
};
