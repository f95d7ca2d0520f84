/**
 * Truncates the values of sample rows before they are fetched, because a single value can exceed the memory.
 */
import { elementOf, type Field, hasNanoseconds } from "../../../domain/TableSchema.ts";
import { type Dialect, textLimit } from "../../../sql/Dialect.ts";
import { integer, join, type Sql, sql, word } from "../../../sql/Sql.ts";

/**
 * The approximate limit of characters and bytes in the scalars of a
 * row; its arrays may exceed it several times.
 */
const rowLimit = 100_000;
/** The maximum number of elements in an array, and in a nested array. */
const elements = (depth: number): number => (depth === 0 ? 1000 : 10);

type Pieces = Pick<Dialect, "identifier" | "encode">;

/** The number of scalars and arrays in a field. */
const leaves = (field: Field): number =>
  field.type === "STRUCT" && field.mode !== "REPEATED"
    ? (field.fields ?? []).reduce((sum, inner) => sum + leaves(inner), 0)
    : 1;

/**
 * The columns with strings and bytes truncated to 1,000 characters or
 * bytes, or fewer if the row has many columns.
 */
export const shorten =
  ({ identifier, encode }: Pieces) =>
  (columns: ReadonlyArray<readonly [x: Sql, field: Field]>): ReadonlyArray<Sql> => {
    const all = columns.reduce((sum, [, field]) => sum + leaves(field), 0);
    const share = rowLimit / Math.max(1, all);
    const limitOf = (depth: number) =>
      integer(Math.max(1, Math.floor(Math.min(textLimit, depth === 0 ? share : share / 20))));
    const cut = (x: Sql, field: Field, depth: number): Sql | undefined => {
      const limit = limitOf(depth);
      if (field.mode === "REPEATED") {
        const e = word(`e${depth}`);
        const element = cut(e, elementOf(field), depth + 1);
        const some = sql`${x}[1:${integer(elements(depth))}]`;
        return element === undefined ? some : sql`list_transform(${some}, lambda ${e}: ${element})`;
      }
      switch (field.type) {
        case "STRUCT": {
          const fields = (field.fields ?? []).map((inner) => {
            const name = identifier(inner.nativeName ?? inner.name);
            return { name, x: sql`${x}.${name}`, inner };
          });
          const entries = fields.map((entry) => ({ ...entry, cut: cut(entry.x, entry.inner, depth) }));
          if (entries.every((entry) => entry.cut === undefined)) return undefined;
          const packed = entries.map((entry) => sql`${entry.name} := ${entry.cut ?? entry.x}`);
          return sql`CASE WHEN ${x} IS NOT NULL THEN struct_pack(${join(packed, ", ")}) END`;
        }
        case "STRING":
        case "GEOGRAPHY":
        case "RANGE":
          return sql`substr(${x}, 1, ${limit})`;
        case "BYTES":
          return sql`${x}[1:${limit}]`;
        case "JSON":
          // A truncated document is a string.
          return sql`CASE WHEN strlen(CAST(${x} AS VARCHAR)) > ${limit} THEN to_json(substr(CAST(${x} AS VARCHAR), 1, ${limit})) ELSE ${x} END`;
        default:
          return hasNanoseconds(field) ? encode(x, "value", field) : undefined;
      }
    };
    return columns.map(([x, field]) => cut(x, field, 0) ?? x);
  };
