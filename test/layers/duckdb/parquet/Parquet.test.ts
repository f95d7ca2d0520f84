/** Parquet files of other writers: read with all digits and their original names, or rejected. */
import { describe, expect } from "bun:test";
import { readdirSync } from "node:fs";
import { Effect, Exit, Layer, Option, Scope } from "effect";
import * as DuckDb from "../../../../src/layers/duckdb/DuckDb.ts";
import { decode, encode } from "../../../../src/layers/duckdb/parquet/Thrift.ts";
import * as Session from "../../../../src/layers/duckdb/Session.ts";
import * as Router from "../../../../src/layers/Router.ts";
import { run as compare } from "../../../../src/programs/table-compare/Program.ts";
import * as ItemScope from "../../../../src/services/ItemScope.ts";
import { it } from "../../../support/effect.ts";
import { reference, workdir } from "../../../support/files.ts";
import { chunks, column, each, i32, i64, rewrite, set, struct, text } from "../../../support/parquet.ts";

const open = (path: string) =>
  Effect.gen(function* () {
    const service = yield* DuckDb.make();
    const table = yield* service.table(reference(path));
    return { schema: table.schema, rows: yield* service.listRows(table, { limit: 10 }) };
  });

const made = (select: string, change: Parameters<typeof rewrite>[1] = (footer) => footer) =>
  Effect.flatMap(workdir, (dir) =>
    Effect.map(
      Effect.promise(() => dir.parquet("t.parquet", select)),
      (path) => rewrite(path, change),
    ),
  );

const refused = (select: string, change: Parameters<typeof rewrite>[1]) =>
  Effect.flatMap(made(select, change), (path) => Effect.flip(open(path)));

const utc = struct([
  [
    8,
    struct([
      [1, { type: 1, value: true }],
      [2, struct([[3, struct()]])],
    ]),
  ],
]);

/**
 * A timestamp as INT96, built from an INTERVAL: months and days are the nanoseconds
 * of the day, milliseconds are the Julian day.
 */
const int96 = (nanos: bigint, julian: number) =>
  `to_months(${nanos & 0xffffffffn}) + to_days(${nanos >> 32n}) + to_milliseconds(${julian})`;

const asInt96 = (name: string, position: number) => (footer: Parameters<typeof column>[0]) =>
  chunks(
    column(footer, name, (element) => set(element, { 1: i32(3), 2: null, 6: null, 10: null })),
    position,
    (data) => set(data, { 1: i32(3), 12: null }),
  );

const stamp = "2024-01-02 03:04:05";

describe("nanoseconds in UTC", () => {
  const zoned = (footer: Parameters<typeof column>[0]) =>
    column(footer, "t", (element) => set(element, { 6: null, 10: utc }));

  it.live("keep every digit", () =>
    Effect.gen(function* () {
      const path = yield* made(
        `SELECT 1 AS id, '${stamp}.123456789'::TIMESTAMP_NS AS t UNION ALL SELECT 2, NULL`,
        zoned,
      );
      const { schema, rows } = yield* open(path);
      expect(schema[1]).toEqual({
        name: "t",
        type: "TIMESTAMP",
        mode: "NULLABLE",
        nativeType: "TIMESTAMP_NS",
      });
      expect(rows).toEqual([
        { id: 1, t: "2024-01-02T03:04:05.123456789Z" },
        { id: 2, t: null },
      ]);
    }),
  );

  it.live("are microseconds if they have no more digits", () =>
    Effect.gen(function* () {
      const { schema, rows } = yield* open(yield* made(`SELECT '${stamp}.123456'::TIMESTAMP_NS AS t`, zoned));
      expect(schema).toEqual([{ name: "t", type: "TIMESTAMP", mode: "NULLABLE" }]);
      expect(rows).toEqual([{ t: "2024-01-02T03:04:05.123456Z" }]);
    }),
  );

  it.live("stay distinct in lists, STRUCTs and maps, and the copies are removed", () =>
    Effect.gen(function* () {
      for (const [wrap, leaf] of [
        [(x: string) => `[${x}, NULL]`, "element"],
        [(x: string) => `{'a': 1, 't': ${x}}`, "t"],
        [(x: string) => `MAP {'k': ${x}}`, "value"],
        [(x: string) => `[{'t': [${x}]}]`, "element"],
      ] as const) {
        const change = (footer: Parameters<typeof column>[0]) =>
          each(footer, 2, (element) =>
            String(element.get(4)?.value) === leaf && String(element.get(1)?.value) === "2"
              ? set(element, { 6: null, 10: utc })
              : element,
          );
        const file = (digit: number) =>
          made(
            `SELECT 's' AS before, ${wrap(`'${stamp}.12345678${digit}'::TIMESTAMP_NS`)} AS x, 2 AS id`,
            change,
          );
        const [a, b, same] = [yield* file(1), yield* file(2), yield* file(1)];
        const verdict = (other: string) =>
          compare({ a: reference(a), b: reference(other) }, { key: ["id"] }).pipe(
            Effect.map((comparison) => comparison.verdict),
            Effect.provide(Layer.orDie(Router.layer())),
          );
        expect([wrap("x"), yield* verdict(b)]).toEqual([wrap("x"), "different"]);
        expect([wrap("x"), yield* verdict(same)]).toEqual([wrap("x"), "identical"]);
      }
    }),
  );

  it.live("are read from copies that are removed with the item", () =>
    Effect.gen(function* () {
      const path = yield* made(`SELECT '${stamp}.123456789'::TIMESTAMP_NS AS t`, zoned);
      const session = yield* Session.make({});
      const { make } = yield* Effect.promise(() => import("../../../../src/layers/duckdb/Relations.ts"));
      const relations = yield* make(session);
      const item = yield* Scope.make();
      const facts = yield* Effect.scoped(
        Effect.flatMap(relations.get(reference(path)), (relation) => relation.facts),
      ).pipe(Effect.provideService(ItemScope.ItemScope, Option.some(item)));
      expect(facts.schema[0]?.nativeType).toBe("TIMESTAMP_NS");
      expect(readdirSync(session.temporaryFolder).length).toBe(1);
      yield* Scope.close(item, Exit.void);
      expect(readdirSync(session.temporaryFolder)).toEqual([]);
    }),
  );
});

