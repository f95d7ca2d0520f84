/**
 * Generates the docs that come from the code: options, registries, schemas and examples.
 *
 *     bun scripts/docs.ts [--check] [FOLDER]
 *
 * FOLDER replaces the root of the repository. With --check, writes nothing, lists stale files on stderr, and exits
 * with 1 if there are any.
 */
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { library } from "./docs/library.ts";
import { manuals } from "./docs/man.ts";
import { options } from "./docs/options.ts";
import { profile } from "./docs/profile.ts";
import { report } from "./docs/report.ts";
import { schemaDiff } from "./docs/schemaDiff.ts";
import { schemas } from "./docs/schemas.ts";

/** File contents by path from the root. */
const files: ReadonlyMap<string, string> = new Map([
  ["docs/LIBRARY.md", library()],
  ["docs/OPTIONS.md", options()],
  ["docs/PROFILE.md", profile()],
  ["docs/REPORT.md", report()],
  ["docs/SCHEMA_DIFF.md", schemaDiff()],
  ...Object.entries(manuals).map(([name, text]) => [`docs/man/${name}`, text] as const),
  ...Object.entries(schemas).map(
    ([name, schema]) => [`docs/schema/${name}`, `${JSON.stringify(schema, null, 2)}\n`] as const,
  ),
]);

const { values, positionals } = parseArgs({
  options: { check: { type: "boolean", default: false } },
  allowPositionals: true,
});
const root = resolve(positionals[0] ?? join(import.meta.dir, ".."));

for (const [path, content] of files) {
  const file = join(root, path);
  if (existsSync(file) && (await readFile(file, "utf8")) === content) continue;
  if (values.check) {
    console.error(`${path} is stale: run \`bun run docs\``);
    process.exitCode = 1;
  } else {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
    console.log(`wrote ${path}`);
  }
}
