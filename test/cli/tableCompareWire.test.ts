/** The requests of bq-table-compare to BigQuery before it reads rows. */
import { describe, expect, setDefaultTimeout } from "bun:test";
import { Effect } from "effect";
import { it } from "../support/effect.ts";
import { type Script, scriptedServer, type Table } from "../support/scripted-server/index.ts";
import { binary, run } from "./spawn.ts";

setDefaultTimeout(60_000);

const table = (...names: ReadonlyArray<string>): Table => ({
  schema: { fields: names.map((name) => ({ name, type: "STRING" })) },
});

const ask = (script: Script, argv: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const server = yield* scriptedServer(script);
    const connection = ["--endpoint", server.url, "--project", "p", "--rate-limit", "100000"];
    const ran = yield* Effect.promise(() => run([...binary("bq-table-compare"), ...connection, ...argv]));
    return { ...ran, server };
  });

const tables = {
  "p.staging.orders": table("id", "cust"),
  "p.prod.orders": table("id", "cust"),
  "p.staging.new": table("x"),
  "p.prod.old": table("x"),
};

describe("on the wire", () => {
  it.live("patterns are listed once each; a table without a counterpart fails without a request", () =>
    Effect.gen(function* () {
      const { status, stderr, server } = yield* ask({ tables }, ["--key=idd", "p.staging.*:p.prod.*"]);
      expect(status).toBe(2);
      expect(stderr.trim().split("\n").sort()).toEqual([
        "bq-table-compare: p.staging.new : p.prod.new: p.staging.new has no counterpart: there is no p.prod.new; narrow the patterns to tables that both sides have",
        "bq-table-compare: p.staging.old : p.prod.old: p.prod.old has no counterpart: there is no p.staging.old; narrow the patterns to tables that both sides have",
        'bq-table-compare: p.staging.orders : p.prod.orders: --key: no column "idd"; did you mean "id"?',
      ]);
      expect(server.count("tables.list")).toBe(2);
      expect(server.count("tables.get")).toBe(2);
      expect(server.jobs).toEqual([]);
    }),
  );

  it.live("connection and query options are accepted", () =>
    Effect.gen(function* () {
      const argv = ["--location=EU", "--label=team=data", "--max-bytes-billed=1GB", "--as-of=2026-11-22"];
      const { status, stderr } = yield* ask({ tables }, [...argv, "--key=idd", "staging.orders:prod.orders"]);
      expect(status).toBe(2);
      expect(stderr).toContain('--key: no column "idd"');
    }),
  );
});
