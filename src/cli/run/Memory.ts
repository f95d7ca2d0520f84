/** Limits the memory of a long batch. */

/** Results between two full collections. */
const resultsPerCollection = 500;

/**
 * Returns a function to call after each result. Without it, Bun collects the garbage of results only after thousands
 * of them, which raises memory by a third. A full collection takes tens of milliseconds.
 */
export const collector = (every = resultsPerCollection): (() => void) => {
  let calls = 0;
  return () => {
    calls += 1;
    if (calls % every === 0) Bun.gc(true);
  };
};
