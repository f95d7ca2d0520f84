/** Compiles the executable: the programs, Bun, DuckDB's library (compressed) and the notices in one file. */
import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { BunPlugin } from "bun";
import { headerOf, strip, thin } from "./Header.ts";
import type { Target } from "./Targets.ts";

export const root = resolve(import.meta.dir, "../..");

/** Ignored by git, and removed together with node_modules. */
export const cache = join(root, "node_modules", ".cache", "bqkit");

/** Takes a minute for DuckDB's library, so that its result is kept. */
const level = 22;

const hashOf = (content: Uint8Array): string => Bun.hash.xxHash64(content).toString(16);

/** Returns the path of a compressed copy. */
const compressed = async (content: Uint8Array, hash: string): Promise<string> => {
  const file = Bun.file(join(cache, `${hash}.${level}.zst`));
  if (!(await file.exists())) {
    console.log("compressing the library of the embedded engine: about a minute, once");
    await mkdir(cache, { recursive: true });
    await Bun.write(file, await Bun.zstdCompress(content, { level }));
  }
  return file.name!;
};

/** A file of the executable, as src/layers/duckdb/library/Embedded.ts describes it. */
interface Part {
  readonly name: string;
  readonly content: Uint8Array;
  readonly hash: string;
  readonly path: string;
}

const part = async (folder: string, name: string, target: Target): Promise<Part> => {
  const content = strip(thin(await Bun.file(join(folder, name)).bytes(), target.header));
  const header = headerOf(content);
  if (header !== target.header)
    throw new Error(`${join(folder, name)} is for ${header}, not for ${target.header}`);
  const hash = hashOf(content);
  return { name, content, hash, path: await compressed(content, hash) };
};

const source = (
  name: string,
  { name: file, content, hash, path }: Part,
): { imported: string; entry: string } => ({
  imported: `import ${name} from ${JSON.stringify(path)} with { type: "file" };`,
  entry: `${name}: { path: ${name}, ...${JSON.stringify({ name: file, bytes: content.length, hash })} }`,
});

/** Replaces the modules that stand for embedded files, and DuckDB's loader by the embedded addon. */
const embed = (library: Part, addon: Part, notices: string): BunPlugin => ({
  name: "embed",
  setup: (build) => {
    const parts = [source("library", library), source("addon", addon)];
    build.onLoad({ filter: /src[/\\]layers[/\\]duckdb[/\\]library[/\\]Embedded\.ts$/ }, () => ({
      loader: "ts",
      contents: `${parts.map(({ imported }) => imported).join("\n")}
export const embedded = { ${parts.map(({ entry }) => entry).join(", ")} };`,
    }));
    build.onLoad({ filter: /src[/\\]bin[/\\]Notices\.ts$/ }, () => ({
      loader: "ts",
      contents: `import notices from ${JSON.stringify(notices)} with { type: "file" };\nexport { notices };`,
    }));
    build.onLoad({ filter: /@duckdb[/\\]node-bindings[/\\]duckdb\.js$/ }, () => ({
      loader: "js",
      contents: `module.exports = require(${JSON.stringify(join(root, "src/layers/duckdb/library/Addon.ts"))}).bindings();`,
    }));
  },
});

/** What to build, and from where. */
export interface Compile {
  readonly target: Target;
  /** The node_modules that has DuckDB for the target. */
  readonly modules: string;
  /** The file of notices. */
  readonly notices: string;
  readonly outfile: string;
}

/** Builds the file, and checks that it and the library in it are for the target. */
export const compile = async ({ target, modules, notices, outfile }: Compile): Promise<void> => {
  const folder = join(modules, target.bindings);
  const library = await part(folder, target.library, target);
  const addon = await part(folder, "duckdb.node", target);
  const result = await Bun.build({
    entrypoints: [join(root, "src", "bin", "bqkit.ts")],
    target: "bun",
    format: "esm",
    minify: true,
    bytecode: true,
    splitting: true,
    external: ["@duckdb/node-bindings-*"],
    plugins: [embed(library, addon, notices)],
    compile: { target: target.bun, outfile, autoloadDotenv: false, autoloadBunfig: false },
  });
  if (!result.success) throw new Error(result.logs.map(String).join("\n"));
  const built = Buffer.from(await Bun.file(outfile).arrayBuffer());
  const header = headerOf(built);
  if (header !== target.header) throw new Error(`${outfile} is for ${header}, not for ${target.header}`);
  if (!built.includes(await Bun.file(library.path).bytes()))
    throw new Error(`${outfile} does not contain ${target.library}`);
};
