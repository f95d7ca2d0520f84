/** A journal file: locked for writing, each line synced to disk, read line by line. */
import { Effect, type Scope } from "effect";
import { whyUnreadable, whyUnwritable } from "../services/file/FileFault.ts";
import { dirname } from "../services/file/Path.ts";
import {
  closeSync, constants, fstatSync, fsyncSync, ftruncateSync, openSync, readAt, writeAll,
} from "../services/file/SyncFile.ts"; // biome-ignore format: one list
import {
  JournalError,
  type JournalReader,
  type JournalService,
  type LinePosition,
} from "../services/Journal.ts";
import { isSupported, lock } from "./FileLock.ts";

const lineFeed = 0x0a;
const chunkBytes = 1 << 20;

const unreadable = (file: string) => (error: unknown) =>
  error instanceof JournalError
    ? error
    : new JournalError({
        reason: "unreadable",
        file,
        detail: `cannot be read: ${whyUnreadable(error)}`,
        remedy: "check the path and its permissions",
      });

/** Translates a system error while writing. */
export const unwritable = (file: string) => (error: unknown) =>
  error instanceof JournalError
    ? error
    : new JournalError({
        reason: "unwritable",
        file,
        detail: `cannot be written: ${whyUnwritable(error)}`,
        remedy: "check the path and the free space, or use another file; stored results remain",
      });

/** The lines that end before `end`, with their positions. */
function* linesOf(
  descriptor: number,
  end: number,
): Generator<{ readonly text: string; readonly place: LinePosition }> {
  let pending: ReadonlyArray<Buffer> = [];
  let start = 0;
  for (let at = 0; at < end; ) {
    const chunk = readAt(descriptor, at, Math.min(chunkBytes, end - at));
    if (chunk.length === 0) return;
    let from = 0;
    for (let feed = chunk.indexOf(lineFeed); feed !== -1; feed = chunk.indexOf(lineFeed, from)) {
      const line = Buffer.concat([...pending, chunk.subarray(from, feed)]);
      yield { text: line.toString(), place: { at: start, bytes: line.length } };
      pending = [];
      from = feed + 1;
      start = at + from;
    }
    if (from < chunk.length) pending = [...pending, chunk.subarray(from)];
    at += chunk.length;
  }
}

/** The position after the last line feed. */
const endOfLines = (descriptor: number, size: number): number => {
  for (let at = size; at > 0; ) {
    const from = Math.max(0, at - chunkBytes);
    const feed = readAt(descriptor, from, at - from).lastIndexOf(lineFeed);
    if (feed !== -1) return from + feed + 1;
    at = from;
  }
  return 0;
};

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

/** The extent of the complete lines. A last line without a line feed counts if it is valid JSON. */
const contentOf = (descriptor: number) => {
  const { size } = fstatSync(descriptor);
  const lines = endOfLines(descriptor, size);
  const rest = readAt(descriptor, lines, size - lines);
  const last = size > lines && isJson(rest.toString()) ? rest : undefined;
  return { lines, last, torn: last === undefined ? size - lines : 0 };
};

const reader = (
  file: string,
  descriptor: number,
  { lines, last, torn }: ReturnType<typeof contentOf>,
): JournalReader => ({
  file,
  torn,
  scan: (each) =>
    Effect.try({
      try: () => {
        let number = 0;
        for (const { text, place } of linesOf(descriptor, lines)) {
          number += 1;
          const error = each(text, place, number);
          if (error !== undefined) throw error;
        }
        const error =
          last === undefined
            ? undefined
            : each(last.toString(), { at: lines, bytes: last.length }, number + 1);
        if (error !== undefined) throw error;
      },
      catch: unreadable(file),
    }),
  read: ({ at, bytes }) =>
    Effect.try({ try: () => readAt(descriptor, at, bytes).toString(), catch: unreadable(file) }),
});

const opened = (file: string, open: () => number, wrong: (error: unknown) => JournalError) =>
  Effect.acquireRelease(
    Effect.try({
      try: () => {
        const descriptor = open();
        if (fstatSync(descriptor).isFile()) return descriptor;
        closeSync(descriptor);
        throw new JournalError({
          reason: "foreign",
          file,
          detail: "is not a regular file",
          remedy: "use a regular file",
        });
      },
      catch: wrong,
    }),
    (descriptor) => Effect.sync(() => closeSync(descriptor)),
  );

/** Opens a journal for reading, also while another process writes to it. */
export const openReader = (file: string): Effect.Effect<JournalReader, JournalError, Scope.Scope> =>
  Effect.gen(function* () {
    const descriptor = yield* opened(file, () => openSync(file, "r"), unreadable(file));
    const content = yield* Effect.try({ try: () => contentOf(descriptor), catch: unreadable(file) });
    return reader(file, descriptor, content);
  });

const withoutBun = (file: string) =>
  new JournalError({
    reason: "unsupported",
    file,
    detail: "cannot be locked under Node",
    remedy: "run the script with Bun",
  });

const created = constants.O_RDWR | constants.O_CREAT;

/** Opens a journal for appending, or creates it with mode 0600; it is locked until the scope closes. */
export const open = (file: string): Effect.Effect<JournalService, JournalError, Scope.Scope> =>
  Effect.gen(function* () {
    const descriptor = yield* opened(file, () => openSync(file, created, 0o600), unwritable(file));
    const content = yield* Effect.try({
      try: () => {
        if (lock(descriptor)) return contentOf(descriptor);
        if (!isSupported) throw withoutBun(file);
        throw new JournalError({
          reason: "inUse",
          file,
          detail: "is in use by another run",
          remedy: "wait for it, or use another file on a file system that supports locks",
        });
      },
      catch: unwritable(file),
    });
    let end = content.lines + (content.last?.length ?? 0);
    let startsLine = content.last === undefined;
    let named = false;
    const append: JournalService["append"] = (line) =>
      Effect.try({
        try: () => {
          const bytes = Buffer.from(`${startsLine ? "" : "\n"}${line}\n`);
          try {
            writeAll(descriptor, bytes, end);
            fsyncSync(descriptor);
            if (!named) syncFolder(dirname(file));
          } catch (error) {
            cutAt(descriptor, end);
            throw error;
          }
          [end, startsLine, named] = [end + bytes.length, true, true];
        },
        catch: unwritable(file),
      });
    const truncate = Effect.try({
      try: () => {
        if (content.torn > 0) ftruncateSync(descriptor, end);
      },
      catch: unwritable(file),
    });
    return { ...reader(file, descriptor, content), append, truncate };
  });

/** Removes a partly written line; if that fails too, the next run removes it. */
const cutAt = (descriptor: number, end: number): void => {
  try {
    ftruncateSync(descriptor, end);
  } catch {
    // The next run removes the incomplete line.
  }
};

/** Syncs the folder, which makes the name of a new file durable. Windows cannot open folders, and needs no sync. */
const syncFolder = (folder: string): void => {
  if (process.platform === "win32") return;
  const descriptor = openSync(folder, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
};
