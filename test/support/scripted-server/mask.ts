/**
 * Partial responses: the `fields` parameter, as in `status,statistics(totalBytesProcessed,query(cacheHit))`.
 */
import type { Json } from "./script.ts";

/** The fields to keep; null keeps everything below. */
type Mask = ReadonlyMap<string, Mask | null>;

const parse = (text: string): Mask => {
  let at = 0;
  const list = (): Mask => {
    const found = new Map<string, Mask | null>();
    for (;;) {
      const [name = ""] = /^[^,()/]*/.exec(text.slice(at)) ?? [];
      at += name.length;
      const opener = text[at];
      if (opener === "(" || opener === "/") {
        at += 1;
        found.set(name, opener === "(" ? list() : single());
        if (opener === "(") at += 1;
      } else found.set(name, null);
      if (text[at] !== ",") return found;
      at += 1;
    }
  };
  const single = (): Mask => {
    const [name = ""] = /^[^,()/]*/.exec(text.slice(at)) ?? [];
    at += name.length;
    if (text[at] !== "/") return new Map([[name, null]]);
    at += 1;
    return new Map([[name, single()]]);
  };
  return list();
};

const apply = (value: unknown, mask: Mask): unknown => {
  if (Array.isArray(value)) return value.map((one) => apply(one, mask));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]) => {
      const below = mask.get(name);
      return below === undefined ? [] : [[name, below === null ? inner : apply(inner, below)]];
    }),
  );
};

const parsed = new Map<string, Mask>();

/** The response with only the requested fields; everything if none are requested. */
export const masked = (answer: Json, fields: string | undefined): Json => {
  if (fields === undefined || fields === "*") return answer;
  const mask = parsed.get(fields) ?? parse(fields);
  parsed.set(fields, mask);
  return apply(answer, mask) as Json;
};