describe("INT96", () => {
  for (const [name, nanos, julian, shown, native] of [
    ["nanoseconds", 11042975973141n, 2460312, "2024-01-02T03:04:02.975973141", "TIMESTAMP_NS"],
    ["microseconds", 11042975973000n, 2460312, "2024-01-02T03:04:02.975973", undefined],
    ["years beyond nanoseconds", 0n, 5373484, "9999-12-31T00:00:00", undefined],
    ["years before 1970", 1n, 2415021, "1900-01-01T00:00:00.000000001", "TIMESTAMP_NS"],
  ] as const) {
    it.live(`has ${name}`, () =>
      Effect.gen(function* () {
        const path = yield* made(`SELECT 7 AS id, ${int96(nanos, julian)} AS t`, asInt96("t", 1));
        const { schema, rows } = yield* open(path);
        expect(rows).toEqual([{ id: 7, t: shown }]);
        expect([schema[1]?.type, schema[1]?.nativeType]).toEqual(["DATETIME", native]);
      }),
    );
  }

  it.live("out of range is rejected", () =>
    Effect.gen(function* () {
      const far = yield* refused(`SELECT ${int96(0n, 2_000_000_000)} AS t`, asInt96("t", 0));
      expect([far.reason, far.message]).toEqual([
        "invalidData",
        expect.stringContaining("a timestamp of column t is out of range; fix the value"),
      ]);
      const both = yield* refused(`SELECT ${int96(1n, 5373484)} AS t`, asInt96("t", 0));
      expect(both.message).toContain("column t is out of range for nanoseconds");
    }),
  );
});

