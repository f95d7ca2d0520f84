/** Every format there is. The choices of --format come from here. */
import { json } from "./json.ts";
import { ndjson } from "./ndjson.ts";
import type { Renderer } from "./Renderer.ts";
import { text } from "./text/index.ts";

export const renderers = { text, json, ndjson } satisfies Record<string, Renderer>;

export type Format = keyof typeof renderers;

export const formats = Object.keys(renderers) as ReadonlyArray<Format>;
