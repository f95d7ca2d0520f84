/**
 * The path of a field in a table: column, STRUCT fields and array elements, as in `items[].sku`. Backticks quote a
 * name that contains one of `. , = [ ] \`` or starts or ends with a blank.
 */

/** One step: into a named field, or into the elements of an array. */
export type Segment = { readonly _tag: "Name"; readonly name: string } | { readonly _tag: "Elements" };

export type FieldPath = ReadonlyArray<Segment>;

export const name = (text: string): Segment => ({ _tag: "Name", name: text });
export const elements: Segment = { _tag: "Elements" };

const needsQuotes = (text: string): boolean => text === "" || /[.,=[\]`]|^\s|\s$/.test(text);

const quote = (text: string): string => (needsQuotes(text) ? `\`${text.replaceAll("`", "``")}\`` : text);

/** Formats a path. Different paths have different texts. */
export const format = (path: FieldPath): string =>
  path.reduce(
    (text, step) =>
      step._tag === "Elements" ? `${text}[]` : `${text}${text === "" ? "" : "."}${quote(step.name)}`,
    "",
  );
