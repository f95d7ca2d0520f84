/** Finds NaN and infinities. */
import * as Format from "../../../domain/Format.ts";
import { present } from "../ReportedColumn.ts";
import { type Rule, scope, warning } from "./Rule.ts";

const special = (id: "nan" | "infinities", name: string, effect: string): Rule => ({
  id,
  description: `At least one FLOAT64 is ${name}. Warning.`,
  find: (column, context) => {
    const count = column[id] ?? 0;
    const rows = present(column);
    if (count === 0) return undefined;
    return warning(
      `${Format.count(count)} of ${Format.count(rows)} values ${count === 1 ? "is" : "are"} ${name} (${Format.share(count / rows)})${scope(context)}; ${effect}`,
      { [id]: count, values: rows, share: count / rows },
    );
  },
});

export const nan = special("nan", "NaN", "sums and means over them are NaN");
export const infinities = special(
  "infinities",
  "Infinity or -Infinity",
  "sums and means over them are not finite",
);
