/**
 * Builds the contents of the npm package in lib/: the library for Node and Bun, its types, and the programs, which run on
 * the Bun that the package depends on. npm runs it before `npm pack` and `npm publish`.
 *
 *     bun scripts/package.ts
 */
import { chmod, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { peerDependencies } from "../package.json";
import { bill } from "./build/Bill.ts";
import { root } from "./build/Compile.ts";
import { programs } from "./build/Smoke.ts";

const lib = join(root, "lib");

const succeed = ({ success, logs }: Bun.BuildOutput): void => {
  if (!success) throw new Error(logs.map(String).join("\n"));
};

/** Packages that users install, or that have native parts. */
const external = [
  ...Object.keys(peerDependencies).flatMap((name) => [name, `${name}/*`]),
  "@duckdb/*",
  "@google-cloud/bigquery",
  "google-auth-library",
];

/** Splitting keeps what is loaded lazily apart. */
const library = async (): Promise<void> =>
  succeed(
    await Bun.build({
      entrypoints: [join(root, "src", "index.ts")],
      outdir: lib,
      target: "node",
      splitting: true,
      sourcemap: "none",
      external: [...external, "bun:*"],
      naming: { chunk: "chunks/[name]-[hash].js" },
    }),
  );

const types = async (): Promise<void> => {
  const { exitCode, stdout } = Bun.spawnSync([process.execPath, "x", "tsc", "-p", "tsconfig.package.json"], {
    cwd: root,
  });
  if (exitCode !== 0) throw new Error(String(stdout));
  const folder = join(lib, "types");
  for (const name of await readdir(folder, { recursive: true })) {
    if (!name.endsWith(".d.ts")) continue;
    const file = join(folder, name);
    // tsc keeps the extensions of the sources.
    await writeFile(file, (await readFile(file, "utf8")).replace(/(["']\.[^"'\n]*)\.ts(["'])/g, "$1.js$2"));
  }
};

/** One file each, because npm on Windows does not tell a program by which name it was called. */
const launchers = async (): Promise<void> => {
  const folder = join(lib, "bin");
  await mkdir(folder, { recursive: true });
  succeed(
    await Bun.build({
      entrypoints: [join(root, "src", "bin", "Launcher.ts")],
      outdir: folder,
      target: "node",
    }),
  );
  for (const name of ["bqkit", ...Object.keys(programs)]) {
    const file = join(folder, `${name}.js`);
    const args = name === "bqkit" ? "[]" : JSON.stringify([name]);
    await writeFile(
      file,
      `#!/usr/bin/env node\nimport { launch } from "./Launcher.js";\n\nlaunch(${args});\n`,
    );
    await chmod(file, 0o755);
  }
};

const commands = async (): Promise<void> => {
  const { notices } = await bill();
  await writeFile(join(lib, "THIRD_PARTY_NOTICES.txt"), notices);
  succeed(
    await Bun.build({
      entrypoints: [join(root, "src", "bin", "bqkit.ts")],
      outdir: join(lib, "programs"),
      target: "bun",
      minify: true,
      splitting: true,
      external: ["@duckdb/*"],
      plugins: [
        {
          name: "notices",
          setup: (build) => {
            build.onLoad({ filter: /src[/\\]bin[/\\]Notices\.ts$/ }, () => ({
              loader: "ts",
              contents: `export const notices = Bun.fileURLToPath(new URL("../THIRD_PARTY_NOTICES.txt", import.meta.url));`,
            }));
          },
        },
      ],
      naming: { chunk: "[hash].js" },
    }),
  );
};

await rm(lib, { recursive: true, force: true });
await library();
await types();
await launchers();
await commands();
