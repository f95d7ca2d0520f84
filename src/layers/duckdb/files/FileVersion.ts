/** Versions of local tables: the sizes and modification times of their files. */
import { Effect } from "effect";
import type { LocalFiles, LocalTable } from "../../../domain/TableReference.ts";
import type { TableVersion } from "../../../domain/TableVersion.ts";
import type { BigQueryError } from "../../../services/BigQueryError.ts";
import { stat } from "../../../services/file/AsyncFile.ts";
import { resolve } from "../../../services/file/Path.ts";
import type { Session } from "../Session.ts";
import { type DataFile, find, inspect } from "./DataFiles.ts";

export const ofFiles = (files: ReadonlyArray<DataFile>): TableVersion => ({ _tag: "Files", files });

/**
 * The write-ahead log of a database, which has changes that are not in its file yet; empty if there is none.
 */
const writeAheadLog = (path: string): Effect.Effect<ReadonlyArray<DataFile>> =>
  Effect.promise(async () => {
    const log = `${path}.wal`;
    const found = await stat(log).catch(() => undefined);
    return found === undefined ? [] : [{ path: log, bytes: found.size, modifiedMs: found.mtimeMs }];
  });

/** The version of a database, including its write-ahead log. */
export const ofDatabase = (file: DataFile): Effect.Effect<TableVersion> =>
  Effect.map(writeAheadLog(file.path), (log) => ofFiles([file, ...log]));

/** The current version of a table, without reading its files. */
export const current = (
  session: Session,
  reference: LocalFiles | LocalTable,
): Effect.Effect<TableVersion, BigQueryError> =>
  reference._tag === "LocalFiles"
    ? Effect.map(find(session, reference), ({ files }) => ofFiles(files))
    : Effect.flatMap(inspect(resolve(reference.file), reference), ofDatabase);
