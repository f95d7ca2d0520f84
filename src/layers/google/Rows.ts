/**
 * Decodes REST's rows (`f` and `v`, scalars as strings) into `Row` by
 * the rules of TO_JSON, without losing digits.
 */
import { elementOf, type Field } from "../../domain/TableSchema.ts";
import { fromDigits, fromFloat, type Row, type Value } from "../../domain/Value.ts";

type Decode = (cell: unknown) => Value;

/** A decoder for rows of the schema. Throws a TypeError for a malformed row or cell. */
export const decoder = (fields: ReadonlyArray<Field>): ((row: unknown) => Row) => {
  const columns = fields.map((field) => [field.name, cellDecoder(field)] as const);
  return (row) => {
    const cells = listOf(row, "f");
    if (cells.length !== columns.length)
      throw new TypeError("a row and the schema have different numbers of cells");
    // fromEntries also creates an own property for a column named `__proto__`.
    return Object.fromEntries(columns.map(([name, decode], i) => [name, decode(valueOf(cells[i]))]));
  };
};

const cellDecoder = (field: Field): Decode => {
  if (field.mode === "REPEATED") {
    const decode = cellDecoder(elementOf(field));
    return (cell) => (cell === null ? [] : asList(cell).map((element) => decode(valueOf(element))));
  }
  if (field.type === "STRUCT") {
    const decode = decoder(field.fields ?? []);
    return (cell) => (cell === null ? null : decode(cell));
  }
  const decode = scalarDecoder(field);
  return (cell) => {
    if (cell === null) return null;
    if (typeof cell !== "string") throw new TypeError("a cell is not a string");
    return decode(cell);
  };
};

const scalarDecoder = (field: Field): ((text: string) => Value) => {
  switch (field.type) {
    case "INT64":
    case "NUMERIC":
    case "BIGNUMERIC":
      return (text) => fromDigits(numeric(text));
    case "FLOAT64":
      return (text) => fromFloat(floatOf(text));
    case "BOOL":
      return boolean;
    case "TIMESTAMP":
      return timestamp;
    case "DATETIME":
    case "TIME":
    case "INTERVAL":
      return withoutTrailingZeros;
    case "JSON":
      return json;
    case "RANGE":
      return field.rangeElementType === "TIMESTAMP"
        ? (text) => text.replace(/-?\d+(?=[,)])/g, (micros) => timestamp(micros))
        : (text) => text;
    default:
      return (text) => text;
  }
};

/** The text of a number. Throws for other texts, which would become 0 or NaN. */
const numeric = (text: string): string => {
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) throw new TypeError("a cell is not a number");
  return text;
};

const boolean = (text: string): boolean => {
  if (!/^(true|false)$/i.test(text)) throw new TypeError("a cell is not a boolean");
  return text.toLowerCase() === "true";
};

const floatOf = (text: string): number => {
  if (/^[+-]?nan$/i.test(text)) return Number.NaN;
  const infinity = /^([+-]?)inf(inity)?$/i.exec(text);
  return infinity === null ? Number(numeric(text)) : infinity[1] === "-" ? -Infinity : Infinity;
};

const withoutTrailingZeros = (text: string): string => text.replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "");

const written = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d(?:\.\d+)?) ?(?:Z|UTC|\+00(?::?00)?)$/;

/**
 * Converts microseconds since 1970 to ISO 8601. Inside STRUCTs, some emulators write
 * fractional seconds or a formatted timestamp.
 */
const timestamp = (text: string): string => {
  if (/^-?\d+$/.test(text)) return isoOfMicros(BigInt(text));
  const date = written.exec(text);
  if (date !== null) return `${date[1]}T${withoutTrailingZeros(date[2]!)}Z`;
  const seconds = /^(-?)(\d+)\.(\d{1,6})\d*$/.exec(text);
  if (seconds === null) return text;
  const micros = BigInt(seconds[2]!) * 1_000_000n + BigInt(seconds[3]!.padEnd(6, "0"));
  return isoOfMicros(seconds[1] === "-" ? -micros : micros);
};

const isoOfMicros = (micros: bigint): string => {
  const fraction = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n;
  const whole = new Date(Number((micros - fraction) / 1000n)).toISOString().slice(0, 19);
  return `${withoutTrailingZeros(`${whole}.${String(fraction).padStart(6, "0")}`)}Z`;
};

/** Parses a JSON value. Integers keep every digit; all other numbers are doubles in BigQuery, too. */
const json = (text: string): Value =>
  JSON.parse(text, (_name, value: unknown, context?: { readonly source?: string }) =>
    typeof value === "number" && context?.source !== undefined && /^-?\d+$/.test(context.source)
      ? fromDigits(context.source)
      : value,
  ) as Value;

const listOf = (row: unknown, key: "f"): ReadonlyArray<unknown> => {
  if (typeof row !== "object" || row === null || !(key in row)) throw new TypeError("a row has no cells");
  return asList(row[key as keyof typeof row]);
};

const asList = (value: unknown): ReadonlyArray<unknown> => {
  if (!Array.isArray(value)) throw new TypeError("an array cell is not an array");
  return value;
};

const valueOf = (cell: unknown): unknown => {
  if (typeof cell !== "object" || cell === null) throw new TypeError("a cell has no value");
  return "v" in cell ? cell.v : null;
};
