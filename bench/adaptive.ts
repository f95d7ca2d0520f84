/**
 * Compares `--parallel auto` with the best fixed number, against a server that throttles above 12 in flight and one
 * that never does.
 */
import { type FiguresJson, type ScriptJson, spawnServer } from "../test/support/scripted-server/index.ts";
import { itemsOf, watch } from "./program.ts";

const items = 1000;
/** A pair makes two sequential calls. */
const tool = "bq-schema-diff";
const script: ScriptJson = {
  warehouse: { tables: items, datasets: ["d1", "d2"] },
  latency: { least: 50, most: 100, seed: 1 },
};
/** The number of items until the limit must have settled. */
const settledAfter = 100;
const fixed = [4, 8, 10, 12, 16];

const run = async (parallel: string, more: ScriptJson = {}) => {
  const server = await spawnServer({ ...script, ...more });
  let settled: FiguresJson | undefined;
  const { summary } = await watch(
    tool,
    itemsOf(tool, items),
    server,
    ["--parallel", parallel],
    async ({ done }) => {
      if (done >= settledAfter) settled ??= await server.figures();
    },
  );
  const { requests, refused } = await server.figures();
  await server.stop();
  const refusedLater = (refused - (settled?.refused ?? 0)) / (requests - (settled?.requests ?? 0));
  return {
    path: summary.concurrency ?? [],
    perSecond: (1000 * items) / summary.wallMs,
    refused,
    refusedLater,
  };
};

type Run = Awaited<ReturnType<typeof run>>;

const steps = ({ path }: Run): string => path.map(({ finished, limit }) => `${limit}@${finished}`).join(" ");

/** The limits after the first hundred items. */
const settledAt = ({ path }: Run): string => {
  const before = path.findLast(({ finished }) => finished <= settledAfter);
  const limits = [before, ...path.filter(({ finished }) => finished > settledAfter)].map(
    (step) => step?.limit ?? 0,
  );
  return `${Math.min(...limits)} to ${Math.max(...limits)}`;
};

export const adaptive = async (
  print: (name: string, ratio: string, detail: string) => void,
): Promise<void> => {
  const capacity = { limit: 12 };
  const auto = await run("auto", { capacity });
  const runs: Array<readonly [parallel: number, run: Run]> = [];
  for (const parallel of fixed) runs.push([parallel, await run(`${parallel}`, { capacity })]);
  const [bestN, best] = runs.reduce((a, b) => (b[1].perSecond > a[1].perSecond ? b : a));
  const each = runs.map(([parallel, { perSecond }]) => `${parallel}: ${perSecond.toFixed(1)}`).join(", ");
  const about = `${items} pairs, 12 in flight at most`;
  print(
    `auto / the best fixed N, ${about}`,
    (auto.perSecond / best.perSecond).toFixed(2),
    `${auto.perSecond.toFixed(1)} / ${best.perSecond.toFixed(1)} items a second (N = ${bestN}); ${each}`,
  );
  print(
    `auto: share refused after ${settledAfter} items, ${about}`,
    `${(100 * auto.refusedLater).toFixed(2)}%`,
    `${auto.refused} refused in all; settled at ${settledAt(auto)}; limit@item ${steps(auto)}`,
  );

  const [free, four] = [await run("auto"), await run("4")];
  print(
    `auto / N = 4, ${items} pairs, nothing refused`,
    (free.perSecond / four.perSecond).toFixed(2),
    `${free.perSecond.toFixed(1)} / ${four.perSecond.toFixed(1)} items a second; up to ${Math.max(...free.path.map(({ limit }) => limit))} at once; limit@item ${steps(free)}`,
  );
};
