/** The single file: what scripts/build.ts makes runs alone, wherever it is first run. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(import.meta.dir, "..", "..");
const folder = mkdtempSync(join(tmpdir(), "bqkit-build-"));
const program = join(folder, "dist", "bq-profile");
const empty = join(folder, "empty");

const patience = 120_000;

const run = async (env: Readonly<Record<string, string>>, ...args: ReadonlyArray<string>) => {
  const child = Bun.spawn([program, ...args], {
    cwd: empty,
    env,
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [stdout, stderr, status] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { stdout, stderr, status };
};

const profile = async (env: Readonly<Record<string, string>>) => {
  const { stdout, stderr, status } = await run(env, "./t.csv", "--format", "json");
  return { status, stderr, rows: stdout === "" ? null : JSON.parse(stdout).results[0].profile.rows };
};

const libraries = (under: string): ReadonlyArray<string> =>
  readdirSync(under, { recursive: true })
    .map(String)
    .filter((name) => /libduckdb/.test(name));

beforeAll(() => {
  mkdirSync(empty);
  writeFileSync(join(empty, "t.csv"), "id,name\n1,a\n2,b\n");
  const built = Bun.spawnSync(
    [process.execPath, join(root, "scripts", "build.ts"), "--outdir", join(folder, "dist")],
    {
      cwd: root,
    },
  );
  expect(String(built.stderr)).toBe("");
}, patience);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the single file", () => {
  test("stands beside its checksum", () => {
    const sums = ["bqkit", "bq-profile", "bq-schema-diff", "bq-table-compare"].map((name) => {
      const content = readFileSync(join(folder, "dist", name));
      return `${new Bun.CryptoHasher("sha256").update(content).digest("hex")}  ${name}\n`;
    });
    expect(readFileSync(join(folder, "dist", "SHA256SUMS"), "utf8")).toBe(sums.join(""));
  });

  test(
    "runs eight times at once in an empty home, and leaves one whole library there",
    async () => {
      const home = join(folder, "home");
      mkdirSync(home);
      const all = await Promise.all(Array.from({ length: 8 }, () => profile({ HOME: home })));
      for (const one of all) expect(one).toEqual({ status: 0, stderr: "", rows: 2 });
      expect(libraries(home).length).toBe(1);
      expect(readdirSync(empty)).toEqual(["t.csv"]);
    },
    patience,
  );

  test(
    "mends a torn copy of the library",
    async () => {
      const home = join(folder, "torn");
      mkdirSync(home);
      await profile({ HOME: home });
      const library = join(home, libraries(home)[0]!);
      writeFileSync(library, readFileSync(library).subarray(0, 1000));
      expect(await profile({ HOME: home })).toEqual({ status: 0, stderr: "", rows: 2 });
    },
    patience,
  );

  test(
    "runs without a home, and where the home cannot be written",
    async () => {
      const TMPDIR = join(folder, "tmp");
      mkdirSync(TMPDIR);
      expect(await profile({ TMPDIR })).toEqual({ status: 0, stderr: "", rows: 2 });
      expect(await profile({ TMPDIR, HOME: "/proc" })).toEqual({ status: 0, stderr: "", rows: 2 });
      expect(readdirSync(TMPDIR)).toEqual([`bqkit-cache-${process.getuid?.()}`]);
    },
    patience,
  );

  test(
    "does not use a folder that others can write",
    async () => {
      const TMPDIR = join(folder, "shared");
      mkdirSync(join(TMPDIR, `bqkit-cache-${process.getuid?.()}`), { recursive: true });
      Bun.spawnSync(["chmod", "777", join(TMPDIR, `bqkit-cache-${process.getuid?.()}`)]);
      expect(await profile({ TMPDIR })).toEqual({ status: 0, stderr: "", rows: 2 });
      expect(libraries(TMPDIR)).toEqual([]);
    },
    patience,
  );

  // Root may read everything, so another user looks.
  test.skipIf(process.getuid?.() !== 0 || Bun.which("setpriv") === null)(
    "says that a file may not be read",
    () => {
      const TMPDIR = join(folder, "nobody");
      mkdirSync(TMPDIR);
      chmodSync(TMPDIR, 0o777);
      chmodSync(folder, 0o755);
      writeFileSync(join(empty, "hidden.csv"), "a\n1\n", { mode: 0 });
      const args = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", program, "./hidden.csv"];
      const { exitCode, stdout, stderr } = Bun.spawnSync(args, {
        cwd: empty,
        env: { TMPDIR },
        stdin: "ignore",
      });
      rmSync(join(empty, "hidden.csv"));
      expect(exitCode).toBe(2);
      expect(`${stdout}${stderr}`).toContain(
        "hidden.csv may not be read; ask for read permission on the file",
      );
    },
  );

  test("does not unpack the library to say its version", async () => {
    const home = join(folder, "version");
    mkdirSync(home);
    const { stdout, status } = await run({ HOME: home }, "--version");
    expect(status).toBe(0);
    expect(stdout).toStartWith("bq-profile ");
    expect(readdirSync(home)).toEqual([]);
  });
});
