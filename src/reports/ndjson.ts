/** A line for the run, one for each result the moment it is done, and one for the summary. */
import { printableJson } from "./printable.ts";
import type { LiveRenderer } from "./Renderer.ts";

export const ndjson: LiveRenderer = {
  _tag: "Live",
  opening: (run) => `${printableJson(JSON.stringify(run))}\n`,
  result: (line) => `${printableJson(line)}\n`,
  closing: (summary) => `${JSON.stringify(summary)}\n`,
};
