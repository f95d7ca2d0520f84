/** Reads --baseline FILE: an earlier JSON or NDJSON report of bq-profile. */
import * as FileSystem from "@effect/platform/FileSystem";
import { Effect } from "effect";
import type { Baseline } from "../../programs/profile/drift/Baseline.ts";
import { UsageError } from "../UsageError.ts";
import { reasonOf } from "./Input.ts";

const cannotBeUsed = (file: string, why: string) =>
  UsageError.of(`--baseline: "${file}" cannot be used: ${why}`);

/** Loads the profiles in the file. */
export const read = (file: string): Effect.Effect<Baseline, UsageError, FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem;
    const text = yield* Effect.mapError(files.readFileString(file), (error) =>
      cannotBeUsed(file, reasonOf(error)),
    );
    const Baseline = yield* Effect.promise(() => import("../../programs/profile/drift/Baseline.ts"));
    return yield* Effect.mapError(Baseline.load(text, file), (error) => cannotBeUsed(file, error.message));
  });
