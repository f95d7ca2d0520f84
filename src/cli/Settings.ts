/** The options that decide what a result says, as a journal keeps them. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { Effect } from "effect";
import { reasonOf } from "./input/Input.ts";
import type { Specs, Values } from "./options/Spec.ts";
import { UsageError } from "./UsageError.ts";

/** By name, where they are not at their default; a file counts by its content, a secret by its digest. */
export const settings = <S extends Specs>(
  specs: S,
  values: Values<S>,
): Effect.Effect<Readonly<Record<string, unknown>>, UsageError> =>
  Effect.gen(function* () {
    const found: Record<string, unknown> = {};
    for (const [key, spec] of Object.entries(specs)) {
      const value: unknown = values[key];
      if (!spec.matters || JSON.stringify(value) === JSON.stringify(spec.fallback)) continue;
      if (spec.isFile) found[spec.name] = yield* contentDigest(spec.name, String(value));
      else found[spec.name] = spec.secret ? digest(JSON.stringify(value)) : value;
    }
    return found;
  });

const digest = (content: string | Uint8Array): string => createHash("sha256").update(content).digest("hex");

const contentDigest = (option: string, file: string): Effect.Effect<string, UsageError> =>
  Effect.tryPromise({
    try: async () => digest(await readFile(file)),
    catch: (error) => UsageError.of(`--${option}: cannot read "${file}": ${reasonOf(error)}`),
  });
