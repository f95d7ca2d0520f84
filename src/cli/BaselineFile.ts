/** --baseline FILE: an earlier report of bq-profile, as json or ndjson. */
import { readFile } from "node:fs/promises";
import { Effect } from "effect";
import type { Baseline } from "../programs/profile/drift/Baseline.ts";
import { UsageError } from "./UsageError.ts";

const cannotBeUsed = (file: string, why: string) =>
  UsageError.of(`--baseline: "${file}" cannot be used: ${why}`);

/** The profiles that the file holds. */
export const read = (file: string): Effect.Effect<Baseline, UsageError> =>
  Effect.gen(function* () {
    const text = yield* Effect.tryPromise({
      try: (signal) => readFile(file, { encoding: "utf8", signal }),
      catch: (error) => cannotBeUsed(file, explain(error)),
    });
    const Baseline = yield* Effect.promise(() => import("../programs/profile/drift/Baseline.ts"));
    return yield* Effect.mapError(Baseline.load(text, file), (error) => cannotBeUsed(file, error.message));
  });

const explain = (error: unknown): string => {
  if (!(error instanceof Error) || !("code" in error)) return "it cannot be read";
  return error.code === "ENOENT" ? "there is no such file; check the path" : error.message;
};
