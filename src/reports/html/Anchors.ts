/** Anchors by name, so that a link to a part of a page still works in the report of the next run. */

/**
 * Characters that need no escape in an address or a selector become part of the anchor; others become dashes.
 */
const slug = (name: string): string => name.slice(0, 80).replaceAll(/[^\p{L}\p{N}._]+/gu, "-");

/** Creates a unique anchor for each name: a second `a-b` becomes `a-b-2`. */
export const anchors = (): ((prefix: string, name: string) => string) => {
  const taken = new Set<string>();
  return (prefix, name) => {
    const first = `${prefix}${slug(name)}`;
    let anchor = first;
    for (let i = 2; taken.has(anchor); i++) anchor = `${first}-${i}`;
    taken.add(anchor);
    return anchor;
  };
};
