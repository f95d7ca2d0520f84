/** Runs a built program as a new user does: in an empty folder, with an empty home and an empty environment. */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The names of the executable, with arguments that must work on a machine without dependencies. */
export const programs: Readonly<Record<string, ReadonlyArray<string>>> = {
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

/** Throws if a program fails. */
export const smoke = async (folder: string): Promise<void> => {
  const work = await mkdtemp(join(tmpdir(), "bqkit-smoke-"));
  try {
    const home = join(work, "home");
    await mkdir(home);
    for (const [name, content] of Object.entries(tiny)) await Bun.write(join(work, name), content);
    for (const [program, args] of Object.entries(programs)) {
      const file = join(folder, program);
      const run = (args: ReadonlyArray<string>): string => {
        const { exitCode, stdout, stderr } = Bun.spawnSync([file, ...args], {
          cwd: work,
          env: { HOME: home },
          stdin: "ignore",
        });
        if (exitCode !== 0) throw new Error(`${file} ${args.join(" ")}: ${stderr}`);
        return String(stdout).trim();
      };
      const version = run(["--version"]);
      run(args);
      console.log(`${file}: ${version}, runs alone`);
    }
  } finally {
    await rm(work, { recursive: true, force: true });
  }
};
