/** Finds columns that are all or mostly NULL. */
import * as Format from "../../../domain/Format.ts";
import { counted } from "../../../domain/Phrases.ts";
import { info, notice, type Rule, scope, warning } from "./Rule.ts";

export const allNull: Rule = {
  id: "all-null",
  description: "Every value is NULL. Warning; columns below it get no findings.",
  find: (column, context) =>
    column.rows > 0 && column.nulls >= column.rows
      ? warning(
          column.rows === 1
            ? `The only value is NULL${scope(context)}`
            : `All ${Format.count(column.rows)} values are NULL${scope(context)}`,
          { nulls: column.nulls, rows: column.rows },
        )
      : undefined,
};

export const mostlyNull: Rule = {
  id: "mostly-null",
  description: "At least half of the values are NULL: info; at least 90%: notice.",
  silencedBy: ["all-null"],
  find: (column, context) => {
    const share = column.nulls / column.rows;
    // NaN without rows.
    if (!(share >= 0.5)) return undefined;
    return (share >= 0.9 ? notice : info)(
      `${Format.count(column.nulls)} of ${counted(column.rows, "value")} are NULL (${Format.share(share)})${scope(context)}`,
      { nulls: column.nulls, rows: column.rows, share },
    );
  },
};
