/** Converts GoogleSQL types and values between JavaScript and the local service's protocol buffers. */

export interface TypeProto {
  readonly type_kind: string;
  readonly array_type?: { readonly element_type: TypeProto };
  readonly struct_type?: {
    readonly field?: ReadonlyArray<{ readonly field_name?: string; readonly field_type: TypeProto }>;
  };
  readonly range_type?: { readonly element_type: TypeProto };
}

/** `value` names the one field that is set; a NULL has none. */
export interface ValueProto {
  readonly value?: string;
  readonly [field: string]: unknown;
}

const kindNames: Readonly<Record<string, string>> = { TYPE_DOUBLE: "FLOAT64" };

const fieldsOf = (type: TypeProto) => type.struct_type?.field ?? [];

const element = (type: { readonly element_type: TypeProto } | undefined): TypeProto => {
  if (type === undefined) throw new Error("an ARRAY or RANGE type without its element type");
  return type.element_type;
};

export const quoteName = (name: string): string =>
  `\`${name.replace(/[\\`]/g, "\\$&").replaceAll("\n", "\\n")}\``;

// The blanks prevent the parser from reading a constructor's `>>` as a shift.
export const typeText = (type: TypeProto): string => {
  switch (type.type_kind) {
    case "TYPE_ARRAY":
      return `ARRAY<${typeText(element(type.array_type))} >`;
    case "TYPE_RANGE":
      return `RANGE<${typeText(element(type.range_type))}>`;
    case "TYPE_STRUCT": {
      const fields = fieldsOf(type).map((field) =>
        [field.field_name ? quoteName(field.field_name) : "", typeText(field.field_type)].join(" "),
      );
      return `STRUCT<${fields.join(", ")} >`;
    }
    default:
      return kindNames[type.type_kind] ?? type.type_kind.replace("TYPE_", "");
  }
};

const stringLiteral = (text: string): string =>
  `'${text.replace(/[\\'\u0000-\u001f\u007f]/g, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, "0")}`)}'`;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A GoogleSQL expression of the type, from the JavaScript form that `decode` gives. */
export const literal = (value: unknown, type: TypeProto): string => {
  if (value === null || value === undefined) return `CAST(NULL AS ${typeText(type)})`;
  switch (type.type_kind) {
    case "TYPE_ARRAY": {
      if (!Array.isArray(value)) throw new Error(`not an array: ${JSON.stringify(value)}`);
      const inner = element(type.array_type);
      return `${typeText(type)}[${value.map((item: unknown) => literal(item, inner)).join(", ")}]`;
    }
    case "TYPE_STRUCT": {
      if (!isRecord(value)) throw new Error(`not an object: ${JSON.stringify(value)}`);
      const fields = fieldsOf(type).map((field) => literal(value[field.field_name ?? ""], field.field_type));
      return `${typeText(type)}(${fields.join(", ")})`;
    }
    case "TYPE_STRING":
      return stringLiteral(String(value));
    case "TYPE_BYTES":
      return `FROM_BASE64(${stringLiteral(String(value))})`;
    case "TYPE_JSON":
      return `JSON ${stringLiteral(JSON.stringify(value))}`;
    case "TYPE_RANGE":
      return `${typeText(type)} ${stringLiteral(String(value))}`;
    default:
      return `CAST(${stringLiteral(String(value))} AS ${typeText(type)})`;
  }
};

const two = (n: number | bigint) => String(n).padStart(2, "0");
const four = (n: number | bigint) => String(n).padStart(4, "0");

/** Three or six digits, or none: as BigQuery prints them. */
const fraction = (micros: number): string => {
  if (micros === 0) return "";
  const digits = String(micros).padStart(6, "0");
  return `.${digits.endsWith("000") ? digits.slice(0, 3) : digits}`;
};

const clock = (bits: bigint): string => `${two(bits >> 12n)}:${two((bits >> 6n) & 63n)}:${two(bits & 63n)}`;

const day = (days: number): string => {
  const date = new Date(days * 86_400_000);
  return `${four(date.getUTCFullYear())}-${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())}`;
};

const dateTime = ({
  bit_field_datetime_seconds = "0",
  nanos = 0,
}: Record<string, string | number>): string => {
  const bits = BigInt(bit_field_datetime_seconds);
  const date = `${four(bits >> 26n)}-${two((bits >> 22n) & 15n)}-${two((bits >> 17n) & 31n)}`;
  return `${date}T${clock(bits & 0x1ffffn)}${fraction(Math.trunc(Number(nanos) / 1000))}`;
};

