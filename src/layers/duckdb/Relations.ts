/**
 * Manages the relations in use: one view or table of the schema "bqkit" per reference, created
 * at its first use and dropped after its last.
 */
import { DuckDBTypeId } from "@duckdb/node-api/lib/DuckDBTypeId.js";
import { Data, Effect, Fiber, Option, RcMap, Scope } from "effect";
import { counted } from "../../domain/Phrases.ts";
import type { LocalFiles, LocalTable } from "../../domain/TableReference.ts";
import * as TableReference from "../../domain/TableReference.ts";
import { type Field, nullType } from "../../domain/TableSchema.ts";
import type { Seen } from "../../domain/TableVersion.ts";
import { BigQueryError } from "../../services/BigQueryError.ts";
import { ItemScope } from "../../services/ItemScope.ts";
import { dialect } from "./dialect/Dialect.ts";
import { classify } from "./Errors.ts";
import * as Database from "./files/DatabaseFile.ts";
import { type DataFiles, find, shortName } from "./files/DataFiles.ts";
import * as Version from "./files/FileVersion.ts";
import { numberColumn, numbered } from "./Numbered.ts";
import { distinctNames } from "./OriginalNames.ts";
import * as Parquet from "./parquet/Parquet.ts";
import type { Session } from "./Session.ts";
import { fieldOf, shown } from "./Types.ts";
import * as Csv from "./text/Csv.ts";
import { scan } from "./text/FileScan.ts";
import * as Json from "./text/Json.ts";
import type { Types } from "./text/TypedTable.ts";
import * as Views from "./Views.ts";

/** The metadata of a reference, known after its relation is created. */
export interface Facts {
  readonly type: "FILE" | "TABLE" | "VIEW";
  readonly source: Views.Source;
  readonly schema: ReadonlyArray<Field>;
  readonly rows: number | null;
  readonly bytes: number | null;
  /** Milliseconds since 1970. */
  readonly modifiedMs: number;
  readonly description: string | null;
  readonly primaryKey: ReadonlyArray<string>;
  readonly viewQuery: string | null;
  /** How the files were read, as a phrase for a report. */
  readonly reading?: string;
  /** Notes on headers and types. */
  readonly notes?: ReadonlyArray<string>;
  /** Null for views, which may depend on data outside their file. */
  readonly version: Seen;
}

export interface Relation {
  /** The name in the dialect. */
  readonly name: string;
  /** The name in DuckDB, which is different if another name in use differs only in case. */
  readonly target: string;
  /** Creates the relation at the first call. */
  readonly facts: Effect.Effect<Facts, BigQueryError>;
}

type Local = LocalFiles | LocalTable;

export const make = Effect.fn("DuckDb.Relations.make")(function* (session: Session, types: Types = {}) {
  const attached = yield* Database.makeAttached(session);
  const inUse = new Set<string>();
  const relations = yield* RcMap.make({
    lookup: (reference: Local) =>
      Effect.gen(function* () {
        const scope = yield* Effect.scope;
        const name = dialect.from(reference).text;
        const target = yield* Effect.acquireRelease(
          Effect.sync(() => claim(inUse, reference)),
          (claimed) => Effect.sync(() => inUse.delete(claimed.toLowerCase())),
        );
        // Closed after the relation is dropped, because it keeps the database file of a view open.
        const held = yield* Scope.make();
        yield* Effect.addFinalizer((exit) => Scope.close(held, exit));
        const made: Array<string> = [];
        yield* Effect.addFinalizer(() => Effect.forEach(made.reverse(), session.release, { discard: true }));
        // A separate fiber creates the relation, so that the interruption of
        // one user does not affect the others.
        const making = yield* Effect.cached(
          Effect.forkIn(
            Scope.extend(prepare({ session, target, made }, attached, types, reference), held),
            scope,
          ),
        );
        return { name, target, facts: Effect.flatMap(making, Fiber.join) } satisfies Relation;
      }),
  });
  /** The relation, kept until both the scope of the call and the scope of the item close. */
  const get = (reference: TableReference.TableReference) => {
    if (reference._tag === "BigQueryTable") return elsewhere(reference);
    const held = RcMap.get(relations, Data.struct(reference));
    return Effect.zipRight(
      Effect.flatMap(
        ItemScope,
        Option.match({ onNone: () => Effect.void, onSome: (item) => Scope.extend(held, item) }),
      ),
      held,
    );
  };
  return { get };
});

/** The error of a reference to BigQuery, which this engine cannot read. */
export const elsewhere = (reference: TableReference.BigQueryTable): Effect.Effect<never, BigQueryError> =>
  BigQueryError.of("unsupported", `${TableReference.format(reference)} is not a local table`, {
    reference,
  });

/** Reserves a unique name: names are case-insensitive in DuckDB, but not in file systems. */
const claim = (inUse: Set<string>, reference: Local): string => {
  const path = TableReference.format(reference);
  for (let n = 1; ; n += 1) {
    const target = `"bqkit".${dialect.identifier(n === 1 ? path : `${path} (${n})`).text}`;
    if (inUse.has(target.toLowerCase())) continue;
    inUse.add(target.toLowerCase());
    return target;
  }
};

