/**
 * Builds the single-file executable dist/bqkit with DuckDB's library inside, and a link to it for each program. Runs
 * the result if this machine can, and writes dist/SHA256SUMS.
 *
 *     bun scripts/build.ts [--target bun-linux-x64|bun-linux-arm64|bun-darwin-x64|bun-darwin-arm64] [--outdir DIR]
 */
import { existsSync } from "node:fs";
import { link, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import type { BunPlugin } from "bun";

interface Target {
  /** The npm package with DuckDB's addon and library, and the name of the library file. */
  readonly bindings: string;
  readonly library: string;
}

const targets: Readonly<Record<string, Target>> = {
  "bun-linux-x64": { bindings: "@duckdb/node-bindings-linux-x64", library: "libduckdb.so" },
  "bun-linux-arm64": { bindings: "@duckdb/node-bindings-linux-arm64", library: "libduckdb.so" },
  "bun-darwin-x64": { bindings: "@duckdb/node-bindings-darwin-x64", library: "libduckdb.dylib" },
  "bun-darwin-arm64": { bindings: "@duckdb/node-bindings-darwin-arm64", library: "libduckdb.dylib" },
};

/** The names of the executable, with arguments that must work on a machine without dependencies. */
const programs: Readonly<Record<string, ReadonlyArray<string>>> = {
  "bq-profile": ["./tiny.csv", "--format", "json"],
  "bq-schema-diff": ["./tiny.csv", "./tiny.schema.json", "--format", "json"],
  "bq-table-compare": ["./tiny.csv", "./tiny.csv", "--key", "id", "--format", "json"],
};

/** The files that those arguments use. */
const tiny: Readonly<Record<string, string>> = {
  "tiny.csv": "id,name\n1,a\n2,b\n",
  "tiny.schema.json": JSON.stringify([
    { name: "id", type: "INTEGER" },
    { name: "name", type: "STRING" },
  ]),
};

const bindings = [
  ...Object.values(targets).map((target) => target.bindings),
  "@duckdb/node-bindings-linux-x64-musl",
  "@duckdb/node-bindings-linux-arm64-musl",
  "@duckdb/node-bindings-win32-x64",
  "@duckdb/node-bindings-win32-arm64",
];

const root = resolve(import.meta.dir, "..");

const fail = (message: string): never => {
  throw new Error(message);
};

const known = (table: Readonly<Record<string, unknown>>): string => Object.keys(table).join(", ");

/** Replaces src/layers/duckdb/library/Embedded.ts by the library and addon, and the loader by the embedded addon. */
const embedDuckDb = async (target: Target): Promise<BunPlugin> => {
  const folder = join(root, "node_modules", target.bindings);
  const factsOf = async (name: string) => {
    const content = await Bun.file(join(folder, name)).bytes();
    return JSON.stringify({ name, bytes: content.length, hash: Bun.hash.xxHash64(content).toString(16) });
  };
  const files = { library: target.library, addon: "duckdb.node" };
  const [library, addon] = [await factsOf(files.library), await factsOf(files.addon)];
  const pathOf = (name: string) => JSON.stringify(join(folder, name));
  return {
    name: "embed-duckdb",
    setup: (build) => {
      build.onLoad({ filter: /src[/\\]layers[/\\]duckdb[/\\]library[/\\]Embedded\.ts$/ }, () => ({
        loader: "ts",
        contents: `import library from ${pathOf(files.library)} with { type: "file" };
import addon from ${pathOf(files.addon)} with { type: "file" };
export const embedded = { library: { path: library, ...${library} }, addon: { path: addon, ...${addon} } };`,
      }));
      build.onLoad({ filter: /@duckdb[/\\]node-bindings[/\\]duckdb\.js$/ }, () => ({
        loader: "js",
        contents: `module.exports = require(${JSON.stringify(join(root, "src/layers/duckdb/library/Addon.ts"))}).bindings();`,
      }));
    },
  };
};

const compile = async (entry: string, name: string, target: Target, outfile: string): Promise<void> => {
  const result = await Bun.build({
    entrypoints: [entry],
    target: "bun",
    format: "esm",
    minify: true,
    bytecode: true,
    external: bindings.filter((other) => other !== target.bindings),
    plugins: [await embedDuckDb(target)],
    compile: {
      target: name as Bun.Build.CompileTarget,
      outfile,
      autoloadDotenv: false,
      autoloadBunfig: false,
    },
  });
  if (!result.success) fail(result.logs.map(String).join("\n"));
};

/** Runs a program as a new user does: in an empty folder, with an empty home and an empty environment. */
const smoke = async (file: string, args: ReadonlyArray<string>): Promise<void> => {
  const folder = await mkdtemp(join(tmpdir(), "bqkit-smoke-"));
  try {
    const home = join(folder, "home");
    await mkdir(home);
    const run = (args: ReadonlyArray<string>) =>
      Bun.spawnSync([file, ...args], { cwd: folder, env: { HOME: home }, stdin: "ignore" });
    const version = run(["--version"]);
    if (version.exitCode !== 0) fail(`${file} --version: ${version.stderr}`);
    for (const [name, content] of Object.entries(tiny)) await Bun.write(join(folder, name), content);
    const ran = run(args);
    if (ran.exitCode !== 0) fail(`${file} ${args.join(" ")}: ${ran.stderr}`);
    console.log(`${file}: ${String(version.stdout).trim()}, runs alone`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

const build = async (): Promise<void> => {
  const { values } = parseArgs({
    args: Bun.argv.slice(2),
    options: { target: { type: "string" }, outdir: { type: "string", default: join(root, "dist") } },
  });
  const host = `bun-${process.platform}-${process.arch}`;
  const name = values.target ?? host;
  const target = targets[name] ?? fail(`unknown target ${name}; known are ${known(targets)}`);
  if (!existsSync(join(root, "node_modules", target.bindings))) {
    fail(
      `${target.bindings} is not installed; get it with: bun install --os=${name.split("-")[1]} --cpu=${name.split("-")[2]}`,
    );
  }

  const folder = resolve(values.outdir);
  await mkdir(folder, { recursive: true });
  const suffix = name === host ? "" : `-${name.slice("bun-".length)}`;
  const executable = join(folder, `bqkit${suffix}`);
  await compile(join(root, "src", "bin", "bqkit.ts"), name, target, executable);
  const hash = new Bun.CryptoHasher("sha256").update(await Bun.file(executable).bytes()).digest("hex");
  const sums = [`${hash}  bqkit${suffix}\n`];
  for (const [program, args] of Object.entries(programs)) {
    const file = join(folder, program + suffix);
    await rm(file, { force: true });
    await link(executable, file);
    if (name === host) await smoke(file, args);
    sums.push(`${hash}  ${program}${suffix}\n`);
  }
  await Bun.write(join(values.outdir, "SHA256SUMS"), sums.join(""));
};

await build().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
