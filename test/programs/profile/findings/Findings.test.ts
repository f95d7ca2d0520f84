import { describe, expect, test } from "bun:test";
import { findings, rules, tableRules } from "../../../../src/programs/profile/findings/Findings.ts";
import type { ColumnProfile, Profile } from "../../../../src/programs/profile/Profile.ts";
import { column, everything, numeric, profile, secret } from "../profiles.ts";

const now = Date.UTC(2024, 4, 1);

const of = (
  columns: ColumnProfile | ReadonlyArray<ColumnProfile>,
  more: Partial<Profile> = {},
  values: "all" | "aggregates" | "none" = "all",
) => findings(profile([columns].flat(), more), { values, now });

const ids = (...args: Parameters<typeof of>) => of(...args).map(({ id }) => id);

const only = (id: string, ...args: Parameters<typeof of>) => {
  const found = of(...args).filter((finding) => finding.id === id);
  expect(found).toHaveLength(1);
  return found[0]!;
};

const top = (...values: ReadonlyArray<readonly [value: string | number, count: number]>) => ({
  values: values.map(([value, count]) => ({ value, count })),
  exact: true,
});

describe("a table", () => {
  test("without rows has a single warning", () => {
    const found = of(column("STRING", { rows: 0 }), { rows: 0, table: { ...everything.table, rows: 0 } });
    expect(found.map(({ id, severity, message }) => [id, severity, message])).toEqual([
      ["empty-table", "warning", "The table has no rows"],
    ]);
  });
  test("without selected rows is reported", () => {
    const selection = { ...everything.selection, where: "x > 1" };
    expect(only("empty-table", [], { rows: 0, selection }).message).toBe(
      "No rows were read of a table that has 1,000 rows: the selection matches none",
    );
  });
  test("with rows is not empty", () => expect(ids([])).toEqual([]));
});

describe("NULLs", () => {
  test("everywhere", () => {
    const found = only("all-null", column("INT64", { rows: 3_000_000, nulls: 3_000_000 }));
    expect(found).toMatchObject({
      severity: "warning",
      column: "c",
      message: "All 3,000,000 values are NULL",
    });
    expect(found.evidence).toEqual({ nulls: 3_000_000, rows: 3_000_000 });
  });
  test("everywhere silence only the columns below", () => {
    const columns = ["s", "s.a", "s.a.b", "sa"].map((name) => column("STRING", { name, nulls: 1000 }));
    expect(of(columns).map((found) => found.column)).toEqual(["s", "sa"]);
  });
  test("in most rows, with a higher severity from 90%", () => {
    expect(only("mostly-null", column("INT64", { nulls: 900 })).severity).toBe("notice");
    expect(only("mostly-null", column("INT64", { nulls: 500 }))).toMatchObject({
      severity: "info",
      message: "500 of 1,000 values are NULL (50.0%)",
    });
    expect(ids(column("INT64", { nulls: 499 }))).toEqual([]);
    expect(ids(column("INT64", { rows: 0, nulls: 0 }))).toEqual([]);
  });
});

describe("a single value", () => {
  const same = { distinct: { value: 1, exact: true }, min: "x", max: "x", topValues: top(["x", 1000]) };
  test("is constant, and not also skewed, high-cardinality or empty", () => {
    expect(ids(column("STRING", same))).toEqual(["constant"]);
    expect(ids(column("STRING", { ...same, min: "", max: "", empty: 1000 }))).toEqual(["constant"]);
    expect(only("constant", column("STRING", same)).message).toBe('Holds a single value, "x", in 1,000 rows');
  });
  test("counts its NULLs, and is only probable from an estimate", () => {
    const estimate = { distinct: { value: 1, exact: false }, nulls: 10, topValues: top(["x", 990]) };
    expect(only("constant", column("JSON", estimate)).message).toBe(
      'Probably holds a single value, "x", in 990 rows and NULL in 10 rows',
    );
  });
  test("also of a boolean", () =>
    expect(ids(column("BOOL", { distinct: { value: 1, exact: true }, true: 1000, false: 0 }))).toEqual([
      "constant",
    ]));
  test("is not reported for a single row or two values", () => {
    expect(ids(column("STRING", { ...same, rows: 1 }), { rows: 1 })).toEqual([]);
    expect(ids(column("STRING", { distinct: { value: 2, exact: true } }))).toEqual([]);
  });
});

