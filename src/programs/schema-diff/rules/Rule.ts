/** What a kind of change is: its id is stable, and its class follows BigQuery's rules for modifying schemas. */

/**
 * `safe`: BigQuery makes the change in place, and what reads or writes the table goes on working. `breaking`: it is
 * refused in place, or a reader or writer may fail or see other values. `metadata`: neither rows nor queries notice.
 */
export type Class = "safe" | "breaking" | "metadata";

export interface Rule {
  readonly class: Class;
  /** What differs; `--ignore` takes this name for all rules that have it. */
  readonly attribute: string;
  readonly on: "field" | "table";
  /** One line: why it is of its class. */
  readonly explanation: string;
  /** A change of this kind, for the docs. */
  readonly example: string;
}

export const define = <const R extends Readonly<Record<string, Rule>>>(rules: R): R => rules;
