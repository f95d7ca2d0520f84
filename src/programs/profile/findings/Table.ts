/** Finds tables without rows. */
import { counted } from "../../../domain/Phrases.ts";
import { type TableRule, warning } from "./Rule.ts";

export const emptyTable: TableRule = {
  id: "empty-table",
  description: "No rows were read. Warning.",
  find: ({ subject: { rows, selection, table } }) => {
    if (rows > 0) return undefined;
    const chosen =
      selection.where !== null || selection.partitions !== null || selection.samplePercent !== null;
    const known = table.rows ?? 0;
    if (!chosen && known === 0) return warning("The table has no rows", { rows });
    return warning(
      `No rows were read${known > 0 ? ` of a table that has ${counted(known, "row")}` : ""}${
        chosen ? ": the selection matches none" : ""
      }`,
      { rows, tableRows: table.rows },
    );
  },
};
