/**
 * The journal of a batch. What earlier runs finished is found here, and what this one finishes is added, a durable line
 * each.
 */
import { Effect, Option } from "effect";
import type { Versions } from "../domain/TableVersion.ts";
import { JournalError, type JournalService, type Place } from "../services/Journal.ts";
import { type JournalRun, type Reuse, scan, toReportLine } from "./JournalLine.ts";
import type { Run, Summary } from "./Result.ts";

export { head, JournalRun, type Reuse } from "./JournalLine.ts";

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

type Settings = JournalRun["journal"]["settings"];

/** The names of options that two runs had differently. */
const otherOptions = (mine: Settings, theirs: Settings): ReadonlyArray<string> =>
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
    let last: JournalRun["journal"] | undefined;

    yield* scan(service, run, (line, place) => {
      if (line._tag === "Run") {
        writer = line.run;
        last = line.head;
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
    const begin = Effect.suspend(() => {
      if (headed) return Effect.void;
      headed = true;
      return service.append(JSON.stringify(run));
    });
    // What the batch is stands there also where none of its items gets a result.
    if (!usable || JSON.stringify(last) !== JSON.stringify(run.journal)) yield* begin;
    const record: Journal["record"] = (line, reuse) =>
      Effect.gen(function* () {
        yield* begin;
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
