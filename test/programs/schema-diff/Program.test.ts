import { describe, expect } from "bun:test";
import { Deferred, Effect, Fiber, Layer, Schema } from "effect";
import * as Batch from "../../../src/batch/Batch.ts";
import type { TableMetadata } from "../../../src/domain/TableMetadata.ts";
import * as TableReference from "../../../src/domain/TableReference.ts";
import * as BigQueryTest from "../../../src/layers/test/BigQueryTest.ts";
import { defaults, type Pair, program, run } from "../../../src/programs/schema-diff/Program.ts";
import { SchemaDiff } from "../../../src/programs/schema-diff/SchemaDiff.ts";
import * as OnceEach from "../../../src/programs/schema-diff/source/OnceEach.ts";
import * as Operand from "../../../src/programs/schema-diff/source/Operand.ts";
import { BigQuery } from "../../../src/services/BigQuery.ts";
import { BigQueryError } from "../../../src/services/BigQueryError.ts";
import * as ItemScope from "../../../src/services/ItemScope.ts";
import { it } from "../../support/effect.ts";
import { workdir } from "../../support/files.ts";
import { bigQuery, field } from "./build.ts";

const operand = (text: string): Operand.Operand => {
  const parsed = Operand.parse(text);
  if (parsed._tag === "Left") throw new TypeError(parsed.left);
  return parsed.right;
};
const pair = (a: string, b: string, options?: Pair["options"]): Pair => ({
  a: operand(a),
  b: operand(b),
  ...(options === undefined ? {} : { options }),
});

const tables = (all: Readonly<Record<string, ReadonlyArray<ReturnType<typeof field>>>>) =>
  Object.fromEntries(Object.entries(all).map(([name, schema]) => [name, BigQueryTest.table(name, schema)]));

/** A service that counts its calls; a query is a defect. */
const counting = (given: Readonly<Record<string, BigQueryTest.Answer<TableMetadata>>>) => {
  const asked: Array<string> = [];
  const service = BigQueryTest.make({ tables: given });
  const layer = Layer.succeed(BigQuery, {
    ...service,
    table: (reference) => {
      asked.push(TableReference.format(reference));
      return Effect.zipRight(Effect.yieldNow(), service.table(reference));
    },
  });
  return { asked, layer };
};

describe("a batch", () => {
  it.live("of 1,000 pairs loads each table once and runs no query", () =>
    Effect.gen(function* () {
      const names = Array.from({ length: 100 }, (_, i) => `p.d.t${i}`);
      const { asked, layer } = counting(
        tables(Object.fromEntries(names.map((name, i) => [name, [field(`c${i % 7}`)]]))),
      );
      const pairs = Array.from({ length: 1000 }, (_, i) => pair(names[i % 100]!, names[(i * 7 + 1) % 100]!));
      const { summary } = yield* Batch.run(program(), pairs, { parallel: 16 }).pipe(Effect.provide(layer));
      expect(summary).toMatchObject({ total: 1000, failed: 0, skipped: 0 });
      expect(summary.ok + summary.different).toBe(1000);
      expect(summary.bytesBilled ?? 0).toBe(0);
      expect([...asked].sort()).toEqual([...names].sort());
    }),
  );

  it.live("releases a table after its last pair, and not before", () =>
    Effect.gen(function* () {
      const names = ["p.d.a", "p.d.b", "p.d.c"];
      const { asked, layer } = counting(
        tables(Object.fromEntries(names.map((name) => [name, [field("x")]]))),
      );
      const pairs = [pair("p.d.a", "p.d.b"), pair("p.d.b", "p.d.c"), pair("p.d.c", "p.d.a")];
      const all = program({ ...defaults, pairs });
      const again = (one: Pair) => all.run(one).pipe(ItemScope.within, Effect.provide(layer));
      yield* Batch.run(all, pairs.slice(0, 2), { parallel: 1 }).pipe(Effect.provide(layer));
      // b is not requested again; the third pair uses a and c.
      expect(asked).toEqual(names);
      yield* again(pairs[2]!);
      expect(asked).toEqual(names);
      yield* again(pairs[0]!);
      expect(asked).toEqual([...names, "p.d.a", "p.d.b"]);
    }),
  );

  it.live("loads a missing table once, too, and only fails its pairs", () =>
    Effect.gen(function* () {
      const gone = BigQueryError.of("notFound", "p.d.gone does not exist");
      const { asked, layer } = counting({
        ...tables({ "p.d.a": [field("x")], "p.d.b": [field("x")] }),
        "p.d.gone": gone,
      });
      const pairs = [pair("p.d.a", "p.d.gone"), pair("p.d.gone", "p.d.b"), pair("p.d.a", "p.d.b")];
      const { summary } = yield* Batch.run(program(), pairs).pipe(Effect.provide(layer));
      expect(summary).toMatchObject({ ok: 1, failed: 2 });
      expect([...asked].sort()).toEqual(["p.d.a", "p.d.b", "p.d.gone"]);
    }),
  );

  it.live("identifies a table by its full name if the project is known", () =>
    Effect.gen(function* () {
      const { asked, layer } = counting(
        tables({ "p.d.a": [field("x")], "d.a": [field("x")], "p.d.b": [field("x")] }),
      );
      const all = program({ ...defaults, project: "p" });
      yield* Effect.forEach([pair("d.a", "p.d.b"), pair("p.d.a", "p.d.b")], all.run).pipe(
        Effect.scoped,
        Effect.provide(layer),
      );
      expect(asked).toEqual(["d.a", "p.d.b"]);
    }),
  );
});

