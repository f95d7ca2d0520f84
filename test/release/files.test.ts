/** The files of a release: the pre-commit hooks, the linters of their formats, and the address of the repository. */
import { dlopen, FFIType } from "bun:ffi";
import { afterAll, describe, expect, test } from "bun:test";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { homepage, repository } from "../../package.json";
import { headerOf, strip } from "../../scripts/build/Header.ts";
import { host, targets } from "../../scripts/build/Targets.ts";
import { docs } from "../../src/version.ts";

const root = resolve(import.meta.dir, "../..");
const folder = mkdtempSync(join(tmpdir(), "bqkit-files-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (command: ReadonlyArray<string>, cwd = root, env = process.env) => {
  const { exitCode, stdout, stderr } = Bun.spawnSync([...command], { cwd, env });
  return { status: exitCode, text: `${stdout}${stderr}` };
};

const tracked = (pattern: string): ReadonlyArray<string> =>
  run(["git", "ls-files", "--cached", "--others", "--exclude-standard", pattern]).text.trim().split("\n");

describe("the linter", () => {
  test.skipIf(Bun.which("shellcheck") === null)("of shell scripts finds no fault", () => {
    expect(run(["shellcheck", ...tracked("*.sh")]).text).toBe("");
  });
  test.skipIf(Bun.which("hadolint") === null)("of Dockerfiles finds no fault", () => {
    expect(run(["hadolint", ...tracked("*Dockerfile")]).text).toBe("");
  });
  const actionlint = Bun.which("actionlint") ?? undefined;
  const go = Bun.which("go");
  test.skipIf(actionlint === undefined && (go === null || process.env.CI !== "true"))(
    "of workflows finds no fault",
    () => {
      const command =
        actionlint === undefined
          ? [go!, "run", "github.com/rhysd/actionlint/cmd/actionlint@v1.7.12"]
          : [actionlint];
      expect(
        run([...command, "-no-color", ...tracked(".github/workflows/*.yml")], root).text.replace(
          /^go: .*\n/gm,
          "",
        ),
      ).toBe("");
    },
    180_000,
  );
});

describe("the pre-commit hooks", () => {
  const source = join(root, "src", "bin", "bqkit.ts");
  const program = `#!/bin/sh\nexec "${process.execPath}" "${source}" bq-schema-diff "$@"\n`;
  writeFileSync(join(folder, "bq-schema-diff"), program, { mode: 0o755 });
  const env = { ...process.env, PATH: `${folder}:${process.env.PATH}` };
  const hook = (name: string, ...files: ReadonlyArray<string>) =>
    run([join(root, "packaging", "hooks", `${name}.sh`), ...files], folder, env).status;
  const example = (version: string) => join(root, "examples", "data", `orders-${version}.schema.json`);

  test("accept a schema file and an unchanged one, and reject a broken one and a breaking change", () => {
    const git = (...args: ReadonlyArray<string>) =>
      expect(run(["git", "-c", "user.name=a", "-c", "user.email=a@b.c", ...args], folder).status).toBe(0);
    git("init", "--quiet");
    copyFileSync(example("v1"), join(folder, "orders.schema.json"));
    git("add", "orders.schema.json");
    git("commit", "--quiet", "--message", "Add a schema");
    expect([
      hook("schema-file", "orders.schema.json"),
      hook("schema-breaking", "orders.schema.json"),
    ]).toEqual([0, 0]);
    copyFileSync(example("v2"), join(folder, "orders.schema.json"));
    expect([
      hook("schema-file", "orders.schema.json"),
      hook("schema-breaking", "orders.schema.json"),
    ]).toEqual([0, 1]);
    writeFileSync(join(folder, "new.schema.json"), "[{}]");
    expect([hook("schema-file", "new.schema.json"), hook("schema-breaking", "new.schema.json")]).toEqual([
      1, 0,
    ]);
  }, 60_000);
});

test("all files name the repository of package.json", () => {
  expect(docs).toBe(homepage);
  expect(repository.url).toBe(`git+${homepage.replace("#readme", "")}.git`);
  const address = homepage.replace(/^https:\/\/github\.com\/|#readme$/g, "");
  for (const file of [...tracked("packaging/**"), ...tracked("action.yml"), ...tracked("docs/INSTALL.md")]) {
    const found = readFileSync(join(root, file), "utf8").matchAll(/github\.com\/([\w-]+\/bqkit)/g);
    for (const [, name] of found) expect([file, name]).toEqual([file, address]);
  }
});

test("the header of an executable and of a library names their platform", async () => {
  const { bindings, library, header } = targets[host]!;
  const read = (file: string) => Bun.file(file).bytes();
  expect(headerOf(await read(process.execPath))).toBe(header);
  expect(headerOf(await read(join(root, "node_modules", bindings, library)))).toBe(header);
  expect(headerOf(new TextEncoder().encode("#!/bin/sh\nexit 1\n".repeat(9)))).toBe("unknown");
});

test.skipIf(process.platform !== "linux")(
  "a library without its symbols is smaller, and can be loaded",
  async () => {
    const { bindings, library, header } = targets[host]!;
    const whole = await Bun.file(join(root, "node_modules", bindings, library)).bytes();
    const stripped = strip(whole);
    const file = join(folder, library);
    writeFileSync(file, stripped);
    const { symbols } = dlopen(file, { duckdb_library_version: { args: [], returns: FFIType.cstring } });
    expect(String(symbols.duckdb_library_version())).toMatch(/^v\d/);
    expect(headerOf(stripped)).toBe(header);
    expect(stripped.length).toBeLessThan(whole.length);
  },
);
