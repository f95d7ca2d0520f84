/**
 * Checks a text file before DuckDB reads it: compressed data must be
 * complete, and JSON must be safe for DuckDB.
 */
import { Data, Effect } from "effect";
import { isCompressed, isZstd, open } from "../../../services/file/Compression.ts";
import { whyCode } from "../../../services/file/FileFault.ts";
import { closeSync, fstatSync, openSync, readAt } from "../../../services/file/SyncFile.ts";
import { JsonScan } from "./JsonScan.ts";

export class FileProblem extends Data.TaggedError("FileProblem")<{
  /** The position in the file: `, record 3`. */
  readonly where?: string;
  readonly what: string;
  readonly remedy?: string;
}> {}

export interface Scanned {
  /** The properties of JsonScan. */
  readonly hasLongNumbers: boolean;
  readonly hasLongNested: boolean;
  readonly keys: ReadonlyArray<string>;
}

const chunkBytes = 1 << 18;

/** Whether the whole file is valid UTF-8. */
export const isUtf8 = (path: string): Effect.Effect<boolean> =>
  Effect.promise(async () => {
    const decoder = new TextDecoder("utf-8", { fatal: true });
    try {
      for await (const chunk of open(path, chunkBytes)) decoder.decode(chunk as Buffer, { stream: true });
      decoder.decode();
      return true;
    } catch {
      return false;
    }
  });

/** Fails if compressed data is truncated or corrupt, and if JSON is nested too deeply or repeats a key. */
export const scan = (path: string, isJson: boolean): Effect.Effect<Scanned, FileProblem> => {
  if (!isJson && !isCompressed(path))
    return Effect.succeed({ hasLongNumbers: false, hasLongNested: false, keys: [] });
  return Effect.gen(function* () {
    if (isZstd(path) && !zstdEndsWhole(path)) return yield* truncated;
    const json = new JsonScan();
    const stream = open(path, chunkBytes);
    yield* Effect.tryPromise({
      try: async (signal) => {
        signal.addEventListener("abort", () => stream.destroy());
        for await (const chunk of stream) {
          const found = isJson ? json.add(chunk as Buffer) : undefined;
          if (found !== undefined) throw new FileProblem(found);
        }
        json.end();
      },
      catch: (error) => (error instanceof FileProblem ? error : problemOf(error)),
    });
    return { hasLongNumbers: json.hasLongNumbers, hasLongNested: json.hasLongNested, keys: json.keys };
  });
};

const truncated = new FileProblem({
  what: "the compressed data is truncated: its end is missing",
  remedy: "copy or download the file again",
});

const problemOf = (error: unknown): FileProblem => {
  const { code = "", message = "" } = error as NodeJS.ErrnoException;
  if (code === "Z_BUF_ERROR" || /unexpected end/i.test(message)) return truncated;
  if (/^(E[A-Z]+)$/.test(code)) return new FileProblem({ what: `the file cannot be read: ${whyCode(code)}` });
  return new FileProblem({
    what: "the compressed data is corrupt",
    remedy: "copy or download the file again",
  });
};

/**
 * Whether a .zst file ends with its last frame, according to the block headers. The
 * decompressor does not report a truncated file.
 */
const zstdEndsWhole = (path: string): boolean => {
  const file = openSync(path, "r");
  try {
    const size = fstatSync(file).size;
    let bytes: Buffer = Buffer.alloc(0);
    let at = 0;
    const get = (count: number) => {
      bytes = readAt(file, at, count);
      return bytes.length === count;
    };
    while (at < size) {
      if (!get(4)) return false;
      const magic = bytes.readUInt32LE(0);
      at += 4;
      if ((magic & 0xfffffff0) >>> 0 === 0x184d2a50) {
        if (!get(4)) return false;
        at += 4 + bytes.readUInt32LE(0);
        continue;
      }
      // The decompressor rejects data in other formats.
      if (magic !== 0xfd2fb528) return true;
      if (!get(1)) return false;
      const descriptor = bytes[0]!;
      const isSingle = (descriptor >> 5) & 1;
      at += 2 - isSingle + [0, 1, 2, 4][descriptor & 3]! + [isSingle, 2, 4, 8][descriptor >> 6]!;
      for (let isLast = false; !isLast; ) {
        if (!get(3)) return false;
        const header = bytes.readUIntLE(0, 3);
        isLast = (header & 1) === 1;
        at += 3 + (((header >> 1) & 3) === 1 ? 1 : header >> 3);
      }
      if ((descriptor & 4) !== 0) at += 4;
    }
    return at === size;
  } finally {
    closeSync(file);
  }
};
