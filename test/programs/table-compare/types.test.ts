/** Columns with different types but equal values, and values that look alike. */
import { describe, expect } from "bun:test";
import { Effect } from "effect";
import type { ResultBase } from "../../../src/batch/Result.ts";
import * as Router from "../../../src/layers/Router.ts";
import { type CompareOptions, headline, run } from "../../../src/programs/table-compare/Program.ts";
import { present } from "../../../src/reports/presenters/table-compare/Presenter.ts";
import { it } from "../../support/effect.ts";
import { reference, workdir } from "../../support/files.ts";
import { compared } from "./local.ts";

const options = { key: ["id"], stats: "never" } as const;
const one = (x: string) => `SELECT 1 AS id, ${x} AS x`;
const verdictOf = (a: string, b: string) =>
  Effect.map(compared(one(a), one(b), options), (found) => found.verdict);

const result = { item: "a" } as ResultBase;

/** Compares two files by their names and contents. */
const files = (
  a: readonly [string, string],
  b: readonly [string, string],
  more: Partial<CompareOptions> = {},
) =>
  Effect.gen(function* () {
    const dir = yield* workdir;
    const [inA, inB] = [dir.text(`a.${a[0]}`, a[1]), dir.text(`b.${b[0]}`, b[1])];
    return yield* run({ a: reference(inA), b: reference(inB) }, { ...options, ...more });
  }).pipe(Effect.scoped, Effect.provide(Router.layer({ local: { threads: 1 } })));

it.live("a note gives the number of keys that repeat", () =>
  Effect.gen(function* () {
    const rows = (ids: string) => `SELECT unnest([${ids}]) AS id, 'x' AS x`;
    const notes = (a: string, b: string) =>
      Effect.map(compared(rows(a), rows(b), options), (found) => found.notes.join());
    expect(yield* notes("1, 1, 2", "2, 1, 1")).toContain(
      "the key is not unique: 1 key value occurs more than once",
    );
    expect(yield* notes("1, 2, 2, 3, NULL, NULL", "1, 1, 2, 3, NULL")).toContain(
      "3 key values occur more than once",
    );
    expect(yield* notes("1, 2, NULL", "2, 1, NULL")).toBe("");
  }),
);

describe("precisions of time", () => {
  const types = [
    ["TIME", "TIME_NS", "12:30:00.25"],
    ["TIMESTAMP", "TIMESTAMP_NS", "2024-02-03 12:30:00.25"],
    ["DATE", "TIMESTAMP_NS", "2024-02-03"],
  ] as const;
  for (const [coarse, fine, text] of types) {
    it.live(`${coarse} and ${fine} are compared to the nanosecond`, () =>
      Effect.gen(function* () {
        const later = coarse === "DATE" ? `${text} 00:00:00.000000001` : `${text}0000001`;
        for (const wrap of [(x: string) => x, (x: string) => `[${x}]`, (x: string) => `{'t': ${x}}`]) {
          // Elements of arrays and fields of one type are not widened.
          if (coarse === "DATE" && wrap("t") === "[t]") continue;
          const [a, b] = [wrap(`'${text}'::${coarse}`), wrap(`'${text}'::${fine}`)];
          expect(yield* verdictOf(a, b)).toBe("identical");
          expect(yield* verdictOf(b, a)).toBe("identical");
          expect(yield* verdictOf(a, wrap(`'${later}'::${fine}`))).toBe("different");
        }
        const found = yield* compared(one(`'${text}'::${coarse}`), one(`'${later}'::${fine}`), options);
        expect(found.rows?.examples?.changed[0]?.cells[0]?.b).toContain("001");
      }),
    );
  }
});

