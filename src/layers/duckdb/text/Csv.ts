/** Reads CSV and TSV files into a table. */
import { Effect } from "effect";
import type { LocalFiles } from "../../../domain/TableReference.ts";
import { BigQueryError } from "../../../services/BigQueryError.ts";
import { isDataFault } from "../Errors.ts";
import { type DataFile, type DataFiles, literals, shortName } from "../files/DataFiles.ts";
import type { Session, StatementResult } from "../Session.ts";
import { detect, diagnose, isEmpty, type Layout, options, ordinary, type Source } from "./CsvLayout.ts";
import { fieldsOf, type Head, head, quotesOf } from "./FileHead.ts";
import { formOf } from "./Forms.ts";
import * as Partitions from "./Partitions.ts";
import * as TypedTable from "./TypedTable.ts";

/** A table created from text files. */
export interface Staged {
  /** The names of the columns in the data, by position. */
  readonly names: ReadonlyArray<string>;
  /** The columns of the staged table. */
  readonly columns: ReadonlyArray<string>;
  readonly types: StatementResult["types"];
  readonly rows: number;
  /** Text columns without a value, by position. */
  readonly empty: ReadonlySet<number>;
  /** The layout of the files, as phrases for a report. */
  readonly layout: ReadonlyArray<string>;
  /** Notes on the header, and on the values that prevented a type. */
  readonly notes: ReadonlyArray<string>;
}

const sampleRows = 20_480;
/** The maximum number of values in a sample: samples of wide files have fewer rows. */
const sampleValues = 1_000_000;

/** Creates the table `target` from the files, with the columns c0, c1, …. */
export const stage = Effect.fn("DuckDb.csv")(function* (
  session: Session,
  target: string,
  data: DataFiles,
  types: TypedTable.Types,
  reference: LocalFiles,
) {
  // An empty file among others adds no rows, and has no columns to compare.
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
  const below = headerBelow(first.head);
  if (below !== undefined) {
    return yield* BigQueryError.of(
      "invalidData",
      `${shortName(first.file.path)}, line ${below.line}: ${below.columns} columns instead of 1`,
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
  // Many programs write TSV without quoting: a quote is then an ordinary character.
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

/**
 * The first line with several columns below a first line with one column, if most lines have the same number of
 * columns, up to the last one.
 */
const headerBelow = ({ text, line, blank }: Head): { line: number; columns: number } | undefined => {
  // The last line may be truncated.
  const lines = text
    .split(/\r\n|\n|\r/)
    .slice(blank, blank + 1000)
    .slice(0, -1);
  for (const delimiter of ",;\t|") {
    if (fieldsOf(line, delimiter).length > 1 || quotesOf(line) % 2 === 1) return undefined;
    const widths = lines.map((other) => (other === "" ? undefined : fieldsOf(other, delimiter).length));
    const filled = widths.filter((width) => width !== undefined);
    const last = filled.at(-1) ?? 1;
    const alike = filled.length - 1 - filled.findLastIndex((width) => width !== last);
    if (last > 1 && alike >= 2 && alike * 2 >= filled.length) {
      const at = widths.findIndex((width) => width !== undefined && width > 1);
      return { line: blank + at + 1, columns: widths[at]! };
    }
  }
  return undefined;
};

/** Creates the table with this layout. After a DuckDbFault, another layout may succeed. */
const load = Effect.fn(function* (
  first: Source,
  files: ReadonlyArray<DataFile>,
  layout: Layout,
  target: string,
  types: TypedTable.Types,
  partitions: ReadonlyArray<Partitions.Partition>,
) {
  const { session, reference } = first;
  const read = (of: ReadonlyArray<DataFile>, header: boolean, more: ReadonlyArray<string> = []) => {
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
      ...more,
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
  const broken = names.findIndex((name) => name.includes("\0"));
  if (broken >= 0) {
    return yield* BigQueryError.of(
      "invalidData",
      `${shortName(first.file.path)}: the name of column ${broken + 1} contains the character U+0000`,
      { reference, remedy: "rename the column" },
    );
  }
  yield* Partitions.assertNew(partitions, names, reference);
  const source: TypedTable.Source = {
    relation: read(files, header),
    columns: [
      ...names.map((name, i) => ({ name, text: `c${i}`, sample: body.map((record) => record[i]!) })),
      ...(yield* Partitions.typed(session, partitions)),
    ],
    firstRecord: header ? 2 : 1,
    subject: files.length === 1 ? shortName(first.file.path) : reference.path,
    ...(files.length === 1
      ? {}
      : { several: { files, relation: read(files, header, ["filename='filename'"]) } }),
  };
  const { notes, rows, empty } = yield* TypedTable.make(session, target, source, types, reference);
  const made = yield* session.read(`SELECT * FROM ${target} LIMIT 0`);
  return {
    names: source.columns.map(({ name }) => name),
    columns: source.columns.map((_, i) => `c${i}`),
    types: made.types.slice(0, source.columns.length),
    rows,
    empty,
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
  `the first line of ${subject} was read as data, because its values look like those of the other lines; columns are named column0, column1, …`;

/**
 * Whether the first record is a header. It is one if it has text above a typed column, or nothing above a first column
 * of values: R and pandas write row names in this way. Otherwise, it is data if it has a typed value above a
 * column of the same kind.
 */
const isHeader = (
  top: ReadonlyArray<string | null>,
  rest: ReadonlyArray<ReadonlyArray<string | null>>,
): boolean => {
  const isBlank = (text: string | null | undefined) => text === null || text === "";
  if (isBlank(top[0]) && top.length > 1 && rest.length > 1 && !rest.some(([first]) => isBlank(first)))
    return true;
  let isData = false;
  for (const [i, text] of top.entries()) {
    if (isBlank(text)) continue;
    const form = formOf([text!]);
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

/** A free name for a repeated one: `a_1` for a second column `a`. */
export const freeName = (name: string, taken: ReadonlySet<string>): string => {
  for (let n = 1; ; n += 1) if (!taken.has(`${name}_${n}`)) return `${name}_${n}`;
};

/** Fails unless all files have the same header in the same order, or no file has one. */
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
        `${shortName(file.path)} does not match ${shortName(first.file.path)}: ${how}`,
        {
          reference: first.reference,
          remedy: "use a pattern of files with the same columns in the same order",
        },
      );
    const start = yield* head(file.path);
    const other = ordinary({ ...first, file, head: start });
    if (other !== undefined && other.delimiter !== layout.delimiter && other.width > 1)
      return yield* differs("it has a different delimiter");
    if (other !== undefined && other.width !== layout.width)
      return yield* differs(`${other.width} columns instead of ${layout.width}`);
    const { rows } = yield* first.session.read(`SELECT ${columns} FROM ${read([file], false)} LIMIT 20`, 20);
    const [top = [], ...rest] = rows as ReadonlyArray<ReadonlyArray<string | null>>;
    if (header === undefined) {
      if (rest.length > 0 && isHeader(top, rest)) return yield* differs("its first line is a header");
      continue;
    }
    const at = header.findIndex((name, i) => clean(name) !== clean(top[i] ?? null));
    if (at >= 0) return yield* differs(`its column ${at + 1} has a different name, or it has no header`);
  }
});
