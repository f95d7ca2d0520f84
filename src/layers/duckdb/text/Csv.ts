/** Reads delimited text into a table. */
import { Effect } from "effect";
import type { LocalFiles } from "../../../domain/TableReference.ts";
import { type DataFiles, literals } from "../DataFiles.ts";
import { dialect } from "../dialect/Dialect.ts";
import { classify, isDataFault, isTypeConflict } from "../Errors.ts";
import type { Answer, Session } from "../Session.ts";
import { detect, diagnose, isEmpty, type Layout, options, ordinary } from "./CsvLayout.ts";
import { head } from "./FileHead.ts";

/** A table that was made of text files. */
export interface Staged {
  readonly names: Answer["names"];
  readonly types: Answer["types"];
  readonly rows: number;
  /** The names that the data has, where it is known. */
  readonly originals?: ReadonlyArray<string>;
}

/** Makes the table `target` of the files. Its `originals` are the column names as the first file's header has them. */
export const stage = Effect.fn("DuckDb.csv")(function* (
  session: Session,
  target: string,
  data: DataFiles,
  reference: LocalFiles,
) {
  // An empty part of many adds no rows, and has no columns that could differ.
  const files = data.files.filter((file) => file.bytes > 0);
  const first = files[0];
  if (first === undefined) return yield* isEmpty(data.files[0]!, reference);
  const source = {
    session,
    file: first,
    head: yield* head(first.path),
    isTsv: data.format === "tsv",
    reference,
  };

  const run = (layout: Layout) =>
    load(session, target, [
      literals(files),
      ...options(layout),
      ...(data.isGlob ? ["union_by_name=true"] : ["hive_partitioning=false"]),
    ]);

  const likely = data.isGlob ? undefined : ordinary(source);
  if (likely !== undefined) {
    const staged = yield* run(likely).pipe(
      Effect.catchIf(
        (fault) => isDataFault(fault.text),
        () => Effect.succeed(undefined),
      ),
      Effect.mapError((fault) => classify(fault.text, reference)),
    );
    if (staged?.names.length === likely.names.length)
      return { ...staged, originals: likely.names } satisfies Staged;
  }
  const layout = yield* detect(source);
  const staged = yield* Effect.catchAll(run(layout), (fault) => diagnose(fault, source, files, layout));
  return { ...staged, ...(layout.names === undefined ? {} : { originals: layout.names }) } satisfies Staged;
});

/** Makes the table by read_csv with these arguments. */
const load = Effect.fn(function* (session: Session, target: string, given: ReadonlyArray<string>) {
  const create = (more: ReadonlyArray<string>) =>
    Effect.as(
      session.run(
        `CREATE OR REPLACE TABLE ${target} AS SELECT * FROM read_csv(${[...given, ...more].join(", ")})`,
      ),
      more,
    );
  // What the first 20,480 rows say of the types may not hold for the rest.
  const more = yield* Effect.catchIf(
    create([]),
    (fault) => isTypeConflict(fault.text),
    () => create(["sample_size=-1"]),
  );
  const { names, types } = yield* session.read(`SELECT * FROM ${target} LIMIT 0`);
  const { rows, large } = yield* look(session, target, names, types);
  if (large.length === 0) return { names, types, rows };
  const asIntegers = `types={${large.map((name) => `${dialect.string(name).text}: 'HUGEINT'`).join(", ")}}`;
  // They may be floats that are whole by chance, and written as such: then they stay floats.
  yield* Effect.catchAll(create([...more, asIntegers]), () => create(more));
  const again = yield* session.read(`SELECT * FROM ${target} LIMIT 0`);
  return { names: again.names, types: again.types, rows };
});

/** Counts the rows, and finds the columns that were taken for floats although they are integers, some beyond INT64. */
const look = Effect.fn(function* (
  session: Session,
  target: string,
  names: Answer["names"],
  types: Answer["types"],
) {
  const floats = names.filter((_, i) => String(types[i]) === "DOUBLE");
  const tests = floats.map((name) => {
    const x = dialect.identifier(name).text;
    return `max(abs(${x})) >= 9223372036854775808 AND bool_and(isfinite(${x}) AND ${x} = trunc(${x}))`;
  });
  const { rows } = yield* session.read(`SELECT ${["count(*)", ...tests].join(", ")} FROM ${target}`);
  const [count, ...answers] = rows[0]!;
  return { rows: Number(count), large: floats.filter((_, i) => answers[i] === true) };
});
