/** Option values of a comparison. */
import { allDefined, bare, members, sides, text } from "../../domain/options/OptionValues.ts";

/** A column of A and its counterpart in B. */
export interface Mapping {
  readonly a: string;
  readonly b: string;
}

/** The maximum number of differing rows: a number, or a percentage of the larger table's rows. */
export type MaxDiff =
  | { readonly _tag: "Rows"; readonly rows: number }
  | { readonly _tag: "Percent"; readonly percent: number };

/** Plain decimals, for all numeric columns or for specific ones. */
export interface Tolerances {
  readonly all?: string;
  readonly columns: Readonly<Record<string, string>>;
}

export const names = text("comma-separated column names", (given): ReadonlyArray<string> | undefined =>
  members(given)?.map(bare),
);

export const mappings = text(
  "columns such as old=new,cust=customer",
  (given): ReadonlyArray<Mapping> | undefined =>
    allDefined(
      members(given)?.map((member) => {
        const both = sides(member);
        return both === undefined ? undefined : { a: both[0], b: both[1] };
      }) ?? [undefined],
    ),
);

/** Digits before or after the decimal point. */
const mostDigits = 38;

/** Converts a number to a plain decimal by its digits: floats would lose the precision of NUMERIC. */
const plain = (given: string): string | undefined => {
  const [, whole = "", fraction = "", exponent = "0"] =
    /^(?=\.?\d)(\d*)(?:\.(\d*))?(?:e([+-]?\d{1,3}))?$/i.exec(given) ?? [];
  if (whole + fraction === "") return undefined;
  const shift = Number(exponent);
  const digits = "0".repeat(Math.max(0, -shift)) + whole + fraction + "0".repeat(Math.max(0, shift));
  const point = Math.max(0, -shift) + whole.length + shift;
  const left = digits.slice(0, point).replace(/^0+(?=\d)/, "");
  const right = digits.slice(point).replace(/0+$/, "");
  if (left.length > mostDigits || right.length > mostDigits) return undefined;
  return `${left === "" ? "0" : left}${right === "" ? "" : `.${right}`}`;
};

/** `0.01` for all, `amount=0.01,rate=1e-6` for some, or both. */
export const tolerances = text(
  "a number such as 0.01, or columns such as amount=0.01,rate=1e-6",
  (given): Tolerances | undefined => {
    const entries = allDefined(
      members(given)?.map((member) => {
        const [name, number] = sides(member) ?? [undefined, member];
        const decimal = plain(number);
        return decimal === undefined ? undefined : ([name, decimal] as const);
      }) ?? [undefined],
    );
    if (entries === undefined || new Set(entries.map(([name]) => name)).size !== entries.length)
      return undefined;
    const whole = entries.find(([name]) => name === undefined)?.[1];
    const named = entries.flatMap(([name, decimal]) =>
      name === undefined ? [] : [[name, decimal] as const],
    );
    return { ...(whole === undefined ? {} : { all: whole }), columns: Object.fromEntries(named) };
  },
);

export const maxDiff = text(
  "a number of rows, or a percentage such as 0.1%",
  (given): MaxDiff | undefined => {
    const [, digits, sign] = /^(\d+(?:\.\d+)?)(%?)$/.exec(given) ?? [];
    const number = Number(digits);
    if (sign === "%") return number <= 100 ? { _tag: "Percent", percent: number } : undefined;
    return Number.isSafeInteger(number) ? { _tag: "Rows", rows: number } : undefined;
  },
);
