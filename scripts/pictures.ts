/**
 * Regenerates the images of the README: a report of each program over public files, rendered by a browser.
 *
 *     bun scripts/pictures.ts
 *
 * Needs Chromium (apt-get install chromium).
 */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { type Browser, chromium } from "playwright-core";

const root = resolve(import.meta.dir, "..");
const pictures = join(root, "docs", "images");
const data = join(root, "node_modules", "vega-datasets", "data");
const examples = join(root, "examples", "data");

/** A picture: a program's report, up to a height in pixels. */
interface Picture {
  readonly program: string;
  readonly args: ReadonlyArray<string>;
  readonly height: number;
}

const all: Readonly<Record<string, Picture>> = {
  "profile.png": {
    program: "bq-profile",
    args: ["penguins.json", "--columns", "Body Mass (g),Species,Flipper Length (mm),Sex"],
    height: 990,
  },
  "schema-diff.png": {
    program: "bq-schema-diff",
    args: ["orders-v1.schema.json", "orders-v2.schema.json"],
    height: 900,
  },
  "table-compare.png": {
    program: "bq-table-compare",
    args: ["airports.csv", "airports-migrated.parquet", "--key", "iata"],
    height: 900,
  },
};

const run = (folder: string, program: string, args: ReadonlyArray<string>): void => {
  const { exitCode, stderr } = Bun.spawnSync(
    [process.execPath, join(root, "src", "bin", "bqkit.ts"), program, ...args],
    { cwd: folder },
  );
  if (exitCode > 1) throw new Error(`${program} ${args.join(" ")}: ${stderr}`);
};

/** Writes the input files of the reports, including a table that a migration changed. */
const prepare = async (folder: string): Promise<void> => {
  copyFileSync(join(data, "airports.csv"), join(folder, "airports.csv"));
  copyFileSync(join(data, "penguins.json"), join(folder, "penguins.json"));
  for (const name of ["orders-v1.schema.json", "orders-v2.schema.json"]) {
    copyFileSync(join(examples, name), join(folder, name));
  }
  const connection = await (await DuckDBInstance.create()).connect();
  await connection.run(`COPY (
    SELECT iata, CASE WHEN state = 'TX' THEN replace(name, 'Municipal', 'Muni') ELSE name END AS name,
      city, state, country, CASE WHEN state = 'CA' THEN round(latitude, 3) ELSE latitude END AS latitude, longitude
    FROM '${join(folder, "airports.csv")}' WHERE iata NOT LIKE '0%'
  ) TO '${join(folder, "airports-migrated.parquet")}'`);
};

const take = async (browser: Browser, folder: string, name: string, picture: Picture): Promise<void> => {
  run(folder, picture.program, [...picture.args, "--format", "html", "--output", "report.html"]);
  const page = await browser.newPage({ viewport: { width: 1180, height: picture.height } });
  await page.goto(`file://${join(folder, "report.html")}`);
  const title = await page.locator("h1").boundingBox();
  const path = join(pictures, name);
  const clip = { x: 0, y: (title?.y ?? 0) - 20, width: 1180, height: picture.height };
  await page.screenshot({ path, fullPage: true, clip });
  await page.close();
  console.log(`docs/images/${name}: ${Bun.file(path).size} bytes`);
};

const folder = mkdtempSync(join(tmpdir(), "bqkit-pictures-"));
const executablePath = Bun.which("chromium") ?? Bun.which("google-chrome") ?? "chromium";
const browser = await chromium.launch({
  executablePath,
  args: ["--headless", "--no-sandbox", "--disable-gpu"],
});
try {
  mkdirSync(pictures, { recursive: true });
  await prepare(folder);
  for (const [name, picture] of Object.entries(all)) await take(browser, folder, name, picture);
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}
