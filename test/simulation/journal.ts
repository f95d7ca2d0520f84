/** A journal in memory on a disk whose writes sometimes fail. */
import { Effect } from "effect";
import { JournalError, type JournalService } from "../../src/services/Journal.ts";

/**
 * What a failed write leaves: nothing, the start of the line, or the whole line. The last two occur if the
 * written bytes cannot be removed either.
 */
export type Remnant = "nothing" | "start" | "whole";

/** `fault` decides about each write; undefined: it succeeds. */
export const make = (fault: () => Remnant | undefined) => {
  const lines: Array<string> = [];
  let torn = "";

  /** Opens the journal; afterwards `lines` has what was on the disk. */
  const open = (): JournalService & { readonly hasFailed: () => boolean } => {
    let isBroken = false;
    return {
      file: "journal",
      torn: torn.length,
      hasFailed: () => isBroken,
      scan: (each) =>
        Effect.suspend(() => {
          for (const [i, line] of lines.entries()) {
            const error = each(line, { at: i, bytes: 1 }, i + 1);
            if (error !== undefined) return error;
          }
          return Effect.void;
        }),
      // The position after the last line is that of the incomplete one.
      read: ({ at, bytes }) => Effect.sync(() => lines[at] ?? torn.slice(0, bytes)),
      append: (line) =>
        Effect.suspend(() => {
          if (isBroken) return Effect.dieMessage("a write after a failed write");
          const remnant = fault();
          if (remnant === "start") torn = line.slice(0, line.length / 2);
          if (remnant === undefined || remnant === "whole") lines.push(line);
          if (remnant === undefined) return Effect.void;
          isBroken = true;
          return new JournalError({ reason: "unwritable", file: "journal", detail: "is full", remedy: "" });
        }),
      truncate: Effect.sync(() => {
        torn = "";
      }),
    };
  };
  return { open, lines };
};
