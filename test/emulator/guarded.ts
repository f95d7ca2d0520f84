import { createServer } from "node:net";

/** A child server that cannot outlive this process. */
export interface Guarded {
  readonly exited: Promise<number>;
  /** The end of what it has written so far. */
  readonly output: () => string;
  readonly stop: () => Promise<void>;
}

// An exit handler does not run when this process is killed; the end of the pipe is always seen.
const guard = `exec 3<&0
"$@" 3<&- &
server=$!
{ read -r _ <&3; kill -9 $server; } 2>/dev/null &
wait $server`;

const keptOutput = 20_000;

export const spawnGuarded = (
  command: ReadonlyArray<string>,
  environment: Readonly<Record<string, string>> = {},
): Guarded => {
  const child = Bun.spawn(["sh", "-c", guard, "sh", ...command], {
    env: { ...process.env, ...environment },
    stdin: "pipe",
    stdout: "pipe",
    stderr: "pipe",
  });
  child.unref();
  let output = "";
  const collect = async (stream: ReadableStream<Uint8Array>) => {
    const decoder = new TextDecoder();
    for await (const chunk of stream) {
      output = (output + decoder.decode(chunk, { stream: true })).slice(-keptOutput);
    }
  };
  void collect(child.stdout);
  void collect(child.stderr);
  return {
    exited: child.exited,
    output: () => output,
    stop: async () => {
      await child.stdin.end();
      await child.exited;
    },
  };
};

export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