describe("distinct values", () => {
  const all = { distinct: { value: 1000, exact: true } };
  test("make a candidate key", () =>
    expect(only("candidate-key", column("INT64", all)).message).toBe(
      "A candidate key: 1,000 distinct values in 1,000 rows, none of them NULL",
    ));
  test("make a probable one from an estimate within 2%", () => {
    expect(only("candidate-key", column("STRING", { distinct: { value: 985, exact: false } })).message).toBe(
      "Probably a candidate key: about 985 distinct values in 1,000 rows, none of them NULL",
    );
    expect(ids(column("INT64", { distinct: { value: 979, exact: false } }))).toEqual([]);
  });
  test("but not if a local count shows a repetition", () => {
    const twice = column("INT64", {
      distinct: { value: 990, exact: false },
      topValues: { values: [{ value: 1, count: 2 }], exact: false },
    });
    expect(ids(twice)).toEqual(["candidate-key"]);
    expect(ids(twice, { table: { ...everything.table, engine: "local" } })).toEqual([]);
  });
  test("are only unique with NULLs, in floats, JSON and elements", () => {
    expect(ids(column("INT64", { nulls: 1, distinct: { value: 999, exact: true } }))).toEqual(["unique"]);
    for (const type of ["FLOAT64", "JSON", "GEOGRAPHY"]) expect(ids(column(type, all))).toEqual(["unique"]);
    expect(ids(column("STRING", { ...all, name: "tags[]" }))).toEqual(["unique"]);
    expect(ids(column("STRING", { ...all, name: "`tags[]`" }))).toEqual(["candidate-key"]);
  });
  test("of a sample are reported as such", () => {
    const selection = { ...everything.selection, samplePercent: 5 };
    expect(only("candidate-key", column("INT64", all), { selection }).message).toEndWith(
      "NULL in a 5% sample",
    );
  });
  test("are ruled out by a single repetition", () =>
    expect(ids(column("INT64", { distinct: { value: 999, exact: true } }))).toEqual([]));
});

describe("high cardinality", () => {
  test("of strings that rarely repeat", () =>
    expect(
      only("high-cardinality", column("STRING", { distinct: { value: 600, exact: false } })).message,
    ).toBe("Probably high cardinality: about 600 distinct values in 1,000 values (60.0%)"));
  test("not of numbers, of few values, or of keys", () => {
    expect(ids(column("INT64", { distinct: { value: 600, exact: true } }))).toEqual([]);
    expect(ids(column("STRING", { distinct: { value: 400, exact: true } }))).toEqual([]);
    expect(ids(column("STRING", { distinct: { value: 1000, exact: true } }))).toEqual(["candidate-key"]);
  });
});

describe("skew", () => {
  test("of one value that dominates", () => {
    const skewed = column("STRING", {
      distinct: { value: 9, exact: true },
      topValues: top(["de", 950], ["fr", 9]),
    });
    expect(only("skew", skewed)).toMatchObject({
      severity: "notice",
      message: 'One value, "de", accounts for 95.0% of all values: 950 of 1,000',
    });
    expect(ids({ ...skewed, topValues: top(["de", 899]) })).toEqual([]);
    expect(ids({ ...skewed, rows: 20, topValues: top(["de", 19]) }, { rows: 20 })).toEqual([]);
  });
  test("of booleans, from their counts", () =>
    expect(
      ids(column("BOOL", { distinct: { value: 2, exact: true }, true: 5, false: 995 }), {}, "none"),
    ).toEqual(["skew"]));
  test("of a mean far from the median", () => {
    const leaning = numeric([25, 25, 25, 25], { mean: 24, stddev: 10 });
    expect(only("skew", leaning)).toMatchObject({
      severity: "info",
      message: "Skewed: the mean 24 is 0.40 standard deviations above the median 20",
    });
    expect(ids({ ...leaning, mean: 22 })).toEqual([]);
    expect(ids({ ...leaning, stddev: 0 })).toEqual([]);
  });
});

describe("outliers", () => {
  const some = {
    lowerFence: -1,
    upperFence: 5000.5,
    below: 0,
    above: 12,
    beyondThreeSigma: 3,
    maxZScore: 8.25,
  };
  test("are reported with fences and z-score", () =>
    expect(only("outliers", column("INT64", { outliers: some }))).toMatchObject({
      severity: "notice",
      message: "12 of 1,000 values are outliers (1.2%), all above 5,000.5; the largest z-score is 8.25",
    }));
  test("close to the rest are only an info", () =>
    expect(only("outliers", column("INT64", { outliers: { ...some, maxZScore: 3.5 } })).severity).toBe(
      "info",
    ));
  test("between equal quartiles are counted by deviations", () => {
    const narrow = { ...some, lowerFence: 7, upperFence: 7 };
    expect(only("outliers", column("INT64", { outliers: narrow })).message).toStartWith(
      "3 of 1,000 values are outliers (0.3%): more than 3 standard deviations",
    );
    expect(ids(column("INT64", { outliers: { ...narrow, beyondThreeSigma: 0 } }))).toEqual([]);
  });
  test("that do not exist are not reported", () =>
    expect(ids(column("INT64", { outliers: { ...some, above: 0 } }))).toEqual([]));
});

test("NaN and infinities are warnings, only if there are any", () => {
  const found = of(column("FLOAT64", { nan: 1, infinities: 20 }));
  expect(found.map(({ id, severity }) => [id, severity])).toEqual([
    ["nan", "warning"],
    ["infinities", "warning"],
  ]);
  expect(found[0]!.message).toBe("1 of 1,000 values is NaN (0.1%); sums and means over them are NaN");
  expect(ids(column("FLOAT64", { nan: 0, infinities: 0 }))).toEqual([]);
});

