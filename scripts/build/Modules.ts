/** DuckDB's packages for other platforms: installed from the lock file beside the project's own. */
import { existsSync } from "node:fs";
import { copyFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { cache, root } from "./Compile.ts";
import type { Target } from "./Targets.ts";

/** Returns a node_modules folder that has DuckDB for all targets. */
export const modulesOf = async (targets: ReadonlyArray<Target>): Promise<string> => {
  const has = (modules: string) => targets.every(({ bindings }) => existsSync(join(modules, bindings)));
  const own = join(root, "node_modules");
  if (has(own)) return own;
  const folder = join(cache, "platforms");
  await mkdir(folder, { recursive: true });
  for (const name of ["package.json", "bun.lock", "bunfig.toml"])
    await copyFile(join(root, name), join(folder, name));
  const install = ["install", "--frozen-lockfile", "--ignore-scripts", "--production", "--silent"];
  const every = ["--os=*", "--cpu=*", "--libc=*"];
  const { exitCode, stderr } = Bun.spawnSync([process.execPath, ...install, ...every], { cwd: folder });
  const modules = join(folder, "node_modules");
  if (exitCode !== 0 || !has(modules))
    throw new Error(`packages of other platforms were not installed: ${stderr}`);
  return modules;
};
