/** Pairs the rows of a key to minimize the number of differing rows, then the number of differing columns. */
import type { ComparedColumn } from "../columns/Columns.ts";
import { assign } from "./Assignment.ts";
import { type Closeness, closenessOf, type Magnitude, sweepColumn } from "./Closeness.ts";

/** A distinct row of the key, with its number of copies on each side. */
export interface KeyRow {
  readonly a: number;
  readonly b: number;
  /** One text per column that identifies its value; for a number with a tolerance, its digits. */
  readonly i: ReadonlyArray<string | null>;
}

/** A pair of rows of A and B, by position in the list, with its number of copies. */
export interface PairOfRows {
  readonly a: number;
  readonly b: number;
  readonly copies: number;
}

export interface Pairing {
  /** The pairs that differ. */
  readonly changed: ReadonlyArray<PairOfRows>;
}

interface Counted {
  readonly row: number;
  copies: number;
}

/** Pairs two lists in order, up to a number of copies. */
const inOrder = (
  a: ReadonlyArray<Counted>,
  b: ReadonlyArray<Counted>,
  most: number,
): ReadonlyArray<PairOfRows> => {
  const pairs: Array<PairOfRows> = [];
  let [i, j, usedA, usedB, left] = [0, 0, 0, 0, most];
  while (i < a.length && j < b.length && left > 0) {
    const copies = Math.min(a[i]!.copies - usedA, b[j]!.copies - usedB, left);
    if (copies > 0) pairs.push({ a: a[i]!.row, b: b[j]!.row, copies });
    [usedA, usedB, left] = [usedA + copies, usedB + copies, left - copies];
    if (usedA >= a[i]!.copies) [i, usedA] = [i + 1, 0];
    if (usedB >= b[j]!.copies) [j, usedB] = [j + 1, 0];
  }
  return pairs;
};

export class KeyRows {
  readonly #closeness: ReadonlyArray<Closeness | undefined>;
  readonly #magnitudes: ReadonlyArray<ReadonlyArray<Magnitude>>;

  constructor(
    readonly rows: ReadonlyArray<KeyRow>,
    readonly compared: ReadonlyArray<ComparedColumn>,
  ) {
    this.#closeness = compared.map(closenessOf);
    this.#magnitudes = rows.map(({ i }) =>
      this.#closeness.map((close, column) => close?.magnitude(i[column] ?? null)),
    );
  }

  /** The columns in which two rows differ. */
  differing(a: number, b: number): ReadonlyArray<number> {
    if (a === b) return [];
    const [one, other] = [this.rows[a]!.i, this.rows[b]!.i];
    return this.compared.flatMap((_, i) =>
      one[i] === other[i] ||
      this.#closeness[i]?.within(this.#magnitudes[a]![i], this.#magnitudes[b]![i]) === true
        ? []
        : [i],
    );
  }

  #changed(pairs: ReadonlyArray<PairOfRows>): Pairing {
    return { changed: pairs.filter(({ a, b }) => this.differing(a, b).length > 0) };
  }

  /** The statement's pairing: equal rows cancel out, the others are paired in the order of the list. */
  ordered(most: number): Pairing {
    const surplus = (sign: 1 | -1) =>
      this.rows.flatMap(({ a, b }, row) => (sign * (a - b) > 0 ? [{ row, copies: sign * (a - b) }] : []));
    return this.#changed(inOrder(surplus(1), surplus(-1), most));
  }

  /** The optimal pairing, for few rows. */
  assigned(): Pairing {
    const expand = (side: "a" | "b") =>
      this.rows.flatMap((row, at) => Array.from({ length: row[side] }, () => at));
    const [a, b] = [expand("a"), expand("b")];
    // Another differing pair costs more than all columns of all pairs.
    const perPair = (this.compared.length + 1) * (Math.min(a.length, b.length) + 1);
    const costs = a.map((one) =>
      b.map((other) => {
        const { length } = this.differing(one, other);
        return length === 0 ? 0 : perPair + length;
      }),
    );
    const pairs = assign(costs).flatMap((j, i) => (j < 0 ? [] : [{ a: a[i]!, b: b[j]!, copies: 1 }]));
    return this.#changed(pairs);
  }

  /** Undefined unless rows can be paired by the order of a single column with a tolerance. */
  swept(): Pairing | undefined {
    const column = sweepColumn(this.compared);
    if (column === undefined) return undefined;
    const { within } = this.#closeness[column]!;
    const left = { a: this.rows.map(({ a }) => a), b: this.rows.map(({ b }) => b) };
    const of = (row: number) => this.#magnitudes[row]![column];
    const classes = Map.groupBy(this.rows.keys(), (row) =>
      JSON.stringify(
        this.rows[row]!.i.map((text, i) => (i === column && of(row) !== undefined ? "" : [text])),
      ),
    );
    for (const members of classes.values()) {
      const sorted = members.sort((x, y) => (of(x)! < of(y)! ? -1 : of(x)! > of(y)! ? 1 : 0));
      let [i, j] = [0, 0];
      while (i < sorted.length && j < sorted.length) {
        const [x, y] = [sorted[i]!, sorted[j]!];
        if (left.a[x] === 0) i += 1;
        else if (left.b[y] === 0) j += 1;
        else if (x === y || within(of(x), of(y))) {
          const copies = Math.min(left.a[x]!, left.b[y]!);
          left.a[x]! -= copies;
          left.b[y]! -= copies;
        } else if (of(x)! < of(y)!) i += 1;
        else j += 1;
      }
    }
    const rest = (side: "a" | "b") =>
      left[side].flatMap((copies, row): ReadonlyArray<Counted> => (copies > 0 ? [{ row, copies }] : []));
    return this.#changed(inOrder(rest("a"), rest("b"), Number.POSITIVE_INFINITY));
  }
}
