/**
 * DuckDB's errors as BigQueryErrors. DuckDB tells kinds of errors apart by text alone, and its texts quote lines and
 * values of the data: from those nothing is taken but line numbers, counts, names of columns and of types.
 */

import type { TableReference } from "../../domain/TableReference.ts";
import { format } from "../../domain/TableReference.ts";
import { BigQueryError } from "../../services/BigQueryError.ts";
import { relative } from "../../services/Path.ts";

/** An error of a statement that reads this reference; undefined where a statement reads several. */
export const classify = (text: string, reference: TableReference | undefined): BigQueryError => {
  const of = (reason: BigQueryError["reason"], detail: string, remedy?: string) =>
    BigQueryError.of(reason, detail, {
      ...(reference === undefined ? {} : { reference }),
      ...(remedy === undefined ? {} : { remedy }),
    });
  const subject = fileOf(text) ?? (reference === undefined ? "the data" : format(reference));
  const kind = /^(?:INTERRUPT|[A-Z][A-Za-z ]*?)(?= Error:)/.exec(text)?.[0] ?? "";

  if (/database has been invalidated/.test(text)) return of("stopped", lost);
  if (kind === "INTERRUPT") return of("stopped", `reading ${subject} was stopped`);
  if (
    kind === "Out of Memory" ||
    /No space left on device|temp_directory|max_temp_directory_size|Failed to create directory/i.test(
      firstLine(text),
    )
  ) {
    return of("outOfResources", `reading ${subject} takes more memory or disk space than there is`);
  }
  if (/file system operations are disabled/.test(text)) {
    return of(
      "accessDenied",
      "a file other than those of the named tables would be read",
      "name its table, or leave it out of the condition",
    );
  }
  const refused = kind === "IO" ? refusedByDisk(text, subject, of) : undefined;
  if (refused !== undefined) return refused;
  const broken = brokenData(text);
  if (broken !== undefined)
    return of("invalidData", `${subject}${broken.where}: ${broken.what}`, broken.remedy);

  switch (kind) {
    case "IO": {
      if (/newer version of DuckDB|can only read version/i.test(text)) {
        return of(
          "unsupported",
          `${subject} was written by a newer version of DuckDB`,
          "write it with storage_version 'v1.5.0', or export the table as Parquet",
        );
      }
      const isOther = /not a valid DuckDB/i.test(text);
      return of(
        "invalidData",
        `${subject} cannot be read: it is ${isOther ? "no DuckDB database" : "broken or of another kind"}`,
      );
    }
    case "Binder":
    case "Catalog": {
      const column =
        /^Binder Error: (?:Referenced column|Table ".*" does not have a column named) "([^"\n]*)"/.exec(
          text,
        )?.[1];
      if (column === undefined)
        return of("invalidQuery", `the statement does not fit ${subject}: ${ownWords(text)}`);
      const near = /^Candidate bindings: "([^"\n]*)"/m.exec(text)?.[1];
      return of(
        "invalidQuery",
        `${subject} has no column ${column}`,
        near === undefined ? undefined : `did you mean ${near}?`,
      );
    }
    case "Parser":
      return /expression depth|stack/i.test(firstLine(text))
        ? of("tooComplex", `the statement on ${subject} is too complex`)
        : of("invalidQuery", `the statement on ${subject} cannot be read: ${ownWords(text)}`);
    case "Conversion":
      return of("invalidQuery", `a value of ${subject} does not fit the type that it is converted to`);
    case "Out of Range":
      return of("invalidQuery", `a figure computed from ${subject} is outside the range of its type`);
    case "Not implemented":
    case "Missing Extension":
    case "Permission":
      return of("unsupported", `the local engine cannot do this with ${subject}`);
    case "INTERNAL":
    case "FATAL":
      return of(
        "unsupported",
        `the local engine broke down while reading ${subject}`,
        "report this, with the kind of file",
      );
    default:
      return of("invalidData", `${subject} cannot be read${kind === "" ? "" : ` (${kind.toLowerCase()})`}`);
  }
};

const lost = "an error in another statement ended the local engine";

/** Whether the statement failed because another one ended the engine: run again, it may succeed. */
export const isLost = ({ reason, detail }: BigQueryError): boolean => reason === "stopped" && detail === lost;

/** An error of starting DuckDB: its settings hold no data. */
export const fromStart = (text: string): BigQueryError =>
  BigQueryError.of("outOfResources", `the local engine did not start: ${firstLine(text)}`);

/** Whether another guess of the columns' types may help: what was guessed from the first rows did not hold. */
export const isTypeConflict = (text: string): boolean =>
  /^Conversion Error: CSV Error on Line/.test(text) || /Could not convert string .* to '/.test(text);

