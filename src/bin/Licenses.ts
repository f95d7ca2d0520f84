/** `bqkit licenses`: the licences of the software in the executable. */
import { Effect } from "effect";
import { toStdout } from "../cli/Main.ts";

/** Prints the file of notices; returns the exit status. */
export const print = async (notices: string): Promise<number> =>
  Effect.runPromise(toStdout(await Bun.file(notices).text()));
