/** The DDL of each result, in input order; a result without DDL becomes a comment. */
import { Stream } from "effect";
import { label, payloadOf, type Result } from "../batch/Batch.ts";
import { escapeControls } from "../domain/EscapeControls.ts";
import type { Report, WholeRenderer } from "./Renderer.ts";

/** A single-line comment: escapes line feeds, so that no part of the text becomes a statement. */
const comment = (text: string): string => `-- ${escapeControls(text)}\n`;

const of = <Payload>({ program, presenter }: Report<Payload>, result: Result<Payload>): string => {
  const payload = payloadOf(program, result);
  if (payload !== undefined && presenter.ddl !== undefined) return presenter.ddl(payload, result);
  const { status, error } = result;
  const why = error === undefined ? "" : `: ${error.message}; ${error.remedy}`;
  return comment(label(result.item)) + comment(`${status}${why}`);
};

export const ddl: WholeRenderer = {
  _tag: "Whole",
  programs: ["bq-schema-diff"],
  render: (report) =>
    Stream.zipWithIndex(report.results).pipe(
      Stream.map(([result, i]) => `${i === 0 ? "" : "\n"}${of(report, result)}`),
    ),
};
