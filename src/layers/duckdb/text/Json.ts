/** Reads JSON (an array, or one object after another) into a table. */
import { Effect } from "effect";
import type { LocalFiles } from "../../../domain/TableReference.ts";
import { BigQueryError } from "../../../services/BigQueryError.ts";
import { type DataFiles, literals, shortName } from "../DataFiles.ts";
import { classify } from "../Errors.ts";
import type { Session } from "../Session.ts";
import type { Staged } from "./Csv.ts";

/**
 * Makes the table `target` of the files. All rows are looked at for names and types: a key that only the last row has is
 * a column too.
 */
export const stage = Effect.fn("DuckDb.json")(function* (
  session: Session,
  target: string,
  data: DataFiles,
  reference: LocalFiles,
) {
  const files = data.files.filter((file) => file.bytes > 0);
  const empty = (what: string) =>
    BigQueryError.of("invalidData", `${shortName(data.files[0]!.path)} ${what}`, { reference });
  if (files.length === 0) return yield* empty("is empty");
  const options = ["sample_size=-1", ...(data.isGlob ? ["union_by_name=true"] : ["hive_partitioning=false"])];
  const create = (more: ReadonlyArray<string>) =>
    session.run(
      `CREATE OR REPLACE TABLE ${target} AS SELECT * FROM read_json(${[literals(files), ...options, ...more].join(", ")})`,
    );
  const look = () => session.read(`SELECT * FROM ${target} LIMIT 0`);

  const seen = yield* create([]).pipe(
    // Keys of an inner object that differ in case alone cannot be fields of a STRUCT: inner values stay JSON.
    Effect.catchIf(
      (fault) => fault.text.includes("Duplicate name"),
      () => create(["maximum_depth=1"]),
    ),
    Effect.andThen(look),
    Effect.flatMap((answer) =>
      // Objects with more than 200 keys are taken for maps, the rows themselves too.
      isOneMap(answer.names, String(answer.types[0]))
        ? Effect.andThen(create(["map_inference_threshold=-1", "field_appearance_threshold=0"]), look)
        : Effect.succeed(answer),
    ),
    Effect.mapError((fault) => classify(fault.text, reference)),
  );
  const rows = yield* Effect.mapError(session.read(`SELECT count(*) FROM ${target}`), (fault) =>
    classify(fault.text, reference),
  );
  const count = Number(rows.rows[0]![0]);
  if (count === 0 && seen.names.length === 1 && seen.names[0] === "json") {
    return yield* empty("holds no records, and so no columns");
  }
  return { names: seen.names, types: seen.types, rows: count } satisfies Staged;
});

const isOneMap = (names: ReadonlyArray<string>, type: string): boolean =>
  names.length === 1 && names[0] === "json" && type.startsWith("MAP");
