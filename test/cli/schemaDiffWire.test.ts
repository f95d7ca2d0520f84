/** The requests of bq-schema-diff to BigQuery. */
import { describe, expect, setDefaultTimeout } from "bun:test";
import { Effect } from "effect";
import { it } from "../support/effect.ts";
import { type Script, scriptedServer, type Table } from "../support/scripted-server/index.ts";
import { binary, run } from "./spawn.ts";

setDefaultTimeout(60_000);

const field = (name: string, type = "STRING") => ({ name, type });

const table = (...fields: ReadonlyArray<Readonly<Record<string, unknown>>>): Table => ({
  schema: { fields },
});

const ask = (script: Script, argv: ReadonlyArray<string>, stdin?: string) =>
  Effect.gen(function* () {
    const server = yield* scriptedServer(script);
    const connection = ["--endpoint", server.url, "--project", "p", "--rate-limit", "100000"];
    const ran = yield* Effect.promise(() =>
      run([...binary("bq-schema-diff"), ...connection, ...argv], stdin === undefined ? {} : { stdin }),
    );
    return { ...ran, server };
  });

const orders = {
  "p.staging.orders": table(field("id", "INTEGER"), field("cust")),
  "p.prod.orders": table(field("ID", "NUMERIC"), field("cust"), field("note")),
  "p.staging.new": table(field("x")),
  "p.prod.old": table(field("x")),
};

describe("on the wire", () => {
  it.live("1,000 pairs request each distinct table once, and run no query", () =>
    Effect.gen(function* () {
      const names = Array.from({ length: 120 }, (_, i) => `p.d.t${i}`);
      const tables = Object.fromEntries(
        names.map((name, i) => [name, table(field("id"), field(`c${i % 5}`))]),
      );
      const pairs = Array.from({ length: 1000 }, (_, i) => {
        const [a, b] = [i % 120, (i + 1 + Math.floor(i / 120)) % 120];
        // With and without the default project: the same table.
        return `${i % 2 === 0 ? "p." : ""}d.t${a}:p.d.t${b}`;
      });
      const { status, stdout, stderr, server } = yield* ask(
        { tables },
        ["--parallel", "16", "--format", "json"],
        pairs.join("\n"),
      );
      expect({ status, stderr }).toEqual({ status: 1, stderr: "" });
      expect(JSON.parse(stdout).summary).toMatchObject({
        total: 1000,
        failed: 0,
        skipped: 0,
        bytesBilled: 0,
      });
      const paths = server.requests.map(({ method, path }) => `${method} ${path}`).sort();
      expect(paths).toEqual(
        names.map((name) => `tables.get /projects/p/datasets/d/tables/${name.slice(4)}`).sort(),
      );
      expect(server.jobs).toEqual([]);
    }),
  );

  it.live("patterns are listed once each, and unmatched tables are not requested", () =>
    Effect.gen(function* () {
      const { status, stdout, stderr, server } = yield* ask({ tables: orders }, ["p.staging.*:p.prod.*"]);
      expect({ status, stderr }).toEqual({ status: 1, stderr: "" });
      expect(stdout).toMatch(/p\.staging\.orders → p\.prod\.orders\n3 changes: 2 safe, 1 metadata/);
      expect(stdout).toContain("p.staging.new → p.prod.new\n1 change: 1 breaking");
      expect(stdout).toContain("only in A: p.staging.new");
      expect(stdout).toContain("p.staging.old → p.prod.old\n1 change: 1 safe");
      expect(stdout).toContain("only in B: p.prod.old");
      expect(stdout).toMatch(/\n3 items: 3 different; /);
      expect(server.count("tables.list")).toBe(2);
      expect(server.count("tables.get")).toBe(2);
    }),
  );

  it.live("--format ddl prints the statements that change A into B, and comments for the rest", () =>
    Effect.gen(function* () {
      const argv = [
        "--format=ddl",
        "staging.orders:prod.orders",
        "staging.nix:prod.orders",
        "staging.new:staging.new",
      ];
      const { status, stdout, stderr } = yield* ask({ tables: orders }, argv);
      expect(status).toBe(2);
      expect(stderr).toContain("there is no table p.staging.nix");
      const [changed, failed, same] = stdout.split("\n\n");
      expect(changed).toStartWith("-- staging.orders into prod.orders\n");
      expect(changed).toContain("ALTER TABLE `p.staging.orders`\n  ADD COLUMN `note` STRING;");
      expect(failed).toStartWith(
        "-- staging.nix : prod.orders\n-- failed: there is no table p.staging.nix; ",
      );
      expect(same).toBe("-- staging.new into staging.new\n-- nothing to do\n");
    }),
  );

  it.live("a dry run only lists patterns", () =>
    Effect.gen(function* () {
      const { stdout, server } = yield* ask({ tables: orders }, ["--dry-run", "p.staging.*:p.prod.*"]);
      expect(stdout).toContain("\n3 items, no statements, 2 metadata calls: 0 bytes, free of charge\n");
      expect(server.requests.map(({ method }) => method)).toEqual(["tables.list", "tables.list"]);
    }),
  );

  it.live("a pattern that cannot be listed fails without affecting others", () =>
    Effect.gen(function* () {
      const { status, stdout, stderr } = yield* ask({ tables: orders }, [
        "p.nowhere.*:p.prod.*",
        "staging.new:staging.new",
      ]);
      expect(status).toBe(2);
      expect(stderr).toMatch(
        /^bq-schema-diff: p\.nowhere\.\* : p\.prod\.\*: there is no dataset p\.nowhere[^\n]*\n$/,
      );
      expect(stdout).toMatch(/2 items: 1 failed, 1 ok/);
    }),
  );

  it.live("results are written before the last pair completes", () =>
    Effect.gen(function* () {
      const tables = {
        "p.d.a": table(field("x")),
        "p.d.b": table(field("x")),
        "p.d.slow": table(field("x")),
      };
      const fault: Script["fault"] = ({ path }) => (path.endsWith("/slow") ? "hang" : undefined);
      const argv = ["--timeout=1s", "--format=ndjson", "d.a:d.slow", "d.a:d.b"];
      const { status, stdout } = yield* ask({ tables, fault }, argv);
      expect(status).toBe(2);
      const lines = stdout
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line));
      expect(lines.map(({ type, index, status }) => [type, index, status])).toEqual([
        ["run", undefined, undefined],
        ["result", 1, "ok"],
        ["result", 0, "failed"],
        ["summary", undefined, undefined],
      ]);
    }),
  );
});
