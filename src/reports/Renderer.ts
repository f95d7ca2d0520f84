/** The interface of a format: it renders a run, its results and its summary as text. */
import type { Stream } from "effect";
import type { Result } from "../batch/Batch.ts";
import type { Program } from "../batch/Program.ts";
import type { Run, Summary } from "../batch/Result.ts";
import type { SpoolError } from "../batch/Spool.ts";
import type { JournalError } from "../services/Journal.ts";
import type { Presenter } from "./Presenter.ts";

/** The spooled results cannot be read. */
export type ReportError = SpoolError | JournalError;

/** A finished batch. The streams are in input order and can be run more than once. */
export interface Report<Payload> {
  readonly program: Pick<Program<never, Payload>, "key" | "breaks">;
  readonly presenter: Presenter<Payload>;
  readonly run: Run;
  readonly summary: Summary;
  /** The number of `different` results that exceed their threshold or have none. */
  readonly broken: number;
  readonly results: Stream.Stream<Result<Payload>, ReportError>;
  /** The results as lines of JSON. */
  readonly lines: Stream.Stream<string, ReportError>;
}

/** The capabilities of the output and the user's choices. */
export interface Appearance {
  readonly color: boolean;
  /** Columns of the terminal; absent: unlimited. */
  readonly width?: number;
  /** Show every item of a long batch, not only the worst ones. */
  readonly full?: boolean;
}

interface Common {
  /** The programs that support this format; absent for all. */
  readonly programs?: ReadonlyArray<string>;
}

/** Renders after the last result. */
export interface WholeRenderer extends Common {
  readonly _tag: "Whole";
  readonly render: <Payload>(
    report: Report<Payload>,
    appearance: Appearance,
  ) => Stream.Stream<string, ReportError>;
}

/** Writes each result as soon as it is complete; every piece ends with a line feed. */
export interface LiveRenderer extends Common {
  readonly _tag: "Live";
  readonly opening: (run: Run) => string;
  readonly result: (line: string) => string;
  readonly closing: (summary: Summary) => string;
}

export type Renderer = WholeRenderer | LiveRenderer;
