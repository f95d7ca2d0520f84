import { Effect } from "effect";
import * as Profile from "../src/programs/profile/index.ts";
import { Engines } from "../src/services/Engines.ts";
import { madeTable } from "./contract/made.ts";
import { connected, load, parquet, started, startedEmulator } from "./contract/tables.ts";
import { reference, workdir } from "./support/files.ts";

const t0 = Date.now();
const lap = (s: string) => console.error(s, Date.now() - t0);
await Effect.runPromise(
  Effect.scoped(
    Effect.gen(function* () {
      const dir = yield* workdir;
      const emu = yield* startedEmulator;
      const table = (() => {
        const t = madeTable(Number(process.argv[2] ?? 5000));
        const only = process.argv[3];
        const f = (n: any) =>
          only === "flat"
            ? n.mode !== "REPEATED" && n.type !== "STRUCT"
            : only === "nested"
              ? n.mode === "REPEATED" || n.type === "STRUCT" || n.name === "id"
              : true;
        const schema = t.schema.filter(f);
        return {
          ...t,
          schema,
          rows: t.rows.map((r) => Object.fromEntries(schema.map((s) => [s.name, r[s.name]!]))),
        };
      })();
      const file = yield* Effect.promise(() => parquet(dir, table));
      lap("parquet");
      yield* Effect.promise(() => load(emu, dir, table));
      lap("loaded");
      const engines = yield* started(connected(emu));
      const profile = (text: string) =>
        Profile.run(reference(text), { sampleSize: 3, top: 5 }).pipe(Effect.provideService(Engines, engines));
      const local = yield* profile(file);
      lap("local");
      const google = yield* Effect.either(profile("p.d.made"));
      lap("google");
      if (google._tag === "Left") {
        console.log(google.left.message);
        return;
      }
      const g = google.right;
      const show = (x: unknown) => {
        const t = JSON.stringify(x);
        return t === undefined ? "-" : t.length > 160 ? t.slice(0, 160) + "…" : t;
      };
      console.log(local.rows, g.rows, local.columns.length, g.columns.length);
      for (const [i, a] of local.columns.entries()) {
        const b: any = g.columns[i] ?? {};
        for (const k of new Set([...Object.keys(a), ...Object.keys(b)])) {
          const x = show((a as any)[k]),
            y = show(b[k]);
          if (x !== y && !["quantiles", "histogram", "topValues"].includes(k)) console.log(a.name, k, x, y);
        }
      }
      console.log(show(local.sample), show(g.sample));
    }),
  ) as any,
);
