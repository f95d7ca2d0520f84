/** Drift of BigQuery tables: the profile's statement counts rows in the baseline's bins. */
import { expect, test } from "bun:test";
import { Effect, Either } from "effect";
import { load as loadBaseline } from "../../../../src/programs/profile/drift/Baseline.ts";
import { type Profile, type ProfileOptions, run } from "../../../../src/programs/profile/Program.ts";
import { BigQuery } from "../../../../src/services/BigQuery.ts";
import { madeTable, random } from "../../../contract/made.ts";
import {
  connected,
  dataset,
  emulatorNeed,
  field,
  load,
  project,
  started,
  startedEmulator,
  type Table,
} from "../../../contract/tables.ts";
import { reference, workdir } from "../../../support/files.ts";
import { describeWith } from "../../../support/needs.ts";
import { result } from "../profiles.ts";

const profiles = (tables: ReadonlyArray<Table>, options: Partial<ProfileOptions> = {}) =>
  Effect.runPromise(
    Effect.scoped(
      Effect.gen(function* () {
        const emulator = yield* startedEmulator;
        const dir = yield* workdir;
        const bigQuery = yield* started(connected(emulator));
        for (const table of tables) yield* Effect.promise(() => load(emulator, dir, table));
        const found: Array<Profile> = [];
        for (const { name } of tables) {
          const [before] = found;
          const text = JSON.stringify({ ...result, item: "before", profile: before });
          const baseline = before === undefined ? {} : { baseline: Either.getOrThrow(loadBaseline(text)) };
          found.push(
            yield* run(reference(`${project}.${dataset}.${name}`), {
              sampleSize: 0, isOnlyTable: true, driftThreshold: 0, ...options, ...baseline,
            }).pipe(Effect.provideService(BigQuery, bigQuery)),
          ); // biome-ignore format: one call
        }
        return found;
      }),
    ),
  );

/** Numbers and words of a seed, moved by `shift`. */
const skewed = (name: string, seed: number, shift: number): Table => {
  const next = random(seed);
  const rows = Array.from({ length: 2000 }, () => {
    const n = Math.floor(1000 * next() ** 4);
    return {
      n: n + shift,
      large: String(9007199254740993n + BigInt(n + shift)),
      mostly_zero: n < 300 ? 0 : n + shift,
      x: (n + shift) / 8,
      word: `it's ${(n + shift) % 7}`,
      flag: n % 3 === (shift === 0 ? 0 : 1),
      day: new Date(86_400_000 * (n + shift)).toISOString().slice(0, 10),
      at: new Date(1000 * (n + shift)).toISOString().replace(".000", ""),
    };
  });
  const types = {
    n: "INT64", large: "INT64", mostly_zero: "INT64", x: "FLOAT64", word: "STRING", flag: "BOOL", day: "DATE",
    at: "TIMESTAMP",
  } as const; // biome-ignore format: one table
  const schema = Object.entries(types).map(([column, type]) => field(column, type));
  return { name, schema, rows };
};

const psiOf = ({ drift }: Profile, column: string) =>
  drift!.measures.find((measure) => measure.measure === "psi" && measure.column === column);

describeWith(emulatorNeed, "On the emulator", () => {
  test("a table with columns of every type does not drift from itself", async () => {
    const made = madeTable(200);
    const [, same] = await profiles([made, { ...made, name: "again" }]);
    expect(same!.drift!.measures.filter(({ broken }) => broken)).toEqual([]);
    for (const { measure, column, reason } of same!.drift!.notCompared ?? [])
      expect([measure, column, reason]).toEqual([
        "psi",
        column,
        "the baseline's top values are estimates without a bound",
      ]);
  }, 120_000);
  test("a shift changes the stability index of every column by more than its error", async () => {
    const [, same, moved] = await profiles([
      skewed("before", 1, 0),
      skewed("same", 1, 0),
      skewed("moved", 1, 200),
    ]);
    for (const { name } of same!.columns) {
      expect([name, psiOf(same!, name)!.broken]).toEqual([name, false]);
      const { change, error = 0, broken } = psiOf(moved!, name)!;
      expect([name, broken]).toEqual([name, true]);
      expect([name, change! - error > 0.02]).toEqual([name, true]);
    }
    expect(psiOf(moved!, "word")!.error).toBeUndefined();
  }, 120_000);
});
