/** Options that cannot be given together, and files that would be lost. */
import { statSync } from "node:fs";
import { resolve } from "node:path";
import { planFormats } from "../reports/PlanReport.ts";
import type { CommonValues } from "./Tool.ts";

/** Whether both name one file, by whatever way. */
const isSameFile = (one: string, other: string | undefined): boolean => {
  if (other === undefined) return false;
  if (resolve(one) === resolve(other)) return true;
  try {
    const [a, b] = [statSync(one), statSync(other)];
    return a.isFile() && a.ino === b.ino && a.dev === b.dev;
  } catch {
    return false;
  }
};

/** What options cannot be given together; the list is empty if all is well. */
export const conflicts = (
  values: CommonValues & {
    readonly tablesFile?: string | undefined;
    readonly pairsFile?: string | undefined;
    readonly baseline?: string | undefined;
  },
  operands: ReadonlyArray<string>,
): ReadonlyArray<string> => {
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
    ...with_(
      values.journal !== undefined && isSameFile(values.journal, values.output),
      "--journal and --output name the same file",
    ),
    ...[...operands, values.tablesFile, values.pairsFile, values.baseline]
      .filter((input) => input !== undefined && isSameFile(input, values.output))
      .map((input) => `--output would replace "${input}", which is to be read; name another file`),
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
};
