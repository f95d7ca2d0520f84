/**
 * Takes pictures of every page in light, dark, phone and print, to look at after a change of the pages.
 *
 *     bun scripts/screenshots.ts OUTDIR [NAME...]
 *
 * Needs Chromium. Print is a PDF file; pdftoppm (apt-get install poppler-utils), if present, also writes its pages as pictures.
 */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { type Browser, chromium } from "playwright-core";

const root = resolve(import.meta.dir, "..");
const data = join(root, "node_modules", "vega-datasets", "data");
const [outdir, ...names] = process.argv.slice(2);
if (outdir === undefined) throw new Error("usage: bun scripts/screenshots.ts OUTDIR [NAME...]");

/** A page: the command that writes it, and the height of its pictures in pixels; absent: the whole page. */
interface Page {
  readonly args: ReadonlyArray<string>;
  readonly height?: number;
}

const shop = Array.from({ length: 30 }, (_, i) => `shop/t${i}.parquet:shop/u${i}.parquet`);
const several = [
  "airports.csv",
  "movies.json",
  "penguins.json",
  "stocks.csv",
  "seattle-weather.csv",
  "barley.json",
  "missing.csv",
];

const pages: Readonly<Record<string, Page>> = {
  profile: { args: ["bq-profile", "--detect-anomalies", "movies.json"] },
  "profile-nested": { args: ["bq-profile", "orders.ndjson"] },
  "profile-baseline": { args: ["bq-profile", "--baseline", "before.json", "weather.parquet"] },
  "profile-wide": { args: ["bq-profile", "wide.parquet"], height: 2400 },
  "profile-batch": { args: ["bq-profile", "--detect-anomalies", ...several] },
  "profile-failed": { args: ["bq-profile", "missing.csv"] },
  compare: { args: ["bq-table-compare", "--key", "iata", "airports.csv", "airports-migrated.parquet"] },
  "compare-rows": { args: ["bq-table-compare", "airports.csv", "airports-migrated.parquet"] },
  "compare-same": { args: ["bq-table-compare", "--key", "iata", "airports.csv", "airports.csv"] },
  "compare-batch": { args: ["bq-table-compare", "--key", "id", ...shop, "missing.csv:shop/t1.parquet"] },
  diff: { args: ["bq-schema-diff", "orders-v1.schema.json", "orders-v2.schema.json"] },
  "diff-batch": {
    args: ["bq-schema-diff", "orders-v1.schema.json:orders-v2.schema.json", "airports.csv:airports-migrated.parquet", "airports.csv:airports.csv"],
  },
}; // biome-ignore format: one page per line

const statements: ReadonlyArray<string> = [
  `COPY (
    SELECT iata, CASE WHEN state = 'TX' THEN replace(name, 'Municipal', 'Muni') ELSE name END AS name,
      city, state, country, CASE WHEN state = 'CA' THEN round(latitude, 3) ELSE latitude END AS latitude, longitude
    FROM 'airports.csv' WHERE iata NOT LIKE '0%'
    UNION ALL SELECT 'ZZ' || range, 'New field ' || range, 'Nowhere', 'AK', 'USA', 60 + range, -150.5 FROM range(3)
  ) TO 'airports-migrated.parquet'`,
  "COPY (SELECT * FROM 'seattle-weather.csv' WHERE date < DATE '2014-06-01') TO 'weather.parquet'",
  `COPY (
    SELECT ${Array.from({ length: 300 }, (_, i) => wideColumn(i)).join(", ")} FROM range(5000) t(n)
  ) TO 'wide.parquet'`,
  ...Array.from({ length: 30 }, (_, i) => [
    `COPY (SELECT range AS id, range % 7 AS kind, 'name ' || range AS name FROM range(${100 * (i + 1)})) TO 'shop/t${i}.parquet'`,
    `COPY (SELECT range AS id, CASE WHEN ${i} % 6 = 0 AND range % 9 = 0 THEN 8 ELSE range % 7 END AS kind, 'name ' || range AS name
      FROM range(${100 * (i + 1) + (i % 10 === 3 ? 5 : 0)})) TO 'shop/u${i}.parquet'`,
  ]).flat(),
];