const timestamp = ({ seconds = "0", nanos = 0 }: Record<string, string | number>): string => {
  const days = Math.floor(Number(seconds) / 86_400);
  const rest = Number(seconds) - days * 86_400;
  const time = [rest / 3600, (rest / 60) % 60, rest % 60].map((part) => two(Math.floor(part))).join(":");
  return `${day(days)}T${time}${fraction(Math.trunc(Number(nanos) / 1000))}Z`;
};

/** A little-endian two's complement integer with a number of decimal places. */
const decimal = (bytes: Uint8Array, scale: number): string => {
  const unsigned = bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  const scaled = BigInt.asIntN(bytes.length * 8, unsigned);
  const digits = String(scaled < 0n ? -scaled : scaled).padStart(scale + 1, "0");
  const places = digits.slice(-scale).replace(/0+$/, "");
  return `${scaled < 0n ? "-" : ""}${digits.slice(0, -scale)}${places === "" ? "" : `.${places}`}`;
};

const interval = (bytes: Uint8Array): string => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const micros = view.getBigInt64(0, true);
  const packed = view.getUint32(12, true);
  const months = ((packed >>> 13) & 0x3ffff) * (packed >>> 31 === 1 ? -1 : 1);
  const size = micros < 0n ? -micros : micros;
  const time = `${size / 3_600_000_000n}:${(size / 60_000_000n) % 60n}:${(size / 1_000_000n) % 60n}`;
  const calendar = `${months < 0 ? "-" : ""}${Math.trunc(Math.abs(months) / 12)}-${Math.abs(months) % 12}`;
  return `${calendar} ${view.getInt32(8, true)} ${micros < 0n ? "-" : ""}${time}${fraction(Number(size % 1_000_000n))}`;
};

/** A number if JSON keeps every digit, otherwise a string. */
const exact = (text: string): number | string => (String(Number(text)) === text ? Number(text) : text);

/** The JavaScript form of a value, by the rules of BigQuery's TO_JSON. */
export const decode = (proto: ValueProto, type: TypeProto): unknown => {
  if (proto.value === undefined) return null;
  // The service and the type agree on the shape; this is a wire format, read at its edge.
  const raw = proto[proto.value] as never;
  switch (type.type_kind) {
    case "TYPE_INT64":
      return Number.isSafeInteger(Number(raw)) ? Number(raw) : raw;
    case "TYPE_DOUBLE":
      return Number.isFinite(raw) ? raw : String(raw);
    case "TYPE_NUMERIC":
      return exact(decimal(raw, 9));
    case "TYPE_BIGNUMERIC":
      return exact(decimal(raw, 38));
    case "TYPE_BOOL":
    case "TYPE_STRING":
      return raw;
    case "TYPE_BYTES":
      return Buffer.from(raw).toString("base64");
    case "TYPE_JSON":
      return JSON.parse(raw);
    case "TYPE_DATE":
      return day(raw);
    case "TYPE_DATETIME":
      return dateTime(raw);
    case "TYPE_TIME":
      return `${clock(BigInt(raw) >> 30n)}${fraction(Math.trunc(Number(BigInt(raw) & 0x3fffffffn) / 1000))}`;
    case "TYPE_TIMESTAMP":
      return timestamp(raw);
    case "TYPE_INTERVAL":
      return interval(raw);
    case "TYPE_RANGE": {
      const { start, end } = raw as { start: ValueProto; end: ValueProto };
      const bound = (value: ValueProto) => decode(value, element(type.range_type)) ?? "UNBOUNDED";
      return `[${String(bound(start))}, ${String(bound(end))})`;
    }
    case "TYPE_ARRAY": {
      const items = (raw as { element?: ReadonlyArray<ValueProto> }).element ?? [];
      return items.map((item) => decode(item, element(type.array_type)));
    }
    case "TYPE_STRUCT":
      return decodeRow((raw as { field?: ReadonlyArray<ValueProto> }).field ?? [], fieldsOf(type));
    default:
      throw new Error(`cannot read a ${typeText(type)}`);
  }
};

/** Fields without a name are called f0_, f1_ …, as BigQuery does. */
export const decodeRow = (
  cells: ReadonlyArray<ValueProto>,
  fields: ReadonlyArray<{ readonly field_name?: string; readonly field_type: TypeProto }>,
): Readonly<Record<string, unknown>> => {
  let unnamed = 0;
  return Object.fromEntries(
    fields.map(({ field_name, field_type }, i) => [
      field_name ? field_name : `f${unnamed++}_`,
      decode(cells[i] ?? {}, field_type),
    ]),
  );
};
