import { heapStats } from "bun:jsc";
import { describe, expect, test } from "bun:test";
import { Effect, Schema, Stream } from "effect";
import * as Batch from "../../src/batch/Batch.ts";
import { Run, Summary } from "../../src/batch/Result.ts";
import type { WholeRenderer } from "../../src/reports/Renderer.ts";
import { type Format, formatsOf, renderers } from "../../src/reports/Renderers.ts";
import { BigQueryError } from "../../src/services/BigQueryError.ts";
import { engines, program } from "../batch/support.ts";
import { it } from "../support/effect.ts";
import { presenter } from "./presenter.ts";
import { type Made, rendered, reportOf } from "./support.ts";

const fake = program((name) =>
  name.startsWith("missing")
    ? BigQueryError.of("notFound", `there is no ${name}`)
    : Effect.as(Effect.sleep(0), Number(name)),
);

const error = { reason: "notFound", message: "there is no table", remedy: "check the name" };

const head: Run = {
  type: "run",
  schemaVersion: 1,
  tool: "bq-profile",
  version: "0.1.0",
  options: {},
  startedAt: "2024-01-01T00:00:00.000Z",
  principal: null,
};

const render = (format: Format, names: ReadonlyArray<string>, width?: number) =>
  Effect.gen(function* () {
    const renderer = renderers[format];
    const live: Array<string> = renderer._tag === "Live" ? [renderer.opening(head)] : [];
    const onResult = (_: unknown, line: string) =>
      Effect.sync(() => void (renderer._tag === "Live" && live.push(renderer.result(line))));
    const outcome = yield* Batch.run(fake, names, { onResult });
    if (renderer._tag === "Live") return [...live, renderer.closing(outcome.summary)].join("");
    const report = { ...outcome, program: fake, presenter, run: head };
    const appearance = { color: false, ...(width === undefined ? {} : { width }) };
    return yield* Stream.mkString(renderer.render(report, appearance));
  }).pipe(Effect.provide(engines));

describe("formats", () => {
  it.live("json is one object, for zero, one or many items", () =>
    Effect.gen(function* () {
      for (const names of [[], ["1"], ["1", "2000", "missing"]]) {
        const json = JSON.parse(yield* render("json", names));
        expect(Object.keys(json)).toEqual([...Object.keys(head), "results", "summary"]);
        expect(json.results.map(({ item }: { item: string }) => item)).toEqual(names);
        Schema.decodeUnknownSync(Summary)(json.summary);
        Schema.decodeUnknownSync(Run)(json);
      }
    }),
  );

  it.live("ndjson is a line for the run, each result and the summary, and contains the same as json", () =>
    Effect.gen(function* () {
      const names = ["1", "2000", "missing"];
      const lines = (yield* render("ndjson", names))
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line));
      expect(lines.map(({ type }) => type)).toEqual(["run", "result", "result", "result", "summary"]);
      const json = JSON.parse(yield* render("json", names));
      const timeless = ({ startedAt: _, durationMs: __, ...rest }: Record<string, unknown>) => rest;
      const byIndex = lines.slice(1, -1).sort((a, b) => a.index - b.index);
      expect(byIndex.map(timeless)).toEqual(json.results.map(timeless));
    }),
  );

  it.live("text of one item is its document", () =>
    Effect.gen(function* () {
      expect(yield* render("text", ["5"])).toMatch(/^5\nsize 5\n\nSize {2}5 bytes\n$/);
    }),
  );

  it.live("text of one failed item is empty: stderr reports it", () =>
    Effect.gen(function* () {
      expect(yield* render("text", ["missing"])).toBe("");
    }),
  );

  it.live("text of a batch ends with an overview, the failures with their remedies, and a summary", () =>
    Effect.gen(function* () {
      const text = yield* render("text", ["5", "2000", "missing"]);
      expect(text).toStartWith(
        "3 items: 1 failed, 1 different, 1 ok\nThe details of 1 item follow, the worst first; --full shows those of all.\n\n2000\n",
      );
      expect(text).toMatch(
        /\nOverview\nitem {5}result +size +time\nmissing +failed +- +\d+ ms\n2000 +different +2,000 +\d+ ms\n5 +ok +5 +\d+ ms\n/,
      );
      expect(text).toContain("failed: there is no missing; check the name, the project and the location\n");
      expect(text).toMatch(/\n3 items: 1 failed, 1 different, 1 ok; \d+ ms/);
    }),
  );

  it.live("every line of text fits the terminal", () =>
    Effect.gen(function* () {
      const names = ["5", `missing-${"long-name-".repeat(20)}`];
      const text = yield* render("text", names, 40);
      expect(Math.max(...text.split("\n").map((line) => Bun.stringWidth(line)))).toBeLessThanOrEqual(40);
    }),
  );

  it.live("ddl is only for schema diffs; a result without DDL is a comment with the reason", () =>
    Effect.gen(function* () {
      expect(formatsOf("bq-profile")).toEqual(["text", "json", "ndjson", "markdown", "html", "junit"]);
      expect(formatsOf("bq-schema-diff")).toEqual([
        "text",
        "json",
        "ndjson",
        "markdown",
        "html",
        "junit",
        "ddl",
      ]);
      expect(yield* render("ddl", ["missing\n;DROP"])).toBe(
        "-- missing␊;DROP\n-- failed: there is no missing␊;DROP; check the name, the project and the location\n",
      );
    }),
  );

  it.live("every format ends with a line feed", () =>
    Effect.gen(function* () {
      for (const format of formatsOf("bq-schema-diff"))
        expect(yield* render(format, ["1", "2"])).toEndWith("\n");
    }),
  );
});

