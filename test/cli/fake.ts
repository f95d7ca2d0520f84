/**
 * The command line over a program whose items are named after their behaviour, for tests that spawn it: `ok`,
 * `different`, `fail`, `die`, `noauth`, `slow` (a minute), `stuck` (uninterruptible), `pause` (100 ms), `big`.
 */
import { Effect, Schema } from "effect";
import type { Program } from "../../src/batch/Program.ts";
import * as Tables from "../../src/cli/input/Tables.ts";
import { main } from "../../src/cli/Main.ts";
import { options } from "../../src/cli/Profile.ts";
import type { Tool } from "../../src/cli/Tool.ts";
import * as TableReference from "../../src/domain/TableReference.ts";
import * as BigQueryTest from "../../src/layers/test/BigQueryTest.ts";
import * as Document from "../../src/reports/Document.ts";
import type { Presenter } from "../../src/reports/Presenter.ts";
import { BigQueryError } from "../../src/services/BigQueryError.ts";

const Payload = Schema.Struct({ rows: Schema.Number, text: Schema.String });
type Payload = typeof Payload.Type;

const behave = (reference: TableReference.TableReference): Effect.Effect<Payload, BigQueryError> => {
  const name = TableReference.format(reference);
  const answer = Effect.succeed({ rows: 1234, text: name });
  const [, word = "ok"] = /\.([a-z]+)[^.]*$/.exec(name) ?? [];
  switch (word) {
    case "fail":
      return BigQueryError.of("notFound", `there is no table ${name}`);
    case "noauth":
      return Effect.zipRight(
        Effect.sleep(50),
        BigQueryError.of("unauthenticated", "there are no credentials"),
      );
    case "die":
      return Effect.die(new TypeError("undefined is not a function"));
    case "slow":
      return Effect.delay(answer, "1 minute");
    case "stuck":
      return Effect.uninterruptible(Effect.delay(answer, "1 minute"));
    case "pause":
      return Effect.delay(answer, "100 millis");
    case "big":
      return Effect.succeed({ rows: 1, text: "x".repeat(1_000_000) });
    default:
      return answer;
  }
};

const program: Program<TableReference.TableReference, Payload> = {
  name: "bq-profile",
  key: "profile",
  schema: Payload,
  itemName: TableReference.format,
  references: (reference) => [reference],
  run: behave,
  plan: (reference) =>
    Effect.as(behave(reference), {
      statements: [
        { purpose: "the scan", sql: "SELECT\n  COUNT(*)", bytes: 2 ** 40, trusted: true, tables: 1 },
      ],
      notes: ["1 metadata call"],
    }),
  verdict: ({ text }) => (text.includes("different") ? "different" : "ok"),
};

const presenter: Presenter<Payload> = {
  present: ({ rows, text }) => ({
    title: text.slice(0, 60),
    headline: "as expected",
    blocks: [{ _tag: "Facts", facts: [{ label: "rows", cell: Document.count(rows) }] }],
  }),
  outcome: () => ({ kind: "good", text: "ok" }),
  overview: { columns: [{ title: "rows", align: "right" }], row: ({ rows }) => [Document.count(rows)] },
};

const tables = ["p.ds.events_1", "p.ds.events_2", "p.ds.other"];

const tool: Tool<typeof options.Type, Tables.TableItem, Payload> = {
  name: "bq-profile",
  summary: "a fake",
  usage: ["bq-profile [OPTIONS] TABLE…"],
  input: "",
  examples: ["bq-profile a.b"],
  options,
  engines: BigQueryTest.scripted({
    tables: Object.fromEntries(tables.map((name) => [name, BigQueryTest.table(name, [])])),
  }),
  reader: Effect.succeed({ program: Tables.overItems(program), presenter }),
  prepare: (values, operands) =>
    Effect.map(Tables.read(operands, { ...values, parallel: 4 }, "bq-profile [OPTIONS] TABLE…"), (items) => ({
      program: Tables.overItems(program),
      presenter,
      items,
    })),
};

main(tool);
