/** Runs batches of the real programs as processes against the scripted server over HTTP. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Effect } from "effect";
import * as Batch from "../../src/batch/Batch.ts";
import type * as CallPolicy from "../../src/layers/CallPolicy.ts";
import * as Router from "../../src/layers/Router.ts";
import * as Profile from "../../src/programs/profile/Program.ts";
import { binary, type Ran, run } from "../cli/spawn.ts";
import { reference } from "../support/files.ts";
import { scratch } from "../support/scratch.ts";

export type Program = "bq-profile" | "bq-schema-diff" | "bq-table-compare";

/** A result in the JSON formats. */
export interface Result {
  readonly index: number;
  readonly item: unknown;
  readonly status: "ok" | "different" | "failed" | "skipped";
  readonly error?: { readonly reason: string; readonly message: string; readonly remedy: string };
  readonly attempts: number;
  readonly bytesBilled: number | null;
}

export interface Report {
  readonly results: ReadonlyArray<Result>;
  readonly summary: Readonly<Record<string, number | null>> & {
    readonly concurrency?: ReadonlyArray<{ readonly finished: number; readonly limit: number }>;
  };
}

/** `p.d.t0` to `p.d.t(n-1)` of the scripted warehouse. */
export const tables = (n: number, from = 0): ReadonlyArray<string> =>
  Array.from({ length: n }, (_, i) => `p.d.t${from + i}`);

/** A file with one item per line. */
export const listFile = (items: ReadonlyArray<string>): string => {
  const file = join(scratch(), "items.txt");
  writeFileSync(file, `${items.join("\n")}\n`);
  return file;
};

/** The command line of a batch over the server. */
export const command = (
  url: string,
  program: Program,
  items: ReadonlyArray<string>,
  ...options: ReadonlyArray<string>
): ReadonlyArray<string> => [
  ...binary(program),
  program === "bq-profile" ? "--tables-file" : "--pairs-file",
  listFile(items),
  `--endpoint=${url}`,
  "--project=billing",
  ...options,
];

export type BatchRun = Ran & { readonly report: Report };

/** Runs the batch to its end; returns its report. */
export const batch = async (...given: Parameters<typeof command>): Promise<BatchRun> => {
  const ran = await run([...command(...given), "--format=json"]);
  const report: Report =
    ran.stdout === "" ? { results: [], summary: {} } : (JSON.parse(ran.stdout) as Report);
  return { ...ran, report };
};

/** The number of results by status. */
export const statuses = ({ report }: BatchRun): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {};
  for (const { status } of report.results) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
};

/** Profiles the tables in this process, with the test's delays. */
export const profiled = (
  url: string,
  names: ReadonlyArray<string>,
  policy: CallPolicy.Options,
  options: Batch.RunOptions<Profile.Profile, never, never> = {},
) =>
  Batch.run(Profile.program(Profile.defaults), names.map(reference), options).pipe(
    Effect.provide(Router.layer({ connection: { endpoint: url, project: "billing" }, policy })),
  );
