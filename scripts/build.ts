/**
 * Builds the executable dist/bqkit with DuckDB's library inside, and a link to it for each program, and runs them. With
 * --all or --target, builds archives for other machines instead. Writes checksums, the bill of materials and the
 * licences of other software.
 *
 *     bun scripts/build.ts [--outdir DIR]
 *     bun scripts/build.ts --all | --target PLATFORM,… [--outdir DIR]
 */
import { mkdir, rm, symlink } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { archive } from "./build/Archive.ts";
import { bill } from "./build/Bill.ts";
import { compile, root } from "./build/Compile.ts";
import { modulesOf } from "./build/Modules.ts";
import { programs, smoke } from "./build/Smoke.ts";
import { host, isWindows, type Target, targets } from "./build/Targets.ts";

const sha256 = async (file: string): Promise<string> =>
  new Bun.CryptoHasher("sha256").update(await Bun.file(file).bytes()).digest("hex");

const targetOf = (name: string): Target => {
  const target = targets[name];
  if (target !== undefined) return target;
  throw new Error(`unknown platform ${name}; known are ${Object.keys(targets).join(", ")}`);
};

/** Links to the executable; Windows makes them itself, by `bqkit link`. */
const link = async (folder: string): Promise<void> => {
  for (const program of Object.keys(programs)) {
    await rm(join(folder, program), { force: true });
    await symlink("bqkit", join(folder, program));
  }
};

/** The executable of this machine, with its links. */
const local = async (folder: string, notices: string): Promise<void> => {
  const target = targetOf(host);
  const outfile = join(folder, "bqkit");
  await compile({ target, modules: await modulesOf([target]), notices, outfile });
  await link(folder);
  await smoke(folder);
  await Bun.write(join(folder, "SHA256SUMS"), `${await sha256(outfile)}  bqkit\n`);
};

/** An archive for each platform. */
const release = async (folder: string, names: ReadonlyArray<string>, notices: string): Promise<void> => {
  const modules = await modulesOf(names.map(targetOf));
  const sums: Array<string> = [];
  for (const name of names) {
    const outfile = join(folder, name, isWindows(name) ? "bqkit.exe" : "bqkit");
    await compile({ target: targetOf(name), modules, notices, outfile });
    if (!isWindows(name)) await link(join(folder, name));
    if (name === host) await smoke(join(folder, name));
    for (const file of await archive({ folder: join(folder, name), name, notices })) {
      sums.push(`${await sha256(join(folder, file))}  ${file}\n`);
      console.log(
        `${file}: ${Bun.file(join(folder, file)).size} bytes${name === host ? "" : ", not run here"}`,
      );
    }
  }
  await Bun.write(join(folder, "SHA256SUMS"), sums.join(""));
};

const build = async (): Promise<void> => {
  const { values } = parseArgs({
    args: Bun.argv.slice(2),
    options: {
      all: { type: "boolean", default: false },
      target: { type: "string" },
      outdir: { type: "string", default: join(root, "dist") },
    },
  });
  const folder = resolve(values.outdir);
  await mkdir(folder, { recursive: true });
  const { sbom, notices } = await bill();
  await Bun.write(join(folder, "bqkit.cdx.json"), sbom);
  const file = join(folder, "THIRD_PARTY_NOTICES.txt");
  await Bun.write(file, notices);
  const names = values.all ? Object.keys(targets) : values.target?.split(",");
  await (names === undefined ? local(folder, file) : release(folder, names, file));
};

await build().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
