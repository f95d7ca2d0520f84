/** Computes the smallest set of common members of two lists that must move to change one order into the other. */

/**
 * The members that must move to change the order of `as` into that of `bs`; both contain the same labels, once each.
 * The others are a longest increasing subsequence, chosen so that swapping the lists gives the same result.
 */
export const moved = (as: ReadonlyArray<string>, bs: ReadonlyArray<string>): ReadonlySet<string> => {
  const [from, to] = as.join("\0") <= bs.join("\0") ? [as, bs] : [bs, as];
  const place = new Map(to.map((label, i) => [label, i]));
  const staying = new Set(longestIncreasing(from.map((label) => place.get(label)!)).map((i) => from[i]!));
  return new Set(as.filter((label) => !staying.has(label)));
};

/** Indexes of a longest increasing subsequence of distinct numbers, by patience sorting. */
const longestIncreasing = (values: ReadonlyArray<number>): ReadonlyArray<number> => {
  const tails: Array<number> = [];
  const previous: Array<number> = [];
  values.forEach((value, i) => {
    let [low, high] = [0, tails.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (values[tails[middle]!]! < value) low = middle + 1;
      else high = middle;
    }
    previous.push(low > 0 ? tails[low - 1]! : -1);
    tails[low] = i;
  });
  const indexes: Array<number> = [];
  for (let i = tails.at(-1) ?? -1; i >= 0; i = previous[i]!) indexes.push(i);
  return indexes.reverse();
};
