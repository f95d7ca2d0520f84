/** A batch that resumes after an interruption: `bun examples/resumable-batch.ts JOURNAL FILE…` */
import { Console, Effect } from "effect";
import { Batch, Journal, JournalFile, Profile, Router, TableReference } from "../src/index.ts";

const [file = "", ...names] = process.argv.slice(2);

const main = Effect.gen(function* () {
  const tables = yield* Effect.forEach(names, TableReference.parse);
  const journal = yield* Journal.open(
    yield* JournalFile.open(file),
    Journal.head({ tool: "bq-profile", total: tables.length, settings: {} }),
  );
  const { summary, reused } = yield* Batch.run(Profile.program(Profile.defaults), tables, {
    journal,
    parallel: "auto",
    budget: { bytes: 100e9, allowUnknownCost: false },
    timeout: "10 minutes",
  });
  yield* Console.log(`${summary.ok} of ${summary.total} profiled, ${reused} of them earlier`);
});

await main.pipe(Effect.scoped, Effect.provide(Router.layer()), Effect.runPromise);
