/** The options of a run: all for its report, and for its journal those that affect results. */
import * as FileSystem from "@effect/platform/FileSystem";
import { Effect, Schema } from "effect";
import { Flag, type OptionField } from "../../domain/options/OptionField.ts";
import type { GivenOptions } from "../command/Command.ts";
import { reasonOf } from "../input/Input.ts";
import type { OptionsSchema } from "../Tool.ts";
import { UsageError } from "../UsageError.ts";

/** Options as written, with flags decoded and without secrets. */
export const shownOptions = (fields: ReadonlyArray<OptionField>, given: GivenOptions): GivenOptions =>
  Object.fromEntries(
    fields.flatMap(({ key, name, metavar, secret }) =>
      given[key] === undefined || secret === true
        ? []
        : [[name, metavar === undefined ? Schema.decodeUnknownSync(Flag)(given[key]) : given[key]]],
    ),
  );

/**
 * The options that affect results and are not at their default, by name. Files are replaced by a digest of their
 * content, secrets by a digest.
 */
export const decisiveOptions = <Values extends object>(
  schema: OptionsSchema<Values>,
  fields: ReadonlyArray<OptionField>,
  values: object,
): Effect.Effect<GivenOptions, UsageError, FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const defaults: GivenOptions = { ...(Schema.decodeSync(schema)({}) as object) };
    const given: GivenOptions = { ...values };
    const found: Record<string, unknown> = {};
    for (const { key, name, decisive, file, secret } of fields) {
      const value = given[key];
      if (!decisive || JSON.stringify(value) === JSON.stringify(defaults[key])) continue;
      if (file === "content") found[name] = yield* contentDigest(name, String(value));
      else found[name] = secret === true ? digest(JSON.stringify(value)) : value;
    }
    return found;
  });

const digest = (content: string | Uint8Array): string =>
  new Bun.CryptoHasher("sha256").update(content).digest("hex");

const contentDigest = (option: string, file: string) =>
  Effect.flatMap(FileSystem.FileSystem, (files) => files.readFile(file)).pipe(
    Effect.map(digest),
    Effect.mapError((error) => UsageError.of(`--${option}: cannot read "${file}": ${reasonOf(error)}`)),
  );
