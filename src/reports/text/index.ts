/** The report for a person at a terminal: the Documents, and for a batch an overview where the eye ends up. */
import { Stream } from "effect";
import { payloadOf } from "../../batch/Batch.ts";
import type { Summary } from "../../batch/Result.ts";
import type { WholeRenderer } from "../Renderer.ts";
import { documentLines } from "./document.ts";
import * as Figures from "./figures.ts";
import { type Line, lineOf, overviewLines, summaryLines } from "./overview.ts";
import { pathLines } from "./path.ts";
import { style } from "./style.ts";

const paragraphs = (lines: ReadonlyArray<string>): string => `${lines.join("\n")}\n`;

/** What a lone item cost, if it cost anything. */
const cost = ({ bytesBilled }: Summary): string =>
  bytesBilled === null || bytesBilled === 0 ? "" : `\n${Figures.exactBytes(bytesBilled)} billed\n`;

export const text: WholeRenderer = {
  _tag: "Whole",
  render: ({ program, results, summary }, appearance) => {
    const pen = style(appearance.color);
    const overview: Array<Line> = [];
    const documents = results.pipe(
      Stream.map((result) => {
        if (summary.total > 1) overview.push(lineOf(program, result, pen));
        const payload = payloadOf(program, result);
        if (payload === undefined) return "";
        const document = paragraphs(documentLines(program.present(payload, result), appearance));
        return summary.total > 1 ? `${document}\n` : `${document}${cost(summary)}`;
      }),
      Stream.filter((part) => part !== ""),
    );
    // What a lone item took stands in its document; a lone failure is told of on stderr, and there is no report.
    const closing = Stream.suspend(() =>
      summary.total > 1
        ? Stream.make(
            paragraphs([
              ...overviewLines(program, overview, pen, appearance.width),
              "",
              ...summaryLines(summary, appearance.width),
              ...pathLines(summary),
            ]),
          )
        : Stream.empty,
    );
    return Stream.concat(documents, closing);
  },
};
