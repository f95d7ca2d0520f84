/**
 * The journal of a batch: the lines of an ndjson report, each result with what tells whether it still holds. What
 * earlier runs finished is found here; what this one finishes is added, a durable line each.
 */
import { Effect, Either, Option, Schema } from "effect";
import { TableVersion, type Versions } from "../domain/TableVersion.ts";
import { JournalError, type JournalReader, type JournalService, type Place } from "../services/Journal.ts";
import { Run, type Summary, schemaVersion } from "./Result.ts";

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

/** What a result in a journal has more than one in a report. */
const Reuse = Schema.Struct({
  /** The item's identity. */
  item: Schema.String,
  /** The tables that it read, as they were; null for a result that says nothing of the same tables at another time. */
  tables: Schema.NullOr(Schema.Record({ key: Schema.String, value: Schema.NullOr(TableVersion) })),
});
export type Reuse = typeof Reuse.Type;

/** A finished result of an earlier run. */
export interface Held {
  /** Its JSON, as it stands in a report. */
  readonly line: string;
  readonly index: number;
  readonly tables: Versions | null;
}

export interface Journal {
  /** What earlier runs found of the item, if it may be used at all. */
  readonly find: (item: string) => Effect.Effect<Option.Option<Held>, JournalError>;
  readonly record: (line: string, reuse: Reuse) => Effect.Effect<void, JournalError>;
  /** Ends this run's part, if it has one. */
  readonly finish: (summary: Summary) => Effect.Effect<void, JournalError>;
  /** Results of earlier runs that may be used. */
  readonly held: number;
  /** What the reader should know: a line that was cut off, results that cannot be used. */
  readonly notes: ReadonlyArray<string>;
}

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
  const one = (text: string, place: Place, number: number): JournalError | undefined =>
    Either.match(readLine(journal.file, own, text, number), {
      onLeft: (error) => {
        const parts = number > 1 && error.reason === "foreign" ? pieces(text, place) : [];
        return parts.length === 0 ? error : firstError(parts, (part, at) => one(part, at, number));
      },
      onRight: (line) => each(line, place),
    });
  return journal.scan(one);
};

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

/** The names of options that two runs had differently. */
const otherOptions = (mine: Head["settings"], theirs: Head["settings"]): ReadonlyArray<string> =>
  [...new Set([...Object.keys(mine), ...Object.keys(theirs)])]
    .filter((name) => JSON.stringify(mine[name]) !== JSON.stringify(theirs[name]))
    .sort();

/** Opens the journal for a run: refused if it is another tool's, a newer version's, or one of other options. */
export const open = (service: JournalService, run: JournalRun): Effect.Effect<Journal, JournalError> =>
  Effect.gen(function* () {
    const found = new Map<
      string,
      { readonly place: Place; readonly index: number; readonly tables: Versions | null }
    >();
    let usable = false;
    const stale = { version: 0, principal: 0 };
    let writer: Run | undefined;

    yield* scan(service, run, (line, place) => {
      if (line._tag === "Run") {
        writer = line.run;
        usable = line.run.version === run.version && line.run.principal === run.principal;
        const differing = otherOptions(run.journal.settings, line.head?.settings ?? {});
        return differing.length === 0
          ? undefined
          : new JournalError({
              reason: "otherOptions",
              file: service.file,
              detail: `was written with other options: ${differing.map((name) => `--${name}`).join(", ")}`,
              remedy: "give the same ones, or another file; this one was left as it is",
            });
      }
      if (line._tag === "Summary") return undefined;
      const isFinished = line.status === "ok" || line.status === "different";
      if (isFinished && usable) found.set(line.item, { place, index: line.index, tables: line.tables });
      // A later word on the item counts, also where it is that there is no result.
      else found.delete(line.item);
      if (isFinished && !usable) stale[writer?.version === run.version ? "principal" : "version"] += 1;
      return undefined;
    });

    // Only now is it certain that the file is this tool's.
    yield* service.mend;
    let headed = false;
    const record: Journal["record"] = (line, reuse) =>
      Effect.gen(function* () {
        if (!headed) yield* service.append(JSON.stringify(run));
        headed = true;
        yield* service.append(`${line.slice(0, -1)},"reuse":${JSON.stringify(reuse)}}`);
      });

    const notes = [
      ...(service.torn === 0
        ? []
        : [
            `journal "${service.file}": its last line was never finished (${service.torn} bytes) and is cut off`,
          ]),
      ...(stale.version === 0
        ? []
        : [`${stale.version} results in the journal are of another version and are not used`]),
      ...(stale.principal === 0
        ? []
        : [`${stale.principal} results in the journal were made as another account and are not used`]),
    ];
    return {
      find: (item) => {
        const one = found.get(item);
        return one === undefined
          ? Effect.succeedNone
          : Effect.map(service.read(one.place), (line) =>
              Option.some({ line: toReportLine(line), index: one.index, tables: one.tables }),
            );
      },
      record,
      finish: (summary) =>
        Effect.suspend(() => (headed ? service.append(JSON.stringify(summary)) : Effect.void)),
      held: found.size,
      notes,
    } satisfies Journal;
  });
