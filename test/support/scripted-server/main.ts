/**
 * The server as a process: `bun main.ts [--port N] [--script JSON]`. The first line on stdout is its address. Control
 * it at `/control`: GET figures and jobs; POST script (a new one), reset, refuse (`{"ms": 500}`).
 */
import { parseArgs } from "node:util";
import { fromJson, type ScriptJson } from "./scriptJson.ts";
import { type Control, type ScriptedServer, start } from "./server.ts";

const { values } = parseArgs({
  options: {
    port: { type: "string", default: "0" },
    script: { type: "string", default: "{}" },
    /** Exits when standard input closes, so that it does not outlive its parent. */
    "while-stdin": { type: "boolean", default: false },
  },
});

const controlOf =
  (server: () => ScriptedServer): Control =>
  (verb, path, body) => {
    switch (`${verb} ${path}`) {
      case "GET /control/figures":
        return { ...server().figures() };
      case "GET /control/jobs":
        return { jobs: server().jobs.map(({ answer: _, ...job }) => ({ ...job, key: String(job.key) })) };
      case "POST /control/script":
        server().change(fromJson(body as ScriptJson));
        return {};
      case "POST /control/reset":
        server().reset();
        return {};
      case "POST /control/refuse":
        // This response must be sent first.
        setTimeout(() => void server().refuseConnections(Number(body.ms)), 20);
        return {};
      default:
        return undefined;
    }
  };

const server: ScriptedServer = await start(
  fromJson(JSON.parse(values.script) as ScriptJson),
  Number(values.port),
  controlOf(() => server),
);
console.log(server.url);

if (values["while-stdin"]) {
  process.stdin.resume();
  process.stdin.once("end", () => process.exit());
}
