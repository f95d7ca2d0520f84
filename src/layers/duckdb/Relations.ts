/**
 * The relations that are in use: for each reference one view or table of the schema "bqkit", made when it is first
 * needed and dropped when its last user is gone.
 */
import { Data, Effect, Fiber, Option, RcMap, Scope } from "effect";
import type { LocalFiles, LocalTable } from "../../domain/TableReference.ts";
import * as TableReference from "../../domain/TableReference.ts";
import type { Field } from "../../domain/TableSchema.ts";
import type { Seen } from "../../domain/TableVersion.ts";
import { BigQueryError } from "../../services/BigQueryError.ts";
import { ItemScope } from "../../services/ItemScope.ts";
import * as Database from "./DatabaseFile.ts";
import { type DataFiles, find } from "./DataFiles.ts";
import { dialect } from "./dialect/Dialect.ts";
import { classify } from "./Errors.ts";
import * as Version from "./FileVersion.ts";
import { restore } from "./OriginalNames.ts";
import * as Parquet from "./Parquet.ts";
import type { Session } from "./Session.ts";
import { fieldOf, selectList } from "./Types.ts";
import * as Csv from "./text/Csv.ts";
import * as Json from "./text/Json.ts";

/** What is known of a reference once its relation is there. */
export interface Facts {
  readonly type: "FILE" | "TABLE" | "VIEW";
  readonly schema: ReadonlyArray<Field>;
  readonly rows: number | null;
  readonly bytes: number | null;
  /** Milliseconds since 1970. */
  readonly modifiedMs: number;
  readonly description: string | null;
  readonly primaryKey: ReadonlyArray<string>;
  readonly viewQuery: string | null;
  /** Null for views: they may read what is not in their file. */
  readonly version: Seen;
}

export interface Relation {
  /** The name that the dialect gives it. */
  readonly name: string;
  /** The name that it has: another, where names in use differ in case alone. */
  readonly target: string;
  /** Makes it at the first call. */
  readonly facts: Effect.Effect<Facts, BigQueryError>;
}

type Local = LocalFiles | LocalTable;

export const make = Effect.fn("DuckDb.Relations.make")(function* (session: Session) {
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
        // Closed after the relation is dropped: the view's database file is held by it.
        const held = yield* Scope.make();
        yield* Effect.addFinalizer((exit) => Scope.close(held, exit));
        const made: Array<string> = [];
        yield* Effect.addFinalizer(() => Effect.forEach(made.reverse(), session.release, { discard: true }));
        // A user that is interrupted must not take the relation from the others: it is made by a fiber of its own.
        const making = yield* Effect.cached(
          Effect.forkIn(Scope.extend(prepare({ session, target, made }, attached, reference), held), scope),
        );
        return { name, target, facts: Effect.flatMap(making, Fiber.join) } satisfies Relation;
      }),
  });
  /** The relation, until the scope of the call closes, and that of the item that it is made for. */
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

/** The error of a reference that this engine cannot reach. */
export const elsewhere = (reference: TableReference.BigQueryTable): Effect.Effect<never, BigQueryError> =>
  BigQueryError.of("unsupported", `${TableReference.format(reference)} is not on this machine`, {
    reference,
  });

/** DuckDB's names are case-insensitive, those of files are not. */
const claim = (inUse: Set<string>, reference: Local): string => {
  const path = TableReference.format(reference);
  for (let n = 1; ; n += 1) {
    const target = `"bqkit".${dialect.identifier(n === 1 ? path : `${path} (${n})`).text}`;
    if (inUse.has(target.toLowerCase())) continue;
    inUse.add(target.toLowerCase());
    return target;
  }
};

/** Where a relation is made. */
interface Place {
  readonly session: Session;
  readonly target: string;
  /** What drops it again: said before it is made, for it may be made when its maker is interrupted. */
  readonly made: Array<string>;
}

const prepare = Effect.fn("DuckDb.prepare")(function* (
  place: Place,
  attached: Effect.Effect.Success<ReturnType<typeof Database.makeAttached>>,
  reference: Local,
) {
  const { session, target, made } = place;
  if (reference._tag === "LocalTable") {
    made.push(`DROP VIEW IF EXISTS ${target}`);
    const table = yield* Database.show(session, attached, target, reference);
    return {
      type: table.viewQuery === null ? "TABLE" : "VIEW",
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
  const { schema, rows } =
    data.format === "parquet"
      ? yield* showParquet(place, data, reference)
      : yield* stageText(place, data, reference);
  return {
    type: "FILE",
    schema,
    rows,
    bytes: data.files.reduce((sum, file) => sum + file.bytes, 0),
    modifiedMs: Math.max(...data.files.map((file) => file.modifiedMs)),
    description: null,
    primaryKey: [],
    viewQuery: null,
    version: Version.ofFiles(data.files),
  } satisfies Facts as Facts;
});

const showParquet = Effect.fn(function* (
  { session, target, made }: Place,
  data: DataFiles,
  reference: LocalFiles,
) {
  made.push(`DROP VIEW IF EXISTS ${target}`);
  const { names, types, rows, originals, required } = yield* Effect.mapError(
    Parquet.show(session, target, data),
    (fault) => classify(fault.text, reference),
  );
  const fields = names.map((name, i) =>
    fieldOf(name, types[i]!, required[i] === true ? "REQUIRED" : "NULLABLE"),
  );
  return { schema: restore(fields, originals), rows };
});

const stageText = Effect.fn(function* (
  { session, target, made }: Place,
  data: DataFiles,
  reference: LocalFiles,
) {
  made.push(`DROP TABLE IF EXISTS ${target}`);
  const stage = data.format === "json" ? Json.stage : Csv.stage;
  const { names, types, rows, originals }: Csv.Staged = yield* stage(session, target, data, reference);
  const list = selectList(names, types);
  if (list !== "*") {
    const staged = `${target.slice(0, -1)} (staged)"`;
    made.push(`DROP TABLE IF EXISTS ${staged}`, `DROP VIEW IF EXISTS ${target}`);
    yield* session.run(`ALTER TABLE ${target} RENAME TO ${staged.slice('"bqkit".'.length)}`).pipe(
      Effect.andThen(session.run(`CREATE VIEW ${target} AS SELECT ${list} FROM ${staged}`)),
      Effect.mapError((fault) => classify(fault.text, reference)),
    );
  }
  const fields = names.map((name, i) => fieldOf(name, types[i]!));
  return { schema: restore(fields, originals), rows };
});
