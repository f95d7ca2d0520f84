/** The page's script: sorting, searching, filtering, expanding and collapsing, by mouse and keyboard. */

import { expect, test } from "bun:test";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { diff } from "../../../src/programs/schema-diff/Program.ts";
import { column, everything, numeric, profile } from "../../programs/profile/profiles.ts";
import { array, field, side, struct } from "../../programs/schema-diff/build.ts";
import { browser, chromiumNeed } from "../../support/browser.ts";
import { describeWith } from "../../support/needs.ts";
import { pageOf, programs } from "./pages.ts";

const batch = pageOf(programs.profile, [
  { item: "p.d.big", payload: profile([numeric([1])], { rows: 1_000_000 }) },
  { item: "p.d.small", payload: profile([numeric([1])], { rows: 999 }) },
  { item: "p.d.gone", error: { reason: "notFound", message: "there is no p.d.gone", remedy: "check it" } },
  { item: "p.d.middle", payload: profile([numeric([1])], { rows: 10_000 }) },
]);

const one = pageOf(programs.profile, [{ item: "p.d.t", payload: everything }]);

const fields = pageOf(programs.diff, [
  {
    item: { a: "p.d.a", b: "p.d.b" },
    payload: diff(
      side([field("same"), array(struct("items", [field("sku"), field("n", "INT64")])), field("old")]),
      side([
        field("same"),
        array(struct("items", [field("sku", "INT64"), field("n", "INT64")])),
        field("new"),
      ]),
    ),
  },
]);

const visible = (page: Page, selector: string): Promise<ReadonlyArray<string>> =>
  page.locator(selector).filter({ visible: true }).allTextContents();

const items = (page: Page) => visible(page, "#overview tbody th");

