/** The summary of a batch in one line. */
import type { Summary } from "../../batch/Result.ts";
import * as Format from "../../domain/Format.ts";
import { counted } from "../../domain/Phrases.ts";
import { flowing } from "./Wrap.ts";

const statuses = ["failed", "skipped", "different", "ok"] as const;

/** `5 items: 1 failed, 4 ok`, the worst first. */
export const statusesText = (summary: Summary): string => {
  const found = statuses
    .filter((status) => summary[status] > 0)
    .map((status) => `${Format.count(summary[status])} ${status}`);
  const text = summary.total < 1 ? "no items" : `${counted(summary.total, "item")}: ${found.join(", ")}`;
  return summary.interrupted ? `interrupted; ${text}` : text;
};

/** `5 items: 1 failed, 4 ok; 3.2 s; 1.2 GB billed` */
export const summaryLines = (summary: Summary, width: number | undefined): ReadonlyArray<string> =>
  flowing([statusesText(summary), ...tookTexts(summary)], "; ", width);

/** Duration, bytes and retries of the batch. */
export const tookTexts = (summary: Summary): ReadonlyArray<string> => [
  Format.duration(summary.wallMs),
  ...((summary.bytesBilled ?? 0) === 0 ? [] : [`${Format.bytes(summary.bytesBilled ?? 0)} billed`]),
  ...(summary.unknownCost === undefined ? [] : [`${counted(summary.unknownCost, "item")} of unknown cost`]),
  ...(summary.retries === 0 ? [] : [counted(summary.retries, "call repeated", "calls repeated")]),
];