/** Whether the data does not fit what it was taken for, so that another reading may succeed. */
export const isDataFault = (text: string): boolean => /^(?:Invalid Input|Conversion) Error:/.test(text);

/** Whether DuckDB found no delimiter and quotes with which all lines have as many columns. */
export const isUndetected = (text: string): boolean => text.includes("Error when sniffing file");

type Make = (reason: BigQueryError["reason"], detail: string, remedy?: string) => BigQueryError;

const refusedByDisk = (text: string, subject: string, of: Make): BigQueryError | undefined => {
  const line = firstLine(text);
  if (/No files found|No such file/i.test(line)) {
    return of("notFound", `${subject} does not exist`, "check the path");
  }
  if (/Permission denied/i.test(line)) {
    return of("accessDenied", `${subject} may not be read`, "ask for read permission on the file");
  }
  if (/Could not set lock/i.test(line)) {
    const remedy = "close it there, or copy the file";
    return of("accessDenied", `${subject} is open for writing in another program`, remedy);
  }
  return undefined;
};

interface Broken {
  readonly where: string;
  readonly what: string;
  readonly remedy?: string;
}

const brokenData = (text: string): Broken | undefined => {
  const where = placeOf(text);
  const counts = /^Expected Number of Columns: (\d+) Found: (\d+)$/m.exec(text);
  if (counts !== null) {
    return {
      where,
      what: `${counts[2]} ${counts[2] === "1" ? "column" : "columns"} where there should be ${counts[1]}`,
      remedy: "mend the line, or put quotes around values that hold the delimiter",
    };
  }
  if (/Value with unterminated quote found/.test(text))
    return { where, what: "a quote is opened and never closed" };
  if (/not utf-8 encoded|Invalid unicode|Invalid Unicode/.test(text)) {
    return { where, what: "the text is not UTF-8", remedy: "convert it: iconv -f LATIN1 -t UTF-8" };
  }
  if (/Maximum line size of \d+ bytes exceeded/.test(text)) {
    return { where, what: "the line is too long, or a quote is never closed" };
  }
  const column =
    /^Error when converting column "([^"\n]*)"\. Could not convert string .* to '([A-Z][A-Z_ ]*)'$/m.exec(
      text,
    );
  if (column !== null) return { where, what: `a value of column ${column[1]} is no ${column[2]}` };
  if (/^Invalid Input Error: Malformed JSON/.test(text)) return { where, what: "this is no JSON" };
  if (/has duplicate key/.test(text)) return { where, what: "an object has the same key twice" };
  if (/maximum_object_size/.test(text)) return { where, what: "an object is larger than 16 MiB" };
  if (/JSON transform error/.test(text))
    return { where, what: "a value has another form than in the other rows" };
  if (
    /No magic bytes found|too small to be a Parquet file|Parquet|parquet|Thrift|TProtocol|Snappy|snappy|ZSTD/.test(
      firstLine(text),
    ) &&
    /^(Invalid Input|IO|Invalid) Error/.test(text)
  ) {
    return { where: "", what: "this is not a whole Parquet file", remedy: "write the file again" };
  }
  if (/gzip|zlib|zstd|miniz/i.test(firstLine(text)))
    return { where: "", what: "the compressed data is broken" };
  if (isUndetected(text) || /state machine reached an invalid state/.test(text)) {
    return { where, what: "its lines do not have the same columns, or its quotes or line ends are mixed" };
  }
  return where === "" ? undefined : { where, what: "the line cannot be read" };
};

const placeOf = (text: string): string => {
  const [, unit, number] = /(CSV Error on Line: |in line |in record\/value )(\d+)/.exec(text) ?? [];
  if (unit === undefined) return "";
  // DuckDB counts one too many where it cannot parse the JSON, though not where it cannot convert it.
  const n = Number(number) - (text.includes("Malformed JSON") ? 1 : 0);
  return `, ${unit.includes("record") ? "record" : "line"} ${n}`;
};

/** The file that DuckDB speaks of, as it is seen from here. */
const fileOf = (text: string): string | undefined => {
  const path =
    /^ {2}file = (.+)$/m.exec(text)?.[1] ??
    /^(?:[A-Za-z ]+ Error: .*?)(?:file|File) ["'](\/[^"'\n]+)["']/.exec(text)?.[1];
  if (path === undefined) return undefined;
  const near = relative(process.cwd(), path);
  return near === "" || near.startsWith("..") ? path : near;
};

const firstLine = (text: string): string => text.split("\n", 1)[0]!;

/** What the engine says of a statement's own text: its first line, without its kind. */
const ownWords = (text: string): string =>
  firstLine(text)
    .replace(/^[A-Za-z ]+ Error: /, "")
    .slice(0, 200);
