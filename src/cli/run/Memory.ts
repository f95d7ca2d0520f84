/** Limits the memory of a long batch. */

/** Results between two full collections. */
const every = 500;

/**
 * Returns a function to call after each result. Without it, Bun collects the garbage of results only after thousands
 * of them, which raises memory by a third. A full collection takes tens of milliseconds.
 */
export const collector = (): (() => void) => {
  let results = 0;
  return () => {
    results += 1;
    if (results % every === 0) Bun.gc(true);
  };
};
