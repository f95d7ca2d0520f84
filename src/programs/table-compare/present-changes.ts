/** Two values that differ as two cells, with the changed parts marked; of long ones what lies around the first change. */
import type { Value } from "../../domain/Value.ts";
import type { Cell, Span } from "../../reports/Document.ts";
import * as Document from "../../reports/Document.ts";
import { shown } from "../profile/statistics/show.ts";
import { changedParts } from "./changedParts.ts";

export const changedCells = (a: Value, b: Value, width: number): readonly [a: Cell, b: Cell] => {
  const [one, other] = [textOf(a), textOf(b)];
  if (one === null || other === null) {
    return [
      Document.value(one === null ? null : cutAt(one, 0, width)),
      Document.value(other === null ? null : cutAt(other, 0, width)),
    ];
  }
  const from = Math.max(one.length, other.length) <= width ? 0 : Math.max(0, common(one, other) - width / 4);
  const [left, right] = [cutAt(one, from, width), cutAt(other, from, width)];
  const parts = changedParts(left, right);
  return [cellOf(left, parts.a), cellOf(right, parts.b)];
};

const textOf = (value: Value): string | null => (value === null ? null : shown(value));

const cellOf = (text: string, changed: ReadonlyArray<Span>): Cell =>
  changed.length === 0 ? Document.value(text) : Document.value(text, changed);

/** How many UTF-16 units both begin with. */
const common = (a: string, b: string): number => {
  const most = Math.min(a.length, b.length);
  let i = 0;
  while (i < most && a[i] === b[i]) i++;
  return i;
};

/** `width` units from `from` on, with an ellipsis where something is left out. */
const cutAt = (text: string, from: number, width: number): string =>
  `${from > 0 ? "…" : ""}${text.slice(from, from + width).toWellFormed()}${text.length > from + width ? "…" : ""}`;
