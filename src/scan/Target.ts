/** The rows that a statement reads: its FROM clause and its condition. */
import type { TableReference } from "../domain/TableReference.ts";
import type { Dialect } from "../sql/Dialect.ts";
import { condition, join, type Sql, word } from "../sql/Sql.ts";

export interface Target {
  /** The table, with the alias `rowAlias`. */
  readonly from: Sql;
  readonly where: Sql | undefined;
  /** A sample of the rows, if the engine has one that reads few of them; the same for any number of threads. */
  readonly sampled?: (share: number) => Target & { readonly where: Sql; readonly number: Sql };
}

/** The alias of a row in statements. */
export const rowAlias = word("bqkit_r");

export interface TargetOptions {
  /** The user's conditions, joined by AND. */
  readonly conditions: ReadonlyArray<string>;
  /** The resolved `--partitions`. */
  readonly partitions: Sql | undefined;
  readonly asOf?: string | undefined;
  readonly samplePercent?: number | undefined;
}

export const targetOf = (reference: TableReference, dialect: Dialect, options: TargetOptions): Target => {
  const { partitions, asOf, samplePercent } = options;
  const conditions = [
    ...options.conditions.map(condition),
    ...(partitions === undefined ? [] : [partitions]),
  ];
  const target: Target = {
    from: dialect.from(reference, {
      alias: rowAlias,
      ...(asOf === undefined ? {} : { asOf }),
      ...(samplePercent === undefined ? {} : { samplePercent }),
    }),
    where: conditions.length === 0 ? undefined : join(conditions, " AND "),
  };
  const sampledTable = dialect.scansAreFree && samplePercent === undefined ? dialect.sampledTable : undefined;
  if (sampledTable === undefined) return target;
  const sampled = (share: number) => {
    const { from, condition, number } = sampledTable(reference, share, rowAlias);
    return { from, where: join([condition, ...conditions], " AND "), number };
  };
  return { ...target, sampled };
};
