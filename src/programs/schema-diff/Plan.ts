/** Plans a pair for --dry-run; it costs nothing. */
import type { Plan } from "../../batch/Program.ts";
import { format, type Operand } from "./source/Operand.ts";

export const plan = (a: Operand, b: Operand): Plan => ({ statements: [], notes: [note(a), note(b)] });

const note = (operand: Operand): string => {
  switch (operand._tag) {
    case "Missing":
      return `${format(operand)}: no such table; no call`;
    case "SchemaFile":
      return `${format(operand)}: reads the file`;
    case "Table":
      return operand.reference._tag === "BigQueryTable"
        ? `${format(operand)}: 1 metadata call, shared by all pairs of the table`
        : `${format(operand)}: reads the schema of local data`;
  }
};
