/** The items of a batch without a result, and the reasons. */
import type { ResultBase } from "../../batch/Result.ts";
import { escapeControls } from "../../domain/EscapeControls.ts";
import { counted } from "../../domain/Phrases.ts";
import type { Digest } from "../BatchTable.ts";
import type { Style } from "./Style.ts";
import { wrapped } from "./Wrap.ts";

/** Preceded by a blank line and a title; empty if all items have results. */
export const troublesLines = (
  { failures, moreFailures, skipped, moreSkipped }: Digest,
  pen: Style,
  width: number | undefined,
): ReadonlyArray<string> => {
  const all = [
    ...[...Map.groupBy(failures, ({ error }) => because(error))].map(([text, items]) => {
      const names = items.map(({ name }) => escapeControls(name)).join(", ");
      return `${pen.bad("failed:")} ${text.includes(names) ? text : `${names}: ${text}`}`;
    }),
    ...(moreFailures > 0 ? [`and ${counted(moreFailures, "more failure")}; --full shows all`] : []),
    ...skipped.map(({ error, names, more }) => {
      const others = more > 0 ? ` and ${counted(more, "more", "more")}` : "";
      return `${pen.muted("skipped:")} ${names.map(escapeControls).join(", ")}${others}: ${because(error)}`;
    }),
    ...(moreSkipped > 0 ? [`and ${counted(moreSkipped, "more item")} skipped; --full shows all`] : []),
  ];
  return all.length === 0
    ? []
    : ["", pen.strong("Without a result"), ...all.flatMap((line) => wrapped(line, width))];
};

const because = (error: ResultBase["error"]): string =>
  error === undefined
    ? "unknown reason"
    : `${escapeControls(error.message)}; ${escapeControls(error.remedy)}`;
