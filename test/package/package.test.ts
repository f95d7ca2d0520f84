/**
 * The npm package, as a user installs it: by npm and by Bun, in an empty project, under Node and under Bun. Installs from
 * the registry, and so runs in CI, or if BQKIT_TEST_PACKAGE is set.
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { devDependencies, version } from "../../package.json";
import { namesOf } from "./names.ts";

const root = resolve(import.meta.dir, "../..");
const folder = mkdtempSync(join(tmpdir(), "bqkit-package-"));
const projects = { npm: join(folder, "npm"), bun: join(folder, "bun") };
const bin = (name: string): string => join(projects.npm, "node_modules", ".bin", name);
const patience = 300_000;

const run = (command: ReadonlyArray<string>, cwd: string) => {
  const env = { ...process.env, NODE_OPTIONS: "", npm_config_loglevel: "error" };
  const { exitCode, stdout, stderr } = Bun.spawnSync([...command], { cwd, env, stdin: "ignore" });
  return { status: exitCode, stdout: String(stdout), stderr: String(stderr) };
};

const succeed = (command: ReadonlyArray<string>, cwd: string): string => {
  const { status, stdout, stderr } = run(command, cwd);
  if (status !== 0) throw new Error(`${command.join(" ")}: ${stdout}${stderr}`);
  return stdout;
};

const compilerOptions = {
  strict: true,
  noEmit: true,
  target: "es2022",
  types: ["node"],
  exactOptionalPropertyTypes: true,
};
const configurations = {
  bundler: { ...compilerOptions, module: "preserve", moduleResolution: "bundler" },
  nodenext: { ...compilerOptions, module: "nodenext", moduleResolution: "nodenext" },
};

const wanted = process.env.CI === "true" || process.env.BQKIT_TEST_PACKAGE === "1";
if (!wanted) console.log("the npm package is not tested: set BQKIT_TEST_PACKAGE=1");

describe.skipIf(!wanted)("the npm package", () => {
  beforeAll(() => {
    succeed(["npm", "pack", "--pack-destination", folder], root);
    const tarball = join(folder, `bqkit-${version}.tgz`);
    for (const project of Object.values(projects)) {
      mkdirSync(project);
      writeFileSync(join(project, "package.json"), JSON.stringify({ name: "consumer", type: "module" }));
      writeFileSync(join(project, "t.csv"), "id\n1\n2\n");
      copyFileSync(join(import.meta.dir, "consumer", "script.ts"), join(project, "script.ts"));
    }
    const tools = ["typescript@5.9.3", "@types/node@22", "node@22"];
    succeed(["npm", "install", "--no-audit", "--no-fund", tarball, ...tools], projects.npm);
    succeed(
      [
        process.execPath,
        "add",
        tarball,
        "effect@3",
        `@effect/platform@${devDependencies["@effect/platform"]}`,
      ],
      projects.bun,
    );
    for (const [name, compilerOptions] of Object.entries(configurations)) {
      const content = JSON.stringify({ compilerOptions, files: ["script.ts"] });
      writeFileSync(join(projects.npm, `tsconfig.${name}.json`), content);
    }
  }, patience);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("contains the library, its types, the programs and the schemas, and nothing else", () => {
    const content = join(projects.npm, "node_modules", "bqkit");
    expect(readdirSync(content).sort()).toEqual([
      "CHANGELOG.md",
      "LICENSE",
      "README.md",
      "docs",
      "lib",
      "package.json",
    ]);
    expect(readdirSync(join(content, "lib")).sort()).toEqual([
      "THIRD_PARTY_NOTICES.txt", "bin", "chunks", "index.js", "programs", "types",
    ]); // biome-ignore format: one list
    expect(readdirSync(join(content, "docs")).sort()).toEqual(["man", "schema"]);
  });

  test("has the public names of names.txt, and a script that uses them all", () => {
    const names = namesOf(join(projects.npm, "node_modules", "bqkit", "lib", "types", "index.d.ts"));
    expect(names).toEqual(
      readFileSync(join(import.meta.dir, "names.txt"), "utf8")
        .trim()
        .split("\n"),
    );
    const script = readFileSync(join(projects.npm, "script.ts"), "utf8");
    const used = (name: string) => new RegExp(`\\b${name.replaceAll(".", "\\.")}\\b`).test(script);
    expect(names.filter((name) => !used(name))).toEqual([]);
  });

  const compilers = { "5.9": bin("tsc"), "7": join(root, "node_modules", ".bin", "tsc") };
  for (const [compiler, tsc] of Object.entries(compilers)) {
    for (const name of Object.keys(configurations)) {
      test(
        `passes the strict checks of TypeScript ${compiler} with ${name} resolution`,
        () => {
          const { stdout } = run([tsc, "-p", `tsconfig.${name}.json`], projects.npm);
          expect(stdout).toBe("");
        },
        patience,
      );
    }
  }

  const expected = { version, rows: [2, 2, 2], nulls: [0, 1], missing: 0 };

  test(
    "runs under Node, where only journals need Bun",
    () => {
      expect(run([bin("node"), "--version"], projects.npm).stdout).toStartWith("v22.");
      const { stdout, stderr } = run([bin("node"), "--no-warnings", "script.ts"], projects.npm);
      expect(stderr).toBe("");
      expect(JSON.parse(stdout)).toEqual({
        ...expected,
        journal: "cannot be locked under Node; run the script with Bun",
      });
    },
    patience,
  );

  test(
    "runs under Bun",
    () => {
      const { stdout, stderr } = run([process.execPath, "script.ts"], projects.bun);
      expect(stderr).toBe("");
      expect(JSON.parse(stdout)).toEqual({ ...expected, journal: "opened" });
    },
    patience,
  );

  test(
    "brings the programs, which run on the Bun that npm installed",
    () => {
      expect(succeed(["npx", "bqkit", "--version"], projects.npm)).toBe(`bqkit ${version}\n`);
      const starts = [
        [bin("bq-profile")],
        [bin("node"), bin("bq-profile")],
        [process.execPath, "x", "--cwd", projects.bun, "bq-profile"],
      ];
      for (const start of starts) {
        const { results } = JSON.parse(succeed([...start, "t.csv", "--format", "json"], projects.npm));
        expect(results[0].profile.rows).toBe(2);
      }
      expect(run([bin("bq-profile"), "nothing.csv"], projects.npm).status).toBe(2);
      expect(succeed([bin("bqkit"), "licenses"], projects.npm)).toContain("Third-party software in bqkit");
    },
    patience,
  );

  test(
    "passes a signal on to the program",
    async () => {
      const endless = "--where=(SELECT count(*) FROM range(100000) a, range(100000) b, range(1000) c) > 1";
      const command = [
        join(projects.npm, "node_modules", "bqkit", "lib", "bin", "bq-profile.js"),
        "t.csv",
        endless,
        "--journal",
        "j",
      ];
      const child = Bun.spawn(command, { cwd: projects.npm, stdout: "ignore", stderr: "ignore" });
      while (!(await Bun.file(join(projects.npm, "j")).exists())) await Bun.sleep(20);
      child.kill("SIGTERM");
      expect(await child.exited).toBe(143);
    },
    patience,
  );
});
