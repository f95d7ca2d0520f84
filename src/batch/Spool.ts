/**
 * Keeps lines in a temporary file, so that memory does not grow with them. Lines are written in any order and read in
 * the order of their indexes, any number of times, until the scope closes.
 */
import { Effect, Schema, type Scope, Stream } from "effect";
import { join } from "../services/file/Path.ts";
import {
  closeSync,
  mkdtempSync,
  openSync,
  readAt,
  rmdirSync,
  rmSync,
  writeAll,
} from "../services/file/SyncFile.ts";
import { tmpdir } from "../services/OperatingSystem.ts";
import * as NumberList from "./NumberList.ts";

/** The temporary file could not be created, written or read. */
export class SpoolError extends Schema.TaggedError<SpoolError>()("SpoolError", { detail: Schema.String }) {
  override get message(): string {
    return `cannot store results in ${tmpdir()}: ${this.detail}; set TMPDIR to a folder with free space`;
  }
}

export interface Spool {
  /** Stores a line under its index. */
  readonly put: (index: number, line: string) => Effect.Effect<void, SpoolError>;
  /** All lines in the order of their indexes. */
  readonly lines: Stream.Stream<string, SpoolError>;
}

const attempt = <A>(body: () => A): Effect.Effect<A, SpoolError> =>
  Effect.try({ try: body, catch: (error) => new SpoolError({ detail: describe(error) }) });

const describe = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The file is unlinked at once (where the system allows it), so that it disappears even after kill -9. */
const open = () => {
  const folder = mkdtempSync(join(tmpdir(), "bqkit-"));
  const path = join(folder, "results.ndjson");
  const file = openSync(path, "wx+", 0o600);
  const remove = () => {
    rmSync(path, { force: true });
    rmdirSync(folder);
  };
  const removed = process.platform !== "win32";
  if (removed) remove();
  return { file, remove: removed ? () => {} : remove };
};

/**
 * An empty spool. Keeps one line in memory; creates the file for the second, and removes it when the scope closes.
 */
export const make: Effect.Effect<Spool, never, Scope.Scope> = Effect.gen(function* () {
  let first: { readonly index: number; readonly line: string } | undefined;
  let opened: ReturnType<typeof open> | undefined;
  yield* Effect.addFinalizer(() =>
    Effect.sync(() => {
      if (opened === undefined) return;
      closeSync(opened.file);
      opened.remove();
    }),
  );
  /** Of each line in the order of writing: its index, and where it ends. */
  const [indexes, ends] = [NumberList.indexes(), NumberList.offsets()];

  const write = (file: number, index: number, line: string) => {
    const bytes = Buffer.from(line);
    const start = ends.at(ends.length - 1) ?? 0;
    writeAll(file, bytes, start);
    indexes.push(index);
    ends.push(start + bytes.length);
  };

  const put = (index: number, line: string) =>
    attempt(() => {
      if (opened === undefined && first === undefined) {
        first = { index, line };
        return;
      }
      opened ??= open();
      if (first !== undefined) write(opened.file, first.index, first.line);
      first = undefined;
      write(opened.file, index, line);
    });

  const read = (file: number) => (number: number) =>
    attempt(() => {
      const start = ends.at(number - 1) ?? 0;
      const length = ends.at(number)! - start;
      const bytes = readAt(file, start, length);
      if (bytes.length < length) throw new Error("the file was truncated");
      return bytes.toString();
    });

  const lines = Stream.suspend(() => {
    if (opened === undefined) return first === undefined ? Stream.empty : Stream.make(first.line);
    const inOrder = Uint32Array.from({ length: indexes.length }, (_, i) => i).sort(
      (a, b) => indexes.at(a)! - indexes.at(b)!,
    );
    return Stream.fromIterable(inOrder).pipe(Stream.mapEffect(read(opened.file)));
  });
  return { put, lines };
});
