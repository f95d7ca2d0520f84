/** Stated renames that a pair cannot have. */
import * as FieldPath from "../../../domain/FieldPath.ts";
import { didYouMean } from "../../../domain/Suggestion.ts";
import { type TableSchema, walk } from "../../../domain/TableSchema.ts";
import type { Rename } from "../Options.ts";

export interface MapProblem {
  readonly detail: string;
  readonly remedy: string;
}

/** One problem per rename whose old field is not in A, whose new field is not in B, or that changes the parent. */
export const checkMap = (
  a: TableSchema,
  b: TableSchema,
  renames: ReadonlyArray<Rename>,
): ReadonlyArray<MapProblem> =>
  renames.flatMap(({ from, to }) => {
    const old = find(a, from);
    if (old === undefined) return [missing("A", from, names(a))];
    const bare = find(b, to) ?? walk(b).find(({ field }) => leaf(field.name) === to.toLowerCase());
    if (bare === undefined) return [missing("B", to, names(b))];
    return old.path.length === bare.path.length
      ? []
      : [
          {
            detail: `"${from}" and "${to}" have different parents`,
            remedy: "map fields of the same STRUCT only",
          },
        ];
  });

const leaf = (name: string): string => FieldPath.format([FieldPath.name(name)]).toLowerCase();

const find = (schema: TableSchema, path: string) =>
  walk(schema).find(({ name }) => name.toLowerCase() === path.toLowerCase());

const names = (schema: TableSchema): ReadonlyArray<string> => walk(schema).map(({ name }) => name);

const missing = (side: "A" | "B", path: string, known: ReadonlyArray<string>): MapProblem => ({
  detail: `--map: ${side} has no field "${path}"`,
  remedy: didYouMean(path, known) ?? "map a field of A to a field of B: old=new",
});
