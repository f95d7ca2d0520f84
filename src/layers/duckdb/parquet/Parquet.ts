/** Creates a view of Parquet files. */
import { DuckDBTypeId } from "@duckdb/node-api/lib/DuckDBTypeId.js";
import { Effect } from "effect";
import type { LocalFiles } from "../../../domain/TableReference.ts";
import { type Field, nullType, typeText, walk } from "../../../domain/TableSchema.ts";
import { BigQueryError } from "../../../services/BigQueryError.ts";
import { dialect } from "../dialect/Dialect.ts";
import { type DataFiles, literals, shortName } from "../files/DataFiles.ts";
import { changeField } from "../Leaves.ts";
import { numberColumn, rowNumber } from "../Numbered.ts";
import { byPosition } from "../OriginalNames.ts";
import type { Session } from "../Session.ts";
import { fieldOf, shown } from "../Types.ts";
import * as Partitions from "../text/Partitions.ts";
import * as Views from "../Views.ts";
import * as Exact from "./Exact.ts";
import { type Footer, read, renamed } from "./Footer.ts";

const maxAtOnce = 16;

/**
 * Creates the views of `target`. Returns its columns with the names in the
 * files, and the number of rows in the footers.
 */
export const show = Effect.fn("DuckDb.parquet")(function* (
  session: Session,
  target: string,
  data: DataFiles,
  reference: LocalFiles,
) {
  const sources = yield* Effect.forEach(
    data.files,
    (file) =>
      Effect.mapBoth(read(file.path), {
        onFailure: refused(shortName(file.path), reference),
        onSuccess: (footer): Exact.Source => ({ file, footer }),
      }),
    { concurrency: maxAtOnce },
  );
  const partitions = yield* Partitions.of(data, reference);
  yield* assertAlike(session, sources, reference);
  const plan = yield* Effect.catchTag(
    Exact.plan(session, sources),
    "FooterProblem",
    refused(data.isGlob ? reference.path : shortName(data.files[0]!.path), reference),
  );
  const options = [
    `hive_partitioning=${partitions.length > 0}`,
    "hive_types_autocast=false",
    // Files that match may have different types in DuckDB: INTEGER and BIGINT.
    `union_by_name=${bySchema(sources).size > 1}`,
  ];
  const files = plan.paths.map((path) => ({ path, bytes: 0, modifiedMs: 0 }));
  const relation = `read_parquet(${[literals(files), ...options].join(", ")})`;
  const found = yield* session.read(`SELECT * FROM ${relation} LIMIT 0`);
  const columns = found.names.slice(0, found.names.length - partitions.length);
  const top = sources[0]!.footer.elements.filter(({ depth }) => depth === 0);
  yield* Partitions.assertNew(
    partitions,
    top.map(({ name }) => name),
    reference,
  );

  const own = columns.map((name, i) => {
    const x = dialect.identifier(name).text;
    // Parquet has no times in other zones than UTC.
    const isTime = found.types[i]!.typeId === DuckDBTypeId.TIME_TZ;
    return [x, `${plan.expressions.get(name) ?? (isTime ? `CAST(${x} AS TIME)` : x)} AS ${x}`] as const;
  });
  const typed = yield* Partitions.typed(session, partitions);
  const folders = typed.map(({ name, text }) => {
    const x = dialect.identifier(name).text;
    return [x, `${text} AS ${x}`] as const;
  });
  const stored = [...own, ...folders];
  const { names, types } = yield* session.read(
    `SELECT ${stored.map(([, x]) => x).join(", ")} FROM ${relation} LIMIT 0`,
  );
  const number = numberColumn(found.names, "parquet");
  const source: Views.Source = {
    columns: names.map((name, i) => {
      const x = dialect.identifier(name).text;
      return [x, shown(x, types[i]!) ?? x];
    }),
    number: rowNumber,
    from: (kept, isNumbered) => {
      const list = stored.flatMap(([name, x]) => (kept.has(name) ? [x] : []));
      return `(SELECT ${[...list, ...(isNumbered ? [number] : [])].join(", ")} FROM ${relation})`;
    },
  };
  yield* Views.create(session, target, source);
  const firsts = Exact.firstLeaves(types);
  const fields = names.map((name, i) => {
    const isRequired = !data.isGlob && top[i]?.required === true;
    const field = fieldOf(name, types[i]!, isRequired ? "REQUIRED" : "NULLABLE");
    // Arrow writes this type for a column that contains only NULL.
    if (top[i]?.type.endsWith(" UNKNOWN") === true) return { ...field, nativeType: nullType };
    return changeField(field, plan.field, firsts[i]!);
  });
  return {
    source,
    fields: byPosition(fields, [...top.map(({ name }) => name), ...partitions.map(({ name }) => name)]),
    rows: sources.reduce((sum, { footer }) => sum + footer.rows, 0),
    notes: renamed(sources[0]!.footer).map(
      (name) => `${name}: shown with a number, because an earlier field differs only in case`,
    ),
  };
});

const refused =
  (subject: string, reference: LocalFiles) =>
  ({
    reason,
    what,
    remedy,
  }: {
    readonly reason: BigQueryError["reason"];
    readonly what: string;
    readonly remedy: string;
  }) =>
    BigQueryError.of(reason, `${subject}: ${what}`, { reference, remedy });

/** The first file of each schema. */
const bySchema = (sources: ReadonlyArray<Exact.Source>): ReadonlyMap<string, Exact.Source> =>
  new Map([...sources].reverse().map((source) => [signature(source.footer), source]));

const signature = ({ elements }: Footer): string =>
  JSON.stringify(elements.map(({ name, depth, type }) => [name, depth, type]));

/** Fails unless all files have the same columns, with the same types, in the same order. */
const assertAlike = Effect.fn(function* (
  session: Session,
  sources: ReadonlyArray<Exact.Source>,
  reference: LocalFiles,
) {
  const [first, ...others] = [...bySchema(sources).values()].sort(
    (a, b) => sources.indexOf(a) - sources.indexOf(b),
  );
  if (others.length === 0) return;
  const fieldsOf = Effect.fn(function* ({ file, footer }: Exact.Source) {
    const { names, types } = yield* session.read(
      `SELECT * FROM read_parquet(${literals([file])}, hive_partitioning=false) LIMIT 0`,
    );
    const top = footer.elements.filter(({ depth }) => depth === 0);
    return names.map((name, i) => fieldOf(top[i]?.name ?? name, types[i]!));
  });
  const expected = yield* fieldsOf(first!);
  for (const other of others) {
    const how = difference(expected, yield* fieldsOf(other));
    if (how !== undefined) {
      return yield* BigQueryError.of(
        "invalidData",
        `${shortName(other.file.path)} does not match ${shortName(first!.file.path)}: ${how}`,
        {
          reference,
          remedy: "use a pattern of files with the same columns and types in the same order",
        },
      );
    }
  }
});

const difference = (expected: ReadonlyArray<Field>, found: ReadonlyArray<Field>): string | undefined => {
  for (const [i, field] of expected.entries()) {
    const other = found[i];
    if (other === undefined) return `it has no column ${field.name}`;
    if (other.name !== field.name) return `its column ${i + 1} is ${other.name} instead of ${field.name}`;
    const [a, b] = [field, other].map((one) =>
      walk([one]).map(({ name, field: inner }) => [name, typeText(inner)]),
    );
    if (JSON.stringify(a) !== JSON.stringify(b))
      return `its column ${field.name} is ${typeText(other)} instead of ${typeText(field)}`;
  }
  const more = found[expected.length];
  return more === undefined ? undefined : `it has an additional column ${more.name}`;
};
