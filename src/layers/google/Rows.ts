/** Rows as REST gives them (`f` and `v`, every scalar a text) as Rows by the rules of TO_JSON, every digit kept. */
import { elementOf, type Field } from "../../domain/TableSchema.ts";
import { fromDigits, fromFloat, type Row, type Value } from "../../domain/Value.ts";

type Decode = (cell: unknown) => Value;

/** The decoder for rows of this schema. Throws a TypeError for a cell that has another form. */
export const decoder = (fields: ReadonlyArray<Field>): ((row: unknown) => Row) => {
  const columns = fields.map((field) => [field.name, cellDecoder(field)] as const);
  return (row) => {
    const cells = listOf(row, "f");
    if (cells.length !== columns.length)
      throw new TypeError("a row has another number of cells than the schema");
    // fromEntries makes own properties, for a column called `__proto__` too.
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
    if (typeof cell !== "string") throw new TypeError("a cell is not text");
    return decode(cell);
  };
};

const scalarDecoder = (field: Field): ((text: string) => Value) => {
  switch (field.type) {
    case "INT64":
    case "NUMERIC":
    case "BIGNUMERIC":
      return fromDigits;
    case "FLOAT64":
      return (text) => fromFloat(floatOf(text));
    case "BOOL":
      return (text) => text.toLowerCase() === "true";
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

const floatOf = (text: string): number => {
  const infinity = /^([+-]?)inf(inity)?$/i.exec(text);
  return infinity === null ? Number(text) : infinity[1] === "-" ? -Infinity : Infinity;
};

const withoutTrailingZeros = (text: string): string => text.replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "");

const written = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d(?:\.\d+)?) ?(?:Z|UTC|\+00(?::?00)?)$/;

/** Microseconds since 1970 as ISO 8601. Some emulators write seconds with a fraction, or a date, inside STRUCTs. */
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

/** A JSON value. Its whole numbers keep every digit; the rest of its numbers are doubles in BigQuery, too. */
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
  if (!Array.isArray(value)) throw new TypeError("an array is not a list");
  return value;
};

const valueOf = (cell: unknown): unknown => {
  if (typeof cell !== "object" || cell === null) throw new TypeError("a cell has no value");
  return "v" in cell ? cell.v : null;
};