describe("a FLOAT64 and an exact number", () => {
  const cases = [
    ["9007199254740993::BIGINT", "9007199254740992::DOUBLE", "different"],
    ["9007199254740992::BIGINT", "9007199254740992::DOUBLE", "identical"],
    ["9223372036854775807::BIGINT", "9223372036854775807::DOUBLE", "different"],
    ["18446744073709551615::UBIGINT", "18446744073709551615::DOUBLE", "different"],
    ["100000000000000000000::DECIMAL(38, 0)", "1e20::DOUBLE", "identical"],
    ["100000000000000000001::DECIMAL(38, 0)", "1e20::DOUBLE", "different"],
    ["0.1::DECIMAL(3, 2)", "0.1::DOUBLE", "identical"],
    ["0.3::DECIMAL(38, 20)", "0.3::DOUBLE", "identical"],
    ["0.1::DECIMAL(3, 2)", "0.10000000000000002::DOUBLE", "different"],
    ["12345678901234567.89::DECIMAL(19, 2)", "12345678901234567.89::DOUBLE", "different"],
    ["-12345678901234568::DECIMAL(19, 2)", "-12345678901234568::DOUBLE", "identical"],
    ["0.10000000000000000001::DECIMAL(38, 20)", "0.1::DOUBLE", "different"],
    ["0::BIGINT", "'-0'::DOUBLE", "identical"],
    ["0::BIGINT", "'NaN'::DOUBLE", "different"],
    ["NULL::BIGINT", "0::DOUBLE", "different"],
  ] as const;
  for (const [exact, float, expected] of cases) {
    it.live(`${exact} and ${float} are ${expected}, with a key and without, as column, key and field`, () =>
      Effect.gen(function* () {
        for (const wrap of [(x: string) => x, (x: string) => `{'f': ${x}}`]) {
          const [a, b] = [one(wrap(exact)), one(wrap(float))];
          for (const key of [["id"], [], ["x"]]) {
            expect((yield* compared(a, b, { key, stats: "never" })).verdict).toBe(expected);
            expect((yield* compared(b, a, { key, stats: "never" })).verdict).toBe(expected);
          }
        }
      }),
    );
  }

  it.live("a report shows every digit of the exact number", () =>
    Effect.gen(function* () {
      const found = yield* compared(one("9007199254740993"), one("9007199254740992::DOUBLE"), options);
      expect(found.rows?.examples?.changed[0]?.cells[0]).toEqual({
        column: "x",
        a: "9007199254740993",
        b: 9007199254740992,
      });
    }),
  );
});

describe("columns without a value", () => {
  const values = [
    "DATE '2024-01-01'",
    "1.5",
    "'text'",
    "[1, 2]",
    "{'y': {'z': 1}}",
    "TRUE",
    "'{}'::JSON",
    "MAP {1: 2}",
  ];
  it.live("compare with those of any type", () =>
    Effect.gen(function* () {
      for (const value of values) {
        for (const empty of ["NULL", "NULL::VARCHAR", "NULL::INTEGER[]"]) {
          const found = yield* compared(one(empty), one(value), options);
          expect(found.compared.omitted).toEqual([]);
          expect(found.rows).toMatchObject({ same: 0, changed: 1, columns: [{ name: "x", changed: 1 }] });
          const none = yield* compared(
            one(`CASE WHEN id > 9 THEN ${value} END`).replace("SELECT", "SELECT * FROM (SELECT") +
              " FROM range(1) t(id))",
            one(empty),
            options,
          );
          expect(none.verdict).toBe("identical");
        }
      }
    }),
  );

  it.live("of text files have no type", () =>
    Effect.gen(function* () {
      const found = yield* files(["csv", "id,x\n1,\n2,\n"], ["csv", "id,x\n1,\n2,7\n"]);
      expect(headline(found)).toBe("different: 1 row changed");
      expect(found.notes).toContain("x: no values in A; compared as INT64");
      const json = yield* files(["ndjson", '{"id":1,"x":null}\n'], ["csv", "id,x\n1,\n"]);
      expect(json.verdict).toBe("identical");
      // Values that the condition excludes are ignored.
      const some = yield* files(["csv", "id,x\n1,\n2,b\n"], ["csv", "id,x\n1,\n2,7\n"], { where: "id = 1" });
      expect(some.verdict).toBe("identical");
      const tolerant = yield* files(["csv", "id,x\n1,\n"], ["csv", "id,x\n1,7\n"], {
        absTolerance: { columns: { x: "1" } },
      });
      expect(tolerant.rows).toMatchObject({ changed: 1 });
    }),
  );

  it.live(
    "with a value on both sides, two types are not compared, which the count of equal rows reflects",
    () =>
      Effect.gen(function* () {
        const found = yield* compared(one("DATE '2024-01-01'"), one("1.5"), options);
        expect(found.compared.omitted.map(({ name }) => name)).toEqual(["x"]);
        expect(JSON.stringify(present(found, result).blocks)).toContain("Same in the compared columns");
        const whole = present(yield* compared(one("1"), one("1"), options), result);
        expect(JSON.stringify(whole)).not.toContain("in the compared columns");
      }),
  );
});

