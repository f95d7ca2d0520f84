/** A kind of change: its id is stable, and its class follows BigQuery's rules for modifying schemas. */

/**
 * `safe`: BigQuery makes the change in place, and readers and writers keep working. `breaking`: BigQuery rejects it
 * in place, or a reader or writer may fail or see different values. `metadata`: no effect on rows or queries.
 */
export type Class = "safe" | "breaking" | "metadata";

export interface Rule {
  readonly class: Class;
  /** The attribute that differs; `--ignore` accepts this name for all of its rules. */
  readonly attribute: string;
  readonly on: "field" | "table";
  /** Why it has its class, in one line. */
  readonly explanation: string;
  /** A change of this kind, for the docs. */
  readonly example: string;
}

export const define = <const R extends Readonly<Record<string, Rule>>>(rules: R): R => rules;
