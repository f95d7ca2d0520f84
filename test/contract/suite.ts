/** The contract suite: each test runs over every layer; an adapter declares what its engine does not support. */
import { afterAll, beforeAll, test } from "bun:test";
import { Cause, Effect, Exit, Scope } from "effect";
import type { TableReference } from "../../src/domain/TableReference.ts";
import type { BigQueryService, QueryResult } from "../../src/services/BigQuery.ts";
import type { BigQueryError } from "../../src/services/BigQueryError.ts";
import { join, type Sql, sql } from "../../src/sql/Sql.ts";
import { type TableName, tables } from "./data.ts";

export type Capability = "nan" | "listTables" | "castErrors" | "rowCountOfEmpty";

export interface World {
  readonly bigQuery: BigQueryService;
  readonly reference: (name: TableName) => TableReference;
  /** A reference to a missing table with a similar name to `flat`. */
  readonly misspelt: TableReference;
  /** A statement that takes longer than any test. */
  readonly endless: (of: BigQueryService) => Sql;
}

export interface Adapter {
  readonly name: string;
  readonly open: Effect.Effect<World, unknown, Scope.Scope>;
  /** Unsupported features, with reasons. */
  readonly lacks: Partial<Readonly<Record<Capability, string>>>;
}

const run = async <A>(body: Effect.Effect<A, unknown, Scope.Scope>): Promise<A> => {
  const exit = await Effect.runPromiseExit(Effect.scoped(body));
  if (Exit.isFailure(exit)) throw Cause.squash(exit.cause);
  return exit.value;
};

/** A test of one table, given the adapter's context. */
export interface Suite {
  readonly world: () => World;
  readonly it: (
    sentence: string,
    name: TableName,
    body: (engine: BigQueryService, reference: TableReference) => Effect.Effect<void, unknown, Scope.Scope>,
    needs?: Capability,
  ) => void;
}

/** Opens the adapter's context around the suite. */
export const suite = (adapter: Adapter): Suite => {
  let world: World;
  let scope: Scope.CloseableScope;
  beforeAll(async () => {
    scope = await Effect.runPromise(Scope.make());
    world = await Effect.runPromise(Scope.extend(adapter.open, scope));
  }, 120_000);
  afterAll(() => Effect.runPromise(Scope.close(scope, Exit.void)), 60_000);

  const it: Suite["it"] = (sentence, name, body, needs) => {
    const lack = needs === undefined ? undefined : adapter.lacks[needs];
    if (lack !== undefined) {
      test.skip(`${sentence} (not on ${adapter.name}: ${lack})`, () => {});
      return;
    }
    test(sentence, () => {
      const reference = world.reference(name);
      return run(body(world.bigQuery, reference));
    }, 60_000);
  };
  return { world: () => world, it };
};

/** SELECT of all columns by name. */
export const select = (
  engine: BigQueryService,
  reference: TableReference,
  name: TableName,
  more: Sql = sql`ORDER BY id`,
): Sql => {
  const columns = tables[name].schema.map((field) => engine.dialect(reference).identifier(field.name));
  return sql`SELECT ${join(columns, ", ")} FROM ${engine.dialect(reference).from(reference)} ${more}`;
};

export const query = (
  engine: BigQueryService,
  reference: TableReference,
  text: Sql,
  maxRows?: number,
): Effect.Effect<QueryResult, BigQueryError> =>
  engine.query({
    sql: text,
    tables: [reference],
    location: null,
    ...(maxRows === undefined ? {} : { maxRows }),
  });
