/** A side of a pair: a table, a schema file, or a table that a pattern did not find. */
import { Either } from "effect";
import * as TableReference from "../../../domain/TableReference.ts";

export type Operand =
  | { readonly _tag: "Table"; readonly reference: TableReference.TableReference }
  | { readonly _tag: "SchemaFile"; readonly path: string }
  /** The missing counterpart of the other side. */
  | { readonly _tag: "Missing"; readonly reference: TableReference.TableReference };

export const table = (reference: TableReference.TableReference): Operand => ({ _tag: "Table", reference });
export const missing = (reference: TableReference.TableReference): Operand => ({
  _tag: "Missing",
  reference,
});

/** Whether the name is that of a schema file from `bq show --schema`: `schema.json` or `*.schema.json`. */
export const isSchemaFile = (text: string): boolean => /(^|[/\\.])schema\.json$/i.test(text.trim());

/** Parses an operand; Left explains the problem. */
export const parse = (text: string): Either.Either<Operand, string> =>
  isSchemaFile(text)
    ? Either.right({ _tag: "SchemaFile", path: text.trim() })
    : Either.map(TableReference.parse(text), table);

/** The table of the operand, if it is one. */
export const references = (operand: Operand): ReadonlyArray<TableReference.TableReference> =>
  operand._tag === "SchemaFile" ? [] : [operand.reference];

export const format = (operand: Operand): string =>
  operand._tag === "SchemaFile" ? operand.path : TableReference.format(operand.reference);
