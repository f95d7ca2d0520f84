/**
 * Prints the size of HTML reports and the time until a browser has painted one, as shares of their limits: `bun
 * bench/pages.ts`. Needs Chromium.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium } from "playwright-core";
import { wideProfile } from "../test/reports/html/large.ts";
import { pageOf, programs } from "../test/reports/html/pages.ts";

const runs = Number(process.env.BENCH_RUNS ?? 5);

const folder = mkdtempSync(join(tmpdir(), "bench-"));

const print = (name: string, ratio: number, detail: string): void =>
  console.log(`${name.padEnd(58)} ${ratio.toFixed(2).padStart(6)}   ${detail}`);

/** Seconds until everything has been laid out and painted once. */
const opened = async (browser: Browser, file: string): Promise<number> => {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  await page.goto(`file://${file}`);
  const milliseconds = await page.evaluate<number>(
    "new Promise((done) => requestAnimationFrame(() => setTimeout(() => done(performance.now()))))",
  );
  await page.close();
  return milliseconds / 1000;
};

const measure = async (
  browser: Browser,
  name: string,
  html: string,
  most: { readonly megabytes: number },
): Promise<void> => {
  const file = join(folder, "report.html");
  writeFileSync(file, html);
  const megabytes = Buffer.byteLength(html) / 1e6;
  const times: Array<number> = [];
  for (let run = 0; run < runs; run++) times.push(await opened(browser, file));
  const seconds = times.toSorted((a, b) => a - b)[Math.floor(runs / 2)]!;
  print(`${name}: size, of ${most.megabytes} MB`, megabytes / most.megabytes, `${megabytes.toFixed(2)} MB`);
  print(`${name}: opening, of a second`, seconds, `${seconds.toFixed(2)} s`);
};

const browser = await chromium.launch({
  executablePath: Bun.which("chromium") ?? Bun.which("google-chrome") ?? "chromium",
  args: ["--headless", "--no-sandbox", "--disable-gpu"],
});
try {
  const one = await pageOf(programs.profile, [{ item: "p.d.wide", payload: wideProfile(300) }]);
  await measure(browser, "a table of 300 columns", one, { megabytes: 2 });
  const items = Array.from({ length: 500 }, (_, i) => ({ item: `p.d.t${i}`, payload: wideProfile(20) }));
  await measure(browser, "500 tables of 20 columns", await pageOf(programs.profile, items), {
    megabytes: 10,
  });
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}
