/** The report of a dry run: the statements of each item and their cost. */
import { Stream } from "effect";
import { label } from "../batch/Batch.ts";
import type { PlannedItem, PlanSummary, Plans } from "../batch/Plan.ts";
import type { Run } from "../batch/Result.ts";
import type { SpoolError } from "../batch/Spool.ts";
import { escapeControls, escapeControlsInJson, escapeControlsInLines } from "../domain/EscapeControls.ts";
import * as Format from "../domain/Format.ts";
import { counted } from "../domain/Phrases.ts";
import type { Appearance } from "./Renderer.ts";
import type { Format as ReportFormat } from "./Renderers.ts";
import { type Style, style } from "./text/Style.ts";

/** The formats of a dry run. */
export const planFormats: ReadonlyArray<ReportFormat> = ["text", "json", "ndjson", "ddl"];

export const renderPlans = (
  format: ReportFormat,
  run: Run,
  plans: Plans,
  { color, verbose }: Pick<Appearance, "color"> & { readonly verbose: boolean },
): Stream.Stream<string, SpoolError> => {
  const lines = Stream.map(plans.plans, (plan) => escapeControlsInJson(JSON.stringify(plan)));
  const head = { ...run, dryRun: true };
  switch (format) {
    case "ndjson":
      return Stream.map(
        Stream.concat(
          Stream.make(escapeControlsInJson(JSON.stringify(head))),
          Stream.concat(lines, Stream.make(JSON.stringify(plans.summary))),
        ),
        (line) => `${line}\n`,
      );
    case "json": {
      const parts = Stream.zipWithIndex(lines).pipe(
        Stream.map(([line, i]) => (i === 0 ? line : `,\n${line}`)),
      );
      return Stream.concat(
        Stream.make(`${escapeControlsInJson(JSON.stringify(head)).slice(0, -1)},"results":[\n`),
        Stream.concat(parts, Stream.make(`\n],"summary":${JSON.stringify(plans.summary)}}\n`)),
      );
    }
    case "ddl":
      return Stream.map(text(plans, style(false), verbose), (part) => part.replaceAll(/^(?=.)/gm, "-- "));
    default:
      return text(plans, style(color), verbose);
  }
};

const text = (plans: Plans, pen: Style, verbose: boolean): Stream.Stream<string, SpoolError> =>
  Stream.concat(
    Stream.map(plans.plans, (plan) => `${item(plan, pen, verbose).join("\n")}\n\n`),
    Stream.sync(() => `${closing(plans.summary, pen, verbose).join("\n")}\n`),
  );

const figures = (bytes: number | null, cost: number | null, trusted = true): string =>
  bytes === null || cost === null
    ? "an unknown number of bytes"
    : bytes === 0
      ? "0 bytes, free of charge"
      : `${Format.exactBytes(bytes)}, about ${Format.dollars(cost)}${trusted ? "" : " (unreliable)"}`;

const item = (plan: PlannedItem, pen: Style, verbose: boolean): ReadonlyArray<string> => [
  pen.strong(escapeControls(label(plan.item))),
  ...(plan.error === undefined
    ? [
        `${plan.statements.length === 0 ? "no statements: " : ""}would read ${figures(
          plan.bytes,
          plan.estimatedCost,
          plan.statements.every((s) => s.trusted),
        )}`,
      ]
    : [`${plan.status}: ${escapeControls(plan.error.message)}; ${escapeControls(plan.error.remedy)}`]),
  ...(plan.notStarted === undefined
    ? []
    : [`${escapeControls(plan.notStarted.message)}; ${escapeControls(plan.notStarted.remedy)}`]),
  ...plan.notes.map(escapeControls),
  ...plan.statements.flatMap(({ purpose, bytes, estimatedCost, trusted, sql }) => {
    const line = `${escapeControls(purpose)}: ${figures(bytes, estimatedCost, trusted)}`;
    return verbose
      ? ["", pen.muted(`-- ${line}`), ...escapeControlsInLines(sql).split("\n")]
      : plan.statements.length > 1
        ? [`  ${line}`]
        : [];
  }),
];

const closing = (summary: PlanSummary, pen: Style, verbose: boolean): ReadonlyArray<string> => [
  `${counted(summary.total, "item")}, ${[
    summary.statements === 0 ? "no statements" : counted(summary.statements, "statement"),
    ...(summary.notes ?? []).map(escapeControls),
  ].join(", ")}: ${figures(summary.bytes, summary.estimatedCost)}${
    summary.uncertain === 0
      ? ""
      : `; not counting on ${Format.count(summary.uncertain)} whose bytes are uncertain`
  }${summary.notStarted === undefined || summary.notStarted === 0 ? "" : `; --budget would not let ${counted(summary.notStarted, "item")} start`}${
    summary.failed + summary.skipped === 0 ? "" : `; ${summary.failed} failed, ${summary.skipped} skipped`
  }`,
  pen.muted(
    `${
      summary.bytes === 0 ? "" : `estimated at $${summary.pricePerTib} per TiB (--price-per-tib); `
    }nothing was run or billed${summary.statements === 0 || verbose ? "" : "; --verbose shows the statements"}`,
  ),
];
