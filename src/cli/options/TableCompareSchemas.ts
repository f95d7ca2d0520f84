/** Values of the options of bq-table-compare as people write them. */
import { Schema } from "effect";
import type { Mapping, MaxDiff, Tolerances } from "../../programs/table-compare/Options.ts";
import { list, text } from "./OptionSchemas.ts";

const members = Schema.decodeOption(list(""));

/** What stands between commas outside of backticks; undefined where something is empty. */
const split = (given: string): ReadonlyArray<string> | undefined => {
  const read = members(given);
  return read._tag === "Some" ? read.value : undefined;
};

/** A name without the backticks around it. */
const bare = (name: string): string =>
  /^`.+`$/s.test(name) ? name.slice(1, -1).replaceAll("``", "`") : name;

/** At the one `=` outside of backticks. */
const sides = (member: string): readonly [left: string, right: string] | undefined => {
  const [, left, right] = /^((?:`(?:[^`]|``)*`|[^`=])+)=((?:`(?:[^`]|``)*`|[^`=])+)$/s.exec(member) ?? [];
  const both = [left, right].map((side) => bare((side ?? "").trim()));
  return both.includes("") ? undefined : [both[0]!, both[1]!];
};

const all = <A>(read: ReadonlyArray<A | undefined>): ReadonlyArray<A> | undefined => {
  const found = read.filter((one) => one !== undefined);
  return found.length === read.length ? found : undefined;
};

export const names = text("names of columns between commas", (given): ReadonlyArray<string> | undefined =>
  split(given)?.map(bare),
);

export const mappings = text(
  "columns such as old=new,cust=customer",
  (given): ReadonlyArray<Mapping> | undefined =>
    all(
      split(given)?.map((member) => {
        const both = sides(member);
        return both === undefined ? undefined : { a: both[0], b: both[1] };
      }) ?? [undefined],
    ),
);

/** Digits on either side of the point. */
const mostDigits = 38;

/** The same number without an exponent, digit by digit: floats have no place where NUMERIC is exact. */
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
    const entries = all(
      split(given)?.map((member) => {
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
