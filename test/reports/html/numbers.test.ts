/** The numbers of a page equal those of the JSON report of the same run. */
import { expect } from "bun:test";
import { join } from "node:path";
import { Effect, Schema } from "effect";
import type { Page } from "playwright-core";
import * as Router from "../../../src/layers/Router.ts";
import * as Profile from "../../../src/programs/profile/Program.ts";
import { diff, SchemaDiff } from "../../../src/programs/schema-diff/Program.ts";
import { Comparison } from "../../../src/programs/table-compare/Program.ts";
import { hasFrequentValue } from "../../../src/reports/presenters/profile/TopValues.ts";
import { field, side } from "../../programs/schema-diff/build.ts";
import { compared } from "../../programs/table-compare/local.ts";
import { browser, chromiumNeed, openAll } from "../../support/browser.ts";
import { it } from "../../support/effect.ts";
import { reference } from "../../support/files.ts";
import { describeWith } from "../../support/needs.ts";
import { pageOf, programs } from "./pages.ts";

const data = join(import.meta.dir, "../../../node_modules/vega-datasets/data");

const profiled = (file: string) =>
  Profile.run(reference(join(data, file))).pipe(
    Effect.scoped,
    Effect.provide(Router.layer({ local: { threads: 1 } })),
  );

/** What follows a label in a list, as a machine reads it. */
const factsOf = async (page: Page, selector: string): Promise<Readonly<Record<string, string>>> => {
  const facts = await page.evaluate<ReadonlyArray<readonly [string, string]>>(
    `[...document.querySelectorAll(${JSON.stringify(`${selector} dl > div`)})].map((one) => {
      const value = one.querySelector("dd");
      const text = value.querySelector("data")?.value ?? value.textContent;
      return [one.querySelector("dt").textContent, /^[\\d,]+$/.test(text) ? text.replaceAll(",", "") : text];
    })`,
  );
  return Object.fromEntries(facts);
};

const numbers = (text: string | null): ReadonlyArray<number> =>
  (text ?? "").match(/\d[\d,]*/g)?.map((digits) => Number(digits.replaceAll(",", ""))) ?? [];

describeWith(chromiumNeed, "the figures of a page", () => {
  const { visit } = browser();

  it.live("are those of the JSON: every column's counts, extremes, moments, bins and top values", () =>
    Effect.gen(function* () {
      const payload = yield* profiled("movies.json");
      const json: Profile.Profile = JSON.parse(JSON.stringify(Schema.encodeSync(Profile.Profile)(payload)));
      const html = yield* Effect.promise(() => pageOf(programs.profile, [{ item: "movies", payload }]));
      yield* Effect.promise(() =>
        visit(html, {}, async ({ page }) => {
          await openAll(page);
          expect(await page.locator(".card").count()).toBe(json.columns.length);
          for (const column of json.columns) {
            const card = `#column-${column.name.replaceAll(" ", "-")}`;
            const facts = await factsOf(page, card);
            const expected = {
              Nulls: column.nulls || undefined,
              Distinct: column.distinct?.value,
              Uniqueness: column.uniqueness,
              Minimum: column.min,
              Maximum: column.max,
              Mean: column.mean,
              "Std. deviation": column.stddev,
              Zeros: column.zeros || undefined,
              Shortest: column.lengths?.min,
              "Mean length": column.lengths?.mean,
              Longest: column.lengths?.max,
            };
            for (const [label, value] of Object.entries(expected)) {
              expect([column.name, label, facts[label]]).toEqual([
                column.name,
                label,
                value === undefined ? undefined : String(value),
              ]);
            }
            const bins = await page
              .locator(`${card} figure:has(.histogram) .data pre`)
              .evaluateAll((all) => all.flatMap(({ textContent }) => textContent.split("\n").slice(1)));
            expect(bins.map((line) => numbers(line.split("\t")[1]!)[0])).toEqual(
              column.histogram?.bins.map(({ count }) => count) ?? [],
            );
            const top = await page.locator(`${card} .top tbody td:nth-child(2)`).allTextContents();
            expect(top.map((text) => numbers(text)[0])).toEqual(
              column.topValues !== undefined && hasFrequentValue(column)
                ? column.topValues.values.map(({ count }) => count)
                : [],
            );
          }
        }),
      );
    }),
  );

  it.live("are those of the JSON: a comparison's counts, changes by column and examples", () =>
    Effect.gen(function* () {
      const rows = (change: string) =>
        `SELECT range AS id, CASE WHEN range % 7 = 0 THEN '${change}' ELSE 'x' END AS a, range % 100 AS b FROM range(1000)`;
      const payload = yield* compared(rows("one"), `${rows("two")} WHERE range > 9`, {
        key: ["id"],
        stats: "always",
      });
      const json: Comparison = JSON.parse(JSON.stringify(Schema.encodeSync(Comparison)(payload)));
      const html = yield* Effect.promise(() =>
        pageOf(programs.comparison, [{ item: { a: "a", b: "b" }, payload }]),
      );
      yield* Effect.promise(() =>
        visit(html, {}, async ({ page }) => {
          const facts = await factsOf(page, ".facts");
          expect([facts["Rows of A"], facts["Rows of B"]]).toEqual([json.a.rows, json.b.rows].map(String));
          const shares = await page.locator(".shares dd").allTextContents();
          expect(shares.map((text) => numbers(text)[0])).toEqual(
            [json.rows?.same, json.rows?.changed, json.rows?.onlyA, json.rows?.onlyB].map(Number),
          );
          expect(numbers(await page.locator(".headline").textContent()).slice(0, 2)).toEqual([
            json.rows!.changed!,
            json.rows!.onlyA,
          ]);
          const changed = page.getByRole("table", { name: "Changed rows by column" }).locator("tbody tr");
          expect(await changed.locator("td:nth-child(2)").allTextContents()).toEqual(
            json.rows!.columns.map((column) => String(column.changed)),
          );
          const examples = page.locator(".changes > li");
          expect(await examples.locator("p b").allTextContents()).toEqual(
            json.rows!.examples!.changed.map(({ key }) => String(key.id)),
          );
          expect(await examples.locator(".a").allTextContents()).toEqual(
            json.rows!.examples!.changed.flatMap(({ cells }) => cells.map(({ a }) => `−A: ${a}`)),
          );
          expect(new Set(await examples.locator("mark").allTextContents())).toEqual(new Set(["one", "two"]));
        }),
      );
    }),
  );

  it.live("are those of the JSON: a diff's changes by class", () =>
    Effect.gen(function* () {
      const payload = diff(
        side([field("a"), field("b", "INT64"), field("c"), field("d")]),
        side([field("a", "INT64"), field("b", "NUMERIC"), field("d", "STRING", { description: "d" })]),
      );
      const json: SchemaDiff = JSON.parse(JSON.stringify(Schema.encodeSync(SchemaDiff)(payload)));
      const html = yield* Effect.promise(() =>
        pageOf(programs.diff, [{ item: { a: "a", b: "b" }, payload }]),
      );
      yield* Effect.promise(() =>
        visit(html, {}, async ({ page }) => {
          for (const kind of ["breaking", "safe", "metadata"] as const) {
            expect(json.counts[kind]).toBeGreaterThan(0);
            expect(await page.locator(`.tree tbody .badge.${kind}`).count()).toBe(json.counts[kind]);
            expect(await page.getByRole("button", { name: `${kind} ${json.counts[kind]}` }).count()).toBe(1);
          }
        }),
      );
    }),
  );
});
