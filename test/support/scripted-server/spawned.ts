/** The server as a separate process, which does not affect measurements of time and memory. */
import { resolve } from "node:path";
import { Effect } from "effect";
import type { FiguresJson } from "./figures.ts";
import type { Job } from "./jobs.ts";
import type { ScriptJson } from "./scriptJson.ts";

export interface SpawnedServer {
  readonly url: string;
  readonly pid: number;
  readonly figures: () => Promise<FiguresJson>;
  /** The latest jobs and all running ones, with the beginnings of their statements. */
  readonly jobs: () => Promise<ReadonlyArray<Omit<Job, "answer" | "key">>>;
  /** Replaces the script; keeps jobs and figures. */
  readonly change: (script: ScriptJson) => Promise<void>;
  /** Removes jobs and figures. */
  readonly reset: () => Promise<void>;
  /** Closes all connections and refuses new ones for this time. */
  readonly refuseConnections: (ms: number) => Promise<void>;
  readonly stop: () => Promise<void>;
}

const firstLine = async (stream: ReadableStream<Uint8Array>): Promise<string> => {
  let text = "";
  for await (const chunk of stream) {
    text += new TextDecoder().decode(chunk);
    const end = text.indexOf("\n");
    if (end >= 0) return text.slice(0, end);
  }
  throw new Error("the scripted server did not start");
};

/** Starts the server, which ends with this process at the latest. */
export const spawnServer = async (script: ScriptJson = {}): Promise<SpawnedServer> => {
  const main = resolve(import.meta.dir, "main.ts");
  const child = Bun.spawn([process.execPath, main, "--while-stdin", "--script", JSON.stringify(script)], {
    stdin: "pipe",
    stdout: "pipe",
    stderr: "inherit",
  });
  const url = await firstLine(child.stdout);
  const get = async (path: string) => (await fetch(`${url}/control/${path}`)).json();
  const post = async (path: string, body: object) => {
    await fetch(`${url}/control/${path}`, { method: "POST", body: JSON.stringify(body) });
  };
  return {
    url,
    pid: child.pid,
    figures: async () => (await get("figures")) as FiguresJson,
    jobs: async () => ((await get("jobs")) as { readonly jobs: ReadonlyArray<Job> }).jobs,
    change: (next) => post("script", next),
    reset: () => post("reset", {}),
    refuseConnections: (ms) => post("refuse", { ms }),
    stop: async () => {
      await child.stdin.end();
      await child.exited;
    },
  };
};

/** The server, until the scope closes. */
export const spawnedServer = (script: ScriptJson = {}) =>
  Effect.acquireRelease(
    Effect.promise(() => spawnServer(script)),
    ({ stop }) => Effect.promise(stop),
  );
