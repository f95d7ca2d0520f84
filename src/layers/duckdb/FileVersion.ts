/** Versions of local tables: their files, by size and time of change. */
import { stat } from "node:fs/promises";
import { Effect } from "effect";
import type { LocalFiles, LocalTable } from "../../domain/TableReference.ts";
import type { TableVersion } from "../../domain/TableVersion.ts";
import type { BigQueryError } from "../../services/BigQueryError.ts";
import { resolve } from "../../services/Path.ts";
import { type DataFile, find, inspect } from "./DataFiles.ts";
import type { Session } from "./Session.ts";

export const ofFiles = (files: ReadonlyArray<DataFile>): TableVersion => ({ _tag: "Files", files });

/** What was written to a database and not yet put into its file; undefined where there is nothing. */
const writeAheadLog = (path: string): Effect.Effect<ReadonlyArray<DataFile>> =>
  Effect.promise(async () => {
    const log = `${path}.wal`;
    const found = await stat(log).catch(() => undefined);
    return found === undefined ? [] : [{ path: log, bytes: found.size, modifiedMs: found.mtimeMs }];
  });

/** The files that a database is kept in. */
export const ofDatabase = (file: DataFile): Effect.Effect<TableVersion> =>
  Effect.map(writeAheadLog(file.path), (log) => ofFiles([file, ...log]));

/** The present version: files are looked up, not read. */
export const current = (
  session: Session,
  reference: LocalFiles | LocalTable,
): Effect.Effect<TableVersion, BigQueryError> =>
  reference._tag === "LocalFiles"
    ? Effect.map(find(session, reference), ({ files }) => ofFiles(files))
    : Effect.flatMap(inspect(resolve(reference.file), reference), ofDatabase);
