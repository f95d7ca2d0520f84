/** The report as a page for a browser. The code that draws it is loaded on first use. */
import { Effect, Stream } from "effect";
import type { WholeRenderer } from "../Renderer.ts";

export const html: WholeRenderer = {
  _tag: "Whole",
  render: (report) =>
    Stream.unwrap(
      Effect.map(
        Effect.promise(() => import("./Page.ts")),
        ({ page }) => page(report),
      ),
    ),
};
