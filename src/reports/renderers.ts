/** Every format there is. The choices of --format come from here. */
import type { Run } from "../batch/Result.ts";
import { ddl } from "./ddl.ts";
import { html } from "./html/index.ts";
import { json } from "./json.ts";
import { junit } from "./junit.ts";
import { markdown } from "./markdown/index.ts";
import { ndjson } from "./ndjson.ts";
import type { Renderer } from "./Renderer.ts";
import { text } from "./text/index.ts";

const all = { text, json, ndjson, markdown, html, junit, ddl };

export type Format = keyof typeof all;

export const renderers: Readonly<Record<Format, Renderer>> = all;

/** The formats of a program. */
export const formatsOf = (tool: Run["tool"]): ReadonlyArray<Format> =>
  (Object.keys(all) as ReadonlyArray<Format>).filter(
    (format) => renderers[format].programs?.includes(tool) ?? true,
  );
