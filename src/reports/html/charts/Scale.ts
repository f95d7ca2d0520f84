/** Maps values to positions on a drawing, from 0 to 1. */
import type { Bin } from "../../Drawing.ts";

/**
 * The relative position between `low` and `high`; 0.5 if they are equal. Dividing by four keeps differences within
 * FLOAT64.
 */
export const scale =
  (low: number, high: number) =>
  (at: number): number =>
    high > low ? (at / 4 - low / 4) / (high / 4 - low / 4) : 0.5;

/** A bin of a histogram on the drawing. */
export interface Box {
  readonly from: number;
  readonly to: number;
  readonly height: number;
}

/** The width of a bin with a single value. */
const narrowest = 1 / 40;

/** The density of rows in each bin, so that two histograms can be overlaid; 0 for an empty bin. */
export const boxes = (bins: ReadonlyArray<Bin>, place: (at: number) => number): ReadonlyArray<Box> => {
  const total = bins.reduce((sum, { count }) => sum + count, 0);
  return bins.map(({ from, to, count }) => {
    const [start, end] = [place(from.at), place(to.at)];
    const isPoint = end - start < 1e-9;
    const width = isPoint ? narrowest : end - start;
    return {
      from: isPoint ? start - narrowest / 2 : start,
      to: isPoint ? start + narrowest / 2 : end,
      height: total > 0 ? count / total / width : 0,
    };
  });
};

/** The minimum and maximum position of any bin. */
export const extent = (bins: ReadonlyArray<Bin>): readonly [low: number, high: number] => [
  Math.min(...bins.map(({ from }) => from.at)),
  Math.max(...bins.map(({ to }) => to.at)),
];
