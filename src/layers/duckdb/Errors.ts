/**
 * Translates DuckDB's errors into BigQueryErrors. DuckDB distinguishes errors only by their
 * text, which may quote lines and values of the data. Only line numbers, counts, and names
 * of columns and types are extracted from it.
 */
import { counted } from "../../domain/Phrases.ts";
import type { TableReference } from "../../domain/TableReference.ts";
import { format } from "../../domain/TableReference.ts";
import { BigQueryError } from "../../services/BigQueryError.ts";
import { relative } from "../../services/file/Path.ts";

/** Translates an error of a statement that reads the reference; undefined if it reads several. */
export const classify = (text: string, reference: TableReference | undefined): BigQueryError => {
  const of = (reason: BigQueryError["reason"], detail: string, remedy?: string) =>
    BigQueryError.of(reason, detail, {
      ...(reference === undefined ? {} : { reference }),
      ...(remedy === undefined ? {} : { remedy }),
    });
  const subject = fileOf(text) ?? (reference === undefined ? "the data" : format(reference));
  const kind = /^(?:INTERRUPT|[A-Z][A-Za-z ]*?)(?= Error:)/.exec(text)?.[0] ?? "";

  if (/database has been invalidated/.test(text)) return of("stopped", lost);
  if (kind === "INTERRUPT") return of("stopped", `reading ${subject} was interrupted`);
  if (
    kind === "Out of Memory" ||
    /No space left on device|temp_directory|max_temp_directory_size|Failed to create directory/i.test(
      firstLine(text),
    )
  ) {
    return of("outOfResources", `reading ${subject} requires more memory or disk space than is available`);
  }
  if (/file system operations are disabled/.test(text)) {
    return of(
      "accessDenied",
      "the statement reads a file that is not one of the given tables",
      "add the file as a table, or remove it from the condition",
    );
  }
  const unavailable = kind === "IO" ? unavailableFile(text, subject, of) : undefined;
  if (unavailable !== undefined) return unavailable;
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
        `${subject} cannot be read: it is ${isOther ? "not a DuckDB database" : "corrupt or in another format"}`,
      );
    }
    case "Binder":
    case "Catalog": {
      const column =
        /^Binder Error: (?:Referenced column|Table ".*" does not have a column named) "([^"\n]*)"/.exec(
          text,
        )?.[1];
      if (column === undefined)
        return of("invalidQuery", `the statement is not valid for ${subject}: ${engineMessage(text)}`);
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
        : of("invalidQuery", `the statement on ${subject} cannot be parsed: ${engineMessage(text)}`);
    case "Conversion":
      return of("invalidQuery", `a value of ${subject} cannot be converted to the requested type`);
    case "Out of Range":
      return of("invalidQuery", `a figure computed from ${subject} is outside the range of its type`);
    case "Not implemented":
    case "Missing Extension":
    case "Permission":
      return of("unsupported", `the local engine does not support this operation on ${subject}`);
    case "INTERNAL":
    case "FATAL":
      return of(
        "unsupported",
        `the local engine failed with an internal error while reading ${subject}`,
        "report this, with the kind of file",
      );
    default:
      return of("invalidData", `${subject} cannot be read${kind === "" ? "" : ` (${kind.toLowerCase()})`}`);
  }
};

const lost = "an error in another statement ended the local engine";

/** Whether the statement failed because another one ended the engine; a retry may succeed. */
export const isLost = ({ reason, detail }: BigQueryError): boolean => reason === "stopped" && detail === lost;

/** Translates an error while DuckDB starts. Its text contains settings, but no data. */
export const fromStart = (text: string): BigQueryError =>
  BigQueryError.of("outOfResources", `the local engine did not start: ${firstLine(text)}`);

/** Whether a value contradicts the type detected from the first rows, so that another type may succeed. */
export const isTypeConflict = (text: string): boolean =>
  /^Conversion Error: CSV Error on Line/.test(text) || /Could not convert string .* to '/.test(text);

/** Whether the data contradicts the layout, so that another layout may succeed. */
export const isDataFault = (text: string): boolean => /^(?:Invalid Input|Conversion) Error:/.test(text);

/** Whether DuckDB found no delimiter and quotes that give all lines the same number of columns. */
export const isUndetected = (text: string): boolean => text.includes("Error when sniffing file");

type Make = (reason: BigQueryError["reason"], detail: string, remedy?: string) => BigQueryError;

const unavailableFile = (text: string, subject: string, of: Make): BigQueryError | undefined => {
  const line = firstLine(text);
  if (/No files found|No such file/i.test(line)) {
    return of("notFound", `${subject} does not exist`, "check the path");
  }
  if (/Permission denied/i.test(line)) {
    return of("accessDenied", `no permission to read ${subject}`, "ask for read permission on the file");
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
      // DuckDB counts at most one column too many.
      what:
        Number(counts[2]) > Number(counts[1])
          ? `more than ${counted(Number(counts[1]), "column")}`
          : `${counted(Number(counts[2]), "column")} instead of ${counts[1]}`,
      remedy: "fix the line, or put quotes around values that contain the delimiter",
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
  if (column !== null)
    return { where, what: `a value of column ${column[1]} cannot be read as ${column[2]}` };
  if (/^Invalid Input Error: Malformed JSON/.test(text)) return { where, what: "invalid JSON" };
  if (/has duplicate key/.test(text)) return { where, what: "an object has a duplicate key" };
  if (/maximum_object_size/.test(text)) return { where, what: "an object is larger than 16 MiB" };
  if (/JSON transform error/.test(text))
    return { where, what: "a value has a different structure than in the other rows" };
  if (
    /No magic bytes found|too small to be a Parquet file|Parquet|parquet|Thrift|TProtocol|Snappy|snappy|ZSTD/.test(
      firstLine(text),
    ) &&
    /^(Invalid Input|IO|Invalid) Error/.test(text)
  ) {
    return { where: "", what: "not a complete Parquet file", remedy: "write the file again" };
  }
  if (/gzip|zlib|zstd|miniz/i.test(firstLine(text)))
    return { where: "", what: "the compressed data is corrupt" };
  if (isUndetected(text) || /state machine reached an invalid state/.test(text)) {
    return { where, what: "the lines have different numbers of columns, or mixed quotes or line ends" };
  }
  return where === "" ? undefined : { where, what: "the line cannot be read" };
};

const placeOf = (text: string): string => {
  const [, unit, number] = /(CSV Error on Line: |in line |in record\/value )(\d+)/.exec(text) ?? [];
  if (unit === undefined) return "";
  // DuckDB's number is one too high if it cannot parse the JSON, but not if it cannot convert it.
  const n = Number(number) - (text.includes("Malformed JSON") ? 1 : 0);
  return `, ${unit.includes("record") ? "record" : "line"} ${n}`;
};

/** The file named in DuckDB's message, relative to the working directory. */
const fileOf = (text: string): string | undefined => {
  const path =
    /^ {2}file = (.+)$/m.exec(text)?.[1] ??
    /^(?:[A-Za-z ]+ Error: .*?)(?:file|File) ["'](\/[^"'\n]+)["']/.exec(text)?.[1];
  if (path === undefined) return undefined;
  const near = relative(process.cwd(), path);
  return near === "" || near.startsWith("..") ? path : near;
};

const firstLine = (text: string): string => text.split("\n", 1)[0]!;

/** The first line of the engine's message about a statement, without the kind of error. */
const engineMessage = (text: string): string =>
  firstLine(text)
    .replace(/^[A-Za-z ]+ Error: /, "")
    .slice(0, 200);
