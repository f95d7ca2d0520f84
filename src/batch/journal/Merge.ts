/** Merges journals: the latest result of every item, in the order of the batch. Runs no queries. */
import { Effect, Stream } from "effect";
import { JournalError, type JournalReader, type LinePosition } from "../../services/Journal.ts";
import { payloadOf } from "../Batch.ts";
import type { Program } from "../Program.ts";
import type { ResultBase, Run, Summary } from "../Result.ts";
import * as SummaryAccumulator from "../SummaryAccumulator.ts";
import { damageNotes, type JournalRun, type Line, scan, toReportLine } from "./JournalLine.ts";
import { decoder, type Result } from "./ResultLine.ts";

export interface Merged<Payload> {
  /** Describes all runs: the earliest start, and the options that they share. */
  readonly run: Run;
  readonly summary: Summary;
  /** The number of `different` results that determine the exit status. */
  readonly broken: number;
  /** Failed and skipped items, in order. */
  readonly troubles: ReadonlyArray<ResultBase>;
  /** The number of items without a result in any journal. */
  readonly missing: number;
  /** Shards by a list of items, grouped by list and assignment: more than one group do not fit together. */
  readonly shards: ReadonlyArray<ShardGroup>;
  /** What is damaged. */
  readonly notes: ReadonlyArray<string>;
  /** The options that affect results, for each run that recorded them. */
  readonly settings: ReadonlyArray<JournalRun["journal"]["settings"]>;
  /** The names of those options that differ between runs. */
  readonly differing: ReadonlyArray<string>;
  readonly results: Stream.Stream<Result<Payload>, JournalError>;
  readonly lines: Stream.Stream<string, JournalError>;
}

/** Shards with the same list of items and the same assignment, and the journals that contain them. */
interface ShardGroup {
  readonly shard: HeaderShard;
  /** The number of items of the whole batch. */
  readonly total: number;
  readonly files: ReadonlyArray<string>;
}

type HeaderShard = NonNullable<JournalRun["journal"]["shard"]>;

/** The position of a result. */
interface Entry {
  readonly journal: JournalReader;
  readonly place: LinePosition;
  readonly item: string;
  readonly index: number;
  readonly startedAt: number;
  readonly endedAt: number;
}

type RunLine = Extract<Line, { _tag: "Run" }> & { readonly file: string };

/** By the identities of the items. */
type EntryMap = Map<string, Entry>;

const addLatest = (entries: EntryMap, entry: Entry): void => {
  if (entry.startedAt >= (entries.get(entry.item)?.startedAt ?? Number.NEGATIVE_INFINITY))
    entries.set(entry.item, entry);
};

/**
 * The latest result of every item, preferably of a run with the current list, and the number of indexes without a result
 * of such a run. If no run recorded its list, an item that was removed from the batch may have had the index of another.
 */
const collect = (journals: ReadonlyArray<JournalReader>, own: Pick<Run, "tool" | "version">) =>
  Effect.gen(function* () {
    const runs: Array<RunLine> = [];
    const byList = new Map<string | undefined, EntryMap>();
    const notes: Array<string> = [];
    for (const journal of journals) {
      let entries: EntryMap = new Map();
      const damaged = yield* scan(journal, own, (line, place) => {
        if (line._tag === "Run") {
          const list = line.head?.shard?.list;
          entries = byList.get(list) ?? new Map();
          byList.set(list, entries);
          runs.push({ ...line, file: journal.file });
        }
        if (line._tag === "Result") {
          const startedAt = Date.parse(line.startedAt);
          const { item, index } = line;
          const endedAt = startedAt + line.durationMs;
          addLatest(entries, { journal, place, item, index, startedAt, endedAt });
        }
        return undefined;
      });
      notes.push(...damageNotes(journal.file, damaged));
    }
    const { total = 0, shard } = lastOf(runs)?.head ?? {};
    const latest: EntryMap = byList.get(shard?.list) ?? new Map();
    const taken = new Set<number>();
    for (const { index } of latest.values()) if (index < total) taken.add(index);
    const rest: EntryMap = new Map();
    byList.delete(shard?.list);
    for (const entries of byList.values())
      for (const entry of entries.values()) if (!latest.has(entry.item)) addLatest(rest, entry);
    const ordered = [...latest.values(), ...rest.values()].sort(
      (a, b) => a.index - b.index || (a.item < b.item ? -1 : a.item > b.item ? 1 : 0),
    );
    return { runs, entries: ordered, missing: total - taken.size, notes };
  });

