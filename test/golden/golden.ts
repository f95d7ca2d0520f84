/**
 * Generates the golden reports: renders fixed results from inputs/, as written by `--format ndjson`, in every format.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Effect, Schema, Stream } from "effect";
import * as Batch from "../../src/batch/Batch.ts";
import type { Program } from "../../src/batch/Program.ts";
import { Run, Summary } from "../../src/batch/Result.ts";
import * as Profile from "../../src/programs/profile/Program.ts";
import * as SchemaDiff from "../../src/programs/schema-diff/Program.ts";
import * as TableCompare from "../../src/programs/table-compare/Program.ts";
import type { Presenter } from "../../src/reports/Presenter.ts";
import * as ProfilePresenter from "../../src/reports/presenters/profile/Presenter.ts";
import * as SchemaDiffPresenter from "../../src/reports/presenters/schema-diff/Presenter.ts";
import * as TableComparePresenter from "../../src/reports/presenters/table-compare/Presenter.ts";
import type { Appearance } from "../../src/reports/Renderer.ts";
import { type Format, formatsOf, renderers } from "../../src/reports/Renderers.ts";

const folder = (name: string): string => join(import.meta.dir, name);

/** A format with its options, and the name of its file. */
interface Form {
  readonly file: string;
  readonly appearance?: Partial<Appearance>;
}

/** Every format occurs at least once. */
const forms: Readonly<Record<Format, ReadonlyArray<Form>>> = {
  text: [{ file: "text.txt" }, { file: "text-60.txt", appearance: { width: 60 } }],
  json: [{ file: "report.json" }],
  ndjson: [{ file: "report.ndjson" }],
  markdown: [{ file: "report.md" }],
  html: [{ file: "report.html" }],
  junit: [{ file: "junit.xml" }],
  ddl: [{ file: "report.sql" }],
};

interface Input {
  readonly name: string;
  readonly run: Run;
  readonly lines: ReadonlyArray<string>;
  readonly summary: Summary;
}

const read = (name: string): Input => {
  const lines = readFileSync(join(folder("inputs"), `${name}.ndjson`), "utf8")
    .trimEnd()
    .split("\n")
    .map((line): unknown => JSON.parse(line));
  return {
    name,
    run: Schema.decodeUnknownSync(Run)(lines[0]),
    lines: lines.slice(1, -1).map((line) => JSON.stringify(line)),
    summary: Schema.decodeUnknownSync(Summary)(lines.at(-1)),
  };
};

const withProgram = <A>(
  tool: string,
  use: <I, P>(program: Program<I, P>, presenter: Presenter<P>) => A,
): A => {
  switch (tool) {
    case "bq-profile":
      return use(Profile.program(Profile.defaults), ProfilePresenter.presenter);
    case "bq-schema-diff":
      return use(SchemaDiff.program(), SchemaDiffPresenter.presenter);
    default:
      return use(TableCompare.program(TableCompare.defaults), TableComparePresenter.presenter);
  }
};

const render = ({ run, lines, summary }: Input, format: Format, { appearance }: Form): Promise<string> => {
  const renderer = renderers[format];
  if (renderer._tag === "Live") {
    const parts = [renderer.opening(run), ...lines.map(renderer.result), renderer.closing(summary)];
    return Promise.resolve(parts.join(""));
  }
  return withProgram(run.tool, (program, presenter) => {
    const decode = Batch.decoder(program);
    const results = Stream.mapEffect(Stream.fromIterable(lines), (line) => Effect.orDie(decode(line)));
    const rendered = Effect.gen(function* () {
      const report = {
        program,
        presenter,
        run,
        summary,
        broken: summary.different,
        results,
        lines: Stream.fromIterable(lines),
      };
      return yield* Stream.mkString(renderer.render(report, { color: false, ...appearance }));
    });
    return Effect.runPromise(rendered);
  });
};

export interface Golden {
  /** `profile-batch/text.txt` */
  readonly name: string;
  readonly format: Format;
  readonly path: string;
  readonly render: () => Promise<string>;
}

/** The names of the inputs. */
export const inputs: ReadonlyArray<string> = readdirSync(folder("inputs"))
  .map((file) => file.replace(/\.ndjson$/, ""))
  .sort();

/** Every format of every input. */
export const goldens: ReadonlyArray<Golden> = inputs.map(read).flatMap((input) =>
  formatsOf(input.run.tool).flatMap((format) =>
    forms[format].map((form) => ({
      name: `${input.name}/${form.file}`,
      format,
      path: join(folder("reports"), input.name, form.file),
      render: () => render(input, format, form),
    })),
  ),
);

/** The text reports of all inputs for a terminal. */
export const texts = (appearance: Partial<Appearance>): ReadonlyArray<Promise<string>> =>
  inputs.map((name) => render(read(name), "text", { file: "", appearance }));

/** Writes all golden reports. */
export const regenerate = async (): Promise<void> => {
  rmSync(folder("reports"), { recursive: true, force: true });
  for (const golden of goldens) {
    mkdirSync(dirname(golden.path), { recursive: true });
    writeFileSync(golden.path, await golden.render());
  }
};

if (import.meta.main) await regenerate();
