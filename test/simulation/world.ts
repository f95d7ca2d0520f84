/** A program and an engine that fail, hang and bill as a schedule says, which a seed determines. */
import { Effect } from "effect";
import type { Program } from "../../src/batch/Program.ts";
import { dialect } from "../../src/layers/google/dialect/Dialect.ts";
import { BigQuery, type BigQueryService, type Statement } from "../../src/services/BigQuery.ts";
import { BigQueryError } from "../../src/services/BigQueryError.ts";
import { sql } from "../../src/sql/Sql.ts";
import { Payload } from "../batch/support.ts";
import { seeded } from "../support/scripted-server/random.ts";

export const mebibyte = 2 ** 20;

export interface Schedule {
  readonly seed: number;
  readonly items: number;
  /** The number of items that are known at first; the others are added while the batch runs. */
  readonly known: number;
  readonly parallel: number | "auto";
  readonly timeout: number | undefined;
  readonly failFast: boolean;
  readonly stopAt: number | undefined;
  readonly budget: { readonly bytes: number; readonly allowUnknownCost: boolean } | undefined;
  readonly hasJournal: boolean;
  /** The share of the journal's writes that fail. */
  readonly unwritable: number;
  /** The share of each kind of event. */
  readonly shares: Readonly<Record<Event, number>>;
}

export type Event =
  | "transient"
  | "jobFailed"
  | "permanent"
  | "fatal"
  | "defect"
  | "hang"
  | "stubborn"
  | "unknown";

export const scheduleOf = (seed: number): Schedule => {
  const random = seeded(seed);
  const whole = (least: number, most: number) => least + Math.floor(random() * (most - least + 1));
  const perhaps = <A>(chance: number, value: () => A): A | undefined =>
    random() < chance ? value() : undefined;
  const share = (chance: number, most: number) => perhaps(chance, () => random() * most) ?? 0;
  const items = whole(0, 12);
  const timeout = perhaps(0.5, () => whole(50, 5000));
  const stopAt = perhaps(0.3, () => whole(0, 8000));
  return {
    seed,
    items,
    known: random() < 0.7 ? items : whole(0, items),
    parallel: random() < 0.2 ? "auto" : whole(1, 6),
    timeout,
    failFast: random() < 0.15,
    stopAt,
    budget: perhaps(0.5, () => ({ bytes: whole(0, 300) * mebibyte, allowUnknownCost: random() < 0.5 })),
    hasJournal: random() < 0.5,
    shares: {
      transient: share(0.6, 0.5),
      jobFailed: share(0.3, 0.3),
      permanent: share(0.4, 0.3),
      fatal: share(0.1, 0.1),
      defect: share(0.2, 0.1),
      // Something must end an item that hangs.
      hang: timeout === undefined && stopAt === undefined ? 0 : share(0.3, 0.2),
      stubborn: share(0.2, 0.2),
      unknown: share(0.3, 0.3),
    },
    unwritable: share(0.5, 0.3),
  };
};

/** The schedule without faults. */
export const calm = (schedule: Schedule): Schedule => ({
  ...schedule,
  shares: {
    transient: 0, jobFailed: 0, permanent: 0, fatal: 0, defect: 0, hang: 0, stubborn: 0, unknown: 0,
  }, // biome-ignore format: one list
});

/** What the engine did. */
export interface Account {
  inFlight: number;
  /** The sum of the limits of the queries in flight. */
  reserved: number;
  billed: number;
  /** The highest sum of `reserved` and `billed`. */
  most: number;
}

const table = { _tag: "BigQueryTable", dataset: "d", table: "t" } as const;

export const make = ({ shares }: Schedule, random: () => number) => {
  const account: Account = { inFlight: 0, reserved: 0, billed: 0, most: 0 };
  const pause = Effect.suspend(() => Effect.sleep(Math.floor(random() * 400)));
  const happens = (event: Event): boolean => random() < shares[event];

  const fault = Effect.suspend((): Effect.Effect<void, BigQueryError> => {
    if (happens("transient")) return BigQueryError.of("backendError", "busy");
    if (happens("jobFailed")) return BigQueryError.of("jobFailed", "the job failed");
    if (happens("permanent")) return BigQueryError.of("notFound", "it is not there");
    if (happens("fatal")) return BigQueryError.of("unauthenticated", "signed out");
    if (happens("defect")) return Effect.die(new Error("a bug"));
    if (happens("hang")) return Effect.never;
    // Longer than an item may take to clean up.
    if (happens("stubborn")) return Effect.uninterruptible(Effect.sleep(Math.floor(random() * 9000)));
    return Effect.void;
  });

  const query = ({ maximumBytesBilled = 0, jobId = "" }: Statement) =>
    Effect.acquireUseRelease(
      Effect.sync(() => {
        account.inFlight += 1;
        account.reserved += maximumBytesBilled;
        account.most = Math.max(account.most, account.reserved + account.billed);
      }),
      () => Effect.zipRight(pause, fault),
      () =>
        Effect.sync(() => {
          account.inFlight -= 1;
          account.reserved -= maximumBytesBilled;
        }),
    ).pipe(
      Effect.map(() => {
        const bytesBilled = Math.floor(random() * (maximumBytesBilled / mebibyte + 1)) * mebibyte;
        account.billed += bytesBilled;
        account.most = Math.max(account.most, account.reserved + account.billed);
        const statistics = { jobId, bytesProcessed: bytesBilled, bytesBilled, slotMs: 1 };
        return { rows: [], statistics: { ...statistics, cacheHit: null, restricted: false } };
      }),
    );

  const engine = { dialect: () => dialect(), query } as unknown as BigQueryService;

  const bytesOf = (name: string): number | null => (happens("unknown") ? null : (name.length + 9) * mebibyte);

  const program: Program<string, Payload> = {
    name: "bq-profile",
    key: "profile",
    schema: Payload,
    itemName: (name) => name,
    references: () => [table],
    versions: () => Effect.succeed({}),
    run: (name) =>
      Effect.gen(function* () {
        const service = yield* BigQuery;
        for (let i = 0; i < 2; i++)
          yield* service.query({ sql: sql`SELECT 1`, tables: [table], location: null });
        return { name, size: name.length };
      }),
    plan: (name) =>
      Effect.map(pause, () => ({
        statements: [1, 2].map(() => ({
          ...{ purpose: "a scan", sql: "SELECT 1", bytes: bytesOf(name), trusted: true, tables: 1 },
        })),
        notes: [],
      })),
    verdict: () => "ok",
  };
  return { program, engine, account };
};
