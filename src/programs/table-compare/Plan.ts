/** Plans a comparison for --dry-run: the same statements, without running them. */
import { Effect } from "effect";
import type { Plan } from "../../batch/Program.ts";
import { estimate, roomFor } from "../../scan/Estimate.ts";
import { plan as planOfProfile } from "../profile/Program.ts";
import type { CompareOptions, Pair } from "./Options.ts";
import { type Prepared, prepare, rowsTask } from "./Prepare.ts";
import { statements } from "./plans/CompareRows.ts";
import * as CrossEngine from "./plans/CrossEngine.ts";
import { profileOptions } from "./Statistics.ts";

/** Statistics that run only if rows differ are included: the total is an upper bound. */
export const plan = Effect.fn("Compare.plan")(function* (pair: Pair, options: CompareOptions) {
  const prepared = yield* prepare(pair, options, false);
  const rows = yield* rowsPlan(prepared);
  const hasColumns = prepared.columns.key.length + prepared.columns.compared.length > 0;
  const isSure = options.stats === "always" || options.skipRows;
  const statistics =
    options.stats === "never" || !hasColumns
      ? []
      : [
          ...(yield* statisticsPlan(prepared, "a", isSure)),
          ...(yield* statisticsPlan(prepared, "b", isSure)),
        ];
  const isLatest = options.partitions?._tag === "Latest";
  const notes = [
    "2 metadata calls, free of charge",
    ...(isLatest ? ["bytes are an upper bound: they include all partitions"] : []),
    ...roomFor(prepared.a.metadata),
    ...roomFor(prepared.b.metadata),
    ...prepared.notes,
  ];
  return { statements: [...rows, ...statistics], notes } satisfies Plan;
});

const rowsPlan = (prepared: Prepared) => {
  const { a, together, options } = prepared;
  const planned = together
    ? statements(rowsTask(prepared), options.skipRows).map((statement) => ({
        side: a,
        statement,
        purpose: options.skipRows ? "row counts" : "rows",
      }))
    : CrossEngine.statements(prepared, options.skipRows).map((one) => ({
        ...one,
        side: prepared[one.which],
      }));
  return Effect.forEach(planned, ({ side, statement, purpose }) =>
    estimate(side.engine, statement, purpose, [prepared.a.metadata, prepared.b.metadata]),
  );
};

const statisticsPlan = (prepared: Prepared, which: "a" | "b", isSure: boolean) =>
  Effect.map(
    planOfProfile(prepared[which].metadata.reference, profileOptions(prepared, which)),
    ({ statements: all }) =>
      all.map((one) => ({
        ...one,
        purpose: `${one.purpose === "profile" ? "statistics" : one.purpose} of ${which.toUpperCase()}${isSure ? "" : " (only if rows differ)"}`,
      })),
  );
