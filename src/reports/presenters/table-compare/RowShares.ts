/** How many rows are the same, changed, and on one side only, and which column would pair the rows of one side. */
import { quoted } from "../../../domain/Phrases.ts";
import type { Comparison } from "../../../programs/table-compare/Comparison.ts";
import type { Block } from "../../Document.ts";
import type { RowShares } from "../../Drawing.ts";

type Rows = NonNullable<Comparison["rows"]>;

/** Unread rows, and rows that another pairing would match, may also be the same. */
export const isSameAtLeast = ({ unread, changedAtMost }: Rows): boolean =>
  unread !== undefined || changedAtMost === true;

export const rowShares = ({ rows, compared }: Comparison, same: string): ReadonlyArray<RowShares> => {
  if (rows === undefined || rows.same + (rows.changed ?? 0) + rows.onlyA + rows.onlyB === 0) return [];
  const unread = rows.unread === undefined ? {} : { bound: "≥" as const };
  const changed = rows.unread === undefined && rows.changedAtMost === true ? { bound: "≤" as const } : unread;
  return [
    {
      _tag: "RowShares",
      title: `Rows${compared.onlyA.length + compared.onlyB.length > 0 ? " by the columns of both" : ""}`,
      parts: [
        {
          kind: "same",
          label: same,
          count: rows.same,
          ...(isSameAtLeast(rows) ? { bound: "≥" as const } : {}),
        },
        ...(rows.changed === null
          ? []
          : [{ kind: "changed" as const, label: "Changed", count: rows.changed, ...changed }]),
        { kind: "a", label: "Only in A", count: rows.onlyA, ...unread },
        { kind: "b", label: "Only in B", count: rows.onlyB, ...unread },
      ],
    },
  ];
};

/** Names the column whose values are unique and never NULL on both sides, if rows were compared without a key. */
export const keyHint = ({ rows, statistics = [], compared }: Comparison): ReadonlyArray<Block> => {
  if (rows === undefined || rows.key.length > 0 || rows.onlyA === 0 || rows.onlyB === 0) return [];
  const unique = new Set(
    statistics
      .filter(({ figures }) => {
        const both = (name: string, value: number): boolean =>
          figures.some(
            ({ statistic, a, b, exact }) => statistic === name && exact && a === value && b === value,
          );
        return both("uniqueness", 1) && both("nulls", 0);
      })
      .map(({ column }) => column),
  );
  const key = compared.columns.find((name) => unique.has(name));
  if (key === undefined) return [];
  const option = /^[\w.]+$/.test(key) ? key : quoted(key);
  const text = `--key ${option} would show changed values: its values are unique on both sides. Without a key, a changed row counts once in A and once in B.`;
  return [{ _tag: "Finding", severity: "notice", subject: key, text }];
};
