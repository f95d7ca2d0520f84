/** One object, the same for one item or many: `{…run, results: […], summary}`. */
import { Stream } from "effect";
import { escapeControlsInJson } from "../domain/EscapeControls.ts";
import type { WholeRenderer } from "./Renderer.ts";

export const json: WholeRenderer = {
  _tag: "Whole",
  render: ({ run, lines, summary }) => {
    const opening = `${escapeControlsInJson(JSON.stringify(run)).slice(0, -1)},"results":[\n`;
    const results = Stream.zipWithIndex(lines).pipe(
      Stream.map(([line, i]) => `${i === 0 ? "" : ",\n"}${escapeControlsInJson(line)}`),
    );
    const closing = `${summary.total === 0 ? "" : "\n"}],"summary":${JSON.stringify(summary)}}\n`;
    return Stream.concat(Stream.make(opening), Stream.concat(results, Stream.make(closing)));
  },
};
