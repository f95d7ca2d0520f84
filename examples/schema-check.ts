/** Lists changes that break readers of a table: `bun examples/schema-check.ts OLD NEW`, tables or schema files. */
import { Console, Effect } from "effect";
import { Router, SchemaDiff } from "../src/index.ts";

const [old = "", now = ""] = process.argv.slice(2);

const describe = ({ rule, path, before, after }: SchemaDiff.Change): string => {
  if (rule === "removed") return `${path}: gone`;
  if (rule === "type-changed") return `${path}: another type (${before} to ${after})`;
  return `${path ?? "the table"}: ${SchemaDiff.rules[rule].explanation}`;
};

const check = Effect.gen(function* () {
  const pair = { a: yield* SchemaDiff.Operand.parse(old), b: yield* SchemaDiff.Operand.parse(now) };
  const { changes } = yield* SchemaDiff.run(pair);
  const breaking = changes.filter((change) => change.class === "breaking");
  yield* Console.log(breaking.length === 0 ? "ok" : breaking.map(describe).join("\n"));
  return breaking.length === 0 ? 0 : 1;
});

const main = check.pipe(
  Effect.catchAll((error) => Effect.as(Console.error(typeof error === "string" ? error : error.message), 2)),
  Effect.provide(Router.layer()),
);

process.exitCode = await Effect.runPromise(main);
