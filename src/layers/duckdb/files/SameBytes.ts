/** Compares files byte by byte. */
import type { PlatformError } from "@effect/platform/Error";
import { Effect, Option } from "effect";
import type { TableReference } from "../../../domain/TableReference.ts";
import { fileSystem } from "../../../services/file/FileSystem.ts";
import { resolve } from "../../../services/file/Path.ts";

const chunk = 4 * 2 ** 20;

/** Whether both files have the same bytes; stops at the first difference. */
const compare = Effect.fnUntraced(function* (a: string, b: string) {
  const [one, other] = [yield* fileSystem.open(a), yield* fileSystem.open(b)];
  const [{ size }, { size: otherSize }] = [yield* one.stat, yield* other.stat];
  if (size !== otherSize) return false;
  const [x, y] = [Buffer.allocUnsafe(chunk), Buffer.allocUnsafe(chunk)];
  for (let left = Number(size); left > 0; ) {
    const length = Math.min(chunk, left);
    const [read, otherRead] = yield* Effect.all(
      [one.read(x.subarray(0, length)), other.read(y.subarray(0, length))],
      { concurrency: "unbounded" },
    );
    const n = Number(read);
    // A file that shrinks while it is read is not proved to be equal.
    if (n === 0 || read !== otherRead || x.compare(y, 0, n, 0, n) !== 0) return false;
    left -= n;
  }
  return true;
}, Effect.scoped);

/** The path of a table that is one regular file, whose columns do not depend on the names of its folders. */
const pathOf = (table: TableReference): Effect.Effect<Option.Option<string>, PlatformError> => {
  if (table._tag !== "LocalFiles") return Effect.succeedNone;
  const path = resolve(table.path);
  return Effect.map(fileSystem.stat(path), ({ type }) =>
    type === "File" && !path.includes("=") ? Option.some(path) : Option.none(),
  );
};

/** Whether both tables are single files with the same bytes; false if either cannot be read. */
export const ofTables = (a: TableReference, b: TableReference): Effect.Effect<boolean> =>
  Effect.gen(function* () {
    const paths = Option.all([yield* pathOf(a), yield* pathOf(b)]);
    return Option.isSome(paths) && (yield* compare(...paths.value));
  }).pipe(Effect.orElseSucceed(() => false));
