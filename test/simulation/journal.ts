/** A journal in memory, whose writes sometimes fail. */
import { Effect } from "effect";
import { JournalError, type JournalService } from "../../src/services/Journal.ts";

export const make = (fails: () => boolean) => {
  const lines: Array<string> = [];
  const service: JournalService = {
    file: "journal",
    torn: 0,
    scan: (each) =>
      Effect.suspend(() => {
        for (const [i, line] of lines.entries()) {
          const error = each(line, { at: i, bytes: 1 }, i + 1);
          if (error !== undefined) return error;
        }
        return Effect.void;
      }),
    read: ({ at }) => Effect.sync(() => lines[at]!),
    append: (line) =>
      Effect.suspend(() => {
        if (fails())
          return new JournalError({ reason: "unwritable", file: "journal", detail: "is full", remedy: "" });
        lines.push(line);
        return Effect.void;
      }),
    truncate: Effect.void,
  };
  return { service, lines };
};
