import { describe, expect, test } from "bun:test";
import { Effect, Either } from "effect";
import * as fc from "fast-check";
import * as Shard from "../../src/batch/Shard.ts";
import * as CliShard from "../../src/cli/run/Shard.ts";

const identity = (name: string) => name;
const names = (n: number) => Array.from({ length: n }, (_, i) => `p.d.table_${i}`);
const parts = (items: ReadonlyArray<string>, of: number) =>
  Array.from({ length: of }, (_, i) => Shard.select(items, identity, { part: i + 1, of }));

describe("the shards of a batch", () => {
  test("are disjoint and complete, and keep the indexes of the whole batch", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string()), fc.integer({ min: 1, max: 20 }), (items, of) => {
        const all = parts(items, of).flat();
        expect(all.map(({ item }) => item).sort()).toEqual([...items].sort());
        for (const { item, index } of all) expect(items[index]).toBe(item);
      }),
    );
  });

  test("do not change when the list is reordered or extended", () => {
    const before = parts(names(200), 7).map((part) => part.map(({ item }) => item));
    const after = parts([...names(300)].reverse(), 7).map((part) => new Set(part.map(({ item }) => item)));
    for (const [i, part] of before.entries()) for (const item of part) expect(after[i]!.has(item)).toBe(true);
  });

  test("are about the same size", () => {
    for (const part of parts(names(7000), 7)) {
      expect(part.length).toBeGreaterThan(850);
      expect(part.length).toBeLessThan(1150);
    }
  });

  test("are those of SHA-256, on every machine", () => {
    // From `printf %s p.d.t | sha256sum`, modulo 7 in Python.
    const digest = new Bun.CryptoHasher("sha256").update("p.d.t").digest("hex");
    expect(digest).toBe("70cff32b02c41c29b301734aa21d99c7e5982174cc4b79efee4f9b531d88a114");
    expect(Shard.partOf("p.d.t", 7)).toBe(3);
  });
});