describe("rejected with the reason:", () => {
  const decimals = "SELECT 1 AS id, {'x': 1.5::DECIMAL(38, 1)} AS s FROM range(3)";
  const cases: ReadonlyArray<
    readonly [what: string, select: string, change: Parameters<typeof rewrite>[1], message: string]
  > = [
    [
      "decimals of more than 38 digits",
      decimals,
      (footer) => column(footer, "x", (element) => set(element, { 8: i32(50) })),
      "column s.x has decimals of 50 digits; at most 38 can be read",
    ],
    [
      "a footer without rows",
      "SELECT 1 AS id FROM range(6)",
      (footer) => set(footer, { 3: i64(0) }),
      "the file is corrupt: its footer counts 0 rows, and 6 in its row groups",
    ],
    [
      "row groups without rows",
      "SELECT 1 AS id FROM range(6)",
      (footer) =>
        set(
          each(footer, 4, (group) => set(group, { 3: i64(0) })),
          { 3: i64(0) },
        ),
      "the file is corrupt: its footer counts 0 rows where column id has 6 values",
    ],
    [
      "fewer values in one column",
      "SELECT 1 AS id, 'x' AS name FROM range(6)",
      (footer) => chunks(footer, 1, (data) => set(data, { 5: i64(5) })),
      "its footer counts 6 rows where column name has 5 values",
    ],
    [
      "an encryption algorithm",
      "SELECT 1 AS id",
      (footer) => set(footer, { 8: struct([[1, struct()]]) }),
      "the file is encrypted; write it again without encryption",
    ],
    [
      "an encrypted column",
      "SELECT 1 AS id, 2 AS secret",
      (footer) =>
        each(footer, 4, (group) =>
          each(group, 1, (chunk, i) => (i === 1 ? set(chunk, { 8: struct() }) : chunk)),
        ),
      "the file is encrypted",
    ],
    [
      "an unsupported codec",
      "SELECT 1 AS id",
      (footer) => chunks(footer, 0, (data) => set(data, { 4: i32(3) })),
      "its values are compressed with LZO, which cannot be read",
    ],
    [
      "a group without columns",
      "SELECT 1 AS id, 2 AS g",
      (footer) => column(footer, "g", (element) => set(element, { 1: null, 5: i32(0) })),
      "column g is a group without columns",
    ],
  ];
  for (const [what, select, change, message] of cases) {
    it.live(what, () =>
      Effect.gen(function* () {
        expect((yield* refused(select, change)).message).toContain(message);
      }),
    );
  }

  it.live("an encrypted footer", () =>
    Effect.gen(function* () {
      const dir = yield* workdir;
      const path = dir.text(
        "t.parquet",
        Buffer.concat([Buffer.from("PARE"), Buffer.alloc(60), Buffer.from("PARE")]),
      );
      expect((yield* Effect.flip(open(path))).message).toContain("the file is encrypted");
    }),
  );
});

describe("names", () => {
  it.live("are the file's names, by position", () =>
    Effect.gen(function* () {
      const names = ["Id_1", "id", "ID", "", "Image_1", "image", "a", "a"];
      const select = `SELECT ${names.map((_, i) => `${i} AS c${i}`).join(", ")}`;
      const rename = (footer: Parameters<typeof column>[0]) =>
        each(footer, 2, (element, i) => (i === 0 ? element : set(element, { 4: text(names[i - 1]!) })));
      const { schema, rows } = yield* open(yield* made(select, rename));
      expect(schema.map(({ name }) => name)).toEqual([...names.slice(0, -1), "a_1"]);
      expect(Object.values(rows[0]!).sort()).toEqual(names.map((_, i) => i));
      for (const [i, name] of names.slice(0, -1).entries()) expect(rows[0]![name]).toBe(i);
    }),
  );

  const nested = "SELECT {'a': 1, 'b': {'a': 2, 'c': 3}} AS s, [{'a': 4, 'b': 5}] AS t";
  const renamed = (from: string, to: string) => (footer: Parameters<typeof column>[0]) =>
    column(footer, from, (element) => set(element, { 4: text(to) }));

  it.live("of fields that differ only in case are numbered, with a note", () =>
    Effect.gen(function* () {
      const path = yield* made(nested, renamed("b", "A"));
      const service = yield* DuckDb.make();
      const table = yield* service.table(reference(path));
      expect(table.notes?.map((note) => note.split(":")[0])).toEqual(["s.A", "t.list.element.A"]);
      const [row] = yield* service.listRows(table, { limit: 1 });
      expect(row).toEqual({ s: { a: 1, A_1: { a: 2, c: 3 } }, t: [{ a: 4, A_1: 5 }] });
    }),
  );

  it.live("of fields may not be empty", () =>
    Effect.gen(function* () {
      expect((yield* refused(nested, renamed("c", ""))).message).toContain("a field of s.b has no name");
    }),
  );
});

