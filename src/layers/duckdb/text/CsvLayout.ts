/**
 * Detects the layout of CSV and TSV files. DuckDB guesses delimiter, quotes and header from the first lines.
 * If no guess fits, it skips lines or reads whole lines as one column; the file is then read strictly by the
 * layout of its first line, so that the error names the first line that does not fit.
 */
import { Effect } from "effect";
import type { LocalFiles } from "../../../domain/TableReference.ts";
import { BigQueryError } from "../../../services/BigQueryError.ts";
import { dialect } from "../dialect/Dialect.ts";
import { classify, isTypeConflict, isUndetected } from "../Errors.ts";
import { type DataFile, literal, shortName } from "../files/DataFiles.ts";
import type { Fault, Session } from "../Session.ts";
import { fieldsOf, type Head, hasMixedEnds, head, quotesOf } from "./FileHead.ts";

/** How lines are split into columns. */
interface Cut {
  readonly delimiter: string;
  readonly quote: string;
  readonly escape: string;
  /** Blank lines at the top. */
  readonly skip: number;
  readonly encoding: Head["encoding"];
}

export interface Layout extends Cut {
  /** The number of columns. */
  readonly width: number;
}

/** A file, with the context of its errors. */
export interface Source {
  readonly session: Session;
  readonly file: DataFile;
  readonly head: Head;
  readonly isTsv: boolean;
  readonly reference: LocalFiles;
}

const string = (text: string): string => dialect.string(text).text;

const cutOptions = (cut: Cut): ReadonlyArray<string> => [
  `delim=${string(cut.delimiter)}`,
  `quote=${string(cut.quote)}`,
  `escape=${string(cut.escape)}`,
  `skip=${cut.skip}`,
  `encoding=${string(cut.encoding)}`,
];

/** The layout as options of DuckDB's read_csv. A line that begins with `#` is data. */
export const options = (layout: Layout): ReadonlyArray<string> => [...cutOptions(layout), "comment=''"];

/**
 * The layout of an ordinary file: the delimiter of its first line (default: commas) and double quotes. Undefined
 * if its first line shows another layout. A file that can be read in this way is not left to DuckDB's detection,
 * which would read `''` as a quoted empty field, and a backslash as an escape.
 */
export const ordinary = ({ head, isTsv }: Source): Layout | undefined => {
  const { line, blank, encoding } = head;
  if (line === "" || blank > 0 || encoding !== "utf-8" || quotesOf(line) % 2 === 1) return undefined;
  const delimiter = delimiterOf(line, isTsv) ?? (isTsv ? "\t" : ",");
  return { delimiter, quote: '"', escape: '"', skip: 0, encoding, width: fieldsOf(line, delimiter).length };
};

/** Detects the layout of any file. Fails with the first line that does not fit. */
export const detect = Effect.fn("DuckDb.csv.detect")(function* (source: Source) {
  const { head, isTsv } = source;
  const given = [`encoding=${string(head.encoding)}`, ...(isTsv ? [`delim=${string("\t")}`] : [])];
  const sniffed = yield* Effect.option(sniff(source, given));
  if (sniffed._tag === "Some" && head.line === "") return yield* isEmpty(source.file, source.reference);
  if (sniffed._tag === "None" || sniffed.value.skip > 0 || isOneOfSeveral(sniffed.value.columns, isTsv)) {
    return yield* strictly(source);
  }
  const { delimiter, quote, escape, columns } = sniffed.value;
  if (quote === "'" || escape === "\\") {
    const doubled = yield* Effect.option(strictly(source));
    if (doubled._tag === "Some") return doubled.value;
  }
  // Later lines may have quotes even if the first ones have none.
  const mark = quote === "" ? '"' : quote;
  return {
    delimiter,
    quote: mark,
    escape: escape === "" ? mark : escape,
    skip: 0,
    encoding: head.encoding,
    width: columns.length,
  } satisfies Layout as Layout;
});

export const isEmpty = (file: DataFile, reference: LocalFiles): BigQueryError =>
  BigQueryError.of("invalidData", `${shortName(file.path)} is empty: it has no header and no rows`, {
    reference,
  });

