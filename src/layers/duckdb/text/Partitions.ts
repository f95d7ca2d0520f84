/** Columns that folders of a pattern give: `year=2024/part.csv`. */
import { dirname, sep } from "node:path";
import { Effect } from "effect";
import type { LocalFiles } from "../../../domain/TableReference.ts";
import { BigQueryError } from "../../../services/BigQueryError.ts";
import { type DataFiles, shortName } from "../DataFiles.ts";

const keysOf = (path: string): ReadonlyArray<string> =>
  dirname(path)
    .split(sep)
    .flatMap((folder) => /^([^=]+)=/.exec(folder)?.[1] ?? []);

/** The names of these columns. Fails where files lie in folders of different names. */
export const partitionsOf = (
  data: DataFiles,
  reference: LocalFiles,
): Effect.Effect<ReadonlyArray<string>, BigQueryError> => {
  if (!data.isGlob) return Effect.succeed([]);
  const first = data.files[0]!;
  const keys = keysOf(first.path);
  const other = data.files.find((file) => keysOf(file.path).join("/") !== keys.join("/"));
  return other === undefined
    ? Effect.succeed(keys)
    : BigQueryError.of(
        "invalidData",
        `${shortName(other.path)} and ${shortName(first.path)} lie in folders with different names before "="`,
        { reference, remedy: "use a pattern of files that lie in folders of the same kind" },
      );
};
