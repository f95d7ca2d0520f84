/** Collects the messages of the programs in one list; `bun test/messages/collect.ts` writes it to messages.txt. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { Effect } from "effect";
import { binary, run } from "../cli/spawn.ts";
import { type ErrorBody, errorBodies } from "../layers/google/errorBodies.ts";
import { type Script, scriptedServer, warehouse } from "../support/scripted-server/index.ts";
import { type Case, cases, fixtures } from "./cases.ts";

export const listFile = join(import.meta.dir, "messages.txt");

/** Errors that end the batch: each needs a run of its own. */
const fatal: ReadonlySet<string> = new Set(["unauthenticated", "apiDisabled", "billingDisabled"]);
const requested = errorBodies.filter(({ http, reason }) => http !== undefined && !fatal.has(reason));

const bodyOf = ({ http, says, status, detail, message }: ErrorBody): string =>
  JSON.stringify({
    error: {
      code: http,
      message,
      ...(says === undefined ? {} : { errors: [{ message, domain: "global", reason: says }] }),
      ...(status === undefined ? {} : { status }),
      ...(detail === undefined ? {} : { details: [{ reason: detail }] }),
    },
  });

/** Each table has an error. */
const errors: Script = {
  fault: ({ path }) => {
    const found = errorBodies[Number(/\/tables\/e(\d+)$/.exec(path)?.[1] ?? -1)];
    return found?.http === undefined
      ? undefined
      : { status: found.http, reason: found.says ?? "", body: bodyOf(found) };
  },
};

const prepared = async (): Promise<string> => {
  const folder = mkdtempSync(join(tmpdir(), "bqkit-messages-"));
  for (const [name, content] of Object.entries(fixtures)) writeFileSync(join(folder, name), content);
  mkdirSync(join(folder, "folder.csv"));
  symlinkSync("gone.csv", join(folder, "link.csv"));
  await run(["mkfifo", join(folder, "fifo.csv")]);
  const instance = await DuckDBInstance.create(join(folder, "good.duckdb"));
  const connection = await instance.connect();
  await connection.run("CREATE TABLE t AS SELECT 1 AS id; CREATE VIEW v AS SELECT * FROM t");
  connection.closeSync();
  instance.closeSync();
  const profile = binary("bq-profile");
  const journal = join(folder, "a.ndjson");
  await run([...profile, "--format", "json", "--output", "a.json", "a.csv"], { cwd: folder });
  await run([...profile, "--journal", journal, "a.csv"], { cwd: folder });
  const lines = readFileSync(journal, "utf8");
  writeFileSync(join(folder, "torn.ndjson"), lines.trimEnd().slice(0, -20));
  writeFileSync(join(folder, "damaged.ndjson"), lines.replace('"status":"ok"', '"status":"OK"'));
  return folder;
};

/** The message without what differs between runs. */
const steady = (text: string, folder: string, url: string | undefined): string =>
  text
    .replaceAll(folder, "FOLDER")
    .replaceAll(url === undefined ? "\0" : new URL(url).host, "HOST")
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "TIME")
    .replaceAll(/\b\d+(\.\d+)? (ms|s)\b/g, "DURATION");

const lineOf = async (
  { argv: [program = "", ...argv], stdin, env }: Case,
  folder: string,
  url: string | undefined,
): Promise<string> => {
  const given = argv.flatMap((word) => {
    if (word === "ERRORS") return requested.map((one) => `p.d.e${errorBodies.indexOf(one)}`);
    return [word === "URL" ? (url ?? "") : word];
  });
  const { status, stderr } = await run([...binary(program), ...given], {
    cwd: folder,
    stdin: stdin ?? "",
    env: { GOOGLE_CLOUD_PROJECT: "", BIGQUERY_EMULATOR_HOST: "", HOME: folder, ...env },
  });
  const shown = argv.filter((word, i) => word !== "URL" && argv[i + 1] !== "URL").join(" ");
  const variables = Object.entries(env ?? {}).map(([name, value]) => `${name}=${value} `);
  const messages = steady(stderr, folder, url).trimEnd().split("\n");
  return [`$ ${variables.join("")}${program} ${shown}`, ...messages, `[${status}]`, ""].join("\n");
};

/** Concurrent runs; every run has a process of its own. */
const atOnce = 3;

/** The list, without messages about differences between runs. */
export const collect: Effect.Effect<string> = Effect.gen(function* () {
  const folder = yield* Effect.acquireRelease(Effect.promise(prepared), (made) =>
    Effect.sync(() => rmSync(made, { recursive: true, force: true })),
  );
  const urls = {
    errors: (yield* scriptedServer(errors)).url,
    warehouse: (yield* scriptedServer(warehouse({ tables: 2, datasets: ["d", "e"] }))).url,
  };
  const sections = yield* Effect.forEach(Object.entries(cases), ([subject, list]) =>
    Effect.map(
      Effect.forEach(
        list,
        (one) =>
          Effect.promise(() =>
            lineOf(one, folder, one.service === undefined ? undefined : urls[one.service]),
          ),
        { concurrency: atOnce },
      ),
      (lines) => `## ${subject}\n\n${lines.join("\n")}`,
    ),
  );
  return `${sections.join("\n")}`;
}).pipe(Effect.scoped);

if (import.meta.main) writeFileSync(listFile, await Effect.runPromise(collect));
