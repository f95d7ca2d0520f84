/** Patterns: their tables run while others are being listed. */
import { expect } from "bun:test";
import { Effect } from "effect";
import { it } from "../support/effect.ts";
import { scriptedServer, warehouse } from "../support/scripted-server/index.ts";
import { home, until } from "./home.ts";

const patience = 60_000;

/** Three pages. */
const tables = 3000;
const argv = (url: string) => [
  "p.d.*",
  `--endpoint=${url}`,
  ...["--project=p", "--rate-limit=10000", "--parallel=32", "--format=ndjson", "--no-progress"],
];
const of = (text: string) =>
  text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));

it.live(
  "the first tables run before the last are listed, and each has one result",
  () =>
    Effect.gen(function* () {
      const at = yield* home;
      const server = yield* scriptedServer({
        ...warehouse({ tables }),
        keepRequests: 1e6,
        latency: { byMethod: { "tables.list": 500 } },
      });
      const ran = yield* Effect.promise(() => at.run("bq-profile", [...argv(server.url), "--dry-run"]));
      expect([ran.status, ran.stderr]).toEqual([0, ""]);
      const methods = server.requests.map(({ method }) => method);
      expect(methods.indexOf("tables.get")).toBeLessThan(methods.lastIndexOf("tables.list"));
      const lines = of(ran.stdout);
      expect(lines.at(-1)).toMatchObject({ type: "summary", total: tables, ok: tables });
      const names = lines.filter(({ type }) => type === "plan").map(({ item }) => item);
      expect(new Set(names).size).toBe(tables);
      expect(lines.filter(({ type }) => type === "plan").map(({ index }) => index)).toEqual([
        ...names.keys(),
      ]);
    }),
  patience,
);

it.live(
  "SIGINT while a pattern is listed gives the report of the tables that ran, and says that the listing was stopped",
  () =>
    Effect.gen(function* () {
      const at = yield* home;
      let lists = 0;
      const server = yield* scriptedServer({
        ...warehouse({ tables }),
        // The second page never arrives.
        fault: ({ method }) => (method === "tables.list" && ++lists > 1 ? "hang" : undefined),
      });
      const program = at.start("bq-profile", argv(server.url));
      yield* Effect.promise(() => until(() => server.jobs.length > 50));
      program.kill("SIGINT");
      const ran = yield* Effect.promise(() => program.ended);
      expect(ran.status).toBe(130);
      expect(ran.stderr).toContain(
        "listing p.d.* was stopped after 1,000 tables; the others are not counted",
      );
      const summary = of(ran.stdout).at(-1);
      expect(summary).toMatchObject({ type: "summary", total: 1000, interrupted: true });
      expect(summary.ok + summary.skipped).toBe(1000);
    }),
  patience,
);
