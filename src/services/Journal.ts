/** A file of lines that only grows: what a batch writes its finished results to, one durable line each. */
import { Data, type Effect } from "effect";

export type JournalReason = "inUse" | "unreadable" | "unwritable" | "foreign" | "newer" | "otherOptions";

/** The journal cannot serve this run. What it holds is as it was. */
export class JournalError extends Data.TaggedError("JournalError")<{
  readonly reason: JournalReason;
  readonly file: string;
  readonly detail: string;
  readonly remedy: string;
}> {
  override get message(): string {
    return `journal "${this.file}" ${this.detail}; ${this.remedy}`;
  }
}

/** Where a line stands, in bytes. */
export interface Place {
  readonly at: number;
  readonly bytes: number;
}

/** What is read of a journal. */
export interface JournalReader {
  /** As it was given. */
  readonly file: string;
  /** Bytes of a last line that was never finished; 0 if there is none. */
  readonly torn: number;
  /** Tells of every finished line, counted from 1. An error that `each` gives ends it. */
  readonly scan: (
    each: (line: string, place: Place, number: number) => JournalError | undefined,
  ) => Effect.Effect<void, JournalError>;
  readonly read: (place: Place) => Effect.Effect<string, JournalError>;
}

export interface JournalService extends JournalReader {
  /** The line is on disk when this is done; if it fails, the file is as it was. */
  readonly append: (line: string) => Effect.Effect<void, JournalError>;
  /** Cuts off a last line that was never finished. */
  readonly mend: Effect.Effect<void, JournalError>;
}
