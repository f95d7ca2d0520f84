/** The one module that writes to stdout. A reader who goes away ends the program quietly. */
import { Data, Effect } from "effect";

/** The reader of stdout went away (`| head`). */
export class ReaderGone extends Data.TaggedError("ReaderGone") {}

/** The report cannot be written. */
export class OutputError extends Data.TaggedError("OutputError")<{
  readonly target: string;
  readonly detail: string;
}> {
  override get message(): string {
    return `the report cannot be written to ${this.target}: ${this.detail}; choose another place with --output FILE`;
  }
}

/** Where a report goes. `commit` makes it final. */
export interface Sink {
  readonly write: (text: string) => Effect.Effect<void, ReaderGone | OutputError>;
  readonly commit: Effect.Effect<void, OutputError>;
}

let gone = false;

/** Once the pipe is broken, later writes report nothing: remember it. */
const listen = (): void => {
  if (process.stdout.listenerCount("error") === 0) {
    process.stdout.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EPIPE") gone = true;
    });
  }
};

/** Done when the text has left the process. */
export const write = (text: string): Effect.Effect<void, ReaderGone | OutputError> =>
  Effect.async<void, ReaderGone | OutputError>((resume) => {
    listen();
    if (gone) return resume(Effect.fail(new ReaderGone()));
    process.stdout.write(text, (error) => {
      const code = error != null && "code" in error ? error.code : undefined;
      if (code === "EPIPE" || code === "ECONNRESET") {
        gone = true;
        resume(Effect.fail(new ReaderGone()));
      } else if (error != null) {
        resume(Effect.fail(new OutputError({ target: "stdout", detail: error.message })));
      } else resume(Effect.void);
    });
  });

export const sink: Sink = { write, commit: Effect.void };
