/** Renders payloads as HTML pages. */
import { Effect, Stream } from "effect";
import type { Result } from "../../../src/batch/Batch.ts";
import type { Program } from "../../../src/batch/Program.ts";
import type { Failure, ItemName, Run } from "../../../src/batch/Result.ts";
import * as Tally from "../../../src/batch/SummaryAccumulator.ts";
import * as Profile from "../../../src/programs/profile/Program.ts";
import * as SchemaDiff from "../../../src/programs/schema-diff/Program.ts";
import * as TableCompare from "../../../src/programs/table-compare/Program.ts";
import { html } from "../../../src/reports/html/HtmlRenderer.ts";
import type { Presenter } from "../../../src/reports/Presenter.ts";
import * as ProfilePresenter from "../../../src/reports/presenters/profile/Presenter.ts";
import * as SchemaDiffPresenter from "../../../src/reports/presenters/schema-diff/Presenter.ts";
import * as TableComparePresenter from "../../../src/reports/presenters/table-compare/Presenter.ts";

export const programs = {
  profile: { program: Profile.program(Profile.defaults), presenter: ProfilePresenter.presenter },
  diff: { program: SchemaDiff.program(), presenter: SchemaDiffPresenter.presenter },
  comparison: {
    program: TableCompare.program(TableCompare.defaults),
    presenter: TableComparePresenter.presenter,
  },
};

interface Shown<I, Payload> {
  readonly program: Program<I, Payload>;
  readonly presenter: Presenter<Payload>;
}

/** An item with its result, or its error. */
export interface Item<Payload> {
  readonly item: ItemName;
  readonly payload?: Payload;
  readonly error?: Failure;
}

const resultOf = <I, Payload>(
  program: Program<I, Payload>,
  { item, payload, error }: Item<Payload>,
  index: number,
): Result<Payload> => ({
  type: "result",
  index,
  item,
  status: payload === undefined ? "failed" : program.verdict(payload),
  ...(error === undefined ? {} : { error }),
  startedAt: "2024-06-01T08:00:00.000Z",
  durationMs: 1500,
  attempts: 1,
  bytesProcessed: null,
  bytesBilled: null,
  slotMs: null,
  jobIds: [],
  ...(payload === undefined ? {} : { [program.key]: payload }),
});

/** The page as pieces, which come as the items do. */
export const pieces = <I, Payload>(
  { program, presenter }: Shown<I, Payload>,
  items: ReadonlyArray<Item<Payload>>,
  options: Run["options"] = {},
) => {
  const all = items.map((item, i) => resultOf(program, item, i));
  const tally = Tally.make();
  for (const result of all) tally.add(result);
  const summary = tally.summary({
    interrupted: false,
    wallMs: 1500,
    workMs: 1500,
    retries: 0,
    maxInFlight: 1,
    path: [],
    unlisted: 0,
  });
  const run: Run = {
    type: "run",
    schemaVersion: 1,
    tool: program.name,
    version: "0.1.0",
    options,
    startedAt: "2024-06-01T08:00:00.000Z",
    principal: null,
  };
  const results = Stream.fromIterable(all);
  const lines = Stream.map(results, (result) => JSON.stringify(result));
  return html.render(
    { program, presenter, run, summary, broken: summary.different, results, lines },
    { color: false },
  );
};

export const pageOf = <I, Payload>(
  shown: Shown<I, Payload>,
  items: ReadonlyArray<Item<Payload>>,
  options: Run["options"] = {},
): Promise<string> => Effect.runPromise(Stream.mkString(pieces(shown, items, options)));
