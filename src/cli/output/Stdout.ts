/** The only module that writes to stdout. A closed pipe ends the program quietly. */
import { Data, Effect } from "effect";
import { isOwn } from "../../layers/Descriptor.ts";
import { fstatSync } from "../../services/file/SyncFile.ts";

/** The reader closed the pipe (`| head`). */
export class ReaderGone extends Data.TaggedError("ReaderGone") {}

/** The report cannot be written. */
export class OutputError extends Data.TaggedError("OutputError")<{
  readonly target: string;
  readonly detail: string;
}> {
  override get message(): string {
    return `cannot write the report to ${this.target}: ${this.detail}; choose another file with --output FILE`;
  }
}

/** The destination of a report. `commit` finishes it. */
export interface Sink {
  readonly write: (text: string) => Effect.Effect<void, ReaderGone | OutputError>;
  readonly commit: Effect.Effect<void, OutputError>;
}

/** Bun opens /dev/null in place of a closed stdout, so that writes succeed. On Windows it is never closed. */
const isClosed = (): boolean => {
  if (process.platform === "win32") return false;
  try {
    return fstatSync(1).isCharacterDevice() && process.stdout.isTTY !== true && isOwn(1);
  } catch {
    return true;
  }
};

/** Stdout as the destination of a report; fails if the process was started without one (`>&-`). */
export const open: Effect.Effect<Sink, OutputError> = Effect.suspend(() =>
  isClosed() ? new OutputError({ target: "stdout", detail: "it is closed" }) : Effect.succeed(sink),
);

let gone = false;

/** Records a broken pipe, because later writes report no error. */
const listen = (): void => {
  if (process.stdout.listenerCount("error") === 0) {
    process.stdout.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EPIPE") gone = true;
    });
  }
};

/** Succeeds when the text has left the process. */
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

const sink: Sink = { write, commit: Effect.void };