describe("files of a pattern", () => {
  const together = (...selects: ReadonlyArray<string>) =>
    Effect.gen(function* () {
      const dir = yield* workdir;
      for (const [i, select] of selects.entries())
        yield* Effect.promise(() => dir.parquet(`${i}.parquet`, select));
      return yield* open(`${dir.path}/*.parquet`);
    });

  for (const [what, a, b, how] of [
    ["a different name", "SELECT 1 AS a, 2 AS b", "SELECT 1 AS a, 2 AS c", "its column 2 is c instead of b"],
    ["a different order", "SELECT 1 AS a, 2 AS b", "SELECT 2 AS b, 1 AS a", "its column 1 is b instead of a"],
    ["a different type", "SELECT 1 AS a", "SELECT 'x' AS a", "its column a is STRING instead of INT64"],
    [
      "different digits",
      "SELECT 1.5::DECIMAL(4, 1) AS a",
      "SELECT 1.5::DECIMAL(6, 2) AS a",
      "its column a is NUMERIC(6, 2) instead of NUMERIC(4, 1)",
    ],
    ["an additional column", "SELECT 1 AS a", "SELECT 1 AS a, 2 AS b", "it has an additional column b"],
    ["a missing column", "SELECT 1 AS a, 2 AS b", "SELECT 1 AS a", "it has no column b"],
    [
      "a different field",
      "SELECT {'x': 1} AS s",
      "SELECT {'y': 1} AS s",
      "its column s is STRUCT<y INT64> instead of STRUCT<x INT64>",
    ],
  ] as const) {
    it.live(`are rejected for ${what}`, () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(together(a, b));
        expect(error.reason).toBe("invalidData");
        expect(error.message).toContain(`1.parquet does not match `);
        expect(error.message).toContain(`0.parquet: ${how}`);
      }),
    );
  }

  it.live("match if the same type is stored in different widths", () =>
    Effect.gen(function* () {
      const { rows } = yield* together("SELECT 1::INTEGER AS a", "SELECT 9000000000::BIGINT AS a");
      expect(rows).toEqual([{ a: 1 }, { a: 9000000000 }]);
    }),
  );

  it.live("have partition columns, with types that keep every value", () =>
    Effect.gen(function* () {
      const dir = yield* workdir;
      for (const [month, day] of [
        ["01", "2024-01-02"],
        ["12", "2024-01-03"],
      ] as const)
        yield* Effect.promise(() =>
          dir.parquet(`n=${Number(month)}/m=${month}/d=${day}/p.parquet`, "SELECT 1 AS a"),
        );
      const { schema, rows } = yield* open(`${dir.path}/*/*/*/*.parquet`);
      expect(schema.map(({ name, type }) => [name, type])).toEqual([
        ["a", "INT64"],
        ["n", "INT64"],
        ["m", "STRING"],
        ["d", "DATE"],
      ]);
      expect(rows).toEqual([
        { a: 1, n: 1, m: "01", d: "2024-01-02" },
        { a: 1, n: 12, m: "12", d: "2024-01-03" },
      ]);
    }),
  );

  for (const [kind, write] of [
    ["parquet", "SELECT 1 AS a, 2 AS Y"],
    ["csv", "a,Y\n1,2\n"],
    ["ndjson", '{"a":1,"Y":2}\n'],
  ] as const) {
    it.live(`are rejected if a folder repeats a column (${kind})`, () =>
      Effect.gen(function* () {
        const dir = yield* workdir;
        if (kind === "parquet") yield* Effect.promise(() => dir.parquet("y=1/p.parquet", write));
        else dir.text(`y=1/p.${kind}`, write);
        const error = yield* Effect.flip(open(`${dir.path}/*/*.${kind}`));
        expect(error.message).toContain('folders "y=" repeat a column of the files');
      }),
    );
  }
});

it.live("a time in UTC is a TIME", () =>
  Effect.gen(function* () {
    const times = ["14:44:42.773+00", "00:00:00+00", "23:59:59.999999+00", "01:30:00+02"];
    const values = [...times.map((time) => `('${time}'::TIMETZ)`), "(NULL)"].join(", ");
    const { schema, rows } = yield* open(yield* made(`FROM (VALUES ${values}) AS t(t)`));
    expect(schema).toEqual([{ name: "t", type: "TIME", mode: "NULLABLE" }]);
    expect(rows.map(({ t }) => t)).toEqual(["14:44:42.773", "00:00:00", "23:59:59.999999", "23:30:00", null]);
  }),
);

it.live("a decoded and encoded footer is unchanged", () =>
  Effect.gen(function* () {
    const path = yield* made("SELECT 1 AS id, {'a': [true, false]} AS s, 'x' AS t FROM range(100)");
    const bytes = Buffer.from(yield* Effect.promise(() => Bun.file(path).arrayBuffer()));
    const footer = bytes.subarray(bytes.length - 8 - bytes.readUInt32LE(bytes.length - 8), bytes.length - 8);
    expect(encode(decode(footer)).equals(footer)).toBe(true);
  }),
);