describe("shards by count", () => {
  const shares = (items: ReadonlyArray<string>, of: number) =>
    Array.from({ length: of }, (_, i) => Shard.select(items, identity, { part: i + 1, of, by: "count" }));

  test("have each item once, and differ by at most one item", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string()), fc.integer({ min: 1, max: 20 }), (items, of) => {
        const all = shares(items, of);
        expect(
          all
            .flat()
            .map(({ index }) => index)
            .sort((a, b) => a - b),
        ).toEqual([...items.keys()]);
        for (const { item, index } of all.flat()) expect(items[index]).toBe(item);
        const counts = all.map(({ length }) => length);
        expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe("shards by bytes", () => {
  const sizes = fc.array(fc.oneof(fc.nat(1000), fc.nat(10_000_000), fc.constant(0)), { maxLength: 200 });
  const many = fc.integer({ min: 1, max: 20 });
  const loads = (of: number, parts: Uint32Array, size: (index: number) => number) =>
    parts.reduce(
      (all, part, index) => all.with(part, all[part]! + size(index)),
      new Array<number>(of).fill(0),
    );

  test("have each item once, and the largest exceeds the mean by less than the largest item", () => {
    fc.assert(
      fc.property(sizes, many, (given, of) => {
        const parts = Shard.assignBySize(given, of);
        expect(parts.length).toBe(given.length);
        const bytes = loads(of, parts, (index) => given[index]!);
        const total = given.reduce((a, b) => a + b, 0);
        expect(bytes.reduce((a, b) => a + b, 0)).toBe(total);
        // In whole numbers: at most the mean, and the largest item times 1 - 1/of.
        expect(of * Math.max(...bytes)).toBeLessThanOrEqual(total + (of - 1) * Math.max(0, ...given));
      }),
    );
  });

  test("are those of the definition: largest first, each to the shard with the fewest bytes", () => {
    fc.assert(
      fc.property(sizes, many, (given, of) => {
        const sorted = [...given.keys()].sort((a, b) => given[b]! - given[a]! || a - b);
        const bytes = new Array<number>(of).fill(0);
        const parts = Shard.assignBySize(given, of);
        for (const index of sorted.filter((one) => given[one]! > 0)) {
          const least = bytes.indexOf(Math.min(...bytes));
          expect(parts[index]).toBe(least);
          bytes[least]! += given[index]!;
        }
      }),
    );
  });

  test("with equal sizes, or none, have the same number of items", () => {
    fc.assert(
      fc.property(fc.nat(200), many, fc.constantFrom(0, 7), (length, of, size) => {
        const parts = Shard.assignBySize(new Array<number>(length).fill(size), of);
        const counts = loads(of, parts, () => 1);
        expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
      }),
    );
  });

  test("give items without bytes to the shards with the fewest items", () => {
    expect([...Shard.assignBySize([9, 1, 1, 1, 0, 0, 0, 0], 2)]).toEqual([0, 1, 1, 1, 0, 0, 0, 1]);
  });

  test("have the items that the shard names", () => {
    const shard = { part: 1, of: 2, by: "bytes", items: [0, 2] } as const;
    expect(Shard.select(["a", "b", "c"], identity, shard).map(({ item }) => item)).toEqual(["a", "c"]);
  });
});

describe("the digest of a list", () => {
  const digest = (items: ReadonlyArray<string>) => Effect.runSync(Shard.listDigest(items, identity));

  test("is equal for equal lists only", () => {
    fc.assert(
      fc.property(fc.array(fc.string()), fc.array(fc.string()), (one, other) => {
        expect(digest(one) === digest(other)).toBe(JSON.stringify(one) === JSON.stringify(other));
        expect(digest(one)).toBe(digest([...one]));
      }),
    );
    for (const [one, other] of [
      [["a", "b"], ["b", "a"]],
      [["ab"], ["a", "b"]],
      [['a"\n"b'], ["a", "b"]],
      [["a"], ["a", ""]],
    ] as const) expect(digest(one)).not.toBe(digest(other)); // biome-ignore format: one table
  });
});

describe("--shard", () => {
  const auto = { _tag: "Auto", of: undefined } as const;
  const told = (option: Parameters<typeof CliShard.resolve>[0], environment: Record<string, string>) =>
    Either.match(CliShard.resolve(option, environment), {
      onLeft: (problem) => problem,
      onRight: ({ shard, by }) => `${shard.part}/${shard.of}${by === undefined ? "" : ` ${by}`}`,
    });
  const slurm = (id: number, count: number, min: number, max: number, step = 1) => ({
    SLURM_ARRAY_TASK_ID: String(id), SLURM_ARRAY_TASK_COUNT: String(count), SLURM_ARRAY_TASK_MIN: String(min),
    SLURM_ARRAY_TASK_MAX: String(max), SLURM_ARRAY_TASK_STEP: String(step),
  }); // biome-ignore format: one list

  const rows: ReadonlyArray<readonly [name: string, told: string, expected: string | RegExp]> = [
    ["K/N", told({ _tag: "Part", part: 2, of: 7 }, { CLOUD_RUN_TASK_INDEX: "0" }), "2/7"],
    ["Cloud Run jobs", told(auto, { CLOUD_RUN_TASK_INDEX: "0", CLOUD_RUN_TASK_COUNT: "5" }), "1/5 Cloud Run"],
    ["AWS Batch arrays", told(auto, { AWS_BATCH_JOB_ARRAY_INDEX: "4", AWS_BATCH_JOB_ARRAY_SIZE: "5" }), "5/5 AWS Batch"],
    ["Kubernetes with a count", told(auto, { JOB_COMPLETION_INDEX: "2", JOB_COMPLETION_COUNT: "5" }), "3/5 Kubernetes"],
    ["Kubernetes and auto/N", told({ _tag: "Auto", of: 4 }, { JOB_COMPLETION_INDEX: "2" }), "3/4 Kubernetes"],
    ["Kubernetes without a count", told(auto, { JOB_COMPLETION_INDEX: "2" }), /does not provide the number of parts.*auto\/N.*JOB_COMPLETION_COUNT/],
    ["SLURM from 0", told(auto, slurm(0, 7, 0, 6)), "1/7 SLURM"],
    ["SLURM from 1", told(auto, slurm(7, 7, 1, 7)), "7/7 SLURM"],
    ["SLURM by steps", told(auto, slurm(4, 7, 0, 12, 2)), "3/7 SLURM"],
    ["SLURM by steps that do not end at the end", told(auto, slurm(9, 3, 1, 9, 4)), "3/3 SLURM"],
    ["a list of SLURM's", told(auto, slurm(3, 3, 1, 7)), /this SLURM array is a list.*use a range such as 1-7/],
    ["a single task of SLURM's", told(auto, slurm(3, 1, 3, 3)), "1/1 SLURM"],
    ["no scheduler", told(auto, {}), /none of CLOUD_RUN_TASK_INDEX, .* is set; give --shard K\/N/],
    ["an index that is none", told(auto, { CLOUD_RUN_TASK_INDEX: "x", CLOUD_RUN_TASK_COUNT: "5" }), /"x", which is not a whole number/],
    ["an index beyond the count", told({ _tag: "Auto", of: 2 }, { CLOUD_RUN_TASK_INDEX: "2" }), /part 3 exceeds the number of parts, 2/],
  ]; // biome-ignore format: one table
  for (const [name, found, expected] of rows) {
    test(`of ${name}`, () => {
      if (typeof expected === "string") expect(found).toBe(expected);
      else expect(found).toMatch(expected);
    });
  }
});
