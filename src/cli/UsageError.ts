/** The command line, or a list of items, is not what it must be. Nothing has run. */
import { Data } from "effect";

export class UsageError extends Data.TaggedError("UsageError")<{
  /** One message a line; most errors have one. */
  readonly lines: ReadonlyArray<string>;
}> {
  static of(...lines: ReadonlyArray<string>): UsageError {
    return new UsageError({ lines });
  }
  override get message(): string {
    return this.lines.join("\n");
  }
}

/** The run was interrupted before it had anything to report. */
export class Stopped extends Data.TaggedError("Stopped") {}
