/**
 * The requests of a batch without the program: a bare loop of fetches in so many turns at once, each item's requests one
 * after the other. Which requests an item takes is recorded from a run of the program itself.
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

/** The recorded requests, made for every table from `t0` on: seconds, and how many requests. */
export const loop = async (
  recorded: ReadonlyArray<Seen>,
  count: number,
  url: string,
  atOnce: number,
): Promise<{ readonly seconds: number; readonly requests: number }> => {
  let [next, requests] = [0, 0];
  const item = async (table: string) => {
    let job = "";
    for (const { method, path, query, body } of recorded) {
      const posted = method === "jobs.query";
      const response = await fetch(
        `${url}/bigquery/v2${path.replace("/t0", `/${table}`).replace(/job-\d+/, job)}?${new URLSearchParams(query)}`,
        posted ? { method: "POST", body: JSON.stringify({ ...body, ...of(body, table) }) } : {},
      );
      const answer = (await response.json()) as { readonly jobReference?: { readonly jobId: string } };
      if (!response.ok) throw new Error(`${method}: HTTP ${response.status}`);
      if (posted) job = answer.jobReference?.jobId ?? "";
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

const of = (body: Seen["body"], table: string) => ({
  query: String(body.query).replaceAll(
    /`p\.(\w+)\.t0`/g,
    (_, dataset: string) => `\`p.${dataset}.${table}\``,
  ),
  requestId: crypto.randomUUID(),
});
