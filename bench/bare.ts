/**
 * The requests of a batch without the program: a plain loop of concurrent fetches, with each item's requests in
 * sequence. The requests of an item are recorded from a run of the program.
 */
import { join } from "node:path";
import { Effect } from "effect";
import { type Seen, scriptedServer, warehouse } from "../test/support/scripted-server/index.ts";
import { itemsOf, type Tool } from "./program.ts";

/** The requests that the program makes for `t0`, in order. */
export const record = (tool: Tool): Promise<ReadonlyArray<Seen>> =>
  Effect.gen(function* () {
    const server = yield* scriptedServer(warehouse({ tables: 1, datasets: ["d1", "d2"] }));
    const child = Bun.spawn([join(import.meta.dir, "..", "dist", tool), ...itemsOf(tool, 1)], {
      env: { ...process.env, BIGQUERY_EMULATOR_HOST: server.url, GOOGLE_CLOUD_PROJECT: "p" },
      stdout: "ignore",
      stderr: "inherit",
    });
    yield* Effect.promise(() => child.exited);
    return [...server.requests];
  }).pipe(Effect.scoped, Effect.runPromise);

/** Sends the recorded requests for every table from `t0`; returns seconds and the number of requests. */
export const loop = async (
  recorded: ReadonlyArray<Seen>,
  count: number,
  url: string,
  atOnce: number,
): Promise<{ readonly seconds: number; readonly requests: number }> => {
  let [next, requests] = [0, 0];
  const item = async (table: string) => {
    const job = crypto.randomUUID();
    for (const { method, path, query, body } of recorded) {
      const ours = (text: string) => text.replace(/bqkit_[\w-]{36}/, job);
      const response = await fetch(
        `${url}/bigquery/v2${ours(path.replace("/t0", `/${table}`))}?${new URLSearchParams(query)}`,
        method === "jobs.insert" ? { method: "POST", body: ours(of(body, table)) } : {},
      );
      await response.json();
      if (!response.ok) throw new Error(`${method}: HTTP ${response.status}`);
      requests += 1;
    }
  };
  const start = performance.now();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (next < count) await item(`t${next++}`);
    }),
  );
  return { seconds: (performance.now() - start) / 1000, requests };
};

const of = (body: Seen["body"], table: string): string =>
  JSON.stringify(body).replaceAll(/`p\.(\w+)\.t0`/g, (_, dataset: string) => `\`p.${dataset}.${table}\``);