/** Where to create a relation. */
interface Destination {
  readonly session: Session;
  readonly target: string;
  /**
   * The statements that drop it, added before it is created, because an interruption may follow its creation.
   */
  readonly made: Array<string>;
}

const drops = (target: string) => [target, numbered(target)].map((view) => `DROP VIEW IF EXISTS ${view}`);

const kinds = { parquet: "Parquet", csv: "CSV", tsv: "TSV", json: "JSON" } as const;

const prepare = Effect.fn("DuckDb.prepare")(function* (
  destination: Destination,
  attached: Effect.Effect.Success<ReturnType<typeof Database.makeAttached>>,
  types: Types,
  reference: Local,
) {
  const { session, target, made } = destination;
  if (reference._tag === "LocalTable") {
    made.push(...drops(target));
    const table = yield* Database.show(session, attached, target, reference);
    return {
      type: table.viewQuery === null ? "TABLE" : "VIEW",
      source: table.source,
      schema: table.fields,
      rows: table.rows,
      bytes: null,
      modifiedMs: table.file.modifiedMs,
      description: table.comment,
      primaryKey: table.primaryKey,
      viewQuery: table.viewQuery,
      version: table.viewQuery === null ? yield* Version.ofDatabase(table.file) : null,
    } satisfies Facts as Facts;
  }
  const data = yield* find(session, reference);
  const { source, schema, rows, notes, layout } =
    data.format === "parquet"
      ? { ...(yield* showParquet(destination, data, reference)), layout: [] }
      : yield* stageText(destination, data, types, reference);
  return {
    type: "FILE",
    source,
    schema,
    rows,
    bytes: data.files.reduce((sum, file) => sum + file.bytes, 0),
    modifiedMs: Math.max(...data.files.map((file) => file.modifiedMs)),
    description: null,
    primaryKey: [],
    viewQuery: null,
    reading: [
      data.files.every(({ path }) => /\.(ndjson|jsonl)(\.gz|\.zst)?$/i.test(path))
        ? "NDJSON"
        : kinds[data.format],
      ...layout,
      ...(data.isGlob ? [counted(data.files.length, "file")] : []),
    ].join(", "),
    notes,
    version: Version.ofFiles(data.files),
  } satisfies Facts as Facts;
});

const showParquet = Effect.fn(function* (
  { session, target, made }: Destination,
  data: DataFiles,
  reference: LocalFiles,
) {
  made.push(...drops(target));
  const { fields, ...shownFile } = yield* Effect.catchTag(
    Parquet.show(session, target, data, reference),
    "DuckDbFault",
    (fault) => classify(fault.text, reference),
  );
  return { schema: fields, ...shownFile };
});

const stageText = Effect.fn(function* (
  { session, target, made }: Destination,
  data: DataFiles,
  types: Types,
  reference: LocalFiles,
) {
  const staged = `${target.slice(0, -1)} (staged)"`;
  made.push(`DROP TABLE IF EXISTS ${staged}`, ...drops(target));
  const scanned = yield* Effect.forEach(data.files, (file) =>
    Effect.mapError(scan(file.path, data.format === "json"), ({ where = "", what, remedy }) =>
      BigQueryError.of("invalidData", `${shortName(file.path)}${where}: ${what}`, {
        reference,
        ...(remedy === undefined ? {} : { remedy }),
      }),
    ),
  );
  const long = {
    hasLongNumbers: scanned.some((each) => each.hasLongNumbers),
    hasLongNested: scanned.some((each) => each.hasLongNested),
    keys: [...new Set(scanned.flatMap((each) => each.keys))],
  };
  const table: Csv.Staged =
    data.format === "json"
      ? yield* Json.stage(session, staged, data, long, types, reference)
      : yield* Csv.stage(session, staged, data, types, reference);
  const natives = distinctNames(table.names);
  const source: Views.Source = {
    columns: table.columns.map((column, i) => {
      const x = dialect.identifier(column).text;
      return [dialect.identifier(natives[i]!).text, shown(x, table.types[i]!) ?? x];
    }),
    number: numberColumn(table.columns, "table"),
    from: () => staged,
  };
  yield* Effect.mapError(Views.create(session, target, source), (fault) => classify(fault.text, reference));
  const schema = table.names.map(
    (name, i): Field => ({
      ...(table.empty.has(i) && table.types[i]!.typeId === DuckDBTypeId.VARCHAR
        ? { name, type: "STRING", mode: "NULLABLE", nativeType: nullType }
        : fieldOf(name, table.types[i]!)),
      ...(natives[i] === name ? {} : { nativeName: natives[i]! }),
    }),
  );
  const given = Object.keys(types).length > 0;
  const layout = [...table.layout, given ? "types from all rows and --types" : "types from all rows"];
  return { source, schema, rows: table.rows, notes: table.notes, layout };
});
