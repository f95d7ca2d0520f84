/** The diff with A and B exchanged, except for classes and directional text. */
import type { Change, SchemaDiff } from "../../../src/programs/schema-diff/SchemaDiff.ts";

/** The text of a change that is independent of its direction. */
export const essence = (change: Change): string => {
  const { attribute, path, oldPath, before, after, placeBefore, placeAfter, fieldBefore, fieldAfter } =
    change;
  return JSON.stringify([
    attribute,
    oldPath ?? path,
    path,
    before,
    after,
    placeBefore ?? null,
    placeAfter ?? null,
    fieldBefore ?? null,
    fieldAfter ?? null,
  ]);
};

const exchanged = (change: Change): Change => ({
  ...change,
  path: change.oldPath ?? change.path,
  ...(change.path === null ? {} : { oldPath: change.path }),
  before: change.after,
  after: change.before,
  ...swap("place", change.placeBefore, change.placeAfter),
  ...swap("field", change.fieldBefore, change.fieldAfter),
});

const swap = (key: "place" | "field", before: unknown, after: unknown): Partial<Change> => ({
  [`${key}Before`]: after,
  [`${key}After`]: before,
});

const summary = ({ compared, counts, perhapsRenamed }: SchemaDiff, isExchanged: boolean) => ({
  compared,
  total: counts.safe + counts.breaking + counts.metadata,
  perhapsRenamed: perhapsRenamed
    .map(({ from, to, ...more }) => JSON.stringify({ pair: isExchanged ? [to, from] : [from, to], ...more }))
    .sort(),
});

export const forwards = (diff: SchemaDiff) => ({
  ...summary(diff, false),
  changes: diff.changes.map(essence).sort(),
});

export const backwards = (diff: SchemaDiff) => ({
  ...summary(diff, true),
  changes: diff.changes.map(exchanged).map(essence).sort(),
});
