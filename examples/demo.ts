/** `npm run demo`: bq-profile over five real files of the npm package vega-datasets. Further arguments are passed on. */
import { join, resolve } from "node:path";

const root = resolve(import.meta.dir, "..");
const folder = "node_modules/vega-datasets/data";
const files = ["flights-3m.parquet", "birdstrikes.csv", "airports.csv", "zipcodes.csv", "movies.json"];

const more = process.argv.slice(2);
const given = new Set(more.map((argument) => argument.replace(/=.*/s, "").replace("--no-", "--")));
// The options of the caller replace these.
const options = [["--parallel", "4"], ["--progress"]].filter(([name]) => !given.has(name!)).flat();

const command = [
  "src/bin/bqkit.ts",
  "profile",
  ...options,
  ...more,
  ...files.map((file) => join(folder, file)),
];
const shown = command.map((word) =>
  /^[\w./=:-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`,
);
console.error(`$ bun ${shown.join(" ")}\n`);

const stdio = ["inherit", "inherit", "inherit"] as const;
const child = Bun.spawn([process.execPath, ...command], { cwd: root, stdio: [...stdio] });
// A terminal sends its interrupt to both processes; the child decides how it ends.
process.on("SIGINT", () => {});
process.on("SIGTERM", () => child.kill("SIGTERM"));
process.exitCode = await child.exited;
