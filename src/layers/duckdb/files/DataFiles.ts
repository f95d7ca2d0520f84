/** Finds the files of a reference, and fails unless all of them are readable and have the same format. */
import { Effect, Option } from "effect";
import { nearest } from "../../../domain/Suggestion.ts";
import type { LocalFiles, TableReference } from "../../../domain/TableReference.ts";
import { BigQueryError } from "../../../services/BigQueryError.ts";
import { access, constants, readlink, stat } from "../../../services/file/AsyncFile.ts";
import { codeOf, whyCode } from "../../../services/file/FileFault.ts";
import { fileSystem } from "../../../services/file/FileSystem.ts";
import { basename, dirname, join, relative, resolve } from "../../../services/file/Path.ts";
import { dialect } from "../dialect/Dialect.ts";
import { classify } from "../Errors.ts";
import type { Session } from "../Session.ts";

export type Format = "parquet" | "csv" | "tsv" | "json";

export interface DataFile {
  /** The absolute path. */
  readonly path: string;
  readonly bytes: number;
  readonly modifiedMs: number;
}

export interface DataFiles {
  readonly format: Format;
  /** At least one file, ordered by name. */
  readonly files: ReadonlyArray<DataFile>;
  /** Whether the reference is a glob, even if only one file matches. */
  readonly isGlob: boolean;
}

const formats: Readonly<Record<string, Format>> = {
  parquet: "parquet", csv: "csv", tsv: "tsv", json: "json", ndjson: "json", jsonl: "json",
}; // biome-ignore format: one table

const maxAtOnce = 16;

export const isGlob = (path: string): boolean => /[[*?]/.test(path);

/** A glob that matches only this path. */
export const escapeGlob = (path: string): string => path.replace(/[[*?]/g, (character) => `[${character}]`);

/** A path as a string literal for DuckDB, with escaped glob characters. */
export const literal = (path: string): string => dialect.string(escapeGlob(path)).text;

/** A list of files as an argument of DuckDB's functions. */
export const literals = (files: ReadonlyArray<DataFile>): string =>
  `[${files.map((file) => literal(file.path)).join(", ")}]`;

/** Finds the files of a path or glob. */
export const find = Effect.fn("DuckDb.files")(function* (session: Session, reference: LocalFiles) {
  const { path } = reference;
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(path)) {
    return yield* BigQueryError.of("unsupported", `${path} is not a local file`, {
      reference,
      remedy: "download it first, or load it into BigQuery",
    });
  }
  const absolute = resolve(path);
  const single = yield* Effect.either(inspect(absolute, reference));
  if (single._tag === "Right") {
    return {
      format: yield* formatOf([single.right], reference),
      files: [single.right],
      isGlob: false,
    } as DataFiles;
  }
  if (single.left.reason !== "notFound" || !isGlob(path)) return yield* single.left;

  const listed = yield* Effect.mapError(session.glob(absolute), (fault) => classify(fault.text, reference));
  if (listed.length === 0) {
    return yield* BigQueryError.of("notFound", `no file matches ${path}`, {
      reference,
      remedy: "check the pattern, and quote it so that the shell does not expand it",
    });
  }
  const files = yield* Effect.forEach(listed, (file) => inspect(file, reference), { concurrency: maxAtOnce });
  return { format: yield* formatOf(files, reference), files, isGlob: true } as DataFiles;
});

/**
 * Inspects one file. Fails with `notFound`, `accessDenied` or `unsupported` if it cannot be read as a file.
 */
export const inspect = (path: string, reference: TableReference): Effect.Effect<DataFile, BigQueryError> =>
  Effect.tryPromise({
    try: async () => {
      const found = await stat(path);
      await access(path, constants.R_OK);
      return found;
    },
    catch: codeOf,
  }).pipe(
    Effect.catchAll((code) => Effect.flatMap(missing(path, code, reference), Effect.fail)),
    Effect.flatMap((found) => {
      const name = shortName(path);
      if (found.isDirectory()) {
        return BigQueryError.of("unsupported", `${name} is a folder`, {
          reference,
          remedy:
            reference._tag === "LocalTable"
              ? "use a DuckDB database file"
              : `use a pattern to read its files as one table: '${join(name, "*.parquet")}'`,
        });
      }
      if (!found.isFile()) {
        return BigQueryError.of("unsupported", `${name} is not a regular file`, {
          reference,
          remedy: "write its content to a file first, because it is read more than once",
        });
      }
      return Effect.succeed({ path, bytes: found.size, modifiedMs: found.mtimeMs });
    }),
  );

const missing = Effect.fnUntraced(function* (path: string, code: string, reference: TableReference) {
  const name = shortName(path);
  if (code === "EACCES" || code === "EPERM") {
    return BigQueryError.of("accessDenied", `no permission to read ${name}`, {
      reference,
      remedy: "ask for read permission on the file",
    });
  }
  if (code !== "ENOENT" && code !== "ENOTDIR") {
    return BigQueryError.of("invalidData", `${name} cannot be read: ${whyCode(code)}`, { reference });
  }
  const folder = dirname(path);
  const siblings = yield* Effect.option(fileSystem.readDirectory(folder));
  if (Option.isNone(siblings)) {
    return BigQueryError.of("notFound", `${name} does not exist, nor does its folder`, {
      reference,
      remedy: "check the path",
    });
  }
  const link = yield* Effect.promise(() => readlink(path).catch(() => undefined));
  if (link !== undefined) {
    return BigQueryError.of("notFound", `${name} is a link to ${link}, which does not exist`, {
      reference,
      remedy: "restore the file, or recreate the link",
    });
  }
  const near = nearest(basename(path), siblings.value, (file) => file.replace(/\..*$/s, ""));
  return BigQueryError.of("notFound", `${name} does not exist`, {
    reference,
    remedy: near === undefined ? "check the path" : `did you mean ${shortName(join(folder, near))}?`,
  });
});

/** The path relative to the working directory if it is below it, otherwise the path itself. */
export const shortName = (path: string): string => {
  const near = relative(process.cwd(), path);
  return near === "" || near.startsWith("..") ? path : near;
};

const formatOf = (
  files: ReadonlyArray<DataFile>,
  reference: LocalFiles,
): Effect.Effect<Format, BigQueryError> => {
  const kinds = new Set(files.map((file) => kindOf(file.path)));
  const [kind] = kinds;
  const unknown = files.find((file) => kindOf(file.path) === undefined);
  if (unknown !== undefined) {
    return BigQueryError.of(
      "unsupported",
      `the format of ${shortName(unknown.path)} cannot be determined from its name`,
      {
        reference,
        remedy:
          "use the extension .parquet, .csv, .tsv, .json or .ndjson; text files may also end in .gz or .zst",
      },
    );
  }
  return kind === undefined || kinds.size > 1
    ? BigQueryError.of("unsupported", `${reference.path} matches files in different formats`, {
        reference,
        remedy: "add the extension to the pattern",
      })
    : Effect.succeed(kind);
};

const kindOf = (path: string): Format | undefined => {
  const [, extension, packed] = /\.([a-z]+)(\.gz|\.zst)?$/i.exec(path) ?? [];
  const format = formats[extension?.toLowerCase() ?? ""];
  return format === "parquet" && packed !== undefined ? undefined : format;
};
