/** Bad options or a bad list of items. Nothing has run. */
import { Data } from "effect";

export class UsageError extends Data.TaggedError("UsageError")<{
  /** One message per line; usually one. */
  readonly lines: ReadonlyArray<string>;
}> {
  static of(...lines: ReadonlyArray<string>): UsageError {
    return new UsageError({ lines });
  }
  override get message(): string {
    return this.lines.join("\n");
  }
}

/** The run was interrupted before it had results. */
export class Stopped extends Data.TaggedError("Stopped") {}