describe("a pair", () => {
  const schemas = tables({
    "p.d.a": [field("id", "INT64"), field("cust")],
    "p.d.b": [field("id", "NUMERIC"), field("customer")],
  });
  const layer = BigQueryTest.scripted({ tables: schemas });
  const compare = (one: Pair, options = {}) => run(one, options).pipe(Effect.scoped, Effect.provide(layer));

  it.effect("has its own options before the batch's", () =>
    Effect.gen(function* () {
      const map = [{ from: "cust", to: "customer" }];
      const found = yield* compare(pair("p.d.a", "p.d.b", { map, failOn: "none" }));
      expect(found.changes.map(({ rule }) => rule)).toEqual(["type-widened", "renamed"]);
      expect(program().verdict(found)).toBe("ok");
      expect(program().verdict(yield* compare(pair("p.d.a", "p.d.b")))).toBe("different");
      expect(Schema.decodeSync(Schema.parseJson(SchemaDiff))(JSON.stringify(found))).toEqual(found);
    }),
  );

  it.effect("with an impossible rename fails, with a suggestion", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(
        compare(pair("p.d.a", "p.d.b"), { map: [{ from: "custt", to: "customer" }] }),
      );
      expect(error).toMatchObject({
        detail: '--map: A has no field "custt"',
        remedy: 'did you mean "cust"?',
      });
    }),
  );

  it.effect("has the statements that change A into B", () =>
    Effect.gen(function* () {
      const found = yield* compare(pair("p.d.a", "p.d.b"), { map: [{ from: "cust", to: "customer" }] });
      expect(found.ddl?.map(({ text }) => text.split("\n")[1]?.trim())).toContain(
        "RENAME COLUMN `cust` TO `customer`",
      );
    }),
  );

  it.effect("with a table that a pattern found on one side only makes no call", () =>
    Effect.gen(function* () {
      const found = yield* compare({ a: operand("p.x.only"), b: Operand.missing(bigQuery("p.y.only")) });
      expect(found.changes.map(({ rule, before }) => [rule, before])).toEqual([["only-in-a", "p.x.only"]]);
    }),
  );

  it.effect("has a plan without costs", () =>
    Effect.gen(function* () {
      const plan = yield* program()
        .plan(pair("p.d.a", "x/schema.json"))
        .pipe(Effect.scoped, Effect.provide(layer));
      expect(plan.statements).toEqual([]);
      expect(plan.notes).toEqual([
        "p.d.a: 1 metadata call, shared by all pairs of the table",
        "x/schema.json: reads the file",
      ]);
    }),
  );

  it.live("may be a table and a schema file", () =>
    Effect.gen(function* () {
      const dir = yield* workdir;
      const path = dir.text(
        "orders.schema.json",
        JSON.stringify([
          { name: "id", type: "INTEGER" },
          { name: "cust", type: "STRING" },
        ]),
      );
      const found = yield* compare(pair("p.d.a", path));
      expect(found.changes).toEqual([]);
      expect(found.compared).toEqual({ fields: 2, table: false });
      expect(found.notes).toEqual([
        "only fields were compared: table attributes require two BigQuery tables",
      ]);
    }),
  );
});

describe("a shared load", () => {
  it.live("is repeated by the waiting callers when the first is interrupted", () =>
    Effect.gen(function* () {
      let calls = 0;
      const gate = yield* Deferred.make<void>();
      const { get } = OnceEach.make(
        (key: string) => key,
        (key) => Effect.suspend(() => (++calls === 1 ? Effect.never : Effect.as(Deferred.await(gate), key))),
      );
      const first = yield* Effect.fork(get("k"));
      yield* Effect.yieldNow();
      const second = yield* Effect.fork(get("k"));
      const third = yield* Effect.fork(get("k"));
      yield* Effect.yieldNow();
      yield* Fiber.interrupt(first);
      yield* Deferred.succeed(gate, undefined);
      expect([yield* Fiber.join(second), yield* Fiber.join(third), yield* get("k")]).toEqual(["k", "k", "k"]);
      expect(calls).toBe(2);
    }),
  );
});