describeWith(chromiumNeed, "the page's script", () => {
  const { visit } = browser();

  test("sorts the overview by value, unknown ones last, and shows the direction", async () => {
    await visit(await batch, {}, async ({ page }) => {
      const head = page.locator("#overview th", { hasText: "rows" });
      await head.getByRole("button").click();
      expect(await items(page)).toEqual(["p.d.small", "p.d.middle", "p.d.big", "p.d.gone"]);
      expect(await head.getAttribute("aria-sort")).toBe("ascending");
      await head.getByRole("button").press("Enter");
      expect(await items(page)).toEqual(["p.d.big", "p.d.middle", "p.d.small", "p.d.gone"]);
      expect(await head.getAttribute("aria-sort")).toBe("descending");
      await head.getByRole("button").click();
      expect(await items(page)).toEqual(["p.d.gone", "p.d.big", "p.d.small", "p.d.middle"]);
      expect(await head.getAttribute("aria-sort")).toBeNull();
      await page.locator("#overview th", { hasText: "item" }).getByRole("button").click();
      expect(await items(page)).toEqual(["p.d.big", "p.d.gone", "p.d.middle", "p.d.small"]);
      expect(await page.locator("#overview th[aria-sort]").count()).toBe(1);
    });
  });

  test("searches and filters the overview, and shows the number of matches", async () => {
    await visit(await batch, {}, async ({ page }) => {
      await page.locator("#overview").getByLabel("Find").fill("ALL");
      expect(await items(page)).toEqual(["p.d.small"]);
      expect(await page.locator("#overview span[role=status]").textContent()).toBe("1 of 4 items");
      await page.locator("#overview").getByLabel("Find").fill("");
      await page.getByRole("button", { name: "ok 3" }).click();
      expect(await items(page)).toEqual(["p.d.gone"]);
      await page.getByRole("button", { name: "ok 3" }).press("Space");
      expect(await items(page)).toHaveLength(4);
      expect(await page.locator("#overview span[role=status]").textContent()).toBe("");
    });
  });

  test("opens the item that a link leads to", async () => {
    await visit(await batch, {}, async ({ page }) => {
      expect(await page.locator("details.item[open]").count()).toBe(0);
      await page.getByRole("link", { name: "p.d.middle" }).click();
      await page.locator("details.item[open]").waitFor();
      expect(await page.locator("details.item[open] h3").allTextContents()).toEqual(["p.d.middle"]);
    });
  });

  test("finds columns by name, type and kind, with their parents", async () => {
    await visit(await one, {}, async ({ page }) => {
      const shown = () => visible(page, ".card > summary .name");
      const rows = () => visible(page, ".index tbody th");
      expect(await rows()).toEqual(["amount", "code", "day", "flag", "items", "[]", "sku"]);
      expect(await shown()).toEqual(["amount", "code", "day", "flag", "items", "items[]", "items[].sku"]);
      await page.getByLabel("Find").fill("sku");
      expect(await rows()).toEqual(["items", "[]", "sku"]);
      expect(await shown()).toEqual(["items[].sku"]);
      await page.getByLabel("Find").fill("");
      await page.getByLabel("Kind").selectOption("texts");
      expect(await rows()).toEqual(["code", "items", "[]", "sku"]);
      expect(await shown()).toEqual(["code", "items[].sku"]);
      expect(await page.locator(".columns span[role=status]").textContent()).toBe("2 of 7 columns");
    });
  });

  test("filters columns by findings, sorts them by nulls, and says when none matches", async () => {
    const columns = [
      column("STRING", { name: "some", rows: 10, nulls: 5 }),
      column("STRING", { name: "none", rows: 10, nulls: 0 }),
      column("STRING", { name: "most", rows: 10, nulls: 9 }),
    ];
    const finding = { id: "x", severity: "warning" as const, column: "most", message: "!", evidence: {} };
    const payload = profile(columns, { rows: 10, findings: [finding] });
    await visit(await pageOf(programs.profile, [{ item: "p.d.t", payload }]), {}, async ({ page }) => {
      const rows = () => visible(page, ".index tbody th");
      await page.locator(".index th", { hasText: "Nulls" }).getByRole("button").click();
      expect(await rows()).toEqual(["none", "some", "most"]);
      await page.getByLabel("Findings").selectOption("warning");
      expect(await rows()).toEqual(["most"]);
      expect(await visible(page, ".card .name")).toEqual(["most"]);
      await page.getByLabel("Find", { exact: true }).fill("nothing");
      expect(await rows()).toEqual([]);
      expect(await page.locator(".columns span[role=status]").textContent()).toStartWith(
        "No column matches.",
      );
    });
  });

  test("shows the rows of the bin under the pointer", async () => {
    const payload = profile([numeric([10, 20, 30, 40], { name: "n" })]);
    await visit(await pageOf(programs.profile, [{ item: "p.d.t", payload }]), {}, async ({ page }) => {
      const plot = page.locator(".plot:has(.histogram)");
      const { width = 0, height = 0 } = (await plot.boundingBox()) ?? {};
      const texts: Array<string | null> = [];
      for (const at of [0.1, 0.3, 0.6, 0.9]) {
        await plot.hover({ position: { x: width * at, y: height / 2 } });
        texts.push(await page.locator(".tip").textContent());
      }
      await page.getByText("Rows by bin").click();
      await page.locator(".data td").first().waitFor();
      const bins = await page.locator(".data td:nth-child(2)").allTextContents();
      expect(texts.map((text) => text?.match(/: (\d+) rows$/)?.[1])).toEqual(["10", "20", "30", "40"]);
      expect(bins).toEqual(["10", "20", "30", "40"]);
      await page.locator("h1").hover();
      expect(await page.locator(".tip").isVisible()).toBe(false);
    });
  });

  test("names the distribution of a bin with a baseline", async () => {
    const golden = join(import.meta.dir, "../../golden/reports/profile-one/report.html");
    await visit(await Bun.file(golden).text(), {}, async ({ page }) => {
      await page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true");
      const plots = page.locator("figure:has(.before) .plot:has(.histogram)");
      const texts: Array<string> = [];
      for (const plot of await plots.all()) {
        await plot.hover();
        texts.push((await page.locator(".tip").textContent()) ?? "");
      }
      expect(texts.slice(0, 2).map((text) => text.split(",")[0])).toEqual(["This run", "Baseline"]);
    });
  });

  test("makes a table of the numbers when it is opened; without the script they are text", async () => {
    const payload = profile([numeric([10, 20, 30, 40], { name: "n" })]);
    const page = await pageOf(programs.profile, [{ item: "p.d.t", payload }]);
    await visit(page, {}, async ({ page }) => {
      expect(await page.locator(".data table").count()).toBe(0);
      for (const _ of [1, 2, 3]) await page.getByText("Rows by bin").click();
      expect(await page.locator(".data table:visible").count()).toBe(1);
      expect(await page.locator(".data pre:visible").count()).toBe(0);
      expect(await page.locator(".data th").allTextContents()).toEqual(["values", "rows"]);
      expect(await page.locator(".data tbody tr").count()).toBe(4);
    });
    await visit(page, { hasScript: false }, async ({ page }) => {
      await page.getByText("Rows by bin").click();
      expect(await page.locator(".data pre:visible").first().textContent()).toMatch(
        /^values\trows\n.*\t10\n/,
      );
    });
  });

  test("leads from a failed item to its reason and back, and filters the items below with the overview", async () => {
    await visit(await batch, {}, async ({ page }) => {
      await page.getByRole("link", { name: "p.d.gone" }).click();
      expect(await page.evaluate<string>("document.querySelector(':target').textContent")).toInclude(
        "check it",
      );
      await page.locator(".reasons").getByRole("link", { name: "Back to the overview" }).click();
      expect(await page.evaluate<string>("location.hash")).toBe("#overview");
      await page.getByRole("button", { name: "Expand all" }).first().click();
      await page.locator("#overview").getByLabel("Find").fill("small");
      expect(await visible(page, ".item h3")).toEqual(["p.d.small"]);
      await page.locator("#overview").getByLabel("Find").fill("nothing");
      expect(await page.locator("#overview span[role=status]").textContent()).toStartWith("No item matches.");
    });
  });

  test("has anchors by name, which open what they lead to, and open it again", async () => {
    await visit(await batch, {}, async ({ page }) => {
      const open = () => page.locator("details.item[open]").count();
      await page.evaluate("location.hash = '#item-p.d.big'");
      await page.locator("#item-p\\.d\\.big[open]").waitFor();
      await page.getByRole("button", { name: "Collapse all" }).first().click();
      expect(await open()).toBe(0);
      await page.locator("#overview tbody tr", { hasText: "p.d.big" }).locator("td").last().click();
      await page.locator("#item-p\\.d\\.big[open]").waitFor();
    });
  });

  test("opens and closes all columns", async () => {
    await visit(await one, {}, async ({ page }) => {
      await page.getByRole("button", { name: "Collapse all" }).click();
      expect(await page.locator(".card[open]").count()).toBe(0);
      await page.getByRole("button", { name: "Expand all" }).click();
      expect(await page.locator(".card[open]").count()).toBe(7);
    });
  });

  test("expands and collapses all items of a batch, but not their columns", async () => {
    await visit(await batch, {}, async ({ page }) => {
      await page.getByRole("button", { name: "Expand all" }).first().click();
      expect(await page.locator(".item[open]").count()).toBe(3);
      await page.getByRole("button", { name: "Collapse all" }).first().click();
      expect(await page.locator(".item[open]").count()).toBe(0);
    });
  });

  test("shows the fields of a class of change, with their parents", async () => {
    await visit(await fields, {}, async ({ page }) => {
      const shown = async () =>
        (await visible(page, ".tree tbody tr")).map(
          (text) => text.match(/same|items|sku|\bn\b|old|new/)?.[0],
        );
      expect(await shown()).toEqual(["same", "items", "sku", "n", "new", "old"]);
      await page.getByRole("button", { name: "changes" }).click();
      expect(await shown()).toEqual(["items", "sku", "new", "old"]);
      await page.getByRole("button", { name: "breaking 2" }).click();
      expect(await shown()).toEqual(["items", "sku", "old"]);
      await page.getByRole("button", { name: "safe 1" }).press("Enter");
      expect(await shown()).toEqual(["new"]);
      await page.getByRole("button", { name: "all fields" }).click();
      await page.getByLabel("Find").fill("SKU");
      expect(await shown()).toEqual(["items", "sku"]);
    });
  });

  test("is accessible by keyboard: skip link, links, buttons and scrolling frames", async () => {
    const wide = profile(
      Array.from({ length: 3 }, (_, i) => column("STRING", { name: `c${i}` })),
      {
        sample: [{ a: 1 }],
      },
    );
    await visit(await pageOf(programs.profile, [{ item: "p.d.t", payload: wide }]), {}, async ({ page }) => {
      await page.keyboard.press("Tab");
      expect(await page.evaluate<string>("document.activeElement.textContent")).toBe("Skip to the report");
      await page.keyboard.press("Enter");
      const reached: Array<string> = [];
      for (let i = 0; i < 10; i++) {
        await page.keyboard.press("Tab");
        reached.push(await page.evaluate<string>("document.activeElement.tagName"));
      }
      expect(reached.slice(0, 5)).toEqual(["INPUT", "BUTTON", "BUTTON", "DIV", "BUTTON"]);
    });
  });
});
