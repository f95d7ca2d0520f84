/**
 * JUnit XML for CI systems: a suite for the batch, a test case per item. A difference is a failure, a failed item is
 * an error. Cases are written one at a time.
 */
import { Stream } from "effect";
import { label, payloadOf, type Result } from "../batch/Batch.ts";
import { escapeControls, escapeControlsInLines } from "../domain/EscapeControls.ts";
import { cut } from "../domain/Phrases.ts";
import type { Document } from "./Document.ts";
import type { Report, WholeRenderer } from "./Renderer.ts";
import { documentLines } from "./text/TextDocument.ts";

/** Maximum lines of a Document in a failure, since CI systems store and show them. */
const mostLines = 100;
const mostCharacters = 10_000;

export const junit: WholeRenderer = {
  _tag: "Whole",
  render: ({ program, presenter, run, summary, broken, results }) => {
    const counts = {
      tests: String(summary.total),
      failures: String(broken),
      errors: String(summary.failed),
      skipped: String(summary.skipped),
      time: seconds(summary.wallMs),
    };
    const suite = { name: run.tool, ...counts, timestamp: run.startedAt.slice(0, 19) };
    const opening = [
      `<?xml version="1.0" encoding="UTF-8"?>`,
      `<testsuites${attributesOf({ name: run.tool, ...counts })}>`,
      `  <testsuite${attributesOf(suite)}>`,
    ];
    const body = Stream.map(results, (result) => {
      const name = escapeControls(label(result.item));
      const time = seconds(result.durationMs);
      const outcome = outcomes({ program, presenter }, result).map((one) => `      ${elementOf(one)}\n`);
      return `    <testcase${attributesOf({ classname: run.tool, name, time })}>\n${outcome.join("")}    </testcase>\n`;
    });
    return Stream.make(`${opening.join("\n")}\n`).pipe(
      Stream.concat(body),
      Stream.concat(Stream.make("  </testsuite>\n</testsuites>\n")),
    );
  },
};

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

const attributesOf = (attributes: Readonly<Record<string, string>>): string =>
  Object.entries(attributes)
    .map(([name, text]) => ` ${name}="${escaped(text).replaceAll('"', "&quot;")}"`)
    .join("");

const elementOf = ({ element, attributes, text }: Outcome): string => {
  const start = `<${element}${attributesOf(attributes)}`;
  return text === "" ? `${start}/>` : `${start}>${escaped(text)}</${element}>`;
};

const seconds = (milliseconds: number): string => (milliseconds / 1000).toFixed(3);

interface Outcome {
  readonly element: "failure" | "error" | "skipped" | "system-out";
  readonly attributes: Readonly<Record<string, string>>;
  readonly text: string;
}

/** The outcome elements of a test case. */
const outcomes = <Payload>(
  { program, presenter }: Pick<Report<Payload>, "program" | "presenter">,
  result: Result<Payload>,
): ReadonlyArray<Outcome> => {
  const { status, error } = result;
  const payload = payloadOf(program, result);
  if (payload === undefined) {
    const message = escapeControls(error?.message ?? status);
    const remedy = escapeControls(error?.remedy ?? "");
    return status === "skipped"
      ? [
          {
            element: "skipped",
            attributes: { message: [message, remedy].filter((text) => text !== "").join("; ") },
            text: "",
          },
        ]
      : [
          {
            element: "error",
            attributes: { type: escapeControls(error?.reason ?? status), message },
            text: remedy,
          },
        ];
  }
  const document = presenter.present(payload, result);
  const headline = escapeControls(document.headline);
  if (status !== "different") {
    const remarks = presenter.overview.remarks?.(payload) ?? [];
    const text = [headline, ...remarks.map(escapeControls)].join("\n");
    return [{ element: "system-out", attributes: {}, text }];
  }
  const text = essentials(document);
  const type = escapeControls(document.verdict?.text ?? status);
  return (program.breaks ?? (() => true))(payload)
    ? [{ element: "failure", attributes: { type, message: headline }, text }]
    : [{ element: "system-out", attributes: {}, text: `different, within the threshold\n${text}` }];
};

/** The Document's text without its title, up to the maximum. */
const essentials = (document: Document): string => {
  const [, ...lines] = documentLines(document, { color: false }, "short");
  const more = lines.length - mostLines;
  const shown = more > 0 ? [...lines.slice(0, mostLines), `… ${more} more lines in the text report`] : lines;
  return escapeControlsInLines(cut(shown.join("\n"), mostCharacters));
};
