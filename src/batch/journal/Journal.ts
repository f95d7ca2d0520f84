/** The journal of a batch: finds the results of earlier runs and adds those of this run, each as a durable line. */
import { Effect, Option } from "effect";
import type { Versions } from "../../domain/TableVersion.ts";
import { JournalError, type JournalService, type LinePosition } from "../../services/Journal.ts";
import type { Run, Summary } from "../Result.ts";
import {
  damageNotes,
  type JournalRun,
  type Reuse,
  readLine,
  scan,
  seal,
  toReportLine,
} from "./JournalLine.ts";

export { head, JournalRun, type Reuse } from "./JournalLine.ts";

/** A finished result of an earlier run. */
export interface Held {
  /** Its JSON, as in a report. */
  readonly line: string;
  readonly index: number;
  readonly tables: Versions | null;
  /** A run with another list of items wrote it: its index may be that of another item now. */
  readonly isOfOtherList: boolean;
}

export interface Journal {
  /** The reusable result of the item, if an earlier run has one. */
  readonly find: (item: string) => Effect.Effect<Option.Option<Held>, JournalError>;
  readonly record: (line: string, reuse: Reuse) => Effect.Effect<void, JournalError>;
  /** Adds the summary, if this run has added a line. */
  readonly finish: (summary: Summary) => Effect.Effect<void, JournalError>;
  /** The number of reusable results. */
  readonly held: number;
  /** Notes for the user: an incomplete line, results that cannot be reused. */
  readonly notes: ReadonlyArray<string>;
}

type Settings = JournalRun["journal"]["settings"];

/** The names of the options that differ between two runs. */
const differingOptions = (mine: Settings, theirs: Settings): ReadonlyArray<string> =>
  [...new Set([...Object.keys(mine), ...Object.keys(theirs)])]
    .filter((name) => JSON.stringify(mine[name]) !== JSON.stringify(theirs[name]))
    .sort();

/** Opens the journal for a run; fails if another program, a newer version or different options wrote it. */
export const open = (service: JournalService, run: JournalRun): Effect.Effect<Journal, JournalError> =>
  Effect.gen(function* () {
    // Only positions: a journal may hold a million results.
    const found = new Map<string, LinePosition & { readonly isOfOtherList: boolean }>();
    const { shard } = run.journal;
    let usable = false;
    const stale = { version: 0, principal: 0 };
    let writer: Run | undefined;
    let last: JournalRun["journal"] | undefined;

    const damaged = yield* scan(service, run, (line, place) => {
      if (line._tag === "Run") {
        writer = line.run;
        last = line.head;
        usable = line.run.version === run.version && line.run.principal === run.principal;
        const differing = differingOptions(run.journal.settings, line.head?.settings ?? {});
        return differing.length === 0
          ? undefined
          : new JournalError({
              reason: "otherOptions",
              file: service.file,
              detail: `was written with different options: ${differing.map((name) => `--${name}`).join(", ")}`,
              remedy: "use the same options, or another file; this file is unchanged",
            });
      }
      if (line._tag === "Summary") return undefined;
      const isFinished = line.status === "ok" || line.status === "different";
      const isOfOtherList = shard?.list !== last?.shard?.list;
      if (isFinished && usable) found.set(line.item, { ...place, isOfOtherList });
      // The last line of an item applies, even if it has no result.
      else found.delete(line.item);
      if (isFinished && !usable) stale[writer?.version === run.version ? "principal" : "version"] += 1;
      return undefined;
    });

    // Only after the file is known to be a journal of this program.
    yield* service.truncate;
    let headed = false;
    const begin = Effect.suspend(() => {
      if (headed) return Effect.void;
      headed = true;
      return service.append(seal(JSON.stringify(run)));
    });
    // Written even if no item gets a result.
    if (!usable || JSON.stringify(last) !== JSON.stringify(run.journal)) yield* begin;
    const record: Journal["record"] = (line, reuse) =>
      Effect.gen(function* () {
        yield* begin;
        yield* service.append(seal(`${line.slice(0, -1)},"reuse":${JSON.stringify(reuse)}}`));
      });

    const notes = [
      ...damageNotes(service.file, damaged),
      ...(service.torn === 0
        ? []
        : [`journal "${service.file}": removed an incomplete last line (${service.torn} bytes)`]),
      ...(stale.version === 0
        ? []
        : [`${stale.version} results in the journal were written by another version and are not reused`]),
      ...(stale.principal === 0
        ? []
        : [`${stale.principal} results in the journal were written as another account and are not reused`]),
    ];
    return {
      find: (item) => {
        const place = found.get(item);
        if (place === undefined) return Effect.succeedNone;
        return Effect.gen(function* () {
          const text = yield* service.read(place);
          // Any number after the first.
          const line = yield* readLine(service.file, run, text, 2);
          return line._tag === "Result"
            ? Option.some({
                line: toReportLine(text),
                index: line.index,
                tables: line.tables,
                isOfOtherList: place.isOfOtherList,
              })
            : Option.none();
        });
      },
      record,
      finish: (summary) =>
        Effect.suspend(() => (headed ? service.append(JSON.stringify(summary)) : Effect.void)),
      held: found.size,
      notes,
    } satisfies Journal;
  });
