/** --output FILE: the report appears there whole or not at all. */
import {
  closeSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { Effect, type Scope } from "effect";
import * as Draft from "../AtomicFile.ts";
import { OutputError, type Sink } from "./Stdout.ts";

const attempt = <A>(target: string, body: () => A): Effect.Effect<A, OutputError> =>
  Effect.try({
    try: body,
    catch: (error) =>
      new OutputError({ target, detail: error instanceof Error ? error.message : String(error) }),
  });

/** Where the report really goes: links are followed, and a device or pipe is written to as it is. */
const resolve = (file: string): { readonly path: string; readonly regular: boolean } => {
  const stats = statSync(file, { throwIfNoEntry: false });
  if (stats === undefined) return { path: file, regular: true };
  if (stats.isDirectory()) throw new Error("it is a folder");
  return { path: realpathSync(file), regular: stats.isFile() };
};

/** A sink that writes beside the file and renames on commit; without a commit nothing is left. */
export const sink = (file: string): Effect.Effect<Sink, OutputError, Scope.Scope> =>
  Effect.gen(function* () {
    const { path, regular } = yield* attempt(file, () => resolve(file));
    let [isOpen, isDraft] = [true, regular];
    const { draft, handle } = yield* Effect.acquireRelease(
      attempt(file, () => {
        const draft = regular ? Draft.open(path) : { path, handle: openSync(path, "w") };
        const discard = () => {
          if (isDraft) rmSync(draft.path, { force: true });
        };
        // A second signal ends the process without closing scopes.
        process.on("exit", discard);
        return { draft: draft.path, handle: draft.handle, discard };
      }),
      ({ handle, discard }) =>
        Effect.sync(() => {
          process.off("exit", discard);
          if (isOpen) closeSync(handle);
          discard();
        }),
    );
    return {
      write: (text) =>
        attempt(file, () => {
          const bytes = Buffer.from(text);
          for (let done = 0; done < bytes.length; ) done += writeSync(handle, bytes, done);
        }),
      commit: attempt(file, () => {
        if (regular) fsyncSync(handle);
        closeSync(handle);
        isOpen = false;
        if (regular) renameSync(draft, path);
        isDraft = false;
      }),
    };
  });
