/** Differences in the tables' metadata, which do not affect the verdict. */
import type { Comparison } from "../../../programs/table-compare/Comparison.ts";
import type { TableFacts } from "../../../scan/TableFacts.ts";
import type { Block } from "../../Document.ts";
import * as Document from "../../Document.ts";

const shown: ReadonlyArray<readonly [label: string, of: (facts: TableFacts) => string | null]> = [
  ["type", ({ type }) => type],
  ["engine", ({ engine }) => engine],
  ["location", ({ location }) => location],
  ["read as", ({ reading }) => reading ?? null],
  ["partitioning", ({ partitioning }) => partitioning],
  ["clustering", ({ clustering }) => clustering.join(", ") || null],
  ["expires", ({ expires }) => expires],
  ["description", ({ description }) => description],
  [
    "labels",
    ({ labels }) =>
      Object.entries(labels)
        .map(([name, value]) => `${name}=${value}`)
        .sort()
        .join(", ") || null,
  ],
];

export const metadataTable = ({ a, b }: Comparison): ReadonlyArray<Block> => {
  const rows = shown.flatMap(([label, of]) => {
    const [one, other] = [of(a.table), of(b.table)];
    return one === other
      ? []
      : [[Document.text(label), Document.text(one ?? "none"), Document.text(other ?? "none")]];
  });
  if (rows.length === 0) return [];
  const columns = ["metadata", "A", "B"].map((title) => ({ title, align: "left" as const }));
  return [{ _tag: "Table", title: "Different metadata", columns, rows }];
};
