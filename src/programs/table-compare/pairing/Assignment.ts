/** The assignment of rows to columns with minimum total cost, by the Hungarian algorithm in O(n² m). */

/** The column of each row; -1 for rows without one, if there are more rows than columns. */
export const assign = (costs: ReadonlyArray<ReadonlyArray<number>>): ReadonlyArray<number> => {
  const [n, m] = [costs.length, costs[0]?.length ?? 0];
  if (n > m) {
    const found = costs.map(() => -1);
    const transposed = Array.from({ length: m }, (_, j) => costs.map((row) => row[j]!));
    assign(transposed).forEach((i, j) => {
      found[i] = j;
    });
    return found;
  }
  // Potentials, and the row of each column; row and column 0 are sentinels.
  const u = new Float64Array(n + 1);
  const v = new Float64Array(m + 1);
  const rowOf = new Int32Array(m + 1);
  const before = new Int32Array(m + 1);
  for (let i = 1; i <= n; i += 1) {
    rowOf[0] = i;
    let column = 0;
    const least = new Float64Array(m + 1).fill(Number.POSITIVE_INFINITY);
    const used = new Uint8Array(m + 1);
    do {
      used[column] = 1;
      const row = rowOf[column]!;
      let [delta, next] = [Number.POSITIVE_INFINITY, 0];
      for (let j = 1; j <= m; j += 1) {
        if (used[j] === 1) continue;
        const cost = costs[row - 1]![j - 1]! - u[row]! - v[j]!;
        if (cost < least[j]!) [least[j], before[j]] = [cost, column];
        if (least[j]! < delta) [delta, next] = [least[j]!, j];
      }
      for (let j = 0; j <= m; j += 1) {
        if (used[j] === 1) {
          u[rowOf[j]!]! += delta;
          v[j]! -= delta;
        } else least[j]! -= delta;
      }
      column = next;
    } while (rowOf[column] !== 0);
    while (column !== 0) {
      const previous = before[column]!;
      rowOf[column] = rowOf[previous]!;
      column = previous;
    }
  }
  const found = costs.map(() => -1);
  for (let j = 1; j <= m; j += 1) if (rowOf[j] !== 0) found[rowOf[j]! - 1] = j - 1;
  return found;
};
