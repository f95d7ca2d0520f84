/** Rejects options that conflict, and an output that would overwrite an input. */
import * as FileSystem from "@effect/platform/FileSystem";
import * as Path from "@effect/platform/Path";
import { Effect, Option } from "effect";
import { planFormats } from "../../reports/PlanReport.ts";
import * as Condition from "../../sql/Condition.ts";
import type { CommonValues } from "../Tool.ts";

/** Whether both paths name the same file. */
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

/**
 * A condition that is not an expression in either engine's SQL. A condition of only comments is left to each item's
 * engine.
 */
const notOneExpression = (option: string, text: string | undefined): ReadonlyArray<string> => {
  if (text === undefined || Condition.problem(text, "local") === undefined) return [];
  const problem = Condition.problem(text, "bigquery");
  return problem === undefined || problem === Condition.nothing
    ? []
    : [`${option} is not a single expression: ${problem}`];
};

/** Lists the conflicts between the options. */
export const conflicts = (
  values: CommonValues & {
    readonly tablesFile?: string | undefined;
    readonly pairsFile?: string | undefined;
    readonly baseline?: string | undefined;
    readonly where?: string | undefined;
    readonly whereA?: string | undefined;
    readonly whereB?: string | undefined;
    readonly detectAnomalies?: boolean;
    readonly values?: string;
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
    const conditions = { "--where": values.where, "--where-a": values.whereA, "--where-b": values.whereB };
    return [
      ...Object.entries(conditions).flatMap(([option, text]) => notOneExpression(option, text)),
      ...with_(
        values.dryRun && !planFormats.includes(values.format),
        `--dry-run does not support --format ${values.format}; use --format text, json or ndjson`,
      ),
      ...with_(
        values.detectAnomalies === true && values.values === "none",
        "--detect-anomalies and --values none cannot be combined: outliers are reported with values; use --values aggregates",
      ),
      ...with_(values.noVerify && values.journal === undefined, "--no-verify requires --journal"),
      ...(values.shardBy === "hash" || values.from
        ? []
        : [
            ...with_(values.shard === undefined, `--shard-by ${values.shardBy} requires --shard`),
            ...with_(
              values.journal === undefined,
              `--shard-by ${values.shardBy} requires --journal, which records the list of items`,
            ),
          ]),
      ...with_(isJournalOutput, "--journal and --output name the same file"),
      ...replaced.map((input) => `--output would overwrite the input "${input}"; choose another file`),
      ...(values.from
        ? [
            ...with_(
              values.journal !== undefined,
              "--from and --journal cannot be combined: --from only reads journals",
            ),
            ...with_(
              values.shard !== undefined,
              "--from and --shard cannot be combined: --from runs no items",
            ),
            ...with_(
              values.shardBy !== "hash",
              "--from and --shard-by cannot be combined: --from runs no items",
            ),
            ...with_(values.dryRun, "--from and --dry-run cannot be combined: --from runs no items"),
            ...with_(
              (values.tablesFile ?? values.pairsFile) !== undefined,
              `--from takes journals as operands and cannot be combined with --${values.tablesFile === undefined ? "pairs" : "tables"}-file`,
            ),
          ]
        : []),
    ];
  });
