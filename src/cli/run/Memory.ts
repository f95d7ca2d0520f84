/** Keeps the memory of a long batch flat. */

/** Results between two full collections. */
const every = 500;

/**
 * To be called for each result. Bun lets what results leave behind grow for some thousands of them before it collects all of
 * it: by a third of the whole. A full collection takes a few hundredths of a second.
 */
export const collector = (): (() => void) => {
  let results = 0;
  return () => {
    results += 1;
    if (results % every === 0) Bun.gc(true);
  };
};
