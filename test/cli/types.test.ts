import { expect, test } from "bun:test";
import { Effect } from "effect";
import { it } from "../support/effect.ts";
import { workdir } from "../support/files.ts";
import { binary, run } from "./spawn.ts";

/** Two files with the same numbers in different notations. */
const pair = Effect.map(workdir, (files) => [
  files.text("a.csv", "id,v\n00501,1.10\n501,1.1\n"),
  files.text("b.csv", "id,v\n00501,1.1\n501,1.1\n"),
]);
const compare = (...args: ReadonlyArray<string>) =>
  Effect.flatMap(pair, (files) =>
    Effect.promise(() => run([...binary("bq-table-compare"), ...args, ...files])),
  );

it.live("numbers compare by value, and by their text with --types NAME=STRING", () =>
  Effect.gen(function* () {
    expect((yield* compare()).status).toBe(0);
    expect((yield* compare("--types", "v=STRING")).status).toBe(1);
    expect((yield* compare("--types", "`v`=string,id=STRING")).status).toBe(1);
  }),
);

it.live("a value that does not fit the type fails with its record", () =>
  Effect.gen(function* () {
    const { status, stderr } = yield* compare("--types", "v=DATE");
    expect(status).toBe(2);
    expect(stderr).toContain("a.csv, record 2: the value of column v cannot be read as DATE");
  }),
);

it.live("a missing column is an error", () =>
  Effect.gen(function* () {
    const { status, stderr } = yield* compare("--types", "w=STRING");
    expect(status).toBe(2);
    expect(stderr).toContain('a.csv has no column "w"');
  }),
);

for (const text of ["v", "v=", "=STRING", "v=cat", "v=STRUCT", "v=STRING,v=DATE", "v=STRING,"]) {
  test(`--types ${text} is a usage error`, async () => {
    const { status, stderr } = await run([...binary(), "--types", text, "x.csv"]);
    expect(status).toBe(2);
    expect(stderr).toContain("--types: expected columns with types");
  });
}