describe("dates", () => {
  const between = (earliest: string, latest: string, type = "DATE") => column(type, { earliest, latest });
  test("before 1900", () => {
    expect(only("old-date", between("1066-10-14", "2020-01-01")).message).toBe(
      'The earliest value, "1066-10-14", is before 1900',
    );
    expect(ids(between("0001-01-01T00:00:00Z", "2020-01-01T00:00:00Z", "TIMESTAMP"))).toEqual(["old-date"]);
    expect(ids(between("1900-01-02", "2020-01-01"))).toEqual([]);
  });
  test("far in the future of the given time", () => {
    expect(ids(between("2020-01-01", "2035-01-01"))).toEqual(["future-date"]);
    expect(ids(between("2020-01-01", "2034-12-31"))).toEqual([]);
  });
  test("that are placeholders", () => {
    expect(ids(between("1970-01-01T00:00:00", "2020-01-01T00:00:00", "DATETIME"))).toEqual(["sentinel-date"]);
    expect(ids(between("2020-01-01", "9999-12-31"))).toEqual(["sentinel-date"]);
    const frequent = { ...between("1950-01-01", "2020-01-01"), topValues: top(["1970-01-01", 600]) };
    expect(only("sentinel-date", frequent).message).toBe(
      'A most frequent value, "1970-01-01" (600 rows), is a common placeholder for a missing date',
    );
  });
  test("not times of day, and not invalid dates", () => {
    expect(ids(between("00:00:00", "23:59:59", "TIME"))).toEqual([]);
    expect(ids(between("-infinity", "infinity"))).toEqual([]);
  });
});

describe("texts", () => {
  test("that are empty, blank or padded; blank ones are reported once", () => {
    const found = of(column("STRING", { empty: 1, blank: 2, padded: 5 }));
    expect(found.map(({ id, message }) => [id, message])).toEqual([
      ["empty", "1 of 1,000 values are empty strings (0.1%)"],
      ["blank", "2 of 1,000 values consist of white space (0.2%)"],
      ["padded", "3 of 1,000 values start or end with white space (0.3%)"],
    ]);
    expect(ids(column("STRING", { empty: 0, blank: 2, padded: 2 }))).toEqual(["blank"]);
    expect(ids(column("STRING", { empty: 0, blank: 0, padded: 0 }))).toEqual([]);
  });
  test("that are perhaps numbers or dates", () => {
    const text = (min: string, max: string, ...values: ReadonlyArray<string>) =>
      column("STRING", { min, max, topValues: top(...values.map((value) => [value, 3] as const)) });
    expect(only("numbers-as-text", text("-1.5", "7", "3", "4e2")).severity).toBe("info");
    expect(ids(text("-1.5", "7", "3", "n/a"))).toEqual([]);
    // Codes are not numbers.
    expect(ids(text("00501", "99950", "10001"))).toEqual([]);
    expect(ids(text("", "7", "3"))).toEqual(["numbers-as-text"]);
    expect(ids(text("2020-01-01", "2021-01-01 10:00:00", "2020-05-05"))).toEqual(["dates-as-text"]);
    expect(ids(text("Apr 01 1965", "Sep 30 2006"))).toEqual(["dates-as-text"]);
    expect(ids(text("2020-01-01", "unknown", "2020-05-05"))).toEqual([]);
    expect(ids({ ...text("1", "7"), type: "INT64" })).toEqual([]);
  });
});

test("arrays that are always empty", () => {
  expect(ids(column("ARRAY<STRING>", { empty: 1000 }))).toEqual(["empty-arrays"]);
  expect(ids(column("ARRAY<STRING>", { empty: 999 }))).toEqual([]);
  expect(ids(column("STRING", { empty: 1000 }))).toEqual(["empty"]);
});

describe("all findings", () => {
  test("are ordered by severity, then by column", () => {
    const found = findings(everything, { values: "all", now });
    const ranks = found.map(({ severity }) => ["warning", "notice", "info"].indexOf(severity));
    expect(ranks).toEqual(ranks.toSorted());
    const places = found
      .filter(({ severity }) => severity === "notice")
      .map((finding) => everything.columns.findIndex(({ name }) => name === finding.column));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  });
  test("quote values only under `all`", () => {
    expect(JSON.stringify(findings(everything, { values: "all", now }))).toContain(secret);
    for (const values of ["aggregates", "none"] as const) {
      const found = JSON.stringify(findings(everything, { values, now }));
      expect(found).not.toContain(secret);
      expect(found).not.toMatch(/1066|1970|9999/);
    }
  });
  test("contain only counts under `none`", () => {
    const found = findings(everything, { values: "none", now });
    expect(found.map(({ id }) => id)).not.toContain("outliers");
    for (const { evidence } of found) {
      for (const value of Object.values(evidence)) expect(["number", "boolean"]).toContain(typeof value);
    }
  });
  test("have unique ids, and are silenced only by earlier rules", () => {
    const known = [...tableRules, ...rules].map(({ id }) => id);
    expect(new Set(known).size).toBe(known.length);
    rules.forEach(({ silencedBy }, i) => {
      for (const id of silencedBy ?? []) expect(rules.slice(0, i).map((rule) => rule.id)).toContain(id);
    });
  });
});
