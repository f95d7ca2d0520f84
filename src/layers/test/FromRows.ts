/** Tables given as rows by a test, stored and queried by the embedded engine. */
import { Duration, Effect, type Scope } from "effect";
import { didYouMean } from "../../domain/Suggestion.ts";
import type { TableMetadata } from "../../domain/TableMetadata.ts";
import * as TableReference from "../../domain/TableReference.ts";
import type { Field, TableSchema, TypeName } from "../../domain/TableSchema.ts";
import type { BigQueryService, Statement } from "../../services/BigQuery.ts";
import { BigQueryError } from "../../services/BigQueryError.ts";
import * as CallPolicy from "../CallPolicy.ts";
import { dialect } from "../duckdb/dialect/Dialect.ts";
import { classify } from "../duckdb/Errors.ts";
import * as Session from "../duckdb/Session.ts";
import { rowsOf } from "../duckdb/Values.ts";
import * as Scripted from "./Scripted.ts";
import { insert } from "./TypedRows.ts";

/** `"INT64"`, `["STRING"]` for an array, `{ city: "STRING" }` for a STRUCT. */
export type ShortType = TypeName | readonly [ShortType] | { readonly [name: string]: ShortType };

export interface Table {
  /** BigQuery's fields, or types by name. */
  readonly schema: ReadonlyArray<Omit<Field, "mode"> & Partial<Field>> | Readonly<Record<string, ShortType>>;
  /** Plain objects. BYTES are base64 or a Uint8Array; dates and times are strings or a Date. */
  readonly rows: ReadonlyArray<Readonly<Record<string, unknown>>>;
  /** Partitioning, description, location and other metadata. */
  readonly metadata?: Partial<TableMetadata>;
}

export type Call = "table" | "version" | "listTables" | "listRows" | "query" | "dryRun";

export interface Options {
  /**
   * The duration of calls, by table (`"p.d.orders"`), call (`"query"`) or both (`"query p.d.orders"`); the most
   * specific key applies. Advance the clock with `BigQueryTest.adjust`.
   */
  readonly delays?: Readonly<Record<string, Duration.DurationInput>>;
  /** The errors of calls, by the same keys: an error for every call, or a list for the first calls. */
  readonly errors?: Readonly<Record<string, BigQueryError | ReadonlyArray<BigQueryError>>>;
  /** Retries and limits of calls, as in BigQuery's layer, but without a rate limit; absent for none. */
  readonly policy?: CallPolicy.Options;
  readonly principal?: string | null;
}

/** Statements in flight in all layers: `adjust` waits for them before it advances the clock. */
let inFlight = 0;

/** Whether no statement is in flight. */
export const isIdle = (): boolean => inFlight === 0;

const counted = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.acquireUseRelease(
    Effect.sync(() => void inFlight++),
    () => effect,
    () => Effect.sync(() => void inFlight--),
  );

