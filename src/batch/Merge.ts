/** What journals hold, together: the latest result of every item, in the order of the batch. Nothing is asked of a service. */
import { Effect, Stream } from "effect";
import { JournalError, type JournalReader, type Place } from "../services/Journal.ts";
import { payloadOf } from "./Batch.ts";
import { type JournalRun, type Line, scan, toReportLine } from "./JournalLine.ts";
import type { Program } from "./Program.ts";
import type { ResultBase, Run, Summary } from "./Result.ts";
import { decoder, type Result } from "./ResultLine.ts";
import * as Tally from "./SummaryAccumulator.ts";

export interface Merged<Payload> {
  /** Of all runs together: the earliest start, and what they have in common. */
  readonly run: Run;
  readonly summary: Summary;
  /** Of those that are `different`, how many the exit status must tell. */
  readonly broken: number;
  /** What failed or was skipped, in order. */
  readonly troubles: ReadonlyArray<ResultBase>;
  /** Items of the batch that no journal has a result of. */
  readonly missing: number;
  /** The options that decide what results say, of every run that has them. */
  readonly settings: ReadonlyArray<JournalRun["journal"]["settings"]>;
  /** Those of them that the runs had differently. */
  readonly differing: ReadonlyArray<string>;
  readonly results: Stream.Stream<Result<Payload>, JournalError>;
  readonly lines: Stream.Stream<string, JournalError>;
}

/** Where a result stands. */
interface Entry {
  readonly journal: JournalReader;
  readonly place: Place;
  readonly item: string;
  readonly index: number;
  readonly startedAt: number;
  readonly endedAt: number;
}

type RunLine = Extract<Line, { _tag: "Run" }>;

/** The latest word on every item, whichever journal has it. */
const collect = (journals: ReadonlyArray<JournalReader>, own: Pick<Run, "tool" | "version">) =>
  Effect.gen(function* () {
    const runs: Array<RunLine> = [];
    const entries = new Map<string, Entry>();
    for (const journal of journals) {
      yield* scan(journal, own, (line, place) => {
        if (line._tag === "Run") runs.push(line);
        if (line._tag === "Result") {
          const startedAt = Date.parse(line.startedAt);
          const { item, index } = line;
          const entry = { journal, place, item, index, startedAt, endedAt: startedAt + line.durationMs };
          if (startedAt >= (entries.get(item)?.startedAt ?? Number.NEGATIVE_INFINITY))
            entries.set(item, entry);
        }
        return undefined;
      });
    }
    const ordered = [...entries.values()].sort(
      (a, b) => a.index - b.index || (a.item < b.item ? -1 : a.item > b.item ? 1 : 0),
    );
    return { runs, entries: ordered };
  });

/** Written by an older version, or by hand. */
const unreadableResult = ({ journal, index, item }: Entry): JournalError =>
  new JournalError({
    reason: "foreign",
    file: journal.file,
    detail: `holds a result that this version cannot read: number ${index + 1} of the batch, ${item}`,
    remedy: "run the batch again with --journal, which makes that result anew",
  });

/** Of a batch whose results are known alone: how its items lay in time. */
const loadOf = (entries: ReadonlyArray<Entry>, retries: number) => {
  const edges = entries
    .flatMap(({ startedAt, endedAt }) => [
      { at: startedAt, by: 1 },
      { at: endedAt, by: -1 },
    ])
    .sort((a, b) => a.at - b.at || a.by - b.by);
  let [inFlight, maxInFlight] = [0, 0];
  for (const { by } of edges) {
    inFlight += by;
    maxInFlight = Math.max(maxInFlight, inFlight);
  }
  const first = edges[0]?.at ?? 0;
  return {
    wallMs: (edges.at(-1)?.at ?? first) - first,
    workMs: entries.reduce((sum, { startedAt, endedAt }) => sum + endedAt - startedAt, 0),
    retries,
    // An item that took no time was in flight nonetheless.
    maxInFlight: Math.max(maxInFlight, Math.min(1, entries.length)),
    path: [],
  };
};

