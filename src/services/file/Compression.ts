/** Gzip and Zstandard, by the extension of a file's name; @effect/platform has no service for them. */
import { createReadStream } from "node:fs";
import {
  createGunzip, createZstdDecompress, gunzipSync, zstdDecompressSync,
} from "node:zlib"; // biome-ignore format: one list

const isGzip = (path: string): boolean => /\.gz$/i.test(path);

export const isZstd = (path: string): boolean => /\.zst$/i.test(path);

export const isCompressed = (path: string): boolean => isGzip(path) || isZstd(path);

/** Decompresses the content of a file. Throws if it is truncated or corrupt. */
export const decompress = (path: string, bytes: Uint8Array): Uint8Array =>
  isGzip(path) ? gunzipSync(bytes) : isZstd(path) ? zstdDecompressSync(bytes) : bytes;

/** A file's decompressed bytes as a stream. */
export const open = (path: string, highWaterMark: number) => {
  const raw = createReadStream(path, { highWaterMark });
  const unpack = isGzip(path) ? createGunzip() : isZstd(path) ? createZstdDecompress() : undefined;
  if (unpack === undefined) return raw;
  raw.on("error", (error) => unpack.destroy(error));
  unpack.on("close", () => raw.destroy());
  return raw.pipe(unpack);
};
