/** The page of bench/rivals, from figures that were measured elsewhere. */
import { expect, test } from "bun:test";
import { markdown, type Report } from "../../bench/rivals/Report.ts";

const figures = (cpuSeconds: number, seconds: number) => ({ cpuSeconds, seconds });

const report: Report = {
  date: "2026-11-28",
  machine: "2 cores, 23 GiB of memory, linux x64",
  load: [0.5, 2.25],
  versions: ["bqkit 0.1.0", "DuckDB 1.5.6"],
  runs: 5,
  measured: [
    {
      ...{ title: "profile, 10 M rows", rival: "DuckDB", version: "1.5.6" },
      ...{ ours: figures(5, 3), theirs: figures(20, 12) },
    },
  ],
  missing: [{ rival: "qsv", reason: "`cargo install` failed: error | of\nthe compiler" }],
};

test("a row has the ratios of bqkit to the rival, and both figures", () => {
  expect(markdown(report)).toContain(
    "| profile, 10 M rows | DuckDB 1.5.6 | 0.25 | 0.25 | 5.0 s (3.0 s) | 20.0 s (12.0 s) |\n",
  );
});

test("the page has the date, the machine, its load and the versions", () => {
  expect(markdown(report)).toContain(
    "2026-11-28; 2 cores, 23 GiB of memory, linux x64; load average 0.5 before and 2.3 after; bqkit 0.1.0, DuckDB 1.5.6.",
  );
});

test("a rival that was not measured is listed with the reason on one line", () => {
  expect(markdown(report)).toContain(
    "Not measured:\n\n- qsv: `cargo install` failed: error \\| of the compiler\n",
  );
  expect(markdown({ ...report, missing: [] })).not.toContain("Not measured");
});
