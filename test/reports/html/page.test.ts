/** The size of pages, their streaming, and their content without the script and in print. */
import { describe, expect, test } from "bun:test";
import { Effect, Stream } from "effect";
import { drift } from "../../../src/programs/profile/drift/Drift.ts";
import type { Profile } from "../../../src/programs/profile/Program.ts";
import { diff } from "../../../src/programs/schema-diff/Program.ts";
import { column, everything, profile } from "../../programs/profile/profiles.ts";
import { field, side } from "../../programs/schema-diff/build.ts";
import { browser, chromiumNeed, overflow, violations } from "../../support/browser.ts";
import { describeWith } from "../../support/needs.ts";
import { wideProfile } from "./large.ts";
import { type Item, pageOf, pieces, programs } from "./pages.ts";

const bytes = (text: string): number => new TextEncoder().encode(text).length;

const cards = (html: string): number => html.split('<details class="card"').length - 1;

describe("a page", () => {
  test("of a table of 300 columns has a card for each below 2 MB, with a baseline, too", async () => {
    const payload = wideProfile(300);
    for (const one of [payload, { ...payload, drift: drift(payload, payload, 0.2) }]) {
      const html = await pageOf(programs.profile, [{ item: "p.d.wide", payload: one }]);
      expect(bytes(html)).toBeLessThan(2e6);
      expect(cards(html)).toBe(300);
    }
  });

  test("of a table of 2,000 columns stays below 2 MB, in brief form with a note", async () => {
    const html = await pageOf(programs.profile, [{ item: "p.d.wide", payload: wideProfile(2000) }]);
    expect(bytes(html)).toBeLessThan(2e6);
    expect(html).toInclude("to keep this page small");
  });

  for (const columns of [4, 20, 60]) {
    test(`of 500 tables of ${columns} columns stays below 10 MB, and has columns of every table`, async () => {
      const items = Array.from({ length: 500 }, (_, i) => ({
        item: `p.d.t${i}`,
        payload: wideProfile(columns),
      }));
      const html = await pageOf(programs.profile, items);
      expect(bytes(html)).toBeLessThan(10e6);
      const parts = html.split('<details class="item"').slice(1);
      expect(parts).toHaveLength(500);
      for (const part of parts) expect(part).toInclude("column_with_a_name_0");
      for (const part of parts) expect(part).toInclude(columns > 20 ? "Columns: the first" : ">Columns");
    });
  }

  test("is streamed: an item is rendered after the items before it", async () => {
    const items: ReadonlyArray<Item<Profile>> = Array.from({ length: 100 }, (_, i) => ({
      item: `p.d.t${i}`,
      payload: wideProfile(20),
    }));
    const lengths = await Effect.runPromise(
      Stream.runCollect(Stream.map(pieces(programs.profile, items), (piece) => piece.length)),
    );
    expect(lengths.length).toBeGreaterThan(200);
    expect(Math.max(...lengths)).toBeLessThan(200_000);
  });

  test("starts with the worst items, each with the sign of its outcome", async () => {
    const found = (severity: "warning" | "notice") => ({
      ...everything,
      findings: [{ id: "x", severity, column: null, message: "!", evidence: {} }],
    });
    const html = await pageOf(programs.profile, [
      { item: "p.d.plain", payload: { ...everything, findings: [] } },
      { item: "p.d.noticed", payload: found("notice") },
      { item: "p.d.warned", payload: found("warning") },
      {
        item: "p.d.gone",
        error: { reason: "notFound", message: "there is no p.d.gone", remedy: "check it" },
      },
    ]);
    const order = (text: string) => [...text.matchAll(/p\.d\.(\w+)<\/bdi>/g)].map(([, name]) => name);
    const [overview = "", items = ""] = html.split('<section class="items');
    expect(order(overview).slice(0, 4)).toEqual(["gone", "warned", "noticed", "plain"]);
    expect(order(items)).toEqual(["warned", "noticed", "plain"]);
    const badges = [...items.matchAll(/class="badge (\w+)"><span[^>]*>(.)<\/span> ([^<]*)/g)];
    expect(badges.slice(0, 3).map(([, color, sign, text]) => `${color} ${sign} ${text}`)).toEqual([
      "warn ▲ 1 warning",
      "note ● 1 notice",
      "good ✓ ok",
    ]);
  });

  test("names files with their folder dimmed, and no path of --output", async () => {
    const payload = everything;
    const options = { output: "/home/someone/report.html", top: 3 };
    const html = await pageOf(programs.profile, [{ item: "data/a.csv", payload }], options);
    expect(html).toInclude('<h1><bdi><span class="folder">data/</span><bdi>a.csv</bdi></bdi></h1>');
    expect(html).not.toInclude("someone");
    expect(html).toInclude("--top");
  });

  test("gives columns with similar names anchors of their own", async () => {
    const columns = ["a b", "a-b", "a.b"].map((name) => column("STRING", { name }));
    const html = await pageOf(programs.profile, [{ item: "t", payload: profile(columns) }]);
    const ids = [...html.matchAll(/ id="(column-[^"]*)"/g)].map(([, id]) => id);
    expect(ids).toEqual(["column-a-b", "column-a-b-2", "column-a.b"]);
  });

  test("of a failed item shows the reason and the remedy", async () => {
    const error = { reason: "notFound", message: "there is no p.d.t", remedy: "check the name" };
    const html = await pageOf(programs.profile, [{ item: "p.d.t", error }]);
    for (const text of ["✕", "failed", "notFound", "there is no p.d.t", "check the name"])
      expect(html).toInclude(text);
  });

  test("names many items that failed for the same reason once, with that reason", async () => {
    const error = { reason: "budget", message: "the budget is spent", remedy: "raise --budget" };
    const failed = Array.from({ length: 30 }, (_, i) => ({ item: `p.d.t${i}`, error }));
    const html = await pageOf(programs.profile, failed);
    expect(html.split("raise --budget")).toHaveLength(2);
    expect(html.split('href="#reason-1"')).toHaveLength(31);
    expect(html).toInclude(" and 10 more</b>");
  });

  test("contains only internal links, and allows only its own script", async () => {
    const html = await pageOf(programs.profile, [{ item: "p.d.t", payload: everything }]);
    expect(html.match(/(?:src|href|action)="(?!#)[^"]*"|url\(|@import|https?:/g)).toBeNull();
    expect(html).toMatch(
      /content="default-src 'none'; style-src 'sha256-[\w+/=]+'; script-src 'sha256-[\w+/=]+'; base-uri 'none'; form-action 'none'"/,
    );
    expect(html).not.toMatch(/ style=| on\w+=/);
  });
});

describeWith(chromiumNeed, "a page in a browser", () => {
  const { visit } = browser();
  const batch = (payloads: ReadonlyArray<Profile>) =>
    pageOf(
      programs.profile,
      payloads.map((payload, i) => ({ item: `p.d.t${i}`, payload })),
    );

  test("in brief form has no axe violations", async () => {
    const html = await pageOf(programs.profile, [{ item: "p.d.wide", payload: wideProfile(1500) }]);
    const brief = html.replaceAll(/(<tbody>(?:<tr>.*?){30})<tr>.*?<\/tbody>/gs, "$1</tbody>");
    expect(await visit(brief, {}, ({ page }) => violations(page))).toEqual([]);
  });

  test("of many columns shows the cards that are opened, and without the script all of them", async () => {
    const html = await pageOf(programs.profile, [{ item: "p.d.wide", payload: wideProfile(40) }]);
    const shown = (hasScript: boolean, open: boolean) =>
      visit(html, { hasScript }, async ({ page }) => {
        if (open) await page.locator(".index tbody tr").nth(2).locator("a").click();
        return page.locator(".card").filter({ visible: true }).count();
      });
    expect([await shown(true, false), await shown(true, true), await shown(false, false)]).toEqual([
      0, 1, 40,
    ]);
  });

  test("without the script can be expanded item by item", async () => {
    await visit(
      await batch([everything, everything, everything, everything]),
      { hasScript: false },
      async ({ page }) => {
        const first = page.locator("details.item").first();
        expect(await first.locator(".card").first().isVisible()).toBe(false);
        await first.locator("summary").first().click();
        expect(await first.locator(".card").first().isVisible()).toBe(true);
      },
    );
  });

  test("in print shows the overview and expanded items, no controls, and nothing wider than the paper", async () => {
    const html = await batch([everything, everything, everything, everything]);
    await visit(html, { width: 700 }, async ({ page }) => {
      await page.emulateMedia({ media: "print" });
      expect(await page.locator("#overview tbody tr").filter({ visible: true }).count()).toBe(4);
      expect(await page.locator(".item").filter({ visible: true }).count()).toBe(0);
      await page.evaluate("document.querySelector('.item').open = true");
      expect(await page.locator(".item").filter({ visible: true }).count()).toBe(1);
      expect(await page.locator(".card").first().isVisible()).toBe(true);
      expect(await overflow(page)).toBe(0);
      expect(await page.locator(".controls").filter({ visible: true }).count()).toBe(0);
      const overflows = await page.evaluate<number>(
        `[...document.querySelectorAll(".scroll")].filter((one) => getComputedStyle(one).overflowX !== "visible").length`,
      );
      expect(overflows).toBe(0);
      // Chromium repeats the head of a table on each page only if it has no buttons.
      const shown = await page.evaluate<ReadonlyArray<string>>(
        `[...document.querySelectorAll("thead th button")].map((one) => getComputedStyle(one).display)`,
      );
      expect(new Set(shown)).toEqual(new Set(["contents"]));
      expect((await page.pdf()).length).toBeGreaterThan(10_000);
    });
  });

  test("distinguishes the two schemas of a diff by signs and words, not only by colours", async () => {
    const payload = diff(side([field("a"), field("b")]), side([field("b", "INT64"), field("c")]));
    await visit(
      await pageOf(programs.diff, [{ item: { a: "x", b: "y" }, payload }]),
      {},
      async ({ page }) => {
        const rows = await page.locator(".tree tbody tr").allTextContents();
        expect(rows.map((row) => row.match(/[+±−](?:changed|added|removed)/)?.[0])).toEqual([
          "±changed",
          "+added",
          "−removed",
        ]);
      },
    );
  });
});
