/** The only module that writes to stderr: errors, warnings, notes and details, with control characters escaped. */
import { Context, Effect } from "effect";
import { escapeControls } from "../../domain/EscapeControls.ts";
import { style } from "../../reports/text/Style.ts";
import { writeSync } from "../../services/file/SyncFile.ts";

export interface StderrService {
  readonly error: (text: string) => Effect.Effect<void>;
  /** Suppressed by --quiet. */
  readonly warn: (text: string) => Effect.Effect<void>;
  /** Suppressed by --quiet. */
  readonly note: (text: string) => Effect.Effect<void>;
  /** Shown with --verbose. */
  readonly detail: (text: string) => Effect.Effect<void>;
}

export class Stderr extends Context.Tag("bqkit/Stderr")<Stderr, StderrService>() {}

export interface Loudness {
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly color: boolean;
}

/** Prefixes messages with the program's name; `write` receives lines without a newline. */
export const make = (
  program: string,
  { quiet, verbose, color }: Loudness,
  write: (line: string) => Effect.Effect<void>,
): StderrService => {
  const pen = style(color);
  const say = (prefix: string, text: string) =>
    write(`${pen.muted(`${program}:`)} ${prefix}${escapeControls(text)}`);
  return {
    error: (text) => say(color ? pen.bad("error: ") : "", text),
    warn: (text) => (quiet ? Effect.void : say(pen.warn("warning: "), text)),
    note: (text) => (quiet ? Effect.void : say(pen.note("note: "), text)),
    detail: (text) =>
      verbose ? Effect.forEach(text.split("\n"), (line) => say("", line), { discard: true }) : Effect.void,
  };
};

/** Writes a line to stderr synchronously. */
export const writeLine = (line: string): Effect.Effect<void> => Effect.sync(() => writeAll(`${line}\n`));

const writeAll = (text: string): void => {
  const bytes = Buffer.from(text);
  for (let done = 0; done < bytes.length; ) {
    try {
      done += writeSync(2, bytes, done);
    } catch (error) {
      // Stderr is closed; there is no place to report it.
      if (!(error instanceof Error && "code" in error && error.code === "EAGAIN")) return;
      Bun.sleepSync(5);
    }
  }
};
