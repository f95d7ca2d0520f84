/** The DDL of each result, in input order; a comment replaces the DDL of a result that has none. */
import { Stream } from "effect";
import { label, payloadOf, type Result } from "../batch/Batch.ts";
import { escapeControls } from "../domain/EscapeControls.ts";
import type { Report, WholeRenderer } from "./Renderer.ts";

/** A comment of one line, whatever the text contains, so that no part of it can become a statement. */
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
