/** The executable of scripts/build.ts runs without other files, wherever it is first run. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { seeded } from "../../../support/scripted-server/random.ts";

const root = join(import.meta.dir, "../../../..");
const folder = mkdtempSync(join(tmpdir(), "bqkit-build-"));
const executable = join(folder, "dist", "bqkit");
const program = join(folder, "dist", "bq-profile");
const empty = join(folder, "empty");

const patience = 120_000;
/** `BQKIT_KILLS=200` kills 200 times, in pairs. */
const kills = Number(process.env.BQKIT_KILLS ?? 8) / 2;

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
  test("has a checksum, and a limited size", () => {
    const content = readFileSync(executable);
    const sum = new Bun.CryptoHasher("sha256").update(content).digest("hex");
    expect(readFileSync(join(folder, "dist", "SHA256SUMS"), "utf8")).toBe(`${sum}  bqkit\n`);
    expect(content.length).toBeLessThan(140_000_000);
  });

  test("has a bill of materials with its contents", () => {
    const bill = JSON.parse(readFileSync(join(folder, "dist", "bqkit.cdx.json"), "utf8"));
    const names = bill.components.map(({ name }: { name: string }) => name);
    expect(bill.bomFormat).toBe("CycloneDX");
    expect(names).toContainValues(["effect", "node-api", "bigquery", "bun"]);
    expect(names).not.toContain("biome");
  });

  test("prints the licences of its contents, even if the reader closes the pipe", () => {
    const { stdout } = Bun.spawnSync([executable, "licenses"]);
    const text = String(stdout);
    expect(text).toContain("\neffect 3.");
    expect(text).toContain("Stichting DuckDB Foundation");
    expect(text).toContain("JavaScriptCore");
    expect(text).toEndWith("\n");
    const piped = Bun.spawnSync([
      "bash",
      "-c",
      `"$0" licenses | head -n 1; echo "\${PIPESTATUS[0]}"`,
      executable,
    ]);
    expect(String(piped.stdout)).toMatch(/^Third-party software in bqkit\n(0|141)\n$/);
    expect(String(piped.stderr)).toBe("");
  });

  test("creates links with the names of the programs, updates them, and replaces no other files", () => {
    const links = join(folder, "links");
    const link = () => Bun.spawnSync([executable, "link", links]);
    for (const ran of [link(), link()]) expect([ran.exitCode, String(ran.stderr)]).toEqual([0, ""]);
    for (const name of ["bq-profile", "bq-schema-diff", "bq-table-compare"]) {
      const { stdout } = Bun.spawnSync([join(links, name), "--version"]);
      expect(String(stdout)).toStartWith(`${name} `);
    }
    rmSync(join(links, "bq-profile"));
    writeFileSync(join(links, "bq-profile"), "mine");
    const refused = link();
    expect(refused.exitCode).toBe(2);
    expect(String(refused.stderr)).toMatch(/bq-profile is another file; remove it or use another folder/);
    expect(readFileSync(join(links, "bq-profile"), "utf8")).toBe("mine");
    expect(Bun.spawnSync([executable, "link"]).exitCode).toBe(2);
  });

  test(
    "runs eight times concurrently in an empty home directory, and stores one complete library",
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
    "runs after it was killed at any time of its first run, and stores one complete library",
    async () => {
      const random = seeded(9);
      const first = performance.now();
      await profile({ HOME: join(folder, "undisturbed") });
      const longest = performance.now() - first;
      for (let i = 0; i < kills; i++) {
        const home = join(folder, `killed-${i}`);
        mkdirSync(home);
        // The second run meets what the first one left.
        for (let time = 0; time < 2; time++) {
          const child = Bun.spawn([program, "./t.csv"], {
            cwd: empty,
            env: { HOME: home },
            stdio: ["ignore", "ignore", "ignore"],
          });
          await Bun.sleep(random() * longest);
          child.kill("SIGKILL");
          await child.exited;
        }
        for (const left of libraries(home).map((name) => join(home, name)))
          if (!left.endsWith(".so") && !left.endsWith(".dylib")) utimesSync(left, 0, 0);
        expect(await profile({ HOME: home })).toEqual({ status: 0, stderr: "", rows: 2 });
        expect(libraries(home)).toHaveLength(1);
        rmSync(home, { recursive: true });
      }
    },
    patience * Math.max(1, kills / 20),
  );

  test(
    "replaces a corrupt copy of the library",
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
    "runs without a home directory, and with a read-only one",
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
    "does not use a folder that other users can write to",
    async () => {
      const TMPDIR = join(folder, "shared");
      mkdirSync(join(TMPDIR, `bqkit-cache-${process.getuid?.()}`), { recursive: true });
      Bun.spawnSync(["chmod", "777", join(TMPDIR, `bqkit-cache-${process.getuid?.()}`)]);
      expect(await profile({ TMPDIR })).toEqual({ status: 0, stderr: "", rows: 2 });
      expect(libraries(TMPDIR)).toEqual([]);
    },
    patience,
  );

  // Root may read everything, so this runs as another user.
  test.skipIf(process.getuid?.() !== 0 || Bun.which("setpriv") === null)(
    "reports a missing read permission",
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
        "no permission to read hidden.csv; ask for read permission on the file",
      );
    },
  );

  test("prints its version without unpacking the library", async () => {
    const home = join(folder, "version");
    mkdirSync(home);
    const { stdout, status } = await run({ HOME: home }, "--version");
    expect(status).toBe(0);
    expect(stdout).toStartWith("bq-profile ");
    expect(readdirSync(home)).toEqual([]);
  });
});