describe("documents", () => {
  it.live("have numbers by their digits: 1 is not 1.0, and both are shown", () =>
    Effect.gen(function* () {
      for (const [a, b] of [
        ["1", "1.0"],
        ["100", "1e2"],
        ['"12345678901234567890123"', "12345678901234567890123"],
      ] as const) {
        const document = (x: string) => `'{"a": [${x}]}'::JSON`;
        const found = yield* compared(one(document(a)), one(document(b)), options);
        expect(found.rows?.changed).toBe(1);
        const cell = found.rows!.examples!.changed[0]!.cells[0]!;
        expect(JSON.stringify(cell.a)).not.toBe(JSON.stringify(cell.b));
        expect(typeof cell.b === "string" ? cell.b : JSON.stringify(cell.b)).toContain(
          b === "1e2" ? "100.0" : b,
        );
      }
    }),
  );

  it.live("of many names compare without their order", () =>
    Effect.gen(function* () {
      for (const n of [150, 201, 1000]) {
        const names = Array.from({ length: n }, (_, i) => `"k${i}":${i}`);
        const line = (list: ReadonlyArray<string>) => `{"id":1,"x":{${list.join(",")}}}\n`;
        const same = yield* files(["ndjson", line(names)], ["ndjson", line([...names].reverse())]);
        expect(same.verdict).toBe("identical");
        const changed = [...names].reverse().with(3, `"k${n - 4}":-1`);
        const other = yield* files(["ndjson", line(names)], ["ndjson", line(changed)]);
        expect(other.rows).toMatchObject({ changed: 1 });
      }
    }),
  );

  it.live("compare regardless of the order of names that contain dots, brackets and quotes", () =>
    Effect.gen(function* () {
      const one = `{"a.b":{"x[1]":2,"q\\"r.":[{"k":1},"s.t"]},"a":{"b":3},"":null,"c\\\\.d":"v"}`;
      const same = `{"c\\\\.d":"v","":null,"a":{"b":3},"a.b":{"q\\"r.":[{"k":1},"s.t"],"x[1]":2}}`;
      const json = (text: string) => `'${text}'::JSON`;
      expect(yield* verdictOf(json(one), json(same))).toBe("identical");
      // The paths of both would be equal without a distinction between names and steps.
      for (const [a, b] of [
        ['{"a.b":{"x":1},"a":{"b":{"y":2}}}', '{"a.b":{"y":2},"a":{"b":{"x":1}}}'],
        ['{"a[0]":1,"a":[2]}', '{"a[0]":2,"a":[1]}'],
      ] as const)
        expect(yield* verdictOf(json(a), json(b))).toBe("different");
      const found = yield* compared(
        `SELECT 1 AS id, ${json(one)} AS x`,
        `SELECT 1 AS id, ${json(same.replace('"k":1', '"k":2'))} AS x`,
        options,
      );
      const { a, b } = found.rows!.examples!.changed[0]!.cells[0]!;
      expect(a).toEqual(JSON.parse(one));
      expect(b).toEqual(JSON.parse(one.replace('"k":1', '"k":2')));
    }),
  );

  it.live("compare without order inside of arrays and structs", () =>
    Effect.gen(function* () {
      const [json, same, other] = ['{"a":1,"b.c":2}', '{"b.c":2,"a":1}', '{"b.c":2,"a":3}'].map(
        (text) => `'${text}'::JSON`,
      );
      for (const wrap of [
        (x: string) => `[${x}, NULL, '[]'::JSON]`,
        (x: string) => `{'d': ${x}, 'n': 1}`,
        (x: string) => `[{'d': [${x}]}, NULL, {'d': []}]`,
        (x: string) => `[[${x}], []]`,
        (x: string) => `MAP {'k': ${x}}`,
      ]) {
        expect(yield* verdictOf(wrap(json!), wrap(same!))).toBe("identical");
        expect(yield* verdictOf(wrap(json!), wrap(other!))).toBe("different");
        const found = yield* compared(one(wrap(json!)), one(wrap(other!)), options);
        const { a, b } = found.rows!.examples!.changed[0]!.cells[0]!;
        expect(JSON.stringify(a)).toContain('"b.c":2');
        expect(JSON.stringify(b)).toContain('"a":3');
      }
      expect(yield* verdictOf(`[${json}, ${other}]`, `[${other}, ${json}]`)).toBe("different");
      expect(yield* verdictOf("NULL::JSON[]", "[]::JSON[]")).toBe("different");
    }),
  );

  it.live("maps compare without their order, also inside of others", () =>
    Effect.gen(function* () {
      const [a, b] = ["MAP {'p': [1], 'q': [2]}", "MAP {'q': [2], 'p': [1]}"];
      expect(yield* verdictOf(a, b)).toBe("identical");
      expect(yield* verdictOf(`[${a}]`, `[${b}]`)).toBe("identical");
      expect(yield* verdictOf(`{'m': ${a}}`, `{'m': ${b}}`)).toBe("identical");
      expect(yield* verdictOf(a, "MAP {'q': [1], 'p': [2]}")).toBe("different");
      expect(yield* verdictOf("[1, 2]", "[2, 1]")).toBe("different");
    }),
  );
});
