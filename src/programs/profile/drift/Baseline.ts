/** An earlier report to compare with: a `json` or `ndjson` report, a journal, or a single result. */

import { Effect, Either, ParseResult, Predicate, Schema } from "effect";
import { resultFields, schemaVersion } from "../../../batch/Result.ts";
import * as TableReference from "../../../domain/TableReference.ts";
import { BigQuery } from "../../../services/BigQuery.ts";
import { resolve } from "../../../services/file/Path.ts";
import { Profile } from "../Profile.ts";

/** The profiles of an earlier report, keyed by the item's name. */
export interface Baseline {
  readonly profiles: ReadonlyMap<string, Profile>;
  /** The file name as given. */
  readonly name?: string;
  /** The start of the run that wrote it. */
  readonly startedAt?: string;
}

/** Why a text is not a valid baseline. The detail contains positions but no values. */
export class BaselineError extends Schema.TaggedError<BaselineError>()("BaselineError", {
  reason: Schema.Literal("notJson", "notReport", "otherTool", "otherVersion", "malformed", "noProfiles"),
  detail: Schema.String,
}) {
  override get message(): string {
    return `${this.detail}; use a report that bq-profile wrote with --format json or ndjson`;
  }
}

const fail = (reason: BaselineError["reason"], detail: string) =>
  Either.left(new BaselineError({ reason, detail }));

/** Only profiles are read; failed items have none. */
const Result = Schema.Struct({
  type: resultFields.type,
  item: Schema.String,
  profile: Schema.optionalWith(Profile, { exact: true }),
});

/** A part of the text, with its position for messages. */
interface Part {
  readonly place: string;
  readonly json: unknown;
}

type Loaded<A> = Either.Either<A, BaselineError>;

/** Loads a baseline. If an item has several results, the last profile applies. */
export const load = (text: string, name?: string): Loaded<Baseline> =>
  Either.gen(function* () {
    const parts = yield* partsOf(text.replace(/^\ufeff/, ""));
    const profiles = new Map<string, Profile>();
    let known = false;
    let startedAt: string | undefined;
    for (const part of parts) {
      const type = property(part.json, "type");
      if (type === "run") {
        yield* checkRun(part);
        const started = property(part.json, "startedAt");
        if (typeof started === "string") startedAt = started;
      }
      if (type === "run" || type === "result") known = true;
      if (type !== "result") continue;
      const { item, profile } = yield* decodeResult(part);
      if (profile !== undefined) profiles.set(item, profile);
    }
    if (!known) return yield* fail("notReport", "the baseline is not a bqkit report");
    if (profiles.size === 0) return yield* fail("noProfiles", "the baseline contains no profile");
    return {
      profiles,
      ...(name === undefined ? {} : { name }),
      ...(startedAt === undefined ? {} : { startedAt }),
    };
  });

/** The name of a table whose path is absolute. */
const nameOf = (reference: TableReference.TableReference): string => {
  switch (reference._tag) {
    case "LocalFiles":
      return resolve(reference.path);
    case "LocalTable":
      return TableReference.format({ ...reference, file: resolve(reference.file) });
    case "BigQueryTable":
      return TableReference.format(reference);
  }
};

/** Whether both name one table, if the one without a project belongs to the other's. */
const isAlike = (a: TableReference.TableReference, b: TableReference.TableReference): boolean =>
  a._tag === "BigQueryTable" && b._tag === "BigQueryTable"
    ? a.dataset === b.dataset &&
      a.table === b.table &&
      (a.project === undefined) !== (b.project === undefined)
    : false;

/** The reference with the project that the engine gives to references without one. */
const complete = (reference: TableReference.TableReference) =>
  Effect.flatMap(BigQuery, (engine) => engine.table(reference)).pipe(
    Effect.map((table) => table.reference),
    // A table that does not exist cannot have the same name in both.
    Effect.orElseSucceed(() => reference),
  );

/** The earlier profile of a table; where both runs have a single table, it is that one, whatever its name. */
export const find = Effect.fnUntraced(function* (
  { profiles }: Baseline,
  reference: TableReference.TableReference,
  isOnlyTable: boolean,
) {
  const exact = profiles.get(TableReference.format(reference));
  if (exact !== undefined) return exact;
  const others = [...profiles].flatMap(([name, profile]) => {
    const parsed = TableReference.parse(name);
    return Either.isRight(parsed) ? [{ other: parsed.right, profile }] : [];
  });
  const same = others.find(({ other }) => nameOf(other) === nameOf(reference));
  if (same !== undefined) return same.profile;
  for (const { other, profile } of others.filter((one) => isAlike(one.other, reference)))
    if (nameOf(yield* complete(other)) === nameOf(yield* complete(reference))) return profile;
  return isOnlyTable && profiles.size === 1 ? [...profiles.values()][0] : undefined;
});

const property = (json: unknown, name: string): unknown =>
  Predicate.hasProperty(json, name) ? json[name] : undefined;

/** One JSON document, or one per line. */
const partsOf = (text: string): Loaded<ReadonlyArray<Part>> => {
  if (text.trim() === "") return fail("notReport", "the baseline is empty");
  const whole = parse(text);
  if (whole !== undefined) {
    const results = property(whole.json, "results");
    const inner = Array.isArray(results) ? results : [];
    return Either.right([
      { place: "the baseline", json: whole.json },
      ...inner.map((json: unknown, i) => ({ place: `results[${i}]`, json })),
    ]);
  }
  const parts: Array<Part> = [];
  for (const [i, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const parsed = parse(line);
    if (parsed === undefined) {
      return parts.length === 0
        ? fail("notJson", "the baseline is not JSON")
        : fail("notJson", `line ${i + 1} of the baseline is not JSON, or is truncated`);
    }
    parts.push({ place: `line ${i + 1}`, json: parsed.json });
  }
  return Either.right(parts);
};

const parse = (text: string): { readonly json: unknown } | undefined => {
  try {
    return { json: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
};

const checkRun = ({ json }: Part): Loaded<void> => {
  const version = property(json, "schemaVersion");
  const tool = property(json, "tool");
  if (version !== schemaVersion) {
    return fail(
      "otherVersion",
      `the baseline has schemaVersion ${typeof version === "number" ? version : "unknown"}, and this bq-profile reads ${schemaVersion}`,
    );
  }
  return tool === "bq-profile"
    ? Either.right(undefined)
    : fail("otherTool", "the baseline is a report of another program");
};

const decode = Schema.decodeUnknownEither(Result, { errors: "first" });

const decodeResult = ({ place, json }: Part): Loaded<typeof Result.Type> =>
  Either.mapLeft(decode(json), (error) => {
    const path = ParseResult.ArrayFormatter.formatErrorSync(error)[0]?.path.map(String).join(".") ?? "";
    return new BaselineError({
      reason: "malformed",
      detail: `${place} of the baseline is not a result of bq-profile${path === "" ? "" : ` (at ${path})`}`,
    });
  });
