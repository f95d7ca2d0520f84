/** What one side of a pair names: a table, a schema file, or a table that a pattern did not find. */
import { Either } from "effect";
import * as TableReference from "../../../domain/TableReference.ts";

export type Operand =
  | { readonly _tag: "Table"; readonly reference: TableReference.TableReference }
  | { readonly _tag: "SchemaFile"; readonly path: string }
  /** The other side's counterpart: there is no such table. */
  | { readonly _tag: "Missing"; readonly reference: TableReference.TableReference };

export const table = (reference: TableReference.TableReference): Operand => ({ _tag: "Table", reference });
export const missing = (reference: TableReference.TableReference): Operand => ({
  _tag: "Missing",
  reference,
});

/** Whether the text names a schema as `bq show --schema` writes it: `schema.json` or `*.schema.json`. */
export const isSchemaFile = (text: string): boolean => /(^|[/\\.])schema\.json$/i.test(text.trim());

/** Reads an operand as a person writes it; the Left says what is wrong with it. */
export const parse = (text: string): Either.Either<Operand, string> =>
  isSchemaFile(text)
    ? Either.right({ _tag: "SchemaFile", path: text.trim() })
    : Either.map(TableReference.parse(text), table);

/** The table that it names, if it names one. */
export const references = (operand: Operand): ReadonlyArray<TableReference.TableReference> =>
  operand._tag === "SchemaFile" ? [] : [operand.reference];

export const format = (operand: Operand): string =>
  operand._tag === "SchemaFile" ? operand.path : TableReference.format(operand.reference);
