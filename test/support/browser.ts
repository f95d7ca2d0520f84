/** Pages in headless Chromium without network access; records the requests that a page attempts. */
import { afterAll, beforeAll } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import axe, { type AxeResults } from "axe-core";
import { type Browser, chromium, type Page } from "playwright-core";
import type { Need } from "./needs.ts";
import { scratch } from "./scratch.ts";

const program = ["chromium", "chromium-browser", "google-chrome"]
  .map((name) => Bun.which(name))
  .find((path) => path !== null);

export const chromiumNeed: Need = {
  available: program !== undefined,
  missing: "no Chromium; install it: apt-get install chromium",
};

const flags = [
  "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
]; // biome-ignore format: one list

export interface Look {
  readonly width?: number;
  readonly scheme?: "light" | "dark";
  readonly hasScript?: boolean;
}

export interface Visit {
  readonly page: Page;
  /** Addresses that the page requested, except its own. */
  readonly requests: ReadonlyArray<string>;
  /** Console messages, script errors and dialogs. */
  readonly complaints: ReadonlyArray<string>;
}

/** A browser for the tests of a file. */
export const browser = () => {
  let launched: Browser | undefined;
  beforeAll(async () => {
    launched = await chromium.launch({ executablePath: program!, args: flags });
  });
  afterAll(() => launched?.close());

  /** Opens the page as a file, inspects it, and closes it. */
  const visit = async <A>(html: string, look: Look, use: (visit: Visit) => Promise<A>): Promise<A> => {
    const file = join(scratch(), "report.html");
    writeFileSync(file, html);
    const context = await launched!.newContext({
      viewport: { width: look.width ?? 1280, height: 900 },
      colorScheme: look.scheme ?? "light",
      javaScriptEnabled: look.hasScript ?? true,
    });
    const [requests, complaints]: [Array<string>, Array<string>] = [[], []];
    try {
      const own = `file://${file}`;
      await context.route("**", (route) => {
        const url = route.request().url();
        if (url.split("#")[0] === own) return route.continue();
        requests.push(url);
        return route.abort();
      });
      const page = await context.newPage();
      page.on("console", (message) => complaints.push(message.text()));
      page.on("pageerror", (error) => complaints.push(error.message));
      page.on("dialog", (dialog) => {
        complaints.push(dialog.message());
        void dialog.dismiss();
      });
      await page.goto(own);
      return await use({ page, requests, complaints });
    } finally {
      await context.close();
    }
  };
  return { visit };
};

/** Expands everything, so that it is inspected, too. */
export const openAll = (page: Page): Promise<void> =>
  page.evaluate<void>(`for (const one of document.querySelectorAll("details")) one.open = true`);

/** The violations of axe, one per line. */
export const violations = async (page: Page): Promise<ReadonlyArray<string>> => {
  await page.evaluate(axe.source);
  const found = await page.evaluate<AxeResults>("axe.run(document)");
  return found.violations.map(
    ({ id, nodes }) =>
      `${id}: ${nodes
        .slice(0, 3)
        .map(({ html }) => html.slice(0, 200))
        .join(" | ")}`,
  );
};

/** By how many pixels the page is wider than its window. */
export const overflow = (page: Page): Promise<number> =>
  page.evaluate<number>("document.documentElement.scrollWidth - innerWidth");
