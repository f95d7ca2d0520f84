/** Options that cannot be given together, and files that would be lost. */
import * as FileSystem from "@effect/platform/FileSystem";
import * as Path from "@effect/platform/Path";
import { Effect, Option } from "effect";
import { planFormats } from "../../reports/PlanReport.ts";
import type { CommonValues } from "../Tool.ts";

/** Whether both name one file, by whatever way. */
const isSameFile = (one: string, other: string | undefined) =>
  Effect.gen(function* () {
    if (other === undefined) return false;
    const [files, path] = [yield* FileSystem.FileSystem, yield* Path.Path];
    if (path.resolve(one) === path.resolve(other)) return true;
    const [a, b] = yield* Effect.all([files.stat(one), files.stat(other)]);
    return (
      a.type === "File" && a.dev === b.dev && Option.isSome(a.ino) && Option.contains(b.ino, a.ino.value)
    );
  }).pipe(Effect.orElseSucceed(() => false));

/** What options cannot be given together; the list is empty if all is well. */
export const conflicts = (
  values: CommonValues & {
    readonly tablesFile?: string | undefined;
    readonly pairsFile?: string | undefined;
    readonly baseline?: string | undefined;
  },
  operands: ReadonlyArray<string>,
): Effect.Effect<ReadonlyArray<string>, never, FileSystem.FileSystem | Path.Path> =>
  Effect.gen(function* () {
    const inputs = [...operands, values.tablesFile, values.pairsFile, values.baseline].filter(
      (input) => input !== undefined,
    );
    const replaced = yield* Effect.filter(inputs, (input) => isSameFile(input, values.output));
    const isJournalOutput =
      values.journal !== undefined && (yield* isSameFile(values.journal, values.output));
    const with_ = (isGiven: boolean, text: string) => (isGiven ? [text] : []);
    return [
      ...with_(
        values.dryRun && !planFormats.includes(values.format),
        `--dry-run has no --format ${values.format}; use --format text, json or ndjson`,
      ),
      ...with_(
        values.noVerify && values.journal === undefined,
        "--no-verify is about --journal; give that, too",
      ),
      ...with_(isJournalOutput, "--journal and --output name the same file"),
      ...replaced.map((input) => `--output would replace "${input}", which is to be read; name another file`),
      ...(values.from
        ? [
            ...with_(
              values.journal !== undefined,
              "--from reads journals, and --journal writes one; give one of them",
            ),
            ...with_(
              values.shard !== undefined,
              "--from shows what was run; --shard has nothing to choose there",
            ),
            ...with_(values.dryRun, "--from runs nothing, so there is nothing for --dry-run to plan"),
            ...with_(
              (values.tablesFile ?? values.pairsFile) !== undefined,
              `--from takes journals as operands, and no --${values.tablesFile === undefined ? "pairs" : "tables"}-file`,
            ),
          ]
        : []),
    ];
  });
