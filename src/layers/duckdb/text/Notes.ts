/** Notes on text columns: the first record that prevented a type, and what the values look like. */
import { type Form, formOf, forms } from "./Forms.ts";

/** A record in its file. */
export interface RecordPosition {
  readonly file: string;
  readonly record: number;
}

/** A text column with the texts of its first records. */
interface SampledColumn {
  readonly name: string;
  readonly sample?: ReadonlyArray<string | null>;
  readonly forms?: ReadonlyArray<Form>;
}

/** Why a column did not get the type of its sample. */
export const noteOf = (
  name: string,
  before: Form,
  after: Form | undefined,
  { file, record }: RecordPosition,
): string =>
  `column ${name} is ${after?.type ?? "STRING"}, not ${before.type}: record ${record} of ${file} is not ${before.looks}`;

/** What prevents a type in a column that stayed text although most values of the sample have a form. */
interface Odd {
  readonly name: string;
  readonly looks: string;
  /** The row of the first value without the form; undefined if all values look alike. */
  readonly row?: number;
}

export const oddNote = ({ name, looks }: Odd, position: RecordPosition | undefined): string =>
  position === undefined
    ? `column ${name} is STRING: its values look like ${looks}`
    : `column ${name} is STRING: record ${position.record} of ${position.file} is not ${looks}`;

export const oddOf = ({ name, sample = [], forms: candidates = forms }: SampledColumn): Odd | undefined => {
  const texts = sample.filter((text) => text !== null);
  if (texts.length === 0) return undefined;
  if (texts.every((text) => /^\d{1,2}\/\d{1,2}\/\d{4}( .*)?$/.test(text)))
    return { name, looks: "dates in the form DD/MM/YYYY or MM/DD/YYYY" };
  const first = formOf(texts.slice(0, 1), candidates) ?? formOf(texts.slice(1, 2), candidates);
  if (first === undefined) return undefined;
  const form = first.family === "number" ? forms.find(({ type }) => type === "FLOAT64")! : first;
  if (texts.filter(form.matches).length * 2 <= texts.length) return undefined;
  const row = sample.findIndex((text) => text !== null && !form.matches(text));
  return row < 0 ? undefined : { name, looks: form.looks, row };
};
