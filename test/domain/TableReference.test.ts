import { expect, test } from "bun:test";
import { Either } from "effect";
import * as TableReference from "../../src/domain/TableReference.ts";

const pasted = [
  "p.d.t",
  "`p.d.t`",
  "`p`.`d`.`t`",
  "`p`.d.`t`",
  '"p.d.t"',
  "'p.d.t'",
  "[p:d.t]",
  "p:d.t",
  "p.d.t;",
  "`p.d.t` ;",
  "  [p.d.t];  ",
];

for (const text of pasted) {
  test(`${JSON.stringify(text)} is the table t of p.d`, () => {
    const parsed = TableReference.parse(text);
    expect(Either.map(parsed, TableReference.format)).toEqual(Either.right("p.d.t"));
  });
}

for (const text of ["``", "p..t", "[p.d.t", '"p.d.t', "p.d.t;x", "`p`d`.t`"]) {
  test(`${JSON.stringify(text)} is not a table reference`, () => {
    expect(Either.isLeft(TableReference.parse(text))).toBe(true);
  });
}