/** The result was written by an older version or edited. */
const unreadableResult = ({ journal, index, item }: Entry): JournalError =>
  new JournalError({
    reason: "foreign",
    file: journal.file,
    detail: `holds a result that this version cannot read: number ${index + 1} of the batch, ${item}`,
    remedy: "run the batch again with --journal to replace that result",
  });

/** The load of a batch, computed from the times of its results. */
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
    // Counts items that took no time.
    maxInFlight: Math.max(maxInFlight, Math.min(1, entries.length)),
    path: [],
    unlisted: 0,
  };
};

const common = <A>(values: ReadonlyArray<A>): A | undefined =>
  values.every((value) => JSON.stringify(value) === JSON.stringify(values[0])) ? values[0] : undefined;

/** Options that concern one run only. */
const ofOneRun: ReadonlySet<string> = new Set([
  "journal",
  "shard",
  "shard-by",
  "output",
  "no-verify",
  "format",
]);

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

/** The run that started last; it describes the current batch. */
const lastOf = (runs: ReadonlyArray<RunLine>): RunLine | undefined =>
  runs.reduce<RunLine | undefined>(
    (last, one) => (last === undefined || one.run.startedAt >= last.run.startedAt ? one : last),
    undefined,
  );

/** The last run of each shard in each journal. */
const lastOfShards = (runs: ReadonlyArray<RunLine>): ReadonlyArray<RunLine> => {
  const groups = Map.groupBy(runs, ({ file, head }) =>
    JSON.stringify([file, head?.shard?.part, head?.shard?.of]),
  );
  return [...groups.values()].map((group) => lastOf(group)!);
};

const shardGroups = (runs: ReadonlyArray<RunLine>): ReadonlyArray<ShardGroup> => {
  const shards = lastOfShards(runs).flatMap(({ head, file }) =>
    head?.shard === undefined ? [] : [{ shard: head.shard, total: head.total, file }],
  );
  const groups = Map.groupBy(shards, ({ total, shard: { of, by, list, assignment } }) =>
    JSON.stringify([total, of, by, list, assignment]),
  );
  return [...groups.values()].map((group) => ({
    ...group[0]!,
    files: [...new Set(group.map(({ file }) => file))],
  }));
};

const differingSettings = (runs: ReadonlyArray<RunLine>): ReadonlyArray<string> => {
  const all = runs.flatMap(({ head }) => (head === undefined ? [] : [head.settings]));
  const names = [...new Set(all.flatMap((settings) => Object.keys(settings)))].sort();
  return names.filter((name) => common(all.map((settings) => JSON.stringify(settings[name]))) === undefined);
};

/** `own` is the run that reports the journals: its program and its options. */
export const merge = <Item, Payload>(
  program: Pick<Program<Item, Payload>, "key" | "schema" | "breaks">,
  journals: ReadonlyArray<JournalReader>,
  own: Run,
): Effect.Effect<Merged<Payload>, JournalError> =>
  Effect.gen(function* () {
    const { runs, entries, missing, notes } = yield* collect(journals, own);
    const decode = decoder(program);
    const lineOf = ({ journal, place }: Entry) => Effect.map(journal.read(place), toReportLine);
    const lines = Stream.mapEffect(Stream.fromIterable(entries), lineOf);
    const results = Stream.mapEffect(Stream.fromIterable(entries), (entry) =>
      Effect.flatMap(lineOf(entry), (line) => Effect.mapError(decode(line), () => unreadableResult(entry))),
    );
    const totals = SummaryAccumulator.make();
    const troubles: Array<ResultBase> = [];
    let [broken, retries] = [0, 0];
    yield* Stream.runForEach(results, (result) =>
      Effect.sync(() => {
        totals.add(result);
        retries += result.attempts - 1;
        if (result.status === "failed" || result.status === "skipped") troubles.push(result);
        const payload = payloadOf(program, result);
        if (result.status === "different" && payload !== undefined && (program.breaks?.(payload) ?? true))
          broken++;
      }),
    );
    return {
      run: mergedRun(runs, own),
      summary: totals.summary({ ...loadOf(entries, retries), interrupted: missing > 0 }),
      broken,
      troubles,
      missing,
      shards: runs.some(({ head }) => head?.shard?.list !== undefined) ? shardGroups(runs) : [],
      notes,
      settings: runs.flatMap(({ head }) => (head === undefined ? [] : [head.settings])),
      differing: differingSettings(runs),
      results,
      lines,
    };
  });
