/**
 * The path of a field inside a table: names of columns and STRUCT fields, and steps into array elements.
 * Written `items[].sku`; a name that holds one of `. , = [ ] \`` or blanks at its ends is put between backticks.
 */

/** One step: a field's name, or into the elements of an array. */
export type Segment = { readonly _tag: "Name"; readonly name: string } | { readonly _tag: "Elements" };

export type FieldPath = ReadonlyArray<Segment>;

export const name = (text: string): Segment => ({ _tag: "Name", name: text });
export const elements: Segment = { _tag: "Elements" };

const needsQuotes = (text: string): boolean => text === "" || /[.,=[\]`]|^\s|\s$/.test(text);

const quote = (text: string): string => (needsQuotes(text) ? `\`${text.replaceAll("`", "``")}\`` : text);

/** The path as people write it. Two different paths never give the same text. */
export const format = (path: FieldPath): string =>
  path.reduce(
    (text, step) =>
      step._tag === "Elements" ? `${text}[]` : `${text}${text === "" ? "" : "."}${quote(step.name)}`,
    "",
  );
