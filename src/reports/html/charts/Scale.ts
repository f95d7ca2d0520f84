/** Where things lie on a drawing: from 0 to 1, whatever the values are. */
import type { Bin } from "../../Drawing.ts";

/** The share of the way from `low` to `high`; halfway where they are the same. Quarters keep differences inside FLOAT64. */
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

/** A bin that holds one value has no width of its own. */
const narrowest = 1 / 40;

/** How many rows stand at a place, so that bins of two histograms can be laid over each other; 0 where there are none. */
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

/** The least and the greatest place of any bin. */
export const extent = (bins: ReadonlyArray<Bin>): readonly [low: number, high: number] => [
  Math.min(...bins.map(({ from }) => from.at)),
  Math.max(...bins.map(({ to }) => to.at)),
];
