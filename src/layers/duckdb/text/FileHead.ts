/** Reads the beginning of a text file, decompressed and decoded. */
import { Effect } from "effect";
import { open } from "../../../services/file/Compression.ts";

export interface Head {
  /** The first 64 KB; empty if the file cannot be decompressed, for which DuckDB reports a better error. */
  readonly text: string;
  readonly encoding: "utf-8" | "utf-16";
  /** The name of the encoding if DuckDB cannot read it. */
  readonly unsupported?: string;
  /** The first line that is not blank, without its line end. */
  readonly line: string;
  /** The number of blank lines before it. */
  readonly blank: number;
}

const size = 65_536;

/** Reads the beginning of a file. */
export const head = (path: string): Effect.Effect<Head> =>
  Effect.map(
    Effect.promise(() => read(path).catch(() => Buffer.alloc(0))),
    decode,
  );

const read = async (path: string): Promise<Buffer> => {
  const chunks: Array<Buffer> = [];
  let length = 0;
  const stream = open(path, size);
  try {
    for await (const chunk of stream) {
      chunks.push(chunk as Buffer);
      length += (chunk as Buffer).length;
      if (length >= size) break;
    }
  } finally {
    stream.destroy();
  }
  return Buffer.concat(chunks).subarray(0, size);
};

const decode = (start: Buffer): Head => {
  const mark = start.subarray(0, 2).toString("hex");
  const encoding = mark === "fffe" || mark === "feff" ? "utf-16" : "utf-8";
  const text = new TextDecoder(mark === "feff" ? "utf-16be" : mark === "fffe" ? "utf-16le" : "utf-8").decode(
    start,
  );
  const lines = text.split(/\r\n|\n|\r/);
  const blank = lines.findIndex((line) => line !== "");
  const unsupported = mark === "feff" ? "UTF-16BE" : mark === "fffe" ? undefined : withoutMark(start);
  return {
    text,
    encoding,
    line: lines[blank] ?? "",
    blank: Math.max(0, blank),
    ...(unsupported === undefined ? {} : { unsupported }),
  };
};

/** Detects UTF-16 without a byte order mark: every second byte of plain text is zero. */
const withoutMark = (start: Buffer): string | undefined => {
  const bytes = start.subarray(0, 200);
  const zeros = (from: number) => bytes.filter((byte, i) => i % 2 === from && byte === 0).length;
  const most = bytes.length * 0.35;
  if (bytes.length < 4) return undefined;
  return zeros(0) > most ? "UTF-16BE" : zeros(1) > most ? "UTF-16LE" : undefined;
};

/** Whether some lines end in CR LF and some in LF, which DuckDB cannot read. */
export const hasMixedEnds = (text: string): boolean => /\r\n/.test(text) && /[^\r]\n/.test(text);

/** The number of double quotes in a line: odd if a quoted field goes on in the next line. */
export const quotesOf = (line: string): number => line.match(/"/g)?.length ?? 0;

/** The fields of a line, without enclosing double quotes. */
export const fieldsOf = (line: string, delimiter: string): ReadonlyArray<string> => {
  const fields: Array<string> = [];
  let field = "";
  let isQuoted = false;
  for (const character of line) {
    if (character === '"') isQuoted = !isQuoted;
    if (character === delimiter && !isQuoted) {
      fields.push(field);
      field = "";
    } else field += character;
  }
  fields.push(field);
  return fields.map((text) =>
    text
      .trim()
      .replace(/^"(.*)"$/s, "$1")
      .replaceAll('""', '"'),
  );
};
