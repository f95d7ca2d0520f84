/** All report formats, and the choices of --format. */
import { ddl } from "./Ddl.ts";
import { html } from "./html/HtmlRenderer.ts";
import { json } from "./Json.ts";
import { junit } from "./Junit.ts";
import { markdown } from "./markdown/MarkdownRenderer.ts";
import { ndjson } from "./Ndjson.ts";
import type { Renderer } from "./Renderer.ts";
import { text } from "./text/TextRenderer.ts";

const all = { text, json, ndjson, markdown, html, junit, ddl };

export type Format = keyof typeof all;

export const renderers: Readonly<Record<Format, Renderer>> = all;

/** The formats of a program. */
export const formatsOf = (tool: string): ReadonlyArray<Format> =>
  (Object.keys(all) as ReadonlyArray<Format>).filter(
    (format) => renderers[format].programs?.includes(tool) ?? true,
  );
