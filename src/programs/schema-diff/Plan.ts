/** What a pair costs, for --dry-run: nothing. */
import type { Plan } from "../../batch/Program.ts";
import { format, type Operand } from "./source/Operand.ts";

export const plan = (a: Operand, b: Operand): Plan => ({ statements: [], notes: [note(a), note(b)] });

const note = (operand: Operand): string => {
  switch (operand._tag) {
    case "Missing":
      return `${format(operand)}: no such table, nothing to ask`;
    case "SchemaFile":
      return `${format(operand)}: the file is read`;
    case "Table":
      return operand.reference._tag === "BigQueryTable"
        ? `${format(operand)}: 1 metadata call, shared by all pairs that name the table`
        : `${format(operand)}: the local data's schema is read`;
  }
};
