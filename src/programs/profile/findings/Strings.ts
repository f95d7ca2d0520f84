/** Finds empty strings, bytes and arrays, and strings with surrounding white space. */
import * as Format from "../../../domain/Format.ts";
import type { ColumnProfile } from "../Profile.ts";
import { columnKind, present } from "../ReportedColumn.ts";
import { type Context, info, notice, type Remark, type Rule, scope } from "./Rule.ts";

const sentence = (
  column: ColumnProfile,
  context: Context,
  count: number,
  name: string,
  what: string,
  draft: typeof info,
): Remark | undefined => {
  const rows = present(column);
  if (count <= 0 || rows === 0) return undefined;
  const all = count === rows && rows > 1;
  return draft(
    `${all ? `All ${Format.count(rows)} values` : `${Format.count(count)} of ${Format.count(rows)} values`} ${what}${
      all ? "" : ` (${Format.share(count / rows)})`
    }${scope(context)}`,
    { [name]: count, values: rows, share: count / rows },
  );
};

export const empty: Rule = {
  id: "empty",
  description: "Some strings or bytes have length 0. Notice; info for bytes.",
  silencedBy: ["constant"],
  find: (column, context) => {
    const kind = columnKind(column);
    if (kind !== "string" && kind !== "bytes") return undefined;
    const what = kind === "string" ? "are empty strings" : "are empty bytes";
    return sentence(column, context, column.empty ?? 0, "empty", what, kind === "string" ? notice : info);
  },
};

export const blank: Rule = {
  id: "blank",
  description: "Strings that consist of white space. Notice.",
  silencedBy: ["constant"],
  find: (column, context) =>
    sentence(column, context, column.blank ?? 0, "blank", "consist of white space", notice),
};

export const padded: Rule = {
  id: "padded",
  description: "Strings that start or end with white space but contain other characters. Notice.",
  find: (column, context) =>
    sentence(
      column,
      context,
      (column.padded ?? 0) - (column.blank ?? 0),
      "padded",
      "start or end with white space",
      notice,
    ),
};

export const emptyArrays: Rule = {
  id: "empty-arrays",
  description: "Every array of the column is empty. Notice.",
  find: (column, context) => {
    const rows = present(column);
    if (columnKind(column) !== "array" || rows === 0 || column.empty !== rows) return undefined;
    return notice(
      `${rows === 1 ? "The only array is" : `All ${Format.count(rows)} arrays are`} empty${scope(context)}`,
      { empty: column.empty, rows: column.rows },
    );
  },
};
