/**
 * Preserves nanoseconds that DuckDB would truncate to microseconds: timestamps in UTC, and INT96. If a value
 * has such digits, DuckDB reads a copy of the file.
 */
import type { DuckDBType } from "@duckdb/node-api";
import { Effect } from "effect";
import type { Field } from "../../../domain/TableSchema.ts";
import { fileSystem } from "../../../services/file/FileSystem.ts";
import { join } from "../../../services/file/Path.ts";
import { dialect } from "../dialect/Dialect.ts";
import { type DataFile, literal } from "../files/DataFiles.ts";
import * as Leaves from "../Leaves.ts";
import type { Fault, Session } from "../Session.ts";
import * as Copy from "./Copy.ts";
import { type Element, type Footer, FooterProblem } from "./Footer.ts";

export interface Source {
  readonly file: DataFile;
  readonly footer: Footer;
}

interface Columns {
  readonly names: ReadonlyArray<string>;
  readonly types: ReadonlyArray<DuckDBType>;
}

/** How to read the files. */
export interface Plan {
  readonly paths: ReadonlyArray<string>;
  /** The expressions of converted columns, by the name in DuckDB. */
  readonly expressions: ReadonlyMap<string, string>;
  /** The field of a leaf after the conversion. */
  readonly field: (field: Field, leaf: number) => Field;
}

/** The number of copies in this process, for their names. */
let copies = 0;

const isTruncated = ({ kind }: Element): boolean => kind === "int96" || kind === "nanosUtc";

/**
 * SQL of the nanoseconds since 1970 of an INT96: eight bytes for the
 * nanoseconds of the day, four for the Julian day.
 */
const int96 = (x: string): string => {
  const hex = (from: number, count: number) => [
    "'0x'",
    ...Array.from({ length: count }, (_, i) => `substr(hex(${x}), ${2 * (from + count - i) - 1}, 2)`),
  ];
  const bytes = (from: number, count: number) => `(${hex(from, count).join(" || ")})`;
  const signed = (text: string, bits: number) =>
    `(CAST(CAST(${text} AS UBIGINT) AS HUGEINT) - CASE WHEN CAST(${text} AS UBIGINT) >= ${2n ** BigInt(bits - 1)} THEN ${2n ** BigInt(bits)}::HUGEINT ELSE 0::HUGEINT END)`;
  return `((${signed(bytes(8, 4), 32)} - 2440588) * 86400000000000 + ${signed(bytes(0, 8), 64)})`;
};

const longest = 2n ** 63n - 1n;

/** The plan for files of one schema. */
export const plan = Effect.fn("DuckDb.parquet.exact")(function* (
  session: Session,
  sources: ReadonlyArray<Source>,
) {
  const { elements } = sources[0]!.footer;
  const truncated = elements.filter(isTruncated);
  const asStored: Plan = {
    paths: sources.map(({ file }) => file.path),
    expressions: new Map(),
    field: (field) => field,
  };
  if (truncated.length === 0) return asStored;
  const kinds = new Map(truncated.map((element) => [element.leaf!, element] as const));
  const needed = new Set<number>();
  for (const source of sources) for (const leaf of yield* digitsOf(session, source, kinds)) needed.add(leaf);
  if (needed.size === 0) return asStored;

  const made = yield* Effect.forEach(sources, (source) =>
    copied(session, source, (target) => Copy.whole(source.file.path, target, source.footer, needed)),
  );
  const columns = yield* columnsOf(session, made[0]!);
  const convert = (x: string, leaf: number) =>
    needed.has(leaf) && kinds.get(leaf)?.kind === "int96"
      ? `make_timestamp_ns(CAST(${int96(x)} AS BIGINT))`
      : undefined;
  const firsts = firstLeaves(columns.types);
  const expressions = new Map(
    columns.names.flatMap((name, i) => {
      const changed = Leaves.change(dialect.identifier(name).text, columns.types[i]!, convert, firsts[i]!);
      return changed === undefined ? [] : [[name, changed] as const];
    }),
  );
  const field: Plan["field"] = (of, leaf) =>
    needed.has(leaf) && kinds.get(leaf)?.kind === "nanosUtc" ? { ...of, type: "TIMESTAMP" } : of;
  return { paths: made, expressions, field } satisfies Plan as Plan;
});

/** The first leaf of each column. */
export const firstLeaves = (types: ReadonlyArray<DuckDBType>): ReadonlyArray<number> => {
  let leaf = 0;
  return types.map((type) => {
    const first = leaf;
    leaf += Leaves.leafCount(type);
    return first;
  });
};

