/** `bqkit licenses`: the licences of the software in the executable. */
import { Effect } from "effect";
import { toStdout } from "../cli/Main.ts";

/** Prints the compressed text; returns the exit status. */
export const print = async (notices: string): Promise<number> => {
  const text = await Bun.zstdDecompress(await Bun.file(notices).bytes());
  return Effect.runPromise(toStdout(text.toString()));
};
