/** Finds strings with high cardinality. */
import * as Format from "../../../domain/Format.ts";
import { about, counted } from "../../../domain/Phrases.ts";
import { columnKind, present } from "../ReportedColumn.ts";
import { info, type Rule, scope } from "./Rule.ts";

export const highCardinality: Rule = {
  id: "high-cardinality",
  description:
    "A STRING with at least 50 distinct values that are at least half of its values, or with at least 100,000. Info.",
  silencedBy: ["candidate-key", "unique", "constant"],
  find: (column, context) => {
    if (columnKind(column) !== "string" || column.distinct === undefined) return undefined;
    const { value, exact } = column.distinct;
    const rows = present(column);
    const share = value / rows;
    if (!(value >= 100_000 || (value >= 50 && share >= 0.5))) return undefined;
    return info(
      `${exact ? "H" : "Probably h"}igh cardinality: ${about(value, exact)} distinct values in ${counted(rows, "value")} (${Format.share(share)})${scope(context)}`,
      { distinct: value, exact, values: rows, share },
    );
  },
};
