/**
 * A check for a pipeline: `bun examples/null-rate-check.ts TABLE COLUMN=RATE…`, such as `p.ds.orders email=0.05`.
 * Exit status: 0 no NULL share exceeds its rate, 1 at least one does, 2 the table cannot be checked.
 */
import { Console, Effect } from "effect";
import { Profile, Router, TableReference } from "../src/index.ts";

const [table = "", ...rules] = process.argv.slice(2);
const limits = new Map(
  rules.map((rule) => {
    const equals = rule.lastIndexOf("=");
    return [rule.slice(0, equals), Number(rule.slice(equals + 1))] as const;
  }),
);

const check = Effect.gen(function* () {
  if (limits.size === 0 || [...limits.values()].some(Number.isNaN))
    return yield* Effect.fail("usage: null-rate-check.ts TABLE COLUMN=RATE…");
  const reference = yield* TableReference.parse(table);
  const options = { columns: [...limits.keys()], sampleSize: 0, top: 0 };
  const { columns } = yield* Profile.run(reference, options);
  const broken = columns.flatMap(({ name, nulls, rows }) => {
    const rate = rows === 0 ? 0 : nulls / rows;
    const limit = limits.get(name);
    return limit !== undefined && rate > limit ? [`${name}: ${rate.toFixed(3)} NULL, above ${limit}`] : [];
  });
  yield* Console.log(broken.length === 0 ? "ok" : broken.join("\n"));
  return broken.length === 0 ? 0 : 1;
});

const main = check.pipe(
  Effect.catchAll((error) => Effect.as(Console.error(typeof error === "string" ? error : error.message), 2)),
  Effect.provide(Router.layer()),
);

process.exitCode = await Effect.runPromise(main);
