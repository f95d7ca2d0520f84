/** Shows Parquet files as a view. */
import { Effect } from "effect";
import type { LocalFiles } from "../../domain/TableReference.ts";
import { BigQueryError } from "../../services/BigQueryError.ts";
import { type DataFiles, literal, literals, shortName } from "./DataFiles.ts";
import type { Session } from "./Session.ts";
import { selectList } from "./Types.ts";

/** Makes the view `target`. Gives its columns as the files have them, and what their footers say. */
export const show = Effect.fn("DuckDb.parquet")(function* (
  session: Session,
  target: string,
  data: DataFiles,
  reference: LocalFiles,
) {
  const list = literals(data.files);
  // One encrypted column would end the whole engine when it is read.
  const encrypted = yield* session.read(
    `SELECT file_name FROM parquet_file_metadata(${list}) WHERE encryption_algorithm IS NOT NULL LIMIT 1`,
  );
  if (encrypted.rows.length > 0) {
    return yield* BigQueryError.of(
      "unsupported",
      `${shortName(String(encrypted.rows[0]![0]))} is encrypted`,
      {
        reference,
        remedy: "write it again without encryption",
      },
    );
  }
  const options = data.isGlob ? "union_by_name=true" : "hive_partitioning=false";
  const relation = `read_parquet(${list}, ${options})`;
  const { names, types } = yield* session.read(`SELECT * FROM ${relation} LIMIT 0`);
  yield* session.run(`CREATE VIEW ${target} AS SELECT ${selectList(names, types)} FROM ${relation}`);
  const counted = yield* session.read(`SELECT sum(num_rows)::BIGINT FROM parquet_file_metadata(${list})`);
  const columns = yield* topLevel(session, data);
  return {
    names,
    types,
    rows: Number(counted.rows[0]![0] ?? 0),
    originals: columns.map((column) => column.name),
    required: columns.map((column) => column.required),
  };
});

/** Names and modes of the first file's columns, in order. None for several files, which need not agree. */
const topLevel = Effect.fn(function* (session: Session, data: DataFiles) {
  if (data.files.length > 1) return [];
  const { rows } = yield* session.read(
    `SELECT name, num_children, repetition_type FROM parquet_schema(${literal(data.files[0]!.path)})`,
    Number.MAX_SAFE_INTEGER,
  );
  const columns: Array<{ readonly name: string; readonly required: boolean }> = [];
  // The rows are the tree in order; what lies below a column is passed over.
  let below = 0;
  for (const [name, children, repetition] of rows.slice(1)) {
    if (below === 0) columns.push({ name: String(name), required: repetition === "REQUIRED" });
    else below -= 1;
    below += Number(children ?? 0);
  }
  return columns;
});
