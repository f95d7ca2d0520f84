/** What a format is: how a run, its results and its summary become text. */
import type { Stream } from "effect";
import type { Result } from "../batch/Batch.ts";
import type { Program } from "../batch/Program.ts";
import type { Run, Summary } from "../batch/Result.ts";
import type { SpoolError } from "../batch/Spool.ts";
import type { JournalError } from "../services/Journal.ts";
import type { Presenter } from "./Presenter.ts";

/** Results cannot be read again from where they are kept. */
export type ReportError = SpoolError | JournalError;

/** A finished batch. The streams are in the order of the items and may be run more than once. */
export interface Report<Payload> {
  readonly program: Pick<Program<never, Payload>, "key" | "breaks">;
  readonly presenter: Presenter<Payload>;
  readonly run: Run;
  readonly summary: Summary;
  /** Of those that are `different`, how many break a threshold or have none. */
  readonly broken: number;
  readonly results: Stream.Stream<Result<Payload>, ReportError>;
  /** The results as lines of JSON. */
  readonly lines: Stream.Stream<string, ReportError>;
}

/** What the place of output allows, and the reader wants. */
export interface Appearance {
  readonly color: boolean;
  /** Columns of the terminal; absent: as wide as it needs to be. */
  readonly width?: number;
  /** Every item of a long batch; else its worst ones, and the rest counted. */
  readonly full?: boolean;
}

interface Common {
  /** The programs that have this format; absent for all. */
  readonly programs?: ReadonlyArray<Run["tool"]>;
}

/** Renders when all is done. */
export interface WholeRenderer extends Common {
  readonly _tag: "Whole";
  readonly render: <Payload>(
    report: Report<Payload>,
    appearance: Appearance,
  ) => Stream.Stream<string, ReportError>;
}

/** Writes each result when it is there; every piece ends with a line end. */
export interface LiveRenderer extends Common {
  readonly _tag: "Live";
  readonly opening: (run: Run) => string;
  readonly result: (line: string) => string;
  readonly closing: (summary: Summary) => string;
}

export type Renderer = WholeRenderer | LiveRenderer;