const common = <A>(values: ReadonlyArray<A>): A | undefined =>
  values.every((value) => JSON.stringify(value) === JSON.stringify(values[0])) ? values[0] : undefined;

/** Options that say where a run kept its results, and which part it was. */
const ofOneRun: ReadonlySet<string> = new Set(["journal", "shard", "output", "no-verify", "format"]);

const mergedRun = (runs: ReadonlyArray<RunLine>, own: Run): Run => {
  const names = new Set(runs.flatMap(({ run }) => Object.keys(run.options)));
  const shared = [...names].sort().flatMap((name): ReadonlyArray<[string, unknown]> => {
    const values = runs.map(({ run }) => run.options[name]);
    return ofOneRun.has(name) || common(values) === undefined ? [] : [[name, values[0]]];
  });
  return {
    ...own,
    version: common(runs.map(({ run }) => run.version)) ?? own.version,
    options: { ...Object.fromEntries(shared), ...own.options },
    startedAt: [own.startedAt, ...runs.map(({ run }) => run.startedAt)].sort()[0]!,
    principal: common(runs.map(({ run }) => run.principal)) ?? null,
  };
};

/** The run that began last: it says what the batch is by now. */
const lastOf = (runs: ReadonlyArray<RunLine>): RunLine | undefined =>
  runs.reduce<RunLine | undefined>(
    (last, one) => (last === undefined || one.run.startedAt >= last.run.startedAt ? one : last),
    undefined,
  );

/** Places of the batch that have no result. An item that is no longer in it may hold the place of another. */
const placesWithout = (total: number, entries: ReadonlyArray<Entry>): number => {
  const taken = new Set(entries.map(({ index }) => index).filter((index) => index < total));
  return total - taken.size;
};

const differingSettings = (runs: ReadonlyArray<RunLine>): ReadonlyArray<string> => {
  const all = runs.flatMap(({ head }) => (head === undefined ? [] : [head.settings]));
  const names = [...new Set(all.flatMap((settings) => Object.keys(settings)))].sort();
  return names.filter((name) => common(all.map((settings) => JSON.stringify(settings[name]))) === undefined);
};

/** Merges the journals. `own` is the run that shows them: its tool, and the options of its own. */
export const merge = <Item, Payload>(
  program: Pick<Program<Item, Payload>, "key" | "schema" | "breaks">,
  journals: ReadonlyArray<JournalReader>,
  own: Run,
): Effect.Effect<Merged<Payload>, JournalError> =>
  Effect.gen(function* () {
    const { runs, entries } = yield* collect(journals, own);
    const decode = decoder(program);
    const lineOf = ({ journal, place }: Entry) => Effect.map(journal.read(place), toReportLine);
    const lines = Stream.mapEffect(Stream.fromIterable(entries), lineOf);
    const results = Stream.mapEffect(Stream.fromIterable(entries), (entry) =>
      Effect.flatMap(lineOf(entry), (line) => Effect.mapError(decode(line), () => unreadableResult(entry))),
    );
    const tally = Tally.make();
    const troubles: Array<ResultBase> = [];
    let [broken, retries] = [0, 0];
    yield* Stream.runForEach(results, (result) =>
      Effect.sync(() => {
        tally.add(result);
        retries += result.attempts - 1;
        if (result.status === "failed" || result.status === "skipped") troubles.push(result);
        const payload = payloadOf(program, result);
        if (result.status === "different" && payload !== undefined && (program.breaks?.(payload) ?? true))
          broken++;
      }),
    );
    const missing = placesWithout(lastOf(runs)?.head?.total ?? 0, entries);
    return {
      run: mergedRun(runs, own),
      summary: tally.summary({ ...loadOf(entries, retries), interrupted: missing > 0 }),
      broken,
      troubles,
      missing,
      settings: runs.flatMap(({ head }) => (head === undefined ? [] : [head.settings])),
      differing: differingSettings(runs),
      results,
      lines,
    };
  });
