/** The golden pages in a browser: accessibility by axe, layout, and readability without the script. */
import { describe, expect, test } from "bun:test";
import { goldens } from "../../golden/golden.ts";
import { browser, chromiumNeed, openAll, overflow, violations } from "../../support/browser.ts";
import { describeWith } from "../../support/needs.ts";

const pages = goldens.filter(({ format }) => format === "html");

describeWith(chromiumNeed, "golden pages in a browser", () => {
  const { visit } = browser();

  for (const { name, render } of pages) {
    describe(name, () => {
      for (const scheme of ["light", "dark"] as const) {
        test(`has no axe violations, fully expanded, ${scheme}`, async () => {
          const found = await visit(await render(), { scheme }, async ({ page }) => {
            await openAll(page);
            return violations(page);
          });
          expect(found).toEqual([]);
        });
      }

      for (const width of [1280, 390]) {
        test(`fits a window of ${width} pixels, without requests or console messages`, async () => {
          await visit(await render(), { width }, async ({ page, requests, complaints }) => {
            await openAll(page);
            expect(await overflow(page)).toBe(0);
            expect(requests).toEqual([]);
            expect(complaints).toEqual([]);
          });
        });
      }

      test("has the same content without the script, and no dead buttons", async () => {
        const html = await render();
        const textOf = (hasScript: boolean) =>
          visit(html, { hasScript }, async ({ page }) => {
            if (!hasScript) expect(await page.locator("button:visible").count()).toBe(0);
            return (await page.locator("main").textContent())?.replaceAll(/\s+/g, " ");
          });
        expect(await textOf(false)).toBe((await textOf(true))!);
      });
    });
  }
});