const sniff = Effect.fn(function* ({ session, file }: Source, given: ReadonlyArray<string>) {
  const names = "CAST(to_json(list_transform(Columns, lambda c: c.name)) AS VARCHAR)";
  const { rows } = yield* session.read(
    `SELECT Delimiter, Quote, Escape, SkipRows, ${names} FROM sniff_csv(${[literal(file.path), ...given].join(", ")})`,
  );
  const [delimiter, quote, escape, skip, columns] = rows[0]!;
  return {
    delimiter: String(delimiter),
    quote: mark(quote),
    escape: mark(escape),
    skip: Number(skip),
    columns: JSON.parse(String(columns)) as ReadonlyArray<string>,
  };
});

const mark = (value: unknown): string =>
  typeof value !== "string" || /^(\(empty\)|\0)?$/.test(value) ? "" : value;

/** Whether the only detected column has a delimiter in its name. */
const isOneOfSeveral = (columns: ReadonlyArray<string>, isTsv: boolean): boolean =>
  columns.length === 1 && delimiterOf(columns[0]!, isTsv) !== undefined;

const delimiterOf = (line: string, isTsv: boolean): string | undefined =>
  (isTsv ? ["\t"] : [",", ";", "\t", "|"]).find((delimiter) => fieldsOf(line, delimiter).length > 1);

/** The layout of the file's first line, with double quotes. Fails with the first line that does not fit. */
const strictly = Effect.fn(function* (source: Source) {
  const { line, blank, encoding } = source.head;
  const delimiter = delimiterOf(line, source.isTsv) ?? (source.isTsv ? "\t" : ",");
  const cut: Cut = { delimiter, quote: '"', escape: '"', skip: blank, encoding };
  yield* assertEven(source, cut);
  return { ...cut, width: fieldsOf(line, delimiter).length } satisfies Layout;
});

/**
 * Reads every line as text. Fails with the first line whose number of columns differs from the first line's.
 */
const assertEven = (source: Source, cut: Cut) =>
  source.session
    .read(
      `SELECT count(COLUMNS(*)) FROM ${asTexts(source.file, cut, fieldsOf(source.head.line, cut.delimiter).length)}`,
    )
    .pipe(Effect.mapError((fault) => uneven(fault, source)));

const asTexts = (file: DataFile, cut: Cut, width: number): string => {
  const columns = Array.from({ length: width }, (_, i) => `'c${i}': 'VARCHAR'`).join(", ");
  const given = [...cutOptions(cut), "header=false", "auto_detect=false", "hive_partitioning=false"];
  return `read_csv(${literal(file.path)}, ${given.join(", ")}, columns={${columns}})`;
};

/**
 * The error after DuckDB failed to read files with a layout. Names the
 * first line that does not fit, if there is one.
 */
export const diagnose = Effect.fn("DuckDb.csv.diagnose")(function* (
  fault: Fault,
  source: Omit<Source, "file" | "head">,
  files: ReadonlyArray<DataFile>,
  layout: Layout,
) {
  // A line with a wrong number of columns often first fails by the type of a value.
  if (isUndetected(fault.text) || isTypeConflict(fault.text)) {
    for (const file of files) {
      const suspect: Source = { ...source, file, head: yield* head(file.path) };
      yield* assertEven(suspect, { ...layout, skip: 0 });
      if (isUndetected(fault.text) && hasMixedEnds(suspect.head.text)) return yield* uneven(fault, suspect);
    }
  }
  return yield* classify(fault.text, source.reference);
});

const uneven = (fault: Fault, { file, head, reference }: Source): BigQueryError => {
  const isUnclear =
    isUndetected(fault.text) || /reached an invalid state|unterminated quote/.test(fault.text);
  if (!isUnclear || !hasMixedEnds(head.text)) return classify(fault.text, reference);
  const name = shortName(file.path);
  return BigQueryError.of("invalidData", `${name}: some lines end in CR LF and some in LF`, {
    reference,
    remedy: `use LF in all lines: sed -i 's/\\r$//' ${name}`,
  });
};
