/** Compares reports with the reviewed golden reports; `bun run golden` updates them. */
import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { Glob } from "bun";
import { goldens, inputs } from "./golden.ts";

describe("golden reports", () => {
  for (const { name, path, render } of goldens) {
    test(`${name} is as it was looked at`, async () => {
      expect(await render()).toBe(await Bun.file(path).text());
    });
  }

  test("are complete, without stale files", async () => {
    const files = await Array.fromAsync(new Glob("**/*").scan(join(import.meta.dir, "reports")));
    expect(files.toSorted()).toEqual(goldens.map(({ name }) => name).toSorted());
  });

  test("show one item and a batch of every program, with every status in a batch", async () => {
    expect(inputs).toEqual(
      ["profile", "schema-diff", "table-compare"].flatMap((program) => [
        `${program}-batch`,
        `${program}-one`,
      ]),
    );
    for (const input of inputs.filter((name) => name.endsWith("-batch"))) {
      const text = await Bun.file(join(import.meta.dir, "inputs", `${input}.ndjson`)).text();
      for (const status of ["ok", "different", "failed", "skipped"])
        expect(text).toContain(`"status":"${status}"`);
    }
  });
});
