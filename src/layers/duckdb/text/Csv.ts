/** Reads delimited text into a table. */
import { Effect } from "effect";
import type { LocalFiles } from "../../../domain/TableReference.ts";
import { BigQueryError } from "../../../services/BigQueryError.ts";
import { type DataFile, type DataFiles, literals, shortName } from "../DataFiles.ts";
import { isDataFault } from "../Errors.ts";
import type { Answer, Session } from "../Session.ts";
import { detect, diagnose, isEmpty, type Layout, options, ordinary, type Source } from "./CsvLayout.ts";
import { fieldsOf, type Head, head } from "./FileHead.ts";
import { formOf } from "./Forms.ts";
import * as Partitions from "./Partitions.ts";
import * as TypedTable from "./TypedTable.ts";

/** A table that was made of text files. */
export interface Staged {
  /** The names of the columns in the data, by position. */
  readonly names: ReadonlyArray<string>;
  /** The columns of the staged table. */
  readonly columns: ReadonlyArray<string>;
  readonly types: Answer["types"];
  readonly rows: number;
  /** How the files were read, in words. */
  readonly layout: ReadonlyArray<string>;
  /** What is not obvious of it, and what kept columns from having a type. */
  readonly notes: ReadonlyArray<string>;
}

const sampleRows = 20_480;
/** Values of a sample: wide files have fewer rows in it. */
const sampleValues = 1_000_000;

/** Makes the table `target` of the files, with the columns c0, c1, …. */
export const stage = Effect.fn("DuckDb.csv")(function* (
  session: Session,
  target: string,
  data: DataFiles,
  types: TypedTable.Types,
  reference: LocalFiles,
) {
  // An empty part of many adds no rows, and has no columns that could differ.
  const files = data.files.filter((file) => file.bytes > 0);
  if (files[0] === undefined) return yield* isEmpty(data.files[0]!, reference);
  const partitions = yield* Partitions.of(data, reference);
  const place = { session, isTsv: data.format === "tsv", reference };
  const first: Source = { ...place, file: files[0], head: yield* head(files[0].path) };
  const { unsupported } = first.head;
  if (unsupported !== undefined) {
    const name = shortName(first.file.path);
    return yield* BigQueryError.of("invalidData", `${name}: the text is ${unsupported}`, {
      reference,
      remedy: `convert it: iconv -f ${unsupported} -t UTF-8 ${name}`,
    });
  }
  const attempt = (layout: Layout) => load(first, files, layout, target, types, partitions);
  const preamble = columnsBelow(first.head);
  if (preamble !== undefined) {
    return yield* BigQueryError.of(
      "invalidData",
      `${shortName(first.file.path)}, line ${first.head.blank + 2}: ${preamble} columns where there should be 1`,
      { reference, remedy: "remove the lines above the header" },
    );
  }
  const likely = ordinary(first);
  if (likely !== undefined) {
    const staged = yield* Effect.catchIf(
      attempt(likely),
      (fault) => fault._tag === "DuckDbFault" && isDataFault(fault.text),
      () => Effect.succeed(undefined),
    ).pipe(Effect.catchTag("DuckDbFault", (fault) => diagnose(fault, place, files, likely)));
    if (staged !== undefined) return staged;
  }
  const detected = Effect.gen(function* () {
    const layout = yield* detect(first);
    return yield* Effect.catchTag(attempt(layout), "DuckDbFault", (fault) =>
      diagnose(fault, place, files, layout),
    );
  });
  if (!first.isTsv) return yield* detected;
  // Many programs write TSV without quoting: a quote is then a character like others.
  const { line, blank, encoding } = first.head;
  const plain: Layout = {
    delimiter: "\t",
    quote: "",
    escape: "",
    skip: blank,
    encoding,
    width: line.split("\t").length,
  };
  return yield* Effect.catchAll(detected, (error) => Effect.mapError(attempt(plain), () => error));
});

/** The number of columns of the lines below a first line that has one column, where they all have as many. */
const columnsBelow = ({ text, line, blank }: Head): number | undefined => {
  if ([...",;\t|"].some((delimiter) => line.includes(delimiter)) || line.includes('"')) return undefined;
  // The last line may be cut.
  const below = text
    .split(/\r\n|\n|\r/)
    .slice(blank + 1, blank + 21)
    .slice(0, -1);
  const widths = [...",;\t|"].map((delimiter) => below.map((other) => fieldsOf(other, delimiter).length));
  return widths.find(
    (each) => each.length > 1 && each[0]! > 1 && each.every((width) => width === each[0]),
  )?.[0];
};