/** The service over the tables, until the scope closes. */
export const make = (
  tables: Readonly<Record<string, Table>>,
  options: Options = {},
): Effect.Effect<BigQueryService, BigQueryError, Scope.Scope> =>
  Effect.gen(function* () {
    const session = yield* Session.make({ threads: 1 });
    const given = new Map(
      Object.entries(tables).map(([name, table]) => {
        const schema = fieldsOf(table.schema);
        const metadata = Scripted.table(name, schema, {
          rows: table.rows.length,
          etag: "1",
          ...table.metadata,
        });
        return [TableReference.format(metadata.reference), { metadata, rows: table.rows }] as const;
      }),
    );
    for (const [name, { metadata, rows }] of given) {
      const target = dialect.from(metadata.reference).text;
      yield* Effect.forEach(insert(name, target, metadata.schema, rows), session.run).pipe(
        Effect.catchAll(({ text }) => Effect.dieMessage(`BigQueryTest: rows of ${name}: ${text}`)),
      );
    }
    const read = (text: string, names: ReadonlyArray<TableReference.TableReference>, maxRows?: number) =>
      counted(session.read(text, maxRows)).pipe(Effect.mapError((fault) => classify(fault.text, names[0])));
    const find = (reference: TableReference.TableReference) => {
      const found = given.get(TableReference.format(reference));
      return found === undefined ? missing(reference, [...given.keys()]) : Effect.succeed(found.metadata);
    };
    const known = ({ tables: references }: Statement) => Effect.forEach(references, find, { discard: true });
    const base = Scripted.make({
      tables: Object.fromEntries([...given].map(([name, { metadata }]) => [name, metadata])),
      principal: options.principal ?? null,
    });
    const policy = yield* CallPolicy.make({ rateLimit: Number.POSITIVE_INFINITY, ...options.policy });
    const limited = options.policy === undefined ? <A>(call: A): A => call : policy.policy.request;
    const behave = behaviour(options);
    const call = <A>(
      name: Call,
      references: ReadonlyArray<TableReference.TableReference>,
      answer: Effect.Effect<A, BigQueryError>,
    ): Effect.Effect<A, BigQueryError> =>
      limited(Effect.zipRight(behave(name, references.map(TableReference.format)), answer));

    const { sampledTable: _, ...withoutNumbers } = dialect;
    const service: BigQueryService = {
      dialect: (reference) => ({
        ...withoutNumbers,
        engine: reference._tag === "BigQueryTable" ? "bigquery" : "local",
      }),
      principal: base.principal,
      table: (reference) =>
        Scripted.tableOrUnion(reference, {
          table: (one) => call("table", [one], find(one)),
          listTables: service.listTables,
        }),
      version: (reference) =>
        call(
          "version",
          [reference],
          Effect.map(find(reference), ({ version }) => version),
        ),
      listTables: (pattern) => call("listTables", [pattern], base.listTables(pattern)),
      listRows: ({ reference, schema }, { limit, columns }) => {
        const names = columns ?? schema.map(({ name }) => name);
        const list = names.map((name) => dialect.identifier(name).text).join(", ");
        const text = `SELECT ${list} FROM ${dialect.from(reference).text} LIMIT ${limit}`;
        const rows =
          limit === 0 || names.length === 0
            ? Effect.succeed([])
            : Effect.map(read(text, [reference], limit), (answer) => rowsOf(answer, names));
        return call("listRows", [reference], Effect.zipRight(find(reference), rows));
      },
      query: (statement) =>
        call(
          "query",
          statement.tables,
          Effect.zipRight(
            known(statement),
            Effect.map(read(statement.sql.text, statement.tables, statement.maxRows), (answer) => ({
              rows: rowsOf(answer),
              statistics: Scripted.free,
            })),
          ),
        ),
      dryRun: (statement) =>
        call(
          "dryRun",
          statement.tables,
          Effect.as(known(statement), { bytesProcessed: 0, accuracy: "PRECISE" as const, schema: [] }),
        ),
    };
    return options.policy === undefined ? CallPolicy.measured(service) : policy.service(service);
  });

/** The delay and the error of a call, the most specific of each. */
const behaviour = ({ delays = {}, errors = {} }: Options) => {
  const calls = new Map<string, number>();
  const keysOf = (call: Call, names: ReadonlyArray<string>) => [
    ...names.map((name) => `${call} ${name}`),
    ...names,
    call,
  ];
  return (call: Call, names: ReadonlyArray<string>): Effect.Effect<void, BigQueryError> =>
    Effect.gen(function* () {
      const keys = keysOf(call, names);
      const delay = keys.find((key) => Object.hasOwn(delays, key));
      if (delay !== undefined) yield* Effect.sleep(Duration.decode(delays[delay]!));
      const key = keys.find((one) => Object.hasOwn(errors, one));
      if (key === undefined) return;
      const error = errors[key]!;
      if (error instanceof BigQueryError) return yield* error;
      const number = calls.get(key) ?? 0;
      calls.set(key, number + 1);
      const next = error[number];
      if (next !== undefined) return yield* next;
    });
};

const missing = (reference: TableReference.TableReference, names: ReadonlyArray<string>): BigQueryError => {
  const name = TableReference.format(reference);
  const remedy = didYouMean(name, names, (suggestion) => suggestion);
  return BigQueryError.of("notFound", `there is no table ${name}`, {
    reference,
    ...(remedy === undefined ? {} : { remedy }),
  });
};

const fieldsOf = (schema: Table["schema"]): TableSchema =>
  Array.isArray(schema)
    ? schema.map(complete)
    : Object.entries(schema as Readonly<Record<string, ShortType>>).map(([name, type]) =>
        fieldOf(name, type),
      );

const fieldOf = (name: string, type: ShortType): Field => {
  if (typeof type === "string") return complete({ name, type });
  if (Array.isArray(type)) return { ...fieldOf(name, type[0]), mode: "REPEATED" };
  return {
    name,
    type: "STRUCT",
    mode: "NULLABLE",
    fields: Object.entries(type).map(([inner, of]) => fieldOf(inner, of as ShortType)),
  };
};

const digits: Partial<Record<TypeName, Pick<Field, "precision" | "scale">>> = {
  NUMERIC: { precision: "38", scale: "9" },
  BIGNUMERIC: { precision: "38", scale: "20" },
};

const complete = ({ fields, ...field }: Omit<Field, "mode"> & Partial<Field>): Field => ({
  mode: "NULLABLE",
  ...(field.precision === undefined ? digits[field.type] : {}),
  ...field,
  ...(fields === undefined ? {} : { fields: fields.map(complete) }),
});
