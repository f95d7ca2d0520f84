/** Whether a line of DDL covers a change. */

import type { Change, DdlLine } from "../../../src/programs/schema-diff/SchemaDiff.ts";
import { identifier } from "../../../src/sql/GoogleSql.ts";

/** As a comment writes it. */
const written = (text: string): string =>
  text.replace(
    /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

const words: Readonly<Record<string, ReadonlyArray<string>>> = {
  "table-type": ["table-type"],
  "primary-key": ["PRIMARY KEY", "primary key"],
  "foreign-keys": ["FOREIGN KEY", "CONSTRAINT", "foreign key"],
  "partition-filter": ["require_partition_filter", "partition-filter"],
  "partition-expiration": ["partition_expiration_days", "partition-expiration"],
  "friendly-name": ["friendly_name"],
  expiration: ["expiration_timestamp"],
  "default-collation": ["DEFAULT COLLATE"],
  "default-rounding-mode": ["default_rounding_mode"],
};

/** Whether the line covers the change. A statement sets the whole type of a column. */
export const names = ({ kind, text }: DdlLine, { path, oldPath, attribute }: Change): boolean => {
  if (path === null) return [attribute, ...(words[attribute] ?? [])].some((word) => text.includes(word));
  return [path, oldPath ?? path].some((one) =>
    kind === "comment"
      ? // A statement above can have renamed the column to the case of B.
        [one, columnOf(one)].some((name) => text.toLowerCase().includes(`\`${written(name)}\``.toLowerCase()))
      : text.includes(identifier(columnOf(one)).text),
  );
};

/** The name of the column that a path is in. */
const columnOf = (path: string): string => {
  const quoted = /^`((?:[^`]|``)*)`/s.exec(path)?.[1];
  return quoted === undefined ? /^[^.[]*/s.exec(path)![0] : quoted.replaceAll("``", "`");
};
