/** Decodes the footer of a Parquet file, and rejects files that DuckDB cannot read correctly. */
import { Data, Effect } from "effect";
import { fileSystem } from "../../../services/file/FileSystem.ts";
import { decode, type List, type Struct } from "./Thrift.ts";

export class FooterProblem extends Data.TaggedError("FooterProblem")<{
  readonly reason: "invalidData" | "unsupported" | "outOfResources";
  readonly what: string;
  readonly remedy: string;
}> {}

/** An element of the schema, in the order of the file. */
export interface Element {
  readonly name: string;
  /** 0 for the columns themselves. */
  readonly depth: number;
  readonly children: number;
  readonly required: boolean;
  /** The position among the leaves, which contain the values; undefined for groups. */
  readonly leaf: number | undefined;
  readonly kind: "int96" | "nanosUtc" | "decimal" | "other";
  /** The number of digits of a decimal. */
  readonly precision: number;
  /** The name of the type, for a comparison with other files. */
  readonly type: string;
}

export interface Footer {
  /** The decoded Thrift structure, for a copy with a changed footer. */
  readonly raw: Struct;
  readonly bytes: number;
  readonly elements: ReadonlyArray<Element>;
  readonly rows: number;
}

const problem = (reason: FooterProblem["reason"], what: string, remedy: string) =>
  new FooterProblem({ reason, what, remedy });

const broken = (what: string) => problem("invalidData", what, "write the file again");

const encrypted = problem("unsupported", "the file is encrypted", "write it again without encryption");

/** Reads the footer. Fails if the file is incomplete, or if DuckDB cannot read it. */
export const read = (path: string): Effect.Effect<Footer, FooterProblem> =>
  Effect.mapError(load(path), (error) =>
    error instanceof FooterProblem ? error : broken("not a complete Parquet file"),
  );

const load = Effect.fnUntraced(function* (path: string) {
  const file = yield* fileSystem.open(path);
  const size = Number((yield* file.stat).size);
  const end = Buffer.alloc(8);
  yield* file.seek(Math.max(0, size - 8), "start");
  yield* file.read(end);
  const magic = end.toString("latin1", 4);
  if (magic === "PARE") return yield* encrypted;
  const length = end.readUInt32LE(0);
  if (size < 12 || magic !== "PAR1" || length + 12 > size)
    return yield* broken(
      size > 8 ? "not a complete Parquet file: its footer is missing" : "not a complete Parquet file",
    );
  const bytes = Buffer.alloc(length);
  yield* file.seek(size - 8 - length, "start");
  yield* file.read(bytes);
  return yield* Effect.try({ try: () => footerOf(decode(bytes), length), catch: (error) => error });
}, Effect.scoped);

const number = (struct: Struct | undefined, id: number): number | undefined => {
  const value = struct?.get(id)?.value;
  return typeof value === "bigint" ? Number(value) : undefined;
};

const structs = (struct: Struct, id: number): ReadonlyArray<Struct> =>
  ((struct.get(id)?.value as List | undefined)?.items ?? []) as ReadonlyArray<Struct>;

const inner = (struct: Struct | undefined, id: number): Struct | undefined => {
  const value = struct?.get(id)?.value;
  return value instanceof Map ? value : undefined;
};

const codecs = ["UNCOMPRESSED", "SNAPPY", "GZIP", "LZO", "BROTLI", "LZ4", "ZSTD", "LZ4_RAW"];
/** LZO, and Hadoop's LZ4, which has no single format. */
const unreadable: ReadonlySet<number> = new Set([3, 5]);

const footerOf = (raw: Struct, bytes: number): Footer => {
  if (raw.has(8)) throw encrypted;
  const elements = elementsOf(structs(raw, 2));
  const groups = structs(raw, 4);
  if (elements.length === 0)
    throw problem("invalidData", "the file has no columns", "write it again with columns");
  const wide = elements.find(({ kind, precision }) => kind === "decimal" && precision > 38);
  if (wide !== undefined) {
    throw problem(
      "unsupported",
      `column ${nameOf(elements, wide)} has decimals of ${wide.precision} digits; at most 38 can be read`,
      "write it as text, or with fewer digits",
    );
  }
  const empty = elements.find(({ leaf, children }) => leaf === undefined && children === 0);
  if (empty !== undefined) {
    throw problem(
      "unsupported",
      `column ${nameOf(elements, empty)} is a group without columns`,
      "write the file without it",
    );
  }
  const nameless = elements.find(({ name, depth }) => name === "" && depth > 0);
  if (nameless !== undefined)
    throw problem(
      "unsupported",
      `a field of ${nameOf(elements, nameless).replace(/\.$/, "")} has no name`,
      "name it",
    );
  const rows = number(raw, 3) ?? 0;
  const leaves = elements.filter(({ leaf }) => leaf !== undefined);
  let counted = 0;
  for (const group of groups) {
    const inGroup = number(group, 3) ?? 0;
    counted += inGroup;
    for (const [i, chunk] of structs(group, 1).entries()) {
      if (chunk.has(8) || chunk.has(9)) throw encrypted;
      const data = inner(chunk, 3);
      const codec = number(data, 4) ?? 0;
      if (unreadable.has(codec) || codec >= codecs.length) {
        throw problem(
          "unsupported",
          `its values are compressed with ${codecs[codec] ?? `codec ${codec}`}, which cannot be read`,
          "write it again with zstd or snappy",
        );
      }
      const element = leaves[i];
      if (element?.depth === 0 && element.type !== "repeated" && number(data, 5) !== inGroup)
        throw broken(
          `the file is corrupt: its footer counts ${inGroup} rows where column ${element.name} has ${number(data, 5)} values`,
        );
    }
  }
  if (counted !== rows)
    throw broken(`the file is corrupt: its footer counts ${rows} rows, and ${counted} in its row groups`);
  return { raw, bytes, elements, rows };
};