/** Makes the table with this layout; a fault of DuckDB's may be cured by another layout. */
const load = Effect.fn(function* (
  first: Source,
  files: ReadonlyArray<DataFile>,
  layout: Layout,
  target: string,
  types: TypedTable.Types,
  partitions: ReadonlyArray<Partitions.Partition>,
) {
  const { session, reference } = first;
  const read = (of: ReadonlyArray<DataFile>, header: boolean) => {
    const columns = Array.from({ length: layout.width }, (_, i) => `'c${i}': 'VARCHAR'`).join(", ");
    return `read_csv(${[
      literals(of),
      ...options(layout),
      `header=${header}`,
      "auto_detect=false",
      "allow_quoted_nulls=false",
      `hive_partitioning=${partitions.length > 0}`,
      "hive_types_autocast=false",
      `columns={${columns}}`,
    ].join(", ")})`;
  };
  const columns = Array.from({ length: layout.width }, (_, i) => `c${i}`).join(", ");
  const limit = Math.max(20, Math.min(sampleRows, Math.floor(sampleValues / layout.width)));
  const sampled = yield* session.read(
    `SELECT ${columns} FROM ${read([first.file], false)} LIMIT ${limit}`,
    limit,
  );
  const records = sampled.rows as ReadonlyArray<ReadonlyArray<string | null>>;
  const [top = [], ...rest] = records;
  const header = isHeader(top, rest);
  if (files.length > 1) yield* assertAlike(first, files, layout, header ? top : undefined, read);

  const body = header ? rest : records;
  const names = namesOf(top, header);
  yield* Partitions.assertNew(partitions, names, reference);
  const source: TypedTable.Source = {
    relation: read(files, header),
    parts: files.map((file) => read([file], header)),
    columns: [
      ...names.map((name, i) => ({ name, text: `c${i}`, sample: body.map((record) => record[i]!) })),
      ...(yield* Partitions.typed(session, partitions)),
    ],
    firstRecord: header ? 2 : 1,
    subject: files.length === 1 ? shortName(first.file.path) : reference.path,
  };
  const { notes } = yield* TypedTable.make(session, target, source, types, reference);
  const made = yield* session.read(`SELECT * FROM ${target} LIMIT 0`);
  const count = yield* session.read(`SELECT count(*) FROM ${target}`);
  return {
    names: source.columns.map(({ name }) => name),
    columns: source.columns.map((_, i) => `c${i}`),
    types: made.types.slice(0, source.columns.length),
    rows: Number(count.rows[0]![0]),
    layout: [
      `delimiter ${delimiters[layout.delimiter] ?? JSON.stringify(layout.delimiter)}`,
      ...(layout.quote === '"' ? [] : [layout.quote === "" ? "no quotes" : `quotes ${layout.quote}`]),
      header ? "header in the first line" : "no header",
      layout.encoding === "utf-8" ? "UTF-8" : "UTF-16",
    ],
    notes: [...(header ? [] : [noHeader(source.subject)]), ...notes],
  } satisfies Staged;
});

const delimiters: Readonly<Record<string, string>> = {
  ",": "comma",
  ";": "semicolon",
  "\t": "tab",
  "|": "bar",
};

const noHeader = (subject: string): string =>
  `the first line of ${subject} was read as data, because it holds values like those of the other lines: columns are named column0, column1, …`;

/**
 * Whether the first record holds names. Text over a column that has a type is a name; where there is none, a typed value
 * over a column of the same kind shows that the first record is data.
 */
const isHeader = (
  top: ReadonlyArray<string | null>,
  rest: ReadonlyArray<ReadonlyArray<string | null>>,
): boolean => {
  let isData = false;
  for (const [i, text] of top.entries()) {
    if (text === null || text === "") continue;
    const form = formOf([text]);
    const below = formOf(rest.map((record) => record[i]!).filter((other) => other !== null && other !== ""));
    if (form === undefined && below !== undefined) return true;
    if (form !== undefined && (rest.length === 0 || below?.family === form.family)) isData = true;
  }
  return !isData;
};

const namesOf = (top: ReadonlyArray<string | null>, header: boolean): ReadonlyArray<string> => {
  const given = top.map((text) => (header ? (text ?? "").replace(/^\uFEFF/, "").trim() : ""));
  const taken = new Set(given);
  const seen = new Set<string>();
  return given.map((text, i) => {
    const name = text === "" ? `column${i}` : text;
    const free = seen.has(name) ? freeName(name, taken) : name;
    taken.add(free);
    seen.add(free);
    return free;
  });
};

/** `a_1` for a second column `a`. */
export const freeName = (name: string, taken: ReadonlySet<string>): string => {
  for (let n = 1; ; n += 1) if (!taken.has(`${name}_${n}`)) return `${name}_${n}`;
};

/** Files are one table only if each has the same header, in the same order, or if none has one. */
const assertAlike = Effect.fn(function* (
  first: Source,
  files: ReadonlyArray<DataFile>,
  layout: Layout,
  header: ReadonlyArray<string | null> | undefined,
  read: (of: ReadonlyArray<DataFile>, header: boolean) => string,
) {
  const columns = Array.from({ length: layout.width }, (_, i) => `c${i}`).join(", ");
  const clean = (text: string | null) => (text ?? "").replace(/^\uFEFF/, "").trim();
  for (const file of files.slice(1)) {
    const differs = (how: string) =>
      BigQueryError.of(
        "invalidData",
        `${shortName(file.path)} does not fit ${shortName(first.file.path)}: ${how}`,
        {
          reference: first.reference,
          remedy:
            "files of a pattern are one table only with the same columns in the same order: name the files that agree",
        },
      );
    const start = yield* head(file.path);
    const other = ordinary({ ...first, file, head: start });
    if (other !== undefined && other.delimiter !== layout.delimiter && other.width > 1)
      return yield* differs("it has another delimiter");
    if (other !== undefined && other.width !== layout.width)
      return yield* differs(`${other.width} columns instead of ${layout.width}`);
    const { rows } = yield* first.session.read(`SELECT ${columns} FROM ${read([file], false)} LIMIT 20`, 20);
    const [top = [], ...rest] = rows as ReadonlyArray<ReadonlyArray<string | null>>;
    if (header === undefined) {
      if (rest.length > 0 && isHeader(top, rest)) return yield* differs("its first line is a header");
      continue;
    }
    const at = header.findIndex((name, i) => clean(name) !== clean(top[i] ?? null));
    if (at >= 0) return yield* differs(`its column ${at + 1} has another name, or it has no header`);
  }
});
