/** Formats numbers, sizes, durations and prices for reports and messages. */

const counts = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const small = new Intl.NumberFormat("en-US", { maximumSignificantDigits: 6 });
const money = new Intl.NumberFormat("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const scientific = new Intl.NumberFormat("en-US", { notation: "scientific", maximumSignificantDigits: 6 });

/** `1,234,567` */
export const count = (value: number): string => counts.format(value);

/**
 * A number, or the digits of one. Whole numbers keep every digit: `1,234,567`. Fractions are shortened after the point, to
 * six significant digits at most: `1,234.57`, `1,234,568`. Fractions below 0.0001 and FLOAT64 from 1e21 on are scientific:
 * `1.23457E-5`.
 */
export const measure = (value: number | string): string => {
  const size = Math.abs(Number(value));
  if (!Number.isFinite(size)) return String(value);
  if (size === 0) return "0";
  if ((typeof value === "number" && size >= 1e21) || size < 1e-4) return scientific.format(Number(value));
  // Digits in a string are formatted exactly, although the type declarations only accept numbers.
  return (size >= 1e5 ? counts : small).format(value as number);
};

/** A number, or the digits of one, with every digit: `1,234.5678901`. */
export const digits = (value: number | string): string => {
  const [, sign, whole, fraction = ""] = /^(-?)(\d+)(\.\d+)?$/.exec(String(value)) ?? [];
  return whole === undefined
    ? String(value).replace(/e\+?/, "E")
    : `${sign}${counts.format(BigInt(whole))}${fraction}`;
};

/** `12.3%`; only exact shares are shown as `0%` or `100%`. */
export const share = (value: number): string => {
  if (value < 0) return value > -0.001 ? ">-0.1%" : `-${share(-value)}`;
  const percent = value * 100;
  if (percent > 0 && percent < 0.1) return "<0.1%";
  if (percent < 100 && percent > 99.9) return ">99.9%";
  return `${percent.toFixed(percent === 0 || percent === 100 ? 0 : 1)}%`;
};

const scaled = (value: number, units: ReadonlyArray<string>, step: number): string => {
  let [size, unit] = [value, 0];
  while (size >= step && unit < units.length - 1) [size, unit] = [size / step, unit + 1];
  if (unit > 0 && size >= step - 0.5 && unit < units.length - 1) [size, unit] = [size / step, unit + 1];
  const digits = unit === 0 || size >= 99.95 ? 0 : 1;
  return `${size.toFixed(digits)} ${value === 1 ? "byte" : units[unit]}`;
};

/** `12.3 MB`, in decimal units as in --max-bytes-billed. */
export const bytes = (value: number): string => scaled(value, ["bytes", "kB", "MB", "GB", "TB", "PB"], 1000);

/** `12.3 MB (12,345,678 bytes)` */
export const exactBytes = (value: number): string =>
  value < 1000 ? bytes(value) : `${bytes(value)} (${count(value)} bytes)`;

/** `450 ms`, `3.2 s`, `2 min 5 s`, `1 h 4 min` */
export const duration = (milliseconds: number): string => {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
};

/** An estimated price: `$0.0042`, `$12.35`. */
export const dollars = (value: number): string =>
  value === 0 ? "$0" : value < 0.0001 ? "<$0.0001" : `$${value < 1 ? value.toFixed(4) : money.format(value)}`;

const blocks = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"] as const;

/** A sparkline; only empty bins get the lowest block. */
export const spark = (bins: ReadonlyArray<number>): string => {
  const most = bins.reduce((a, b) => Math.max(a, b), 0);
  return bins.map((n) => (n <= 0 ? blocks[0] : blocks[Math.max(1, Math.round((n / most) * 7))]!)).join("");
};

/** A bar of up to `width` columns; a positive value gets at least an eighth of a column. */
export const bar = (value: number, most: number, width: number): string => {
  const eighths =
    most <= 0 || value <= 0 ? 0 : Math.max(1, Math.round(Math.min(1, value / most) * width * 8));
  const rest = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8]!;
  return "█".repeat(Math.floor(eighths / 8)) + rest;
};
