/** The report as an HTML page. Loads the drawing code on first use. */
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
