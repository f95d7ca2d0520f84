/** Draws the distribution of a column's values, next to the baseline's if there is one. */
import { shown, type Value } from "../../../domain/Value.ts";
import type { BaselineColumn, ColumnProfile } from "../../../programs/profile/Profile.ts";
import { columnKind, fieldOf, present } from "../../../programs/profile/ReportedColumn.ts";
import { position } from "../../../programs/profile/statistics/Bins.ts";
import type { Histogram } from "../../../programs/profile/statistics/Histogram.ts";
import { reportedPercentiles } from "../../../programs/profile/statistics/Quantiles.ts";
import { valueText } from "../../../programs/profile/statistics/Statistic.ts";
import type {
  Axis,
  AxisPosition,
  Bin,
  Distribution,
  Drawing,
  Frequencies,
  Quantile,
  Quantiles,
} from "../../Drawing.ts";
import { hasFrequentValue } from "./TopValues.ts";

/** The part of a column that its baseline has, too. */
type Spread = Omit<BaselineColumn, "name">;

export const drawingsOf = (
  column: ColumnProfile,
  before: BaselineColumn | undefined,
): ReadonlyArray<Extract<Drawing, Distribution | Quantiles | Frequencies>> =>
  [distribution(column, before), quantiles(column, before), frequencies(column, before)].filter(
    (drawing) => drawing !== undefined,
  );

/** Undefined for a value without a position, such as a year outside the range of Date. */
const placeOf = (value: Value, column: ColumnProfile): AxisPosition | undefined => {
  const at = position(value, fieldOf(column));
  if (at === undefined || !Number.isFinite(at)) return undefined;
  return { at, label: valueText(value, columnKind(column)) };
};

/** The list if all members are defined. */
const whole = <A>(list: ReadonlyArray<A | undefined> | undefined): ReadonlyArray<A> | undefined => {
  const known = list?.filter((one) => one !== undefined);
  return known === undefined || known.length === 0 || known.length < list!.length ? undefined : known;
};

const binsOf = (histogram: Histogram | undefined, column: ColumnProfile): ReadonlyArray<Bin> | undefined =>
  whole(
    histogram?.bins.map(({ from, to, count, estimated = false }) => {
      const [start, end] = [placeOf(from, column), placeOf(to, column)];
      return start === undefined || end === undefined || end.at < start.at
        ? undefined
        : { from: start, to: end, count, estimated };
    }),
  );

const axisOf = (column: ColumnProfile): Axis => (columnKind(column) === "temporal" ? "time" : "number");

const distribution = (column: ColumnProfile, before: Spread | undefined): Distribution | undefined => {
  const bins = binsOf(column.histogram, column);
  const baseline = binsOf(before?.histogram, column);
  return bins === undefined
    ? undefined
    : {
        _tag: "Distribution",
        title: "Histogram",
        axis: axisOf(column),
        bins,
        ...(baseline === undefined ? {} : { baseline }),
        approximate: column.histogram?.exact === false || before?.histogram?.exact === false,
      };
};

/** Includes the minimum and maximum as end points. */
const quantilePoints = (
  { quantiles, min, max, earliest, latest }: Spread,
  column: ColumnProfile,
): ReadonlyArray<Quantile> | undefined => {
  if (quantiles === undefined) return undefined;
  const [least, greatest] = [min ?? earliest, max ?? latest];
  const points: ReadonlyArray<readonly [share: number, value: Value]> = [
    ...(least === undefined ? [] : [[0, least] as const]),
    ...reportedPercentiles.map((p) => [p / 100, quantiles[`p${p}`]] as const),
    ...(greatest === undefined ? [] : [[1, greatest] as const]),
  ];
  return whole(
    points.map(([share, value]) => {
      const place = placeOf(value, column);
      return place === undefined ? undefined : { share, place };
    }),
  );
};

const quantiles = (column: ColumnProfile, before: Spread | undefined): Quantiles | undefined => {
  const points = quantilePoints(column, column);
  const baseline = before === undefined ? undefined : quantilePoints(before, column);
  return points === undefined
    ? undefined
    : {
        _tag: "Quantiles",
        title: "Quantiles",
        axis: axisOf(column),
        points,
        ...(baseline === undefined ? {} : { baseline }),
        approximate: column.quantiles?.exact === false || before?.quantiles?.exact === false,
      };
};

interface Counted {
  readonly value: Value;
  readonly count: number;
}

const countsOf = ({ true: yes, false: no, topValues }: Spread): ReadonlyArray<Counted> =>
  yes === undefined || no === undefined
    ? (topValues?.values ?? [])
    : [
        { value: true, count: yes },
        { value: false, count: no },
      ];

/** Undefined if no value is frequent. */
const frequencies = (column: ColumnProfile, before: Spread | undefined): Frequencies | undefined => {
  const values = countsOf(column);
  if (values.length === 0 || (column.true === undefined && !hasFrequentValue(column))) return undefined;
  const earlier =
    before === undefined
      ? undefined
      : new Map(countsOf(before).map(({ value, count }) => [shown(value), count]));
  return {
    _tag: "Frequencies",
    title: column.true === undefined ? "Top values" : "True and false",
    values: values.map(({ value, count }) => ({
      label: valueText(value, columnKind(column)),
      count,
      ...(earlier === undefined || earlier.size === 0 ? {} : { baseline: earlier.get(shown(value)) ?? null }),
    })),
    total: present(column),
    ...(before === undefined ? {} : { baselineTotal: present(before) }),
    approximate: column.true === undefined && column.topValues?.exact === false,
  };
};