const columnsOf = (session: Session, path: string): Effect.Effect<Columns, Fault> =>
  session.read(`SELECT * FROM ${relation(path)} LIMIT 0`);

const relation = (path: string): string => `read_parquet(${literal(path)}, hive_partitioning=false)`;

/**
 * Copies the file until the scope closes, and returns the path of the
 * copy, which ends with the path of the file.
 */
const copied = (session: Session, { file }: Source, make: (target: string) => Effect.Effect<void, unknown>) =>
  Effect.gen(function* () {
    copies += 1;
    const folder = join(session.temporaryFolder, `copy-${copies}`);
    const target = join(folder, file.path);
    yield* Effect.addFinalizer(() =>
      Effect.ignore(fileSystem.remove(folder, { recursive: true, force: true })),
    );
    yield* Effect.mapError(
      make(target),
      () =>
        new FooterProblem({
          reason: "outOfResources",
          what: "no disk space for a copy of the file, which is required to read nanoseconds",
          remedy: "free disk space, or set TMPDIR to a folder with free space",
        }),
    );
    return target;
  });

/** The leaves with values that have digits below a microsecond. Fails if a value is out of range. */
const digitsOf = Effect.fn(function* (session: Session, source: Source, kinds: ReadonlyMap<number, Element>) {
  const leaves = new Set(kinds.keys());
  const body = Effect.gen(function* () {
    const path = yield* copied(session, source, (target) =>
      Copy.sparse(source.file.path, target, source.footer, leaves, besides(source.footer, leaves)),
    );
    const { names, types } = yield* columnsOf(session, path);
    const count = types.reduce((sum, type) => sum + Leaves.leafCount(type), 0);
    if (count !== source.footer.elements.filter(({ leaf }) => leaf !== undefined).length)
      return yield* ambiguous;
    const firsts = firstLeaves(types);
    const nanos = (x: string, leaf: number) =>
      kinds.get(leaf)?.kind === "int96" ? int96(x) : `epoch_ns(${x})`;
    const tests = [...leaves].flatMap((leaf) => {
      const i = firsts.findLastIndex((first) => first <= leaf);
      const test = (of: (x: string) => string) => {
        const own = (x: string, other: number) => (other === leaf ? of(x) : undefined);
        const found = Leaves.some(dialect.identifier(names[i]!).text, types[i]!, own, firsts[i]!);
        return `coalesce(bool_or(${found}), false)`;
      };
      const isInt96 = kinds.get(leaf)?.kind === "int96";
      return [
        test((x) => `${nanos(x, leaf)} % 1000 <> 0`),
        isInt96 ? test((x) => `abs(${int96(x)}) > ${longest}::HUGEINT`) : "false",
        isInt96 ? test((x) => `abs(${int96(x)}) > ${longest * 1000n}::HUGEINT`) : "false",
      ];
    });
    const { rows } = yield* session.read(`SELECT ${tests.join(", ")} FROM ${relation(path)}`);
    const found: Array<number> = [];
    for (const [i, leaf] of [...leaves].entries()) {
      const [hasDigits, isFar, isFarther] = rows[0]!.slice(3 * i, 3 * i + 3);
      if (isFarther === true || (hasDigits === true && isFar === true))
        return yield* outOfRange(kinds.get(leaf)!, isFarther === true);
      if (hasDigits === true) found.push(leaf);
    }
    return found;
  });
  return yield* Effect.scoped(body);
});

/** All leaves of the columns that contain these leaves: DuckDB reads whole columns. */
const besides = ({ elements }: Footer, leaves: ReadonlySet<number>): ReadonlySet<number> => {
  const columns: Array<Array<number>> = [];
  for (const { depth, leaf } of elements) {
    if (depth === 0) columns.push([]);
    if (leaf !== undefined) columns.at(-1)!.push(leaf);
  }
  return new Set(columns.filter((column) => column.some((leaf) => leaves.has(leaf))).flat());
};

const ambiguous = new FooterProblem({
  reason: "unsupported",
  what: "its columns with nanoseconds cannot be identified",
  remedy: "write timestamps with microseconds",
});

const outOfRange = ({ name }: Element, always: boolean) =>
  new FooterProblem({
    reason: "invalidData",
    what: `a timestamp of column ${name} is out of range${always ? "" : " for nanoseconds (1677 to 2262)"}`,
    remedy: always ? "fix the value" : "write timestamps with microseconds",
  });
