/** Compares files byte by byte. */
import { open, stat } from "node:fs/promises";
import { Effect } from "effect";
import type { TableReference } from "../../../domain/TableReference.ts";
import { resolve } from "../../../services/Path.ts";

const chunk = 4 * 2 ** 20;

/** Whether both files have the same bytes; stops at the first difference. */
const compare = async (a: string, b: string, signal: AbortSignal): Promise<boolean> => {
  await using one = await open(a);
  await using other = await open(b);
  const [{ size }, { size: otherSize }] = [await one.stat(), await other.stat()];
  if (size !== otherSize) return false;
  const [x, y] = [Buffer.allocUnsafe(chunk), Buffer.allocUnsafe(chunk)];
  for (let at = 0; at < size; ) {
    signal.throwIfAborted();
    const length = Math.min(chunk, size - at);
    const [read, otherRead] = await Promise.all([one.read(x, 0, length, at), other.read(y, 0, length, at)]);
    const n = read.bytesRead;
    // A file that shrinks while it is read is not proved to be equal.
    if (n === 0 || n !== otherRead.bytesRead || x.compare(y, 0, n, 0, n) !== 0) return false;
    at += n;
  }
  return true;
};

/** The path of a table that is one regular file, whose columns do not depend on the names of its folders. */
const pathOf = async (table: TableReference): Promise<string | undefined> => {
  if (table._tag !== "LocalFiles") return undefined;
  const path = resolve(table.path);
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() === true && !path.includes("=") ? path : undefined;
};

/** Whether both tables are single files with the same bytes; false if either cannot be read. */
export const ofTables = (a: TableReference, b: TableReference): Effect.Effect<boolean> =>
  Effect.tryPromise(async (signal) => {
    const [one, other] = [await pathOf(a), await pathOf(b)];
    return one !== undefined && other !== undefined && (await compare(one, other, signal));
  }).pipe(Effect.orElseSucceed(() => false));
