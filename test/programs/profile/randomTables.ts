/** Tables of a seed: columns of every type whose values are skewed, constant, rare, extreme or absent. */
import type { Field } from "../../../src/domain/TableSchema.ts";
import { fromDigits, fromFloat, fromMicroseconds, type Value } from "../../../src/domain/Value.ts";
import { random } from "../../contract/made.ts";
import { field, type Table } from "../../contract/tables.ts";

type Next = () => number;
type Make = () => Value;

const below = (next: Next, n: number): number => Math.floor(next() * n);
const pick = <A>(next: Next, all: ReadonlyArray<A>): A => all[below(next, all.length)]!;
const big = (next: Next, digits: number): bigint =>
  BigInt(Array.from({ length: digits }, () => below(next, 10)).join(""));

const integer = (next: Next): Make => {
  const start = pick(next, [0n, -5n, 2n ** 53n - 50n, 2n ** 62n, -(2n ** 63n), 2n ** 63n - 1000n]);
  const constant = fromDigits(String(start + BigInt(below(next, 900))));
  return pick<Make>(next, [
    () => fromDigits(String(start + BigInt(below(next, 900)))),
    () => fromDigits(String(start + BigInt(Math.floor(900 * next() ** 9)))),
    () => fromDigits(String(BigInt.asIntN(64, big(next, 20)))),
    () => (next() < 0.95 ? 0 : below(next, 1e6) - 5e5),
    () => constant,
  ]);
};

const double = (next: Next): Make => {
  const constant = pick(next, [0.1, -7, 1e-300, 1e200]);
  return pick<Make>(next, [
    () => next(),
    () => (next() - 0.5) * 10 ** (below(next, 40) - 20),
    () => 1e15 + next(),
    () => below(next, 40) / 10,
    () => pick(next, [5e-324, -5e-324, 2.2250738585072014e-308, 0, 1]),
    () => pick(next, [1.7976931348623157e308, -1.7976931348623157e308, 1e150, 9.9e149, 3]),
    () => (next() < 0.3 ? fromFloat(pick(next, [Number.NaN, Infinity, -Infinity])) : next() ** 6),
    () => (next() < 0.999 ? 0.5 : 1e12),
    () => constant,
  ]);
};

const decimal = (next: Next, whole: number, places: number): Make => {
  const text = (digits: number) =>
    `${pick(next, ["", "-"])}${big(next, 1 + below(next, digits))}.${String(big(next, places)).padStart(places, "0")}`;
  const constant = fromDigits(text(whole));
  return pick<Make>(next, [
    () => fromDigits(text(whole)),
    () => fromDigits(text(3)),
    () => fromDigits(`${below(next, 50)}.${below(next, 100)}`),
    () => (next() < 0.9 ? 0 : fromDigits(text(whole))),
    () => constant,
  ]);
};

/** Microseconds since 1970, within the years 1 to 9999. */
const instant = (next: Next): (() => bigint) => {
  const [first, last] = [-62_135_596_800_000_000n, 253_402_300_799_999_999n];
  const constant = BigInt(below(next, 2 ** 48));
  return pick<() => bigint>(next, [
    () => first + (BigInt(below(next, 2 ** 50)) * (last - first)) / BigInt(2 ** 50),
    () => 1_700_000_000_000_000n + BigInt(below(next, 500)),
    () => BigInt(Math.floor(2e15 * next() ** 12)),
    () => pick(next, [first, last, 0n]),
    () => constant,
  ]);
};

const iso = (micros: bigint): string => String(fromMicroseconds(micros));

const words = [
  "",
  " ",
  "\t",
  "a",
  " a",
  "a ",
  "é",
  "🙂",
  "\u00a0x",
  "x\u3000",
  "NULL",
  "'",
  '"',
  "a\nb",
  "\\",
  "12",
  "-0",
];

