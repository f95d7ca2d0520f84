/** One line for the run, one per result as soon as it is complete, and one for the summary. */
import { escapeControlsInJson } from "../domain/EscapeControls.ts";
import type { LiveRenderer } from "./Renderer.ts";

export const ndjson: LiveRenderer = {
  _tag: "Live",
  opening: (run) => `${escapeControlsInJson(JSON.stringify(run))}\n`,
  result: (line) => `${escapeControlsInJson(line)}\n`,
  closing: (summary) => `${JSON.stringify(summary)}\n`,
};