describe("a long batch", () => {
  const shades = Array.from({ length: 300 }, (_, i): Made => {
    if (i % 100 === 1) return { item: `failed_${i}`, status: "failed", error };
    if (i % 3 === 0) return { item: `different_${i}`, status: "different", severity: i };
    return { item: `same_${i}`, status: "ok" };
  });

  const worst = shades
    .flatMap(({ item, status }) => (status === "different" ? [String(item)] : []))
    .reverse();

  test("lists the worst first as text, counts those without a difference, and mentions --full", async () => {
    const text = await rendered(renderers.text as WholeRenderer, shades);
    const lines = text.split("\n");
    expect(lines.slice(0, 3)).toEqual([
      "300 items: 3 failed, 99 different, 198 ok",
      "The details of 20 items follow, the worst first; --full shows those of all.",
      "",
    ]);
    const shown = lines.slice(0, lines.indexOf("Overview")).filter((line) => /^\w+_\d+$/.test(line));
    expect(shown).toEqual(worst.slice(0, 20));
    const rows = lines.slice(lines.indexOf("Overview")).filter((line) => /^\w+_\d+ /.test(line));
    expect(rows.map((line) => line.split(" ")[0])).toEqual(worst);
    expect(text).toContain("\n198 items without a difference\n");
    expect(text).toContain("\nfailed: failed_1, failed_101, failed_201: ");
  });

  test("has every item with --full, different ones first", async () => {
    const text = await rendered(renderers.text as WholeRenderer, shades, { full: true });
    const [documents = "", overview = ""] = text.split("\nOverview\n");
    const titles = [...documents.matchAll(/^(?:different|same)_\d+$/gm)].map(([title]) => title);
    expect(titles).toEqual([
      ...worst.toReversed(),
      ...shades.flatMap(({ item, status }) => (status === "ok" ? [String(item)] : [])),
    ]);
    expect(overview.match(/^\w+_\d+ /gm)).toHaveLength(300);
    expect(text).not.toContain("--full");
  });

  test("cuts failures and skipped items too, and counts them", async () => {
    const items = Array.from(
      { length: 5000 },
      (_, i): Made => ({
        item: `p.d.t${i}`,
        status: i % 2 === 0 ? "failed" : "skipped",
        error: { ...error, message: i % 2 === 0 ? `there is no t${i}` : `because of ${i % 100}` },
      }),
    );
    for (const format of ["text", "markdown"] as const) {
      const text = await rendered(renderers[format] as WholeRenderer, items);
      expect(text.length).toBeLessThan(65_000);
      expect(text).toContain("2,500 failed, 2,500 skipped");
      expect(text).toMatch(/and 2,4\d\d more failures|and [\d,]+ more/);
    }
  });

  for (const format of ["text", "markdown", "junit"] as const) {
    test(`does not accumulate memory as ${format}`, async () => {
      const heap = () => {
        Bun.gc(true);
        return heapStats().heapSize;
      };
      let most = 0;
      const before = heap();
      const make = (i: number): Made => {
        if (i % 500 === 499) most = Math.max(most, heap() - before);
        const blocks = [{ _tag: "Paragraph" as const, text: `${i} `.repeat(10_000) }];
        return { item: `p.d.t${i}`, status: "different", severity: i, document: { blocks } };
      };
      const renderer = renderers[format] as WholeRenderer;
      let written = 0;
      await Effect.runPromise(
        Stream.runForEach(renderer.render(reportOf(3000, make), { color: false }), (part) =>
          Effect.sync(() => {
            written += part.length;
          }),
        ),
      );
      expect(written).toBeGreaterThan(10_000);
      expect(most).toBeLessThan(20e6);
    }, 60_000);
  }
});