const text = (next: Next): Make =>
  pick<Make>(next, [
    () => pick(next, words),
    () => `w${Math.floor(400 * next() ** 4)}`,
    () => String(big(next, 12)),
    () => "same",
    () => pick(next, words).repeat(below(next, 30)),
  ]);

const makers = {
  INT64: integer,
  FLOAT64: double,
  NUMERIC: (next: Next) => decimal(next, 29, 9),
  BIGNUMERIC: (next: Next) => decimal(next, 15, 20),
  BOOL: (next: Next): Make => {
    const share = pick(next, [0, 0.01, 0.5, 1]);
    return () => next() < share;
  },
  STRING: text,
  BYTES: (next: Next): Make => {
    const most = pick(next, [1, 2, 9]);
    return () =>
      Buffer.from(Array.from({ length: below(next, most) }, () => below(next, 256))).toString("base64");
  },
  DATE: (next: Next): Make => {
    const at = instant(next);
    return () => iso(at()).slice(0, 10);
  },
  DATETIME: (next: Next): Make => {
    const at = instant(next);
    return () => iso(at()).replace("Z", "");
  },
  TIMESTAMP: (next: Next): Make => {
    const at = instant(next);
    return () => iso(at());
  },
  TIME: (next: Next): Make => {
    const at = instant(next);
    return () => iso(at()).slice(11, -1);
  },
  JSON:
    (next: Next): Make =>
    () => ({ k: below(next, 6) }),
} as const;

export const columnsPerTable = 2 * Object.keys(makers).length + 2;

const types = Object.keys(makers) as ReadonlyArray<keyof typeof makers>;

const column = (next: Next, name: string, type: keyof typeof makers, shares: ReadonlyArray<number>) => {
  const make = makers[type](next);
  const share = pick(next, shares);
  return { of: field(name, type), make: () => (next() < share ? null : make()) };
};

const list = field("list", "INT64", { mode: "REPEATED" });
const place = field("place", "STRUCT", { fields: [field("x", "FLOAT64")] });

/** The number of tables of `largeTable` that have every type, each of them twice. */
export const largeTables = types.length / 2;

/**
 * Four columns, an array or a STRUCT, with so many rows that the local engine computes some statistics from a sample.
 */
export const largeTable = (seed: number): Table => {
  const next = random(seed);
  const columns = Array.from({ length: 4 }, (_, i) => {
    const type = types[(4 * seed + i) % types.length]!;
    return column(next, `${type.toLowerCase()}_${i}`, type, [0, 0.1, 0.5]);
  });
  const [element, inner] = [integer(next), double(next)];
  const nested: { of: Field; make: Make } =
    seed % 2 === 0
      ? { of: list, make: () => Array.from({ length: below(next, 4) }, element) }
      : { of: place, make: () => (next() < 0.2 ? null : { x: inner() }) };
  const all = [...columns, nested];
  return {
    name: `large_${seed}`,
    schema: all.map(({ of }) => of),
    rows: Array.from({ length: 210_000 + below(next, 50_000) }, () =>
      Object.fromEntries(all.map(({ of, make }) => [of.name, make()])),
    ),
  };
};

/** Two columns of each type, an array, and a STRUCT. */
export const randomTable = (seed: number, mostRows = 1500): Table => {
  const next = random(seed);
  const rows = pick(next, [0, 1, 2, 7, 100, mostRows]);
  const columns = [...types, ...types].map((type, i) =>
    column(next, `${type.toLowerCase()}_${i}`, type, [0, 0, 0.1, 0.9, 1]),
  );
  const [element, inner] = [integer(next), double(next)];
  return {
    name: `seed_${seed}`,
    schema: [...columns.map(({ of }) => of), list, place],
    rows: Array.from({ length: rows }, () => ({
      ...Object.fromEntries(columns.map(({ of, make }) => [of.name, make()])),
      list: Array.from({ length: below(next, 4) }, element),
      place: next() < 0.2 ? null : { x: inner() },
    })),
  };
};