/** The paths of fields in groups that DuckDB renames, because an earlier field differs from them only in case. */
export const renamed = ({ elements }: Footer): ReadonlyArray<string> => {
  const seen = new Set<string>();
  return elements.flatMap((element) => {
    const name = nameOf(elements, element);
    const isSecond = element.depth > 0 && seen.has(name.toLowerCase());
    seen.add(name.toLowerCase());
    return isSecond ? [name] : [];
  });
};

/** The path of the column, with its groups. */
const nameOf = (elements: ReadonlyArray<Element>, element: Element): string => {
  const path = [element.name];
  let { depth } = element;
  for (const other of elements.slice(0, elements.indexOf(element)).reverse()) {
    if (other.depth >= depth) continue;
    depth = other.depth;
    path.unshift(other.name);
  }
  return path.join(".");
};

const elementsOf = ([root, ...schema]: ReadonlyArray<Struct>): ReadonlyArray<Element> => {
  if (root === undefined) throw new TypeError("no schema");
  /** The number of remaining children, by depth. */
  const open: Array<number> = [number(root, 5) ?? 0];
  let leaves = 0;
  return schema.map((element): Element => {
    while (open.length > 1 && open.at(-1) === 0) open.pop();
    open[open.length - 1]! -= 1;
    const depth = open.length - 1;
    const children = number(element, 5) ?? 0;
    const physical = number(element, 1);
    if (physical === undefined) open.push(children);
    const leaf = physical === undefined ? undefined : leaves++;
    const logical = inner(element, 10);
    const precision = number(element, 8) ?? 0;
    const isDecimal = number(element, 6) === 5 || logical?.has(5) === true;
    const stamp = inner(logical, 8);
    const isNanosUtc = stamp?.get(1)?.value === true && inner(stamp, 2)?.has(3) === true;
    return {
      name: String(element.get(4)?.value ?? ""),
      depth,
      children,
      required: number(element, 3) === 0,
      leaf,
      kind: physical === 3 ? "int96" : isNanosUtc ? "nanosUtc" : isDecimal ? "decimal" : "other",
      precision,
      type: number(element, 3) === 2 ? "repeated" : typeOf(element),
    };
  });
};

const physicals = [
  "BOOLEAN",
  "INT32",
  "INT64",
  "INT96",
  "FLOAT",
  "DOUBLE",
  "BYTE_ARRAY",
  "FIXED_LEN_BYTE_ARRAY",
];
const logicals = [
  "", "STRING", "MAP", "LIST", "ENUM", "DECIMAL", "DATE", "TIME", "TIMESTAMP", "", "INTEGER", "UNKNOWN", "JSON", "BSON", "UUID",
  "FLOAT16", "VARIANT", "GEOMETRY", "GEOGRAPHY",
]; // biome-ignore format: one table

/** A text of the type that is different for different types. */
const typeOf = (element: Struct): string => {
  const physical = number(element, 1);
  const logical = [...(inner(element, 10) ?? [])][0];
  const converted = number(element, 6);
  const words = [
    physical === undefined ? "group" : (physicals[physical] ?? `type ${physical}`),
    ...(logical === undefined
      ? converted === undefined
        ? []
        : [`converted ${converted}`]
      : [parametersOf(logicals[logical[0]] ?? "", logical[1].value as Struct)]),
    ...(number(element, 8) === undefined ? [] : [`${number(element, 8)}, ${number(element, 7) ?? 0}`]),
  ];
  return words.join(" ");
};

const parametersOf = (name: string, parameters: Struct): string => {
  const unit = ["", "milliseconds", "microseconds", "nanoseconds"][
    [...(inner(parameters, 2)?.keys() ?? [])][0] ?? 0
  ];
  const zone = (name === "TIMESTAMP" || name === "TIME") && parameters.get(1)?.value === true ? " UTC" : "";
  const integer =
    name === "INTEGER"
      ? ` ${number(parameters, 1)} ${parameters.get(2)?.value === true ? "signed" : "unsigned"}`
      : "";
  return `${name}${zone}${unit === undefined || unit === "" ? "" : ` ${unit}`}${integer}`;
};
