/** An append-only file to which a batch writes its finished results, each as a durable line. */
import { type Effect, Schema } from "effect";

export const JournalReason = Schema.Literal(
  "inUse",
  "unreadable",
  "unwritable",
  "foreign",
  "newer",
  "otherOptions",
  "unsupported",
);
export type JournalReason = typeof JournalReason.Type;

/** The journal cannot be used by this run; its content is unchanged. */
export class JournalError extends Schema.TaggedError<JournalError>()("JournalError", {
  reason: JournalReason,
  file: Schema.String,
  detail: Schema.String,
  remedy: Schema.String,
}) {
  override get message(): string {
    return `journal "${this.file}" ${this.detail}; ${this.remedy}`;
  }
}

/** The position of a line, in bytes. */
export interface LinePosition {
  readonly at: number;
  readonly bytes: number;
}

/** Reads a journal. */
export interface JournalReader {
  /** The path as given. */
  readonly file: string;
  /** Bytes of an incomplete last line; 0 if there is none. */
  readonly torn: number;
  /** Calls `each` with every complete line, numbered from 1; stops at the first error that it returns. */
  readonly scan: (
    each: (line: string, place: LinePosition, number: number) => JournalError | undefined,
  ) => Effect.Effect<void, JournalError>;
  readonly read: (place: LinePosition) => Effect.Effect<string, JournalError>;
}

export interface JournalService extends JournalReader {
  /** Returns when the line is on disk; if it fails, the file is unchanged. */
  readonly append: (line: string) => Effect.Effect<void, JournalError>;
  /** Removes an incomplete last line. */
  readonly truncate: Effect.Effect<void, JournalError>;
}
