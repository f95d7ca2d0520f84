/** Decodes DuckDB's values by the rules of BigQuery's TO_JSON. */
import type {
  DuckDBArrayType, DuckDBArrayValue, DuckDBBlobValue, DuckDBDateValue, DuckDBGeometryValue, DuckDBIntervalValue,
  DuckDBListType, DuckDBListValue, DuckDBMapType, DuckDBMapValue, DuckDBStructType, DuckDBStructValue,
  DuckDBTimestampNanosecondsValue, DuckDBTimestampTZValue, DuckDBTimestampValue, DuckDBType, DuckDBUnionType,
  DuckDBUnionValue, DuckDBValue,
} from "@duckdb/node-api"; // biome-ignore format: one list
import { DuckDBTypeId as Id } from "@duckdb/node-api/lib/DuckDBTypeId.js";
import { fromDigits, fromFloat, type Row, type Value } from "../../domain/Value.ts";
import type { StatementResult } from "./Session.ts";
import { isJson } from "./Types.ts";

type Decode = (value: DuckDBValue) => Value;

/** Decodes the rows of a result; `names` replaces its column names. */
export const rowsOf = (
  answer: StatementResult,
  names: ReadonlyArray<string> = answer.names,
): ReadonlyArray<Row> => {
  const decoders = answer.types.map(decoder);
  // fromEntries also creates an own property for a column named `__proto__`.
  return answer.rows.map((row) => Object.fromEntries(names.map((name, i) => [name, decoders[i]!(row[i]!)])));
};

/** The decoder of values of this type. */
export const decoder = (type: DuckDBType): Decode => {
  const decode = notNull(type);
  return (value) => (value === null ? null : decode(value));
};

const notNull = (type: DuckDBType): Decode => {
  switch (type.typeId) {
    case Id.BOOLEAN:
      return (value) => value as boolean;
    case Id.FLOAT:
    case Id.DOUBLE:
      return (value) => fromFloat(value as number);
    case Id.TINYINT:
    case Id.SMALLINT:
    case Id.INTEGER:
    case Id.UTINYINT:
    case Id.USMALLINT:
    case Id.UINTEGER:
      return (value) => value as number;
    case Id.BIGINT:
    case Id.UBIGINT:
    case Id.HUGEINT:
    case Id.UHUGEINT:
    case Id.BIGNUM:
    case Id.DECIMAL:
      return (value) => fromDigits(String(value));
    case Id.VARCHAR:
      return isJson(type) ? (value) => json(value as string) : (value) => value as string;
    case Id.BLOB:
    case Id.GEOMETRY:
      return (value) =>
        Buffer.from((value as DuckDBBlobValue | DuckDBGeometryValue).bytes).toString("base64");
    case Id.DATE:
      return (value) => date(value as DuckDBDateValue);
    case Id.TIMESTAMP:
      return (value) =>
        timestamp(value as DuckDBTimestampValue, (value as DuckDBTimestampValue).micros * 1000n, "");
    case Id.TIMESTAMP_TZ:
      return (value) =>
        timestamp(value as DuckDBTimestampTZValue, (value as DuckDBTimestampTZValue).micros * 1000n, "Z");
    case Id.TIMESTAMP_NS: {
      return (value) =>
        timestamp(
          value as DuckDBTimestampNanosecondsValue,
          (value as DuckDBTimestampNanosecondsValue).nanos,
          "",
        );
    }
    case Id.TIMESTAMP_S:
    case Id.TIMESTAMP_MS:
      return (value) => String(value).replace(" ", "T");
    case Id.INTERVAL:
      return (value) => interval(value as DuckDBIntervalValue);
    case Id.LIST:
    case Id.ARRAY: {
      const decode = decoder((type as DuckDBListType | DuckDBArrayType).valueType);
      return (value) => (value as DuckDBListValue | DuckDBArrayValue).items.map(decode);
    }
    case Id.STRUCT: {
      const { entryNames, entryTypes } = type as DuckDBStructType;
      const fields = entryNames.map((name, i) => [name, decoder(entryTypes[i]!)] as const);
      return (value) => {
        const { entries } = value as DuckDBStructValue;
        return Object.fromEntries(fields.map(([name, decode]) => [name, decode(entries[name] ?? null)]));
      };
    }
    case Id.MAP: {
      const key = decoder((type as DuckDBMapType).keyType);
      const item = decoder((type as DuckDBMapType).valueType);
      return (value) =>
        (value as DuckDBMapValue).entries.map((entry) => ({ key: key(entry.key), value: item(entry.value) }));
    }
    case Id.UNION: {
      const { memberTags, memberTypes } = type as DuckDBUnionType;
      const members = new Map(memberTags.map((tag, i) => [tag, decoder(memberTypes[i]!)]));
      return (value) => {
        const { tag, value: inner } = value as DuckDBUnionValue;
        return { [tag]: members.get(tag)!(inner) };
      };
    }
    default:
      return String;
  }
};

const withoutTrailingZeros = (text: string): string => text.replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "");

const isYear = (year: number): boolean => year >= 1 && year <= 9999;

const infinity = (negative: boolean): string => (negative ? "-infinity" : "infinity");

/** `2024-01-02`; DuckDB's format outside the years 1 to 9999. */
const date = (value: DuckDBDateValue): string => (value.isFinite ? String(value) : infinity(value.days < 0));

/** `2024-01-02T03:04:05.6`; DuckDB's format outside the years 1 to 9999. */
const timestamp = (value: { readonly isFinite: boolean }, nanos: bigint, zone: "" | "Z"): string => {
  if (!value.isFinite) return infinity(nanos < 0n);
  const fraction = ((nanos % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n;
  const whole = new Date(Number((nanos - fraction) / 1_000_000n));
  if (!isYear(whole.getUTCFullYear())) return String(value).replace(/\+\d\d(:\d\d)*$/, zone);
  return `${withoutTrailingZeros(`${whole.toISOString().slice(0, 19)}.${String(fraction).padStart(9, "0")}`)}${zone}`;
};

/** BigQuery's canonical form: `Y-M D H:M:S[.F]`. */
const interval = ({ months, days, micros }: DuckDBIntervalValue): string => {
  const size = micros < 0n ? -micros : micros;
  const seconds = size / 1_000_000n;
  const fraction = withoutTrailingZeros(`.${String(size % 1_000_000n).padStart(6, "0")}`);
  const years = `${months < 0 ? "-" : ""}${Math.trunc(Math.abs(months) / 12)}-${Math.abs(months) % 12}`;
  const time = `${seconds / 3600n}:${(seconds / 60n) % 60n}:${seconds % 60n}${fraction}`;
  return `${years} ${days} ${micros < 0n ? "-" : ""}${time}`;
};

/** Parses a JSON value and keeps every digit of its numbers; returns invalid JSON as text. */
const json = (text: string): Value => {
  try {
    return JSON.parse(text, (_name, value: unknown, context?: { readonly source?: string }) =>
      typeof value === "number" && context?.source !== undefined ? exactly(value, context.source) : value,
    ) as Value;
  } catch {
    return text;
  }
};

const exactly = (value: number, source: string): Value =>
  /^-?\d+(\.\d+)?$/.test(source) ? fromDigits(source) : Number.isFinite(value) ? value : source;
