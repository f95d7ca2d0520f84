/** The latency of responses. */
import { seeded } from "./random.ts";
import type { Method } from "./routes.ts";

/** Milliseconds, or evenly spread between two numbers. */
export type Spread = number | { readonly least: number; readonly most: number; readonly seed?: number };

/** The same for every call, or by method (0 for others). */
export type Latency = Spread | { readonly byMethod: Readonly<Partial<Record<Method, Spread>>> };

/** The next number of a spread. */
export const spreadOf = (spread: Spread | undefined): (() => number) => {
  if (spread === undefined || typeof spread === "number") return () => spread ?? 0;
  const random = seeded(spread.seed ?? 1);
  return () => spread.least + random() * (spread.most - spread.least);
};

/** The latency of the next response of a method. */
export const latencyOf = (latency: Latency | undefined): ((method: Method) => number) => {
  if (typeof latency !== "object" || !("byMethod" in latency)) return spreadOf(latency);
  const draws = new Map(
    Object.entries(latency.byMethod).map(([method, spread]) => [method, spreadOf(spread)] as const),
  );
  return (method) => draws.get(method)?.() ?? 0;
};
