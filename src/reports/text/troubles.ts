/** The items of a batch that gave no result, and why. */
import { label } from "../../batch/Batch.ts";
import type { ResultBase } from "../../batch/Result.ts";
import { printable } from "../printable.ts";
import { counted } from "../words.ts";
import { keepWorst, type Rank } from "../worst.ts";
import type { Style } from "./style.ts";
import { wrapped } from "./wrapped.ts";

/** Of a long batch, so many failures, reasons for skipping, and names for each of these are told. */
const most = 20;

export interface Troubles {
  readonly add: (rank: Rank, result: ResultBase) => void;
  /** With a blank line and a title before them; none where there is nothing to tell. */
  readonly lines: (width: number | undefined) => ReadonlyArray<string>;
}

interface Skipped {
  readonly names: Array<string>;
  count: number;
}

/** `isCut`: keeps no more than a long batch may show. */
export const make = (pen: Style, isCut: boolean): Troubles => {
  const limit = isCut ? most : Number.POSITIVE_INFINITY;
  const failures = keepWorst<string>({ most: limit });
  let failed = 0;
  let otherwise = 0;
  // Many items are skipped for the same reason.
  const skipped = new Map<string, Skipped>();
  const skip = (name: string, reason: string) => {
    const found = skipped.get(reason);
    if (found === undefined && skipped.size >= limit) otherwise++;
    else if (found === undefined) skipped.set(reason, { names: [name], count: 1 });
    else {
      found.count++;
      if (found.names.length < limit) found.names.push(name);
    }
  };
  return {
    add: (rank, { item, status, error }) => {
      const name = printable(label(item));
      if (status === "skipped") skip(name, because(error));
      if (status !== "failed") return;
      failed++;
      failures.offer(rank, () => {
        const text = because(error);
        return `${pen.bad("failed:")} ${text.includes(name) ? text : `${name}: ${text}`}`;
      });
    },
    lines: (width) => {
      const told = failures.values();
      const all = [
        ...told,
        ...(failed > told.length
          ? [`and ${counted(failed - told.length, "more failure")}; --full tells all`]
          : []),
        ...[...skipped].map(([reason, { names, count }]) => {
          const more = count > names.length ? ` and ${counted(count - names.length, "more", "more")}` : "";
          return `${pen.muted("skipped:")} ${names.join(", ")}${more}: ${reason}`;
        }),
        ...(otherwise > 0 ? [`and ${counted(otherwise, "more item")} skipped; --full tells all`] : []),
      ];
      return all.length === 0
        ? []
        : ["", pen.strong("Without a result"), ...all.flatMap((line) => wrapped(line, width))];
    },
  };
};

const because = (error: ResultBase["error"]): string =>
  error === undefined ? "" : `${printable(error.message)}; ${printable(error.remedy)}`;
