/**
 * JUnit XML for CI systems: a suite for the batch, a test case per item. A difference is a failure, a failed item is
 * an error. Cases are written one at a time.
 */
import { Effect, Stream } from "effect";
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
  render: (report) =>
    Stream.unwrap(
      Effect.map(
        Effect.promise(() => import("xmlbuilder2")),
        ({ createCB }) => cases(report, createCB),
      ),
    ),
};

type CreateCB = typeof import("xmlbuilder2").createCB;

/** The library keeps existing entities such as `&amp;`; escaping every `&` first makes all text literal. */
const literal = (text: string): string => text.replaceAll("&", "&amp;");

const literals = (attributes: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(attributes).map(([name, text]) => [name, literal(text)]));

const seconds = (milliseconds: number): string => (milliseconds / 1000).toFixed(3);

const cases = <Payload>(
  { program, presenter, run, summary, broken, results }: Report<Payload>,
  createCB: CreateCB,
) => {
  let written = "";
  const take = (): string => {
    const text = written;
    written = "";
    return text;
  };
  const xml = createCB({
    data: (text: string) => {
      written += text;
    },
    prettyPrint: true,
  });
  const counts = {
    tests: String(summary.total),
    failures: String(broken),
    errors: String(summary.failed),
    skipped: String(summary.skipped),
    time: seconds(summary.wallMs),
  };
  const suite = { name: run.tool, ...counts, timestamp: run.startedAt.slice(0, 19) };
  const opening = Effect.sync(() => {
    xml.dec({ version: "1.0", encoding: "UTF-8" });
    xml.ele("testsuites", { name: run.tool, ...counts }).ele("testsuite", suite);
    return take();
  });
  const body = Stream.map(results, (result) => {
    const name = escapeControls(label(result.item));
    xml.ele("testcase", literals({ classname: run.tool, name, time: seconds(result.durationMs) }));
    for (const { element, attributes, text } of outcomes({ program, presenter }, result)) {
      xml.ele(element, literals(attributes));
      if (text !== "") xml.txt(literal(text));
      xml.up();
    }
    xml.up();
    return take();
  });
  const closing = Effect.sync(() => {
    xml.up().up().end();
    return `${take().trimEnd()}\n`;
  });
  return Stream.fromEffect(opening).pipe(Stream.concat(body), Stream.concat(Stream.fromEffect(closing)));
};

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
  if (status !== "different") return [{ element: "system-out", attributes: {}, text: headline }];
  const text = essentials(document);
  return (program.breaks ?? (() => true))(payload)
    ? [{ element: "failure", attributes: { type: "different", message: headline }, text }]
    : [{ element: "system-out", attributes: {}, text: `different, within the threshold\n${text}` }];
};

/** The Document's text without its title, up to the maximum. */
const essentials = (document: Document): string => {
  const [, ...lines] = documentLines(document, { color: false });
  const more = lines.length - mostLines;
  const shown = more > 0 ? [...lines.slice(0, mostLines), `… ${more} more lines in the text report`] : lines;
  return escapeControlsInLines(cut(shown.join("\n"), mostCharacters));
};