function wideColumn(i: number): string {
  switch (i % 5) {
    case 0:
      return `(n * ${i + 1}) % ${997 + i} AS measure_${i}`;
    case 1:
      return `CASE WHEN n % ${i + 2} < ${i / 2} THEN NULL ELSE 'kind ' || (n % ${3 + (i % 7)}) END AS attribute_${i}`;
    case 2:
      return `DATE '2020-01-01' + CAST(n % ${30 + i} AS INTEGER) AS date_${i}`;
    case 3:
      return `sqrt(n * ${i}) AS rate_${i}`;
    default:
      return `n % ${i + 1} = 0 AS flag_${i}`;
  }
}

const run = (folder: string, args: ReadonlyArray<string>): void => {
  const command = [process.execPath, join(root, "src", "bin", "bqkit.ts"), ...args];
  const { exitCode, stderr } = Bun.spawnSync(command, { cwd: folder });
  if (exitCode > 2) throw new Error(`${args.join(" ")}: ${stderr}`);
};

const prepare = async (folder: string): Promise<void> => {
  mkdirSync(join(folder, "shop"));
  const files = [...several.filter((name) => name !== "missing.csv")].map((name) => join(data, name));
  const schemas = ["orders-v1.schema.json", "orders-v2.schema.json", "orders.ndjson"].map((name) =>
    join(root, "examples", "data", name),
  );
  Bun.spawnSync(["cp", ...files, ...schemas, folder]);
  const connection = await (await DuckDBInstance.create()).connect();
  await connection.run(`SET file_search_path = '${folder}'`);
  for (const statement of statements) {
    await connection.run(statement.replaceAll(/'((?:[\w-]+\/)?[\w-]+\.(?:parquet|csv))'/g, `'${folder}/$1'`));
  }
  connection.closeSync();
  run(folder, ["bq-profile", "--format", "json", "--output", "before.json", "weather.parquet"]);
  const again = await (await DuckDBInstance.create()).connect();
  await again.run(`COPY (SELECT * REPLACE (temp_max + 3 AS temp_max, CASE WHEN weather = 'sun' AND temp_max > 20 THEN NULL ELSE weather END AS weather)
    FROM '${folder}/seattle-weather.csv' WHERE date >= DATE '2014-06-01') TO '${folder}/weather.parquet'`);
  again.closeSync();
};

const looks = {
  light: { viewport: { width: 1280, height: 900 }, colorScheme: "light" },
  dark: { viewport: { width: 1280, height: 900 }, colorScheme: "dark" },
  phone: { viewport: { width: 390, height: 844 }, colorScheme: "light" },
} as const;

const take = async (
  browser: Browser,
  folder: string,
  name: string,
  { args, height }: Page,
): Promise<void> => {
  run(folder, [...args, "--format", "html", "--output", `${name}.html`]);
  const file = join(folder, `${name}.html`);
  for (const [look, options] of Object.entries(looks)) {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    await page.goto(`file://${file}`);
    const path = join(outdir, `${name}-${look}.png`);
    const clip = { x: 0, y: 0, width: options.viewport.width, height: height ?? 900 };
    await page.screenshot({ path, fullPage: true, ...(height === undefined ? {} : { clip }) });
    if (look === "light") await page.pdf({ path: join(outdir, `${name}-print.pdf`), format: "A4" });
    await context.close();
  }
  if (Bun.which("pdftoppm") !== null) {
    const pdf = join(outdir, `${name}-print`);
    Bun.spawnSync(["pdftoppm", "-png", "-r", "60", "-l", "4", `${pdf}.pdf`, pdf]);
  }
  Bun.spawnSync(["cp", file, outdir]);
  console.log(`${name}: ${Bun.file(file).size} bytes`);
};

const folder = mkdtempSync(join(tmpdir(), "bqkit-screenshots-"));
const browser = await chromium.launch({
  executablePath: Bun.which("chromium") ?? Bun.which("google-chrome") ?? "chromium",
  args: ["--headless", "--no-sandbox", "--disable-gpu"],
});
try {
  mkdirSync(outdir, { recursive: true });
  await prepare(folder);
  for (const [name, page] of Object.entries(pages)) {
    if (names.length === 0 || names.includes(name)) await take(browser, folder, name, page);
  }
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}
