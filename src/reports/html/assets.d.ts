/** Style sheets are imported as their text. */
declare module "*.css" {
  const text: string;
  export default text;
}

/** The part of d3-scale that is used here; the package has no types. */
declare module "d3-scale" {
  interface Scale<A> {
    readonly domain: (ends: readonly [A, A]) => Scale<A>;
    /** About `count` round values within the domain. */
    readonly ticks: (count: number) => ReadonlyArray<A>;
  }
  export const scaleLinear: () => Scale<number>;
  export const scaleUtc: () => Scale<Date>;
}
