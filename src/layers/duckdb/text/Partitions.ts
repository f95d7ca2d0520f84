/** Partition columns from the names of folders: `year=2024/part.csv`. */
import { Effect } from "effect";
import type { LocalFiles } from "../../../domain/TableReference.ts";
import { BigQueryError } from "../../../services/BigQueryError.ts";
import { dirname, sep } from "../../../services/file/Path.ts";
import { dialect } from "../dialect/Dialect.ts";
import { type DataFiles, shortName } from "../files/DataFiles.ts";
import type { Session } from "../Session.ts";
import { formOf } from "./Forms.ts";

export interface Partition {
  readonly name: string;
  /** The values in the order of the files. */
  readonly values: ReadonlyArray<string | null>;
}

const missing = "__HIVE_DEFAULT_PARTITION__";

const foldersOf = (path: string): ReadonlyArray<readonly [name: string, value: string]> =>
  dirname(path)
    .split(sep)
    .flatMap((folder) => {
      const [, name, value] = /^([^=]+)=(.*)$/s.exec(folder) ?? [];
      return name === undefined ? [] : [[name, decoded(value!)] as const];
    });

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/**
 * The partition columns. Fails if the files are in folders with different names, or if a name is repeated.
 */
export const of = (
  data: DataFiles,
  reference: LocalFiles,
): Effect.Effect<ReadonlyArray<Partition>, BigQueryError> => {
  if (!data.isGlob) return Effect.succeed([]);
  const folders = data.files.map((file) => foldersOf(file.path));
  const keys = folders[0]!.map(([name]) => name);
  const other = folders.findIndex((found) => found.map(([name]) => name).join("/") !== keys.join("/"));
  const first = shortName(data.files[0]!.path);
  if (other >= 0) {
    return BigQueryError.of(
      "invalidData",
      `${shortName(data.files[other]!.path)} and ${first} are in folders with different names before "="`,
      { reference, remedy: "use a pattern of files in folders with the same names" },
    );
  }
  const twice = keys.find((name, i) => keys.slice(0, i).some((before) => same(before, name)));
  if (twice !== undefined) return repeated(`${first} is in two folders "${twice}="`, reference);
  return Effect.succeed(
    keys.map((name, i) => ({
      name,
      values: folders.map((found) => (found[i]![1] === missing ? null : found[i]![1])),
    })),
  );
};

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

const repeated = (what: string, reference: LocalFiles) =>
  BigQueryError.of("invalidData", what, {
    reference,
    remedy: "rename the folders, or name the files of one folder",
  });

/** Fails if a folder has the name of a column. */
export const assertNew = (
  partitions: ReadonlyArray<Partition>,
  columns: ReadonlyArray<string>,
  reference: LocalFiles,
): Effect.Effect<void, BigQueryError> => {
  const both = partitions.find(({ name }) => columns.some((column) => same(column, name)));
  return both === undefined
    ? Effect.void
    : repeated(`${reference.path}: folders "${both.name}=" repeat a column of the files`, reference);
};

/** The columns with an expression of the typed value; DuckDB returns text (`hive_types_autocast=false`). */
export const typed = Effect.fn("DuckDb.partitions.typed")(function* (
  session: Session,
  partitions: ReadonlyArray<Partition>,
) {
  return yield* Effect.forEach(partitions, ({ name, values }) =>
    Effect.gen(function* () {
      const x = dialect.identifier(name).text;
      const texts = [...new Set(values.filter((value) => value !== null))];
      const form = formOf(texts);
      if (form === undefined) return { name, text: x };
      const list = texts.map((text) => `(${dialect.string(text).text})`).join(", ");
      const { rows } = yield* session.read(
        `SELECT bool_and(coalesce(${form.proof("v")}, false)) FROM (VALUES ${list}) t(v)`,
      );
      return { name, text: rows[0]![0] === true ? form.value(x) : x };
    }),
  );
});
