/** Which changes `--ignore` and `--only` leave. */
import { pathMatcher } from "../../../domain/Pattern.ts";
import { type Field, walk } from "../../../domain/TableSchema.ts";
import type { DiffOptions } from "../Options.ts";
import type { Change, PerhapsRenamed } from "../SchemaDiff.ts";

export interface Selection {
  readonly wants: (change: Change) => boolean;
  readonly wantsRename: (rename: PerhapsRenamed) => boolean;
  /** Whether a field is selected. */
  readonly wantsPath: (path: string) => boolean;
  readonly wantsTable: boolean;
  /** Patterns that match none of the paths. */
  readonly unmatched: (paths: ReadonlyArray<string>) => ReadonlyArray<string>;
}

export const selection = ({ ignore, only }: Pick<DiffOptions, "ignore" | "only">): Selection => {
  const ignored = new Set<string>(ignore);
  const patterns = only.map((pattern) => ({ pattern, matches: pathMatcher(pattern) }));
  const anyOf = (paths: ReadonlyArray<string>): boolean =>
    patterns.length === 0 || patterns.some(({ matches }) => paths.some(matches));
  const wantsTable = patterns.length === 0;
  return {
    wants: (change) => {
      if (ignored.has(change.rule)) return false;
      return change.path === null ? wantsTable : anyOf(pathsOf(change));
    },
    wantsPath: (path) => anyOf([path]),
    wantsTable,
    wantsRename: ({ from, to }) => !(ignored.has("removed") && ignored.has("added")) && anyOf([from, to]),
    unmatched: (paths) => patterns.flatMap(({ pattern, matches }) => (paths.some(matches) ? [] : [pattern])),
  };
};

/** The change's own paths, and those of fields that it adds, removes or changes. */
const pathsOf = ({ path, oldPath, fieldBefore, fieldAfter }: Change): ReadonlyArray<string> => {
  const own = path ?? "";
  return [own, oldPath ?? own, ...below(own, fieldBefore), ...below(own, fieldAfter)];
};

const below = (path: string, field: Field | undefined): ReadonlyArray<string> => {
  const [head, ...rest] = field === undefined ? [] : walk([field]);
  return rest.map(({ name }) => path + name.slice(head!.name.length));
};
