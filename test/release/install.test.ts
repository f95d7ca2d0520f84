/** packaging/install.sh and formula.sh against a made-up release. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const packaging = resolve(import.meta.dir, "../../packaging");
const folder = mkdtempSync(join(tmpdir(), "bqkit-release-"));
const release = join(folder, "release");
const platforms = [
  "linux-x64",
  "linux-arm64",
  "linux-x64-musl",
  "linux-arm64-musl",
  "macos-x64",
  "macos-arm64",
];
const program = `#!/bin/sh
case $1 in
  link) for name in bq-profile bq-schema-diff bq-table-compare; do ln -sf bqkit "$2/$name"; done ;;
  *) echo "bqkit 9.9.9" ;;
esac
`;

let server: ReturnType<typeof Bun.serve>;
let sums = "";

beforeAll(() => {
  for (const platform of platforms) {
    const name = `bqkit-9.9.9-${platform}`;
    mkdirSync(join(release, name), { recursive: true });
    writeFileSync(join(release, name, "bqkit"), program, { mode: 0o755 });
    for (const [suffix, flag] of Object.entries({ "tar.gz": "z", "tar.xz": "J" })) {
      Bun.spawnSync(["tar", `-c${flag}f`, `${name}.${suffix}`, name], { cwd: release });
    }
  }
  const names = readdirSync(release).filter((name) => name.includes(".tar."));
  sums = String(Bun.spawnSync(["sha256sum", ...names], { cwd: release }).stdout);
  writeFileSync(join(release, "SHA256SUMS"), sums);
  server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: async ({ url }) => {
      const file = Bun.file(join(release, new URL(url).pathname));
      return (await file.exists()) ? new Response(file) : new Response("none", { status: 404 });
    },
  });
});

afterAll(async () => {
  await server.stop(true);
  rmSync(folder, { recursive: true, force: true });
});

const install = async (target: string) => {
  const env = {
    ...process.env,
    BQKIT_INSTALL_DIR: target,
    BQKIT_DOWNLOAD: server.url.href.replace(/\/$/, ""),
  };
  const child = Bun.spawn(["sh", join(packaging, "install.sh")], { env, stdout: "pipe", stderr: "pipe" });
  const [stdout, stderr, status] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { status, stdout, stderr };
};

describe("install.sh", () => {
  test("installs the programs of this platform", async () => {
    const target = join(folder, "bin");
    const { status, stdout, stderr } = await install(target);
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toBe(`bqkit 9.9.9\nadd ${target} to the PATH\n`);
    expect(readdirSync(target).sort()).toEqual(["bq-profile", "bq-schema-diff", "bq-table-compare", "bqkit"]);
  });

  test("installs nothing if the archive has another checksum", async () => {
    const wrong = sums.replace(/^[0-9a-f]{64}/gm, (sum) => [...sum].reverse().join(""));
    writeFileSync(join(release, "SHA256SUMS"), wrong);
    const target = join(folder, "none");
    const { status, stderr } = await install(target);
    writeFileSync(join(release, "SHA256SUMS"), sums);
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /^bqkit: bqkit-9\.9\.9-\S+ has another checksum than SHA256SUMS; nothing was installed\n$/,
    );
    expect(existsSync(target)).toBe(false);
  });

  test("says so if the release does not have this platform", async () => {
    writeFileSync(join(release, "SHA256SUMS"), "");
    const { status, stderr } = await install(join(folder, "none"));
    writeFileSync(join(release, "SHA256SUMS"), sums);
    expect([status, stderr]).toEqual([1, expect.stringMatching(/^bqkit: the release has no archive for /)]);
  });
});

describe("formula.sh", () => {
  const formula = (file: string) => Bun.spawnSync(["sh", join(packaging, "formula.sh"), file]);

  test("puts the version and the checksum of each platform into the formula", () => {
    const text = String(formula(join(release, "SHA256SUMS")).stdout);
    expect(text).toContain('version "9.9.9"');
    expect(text).not.toContain("@");
    for (const platform of ["linux-x64", "linux-arm64", "macos-x64", "macos-arm64"]) {
      const [, sum] = new RegExp(`^(\\w{64})  bqkit-9.9.9-${platform}\\.tar\\.xz$`, "m").exec(sums)!;
      expect(text).toMatch(new RegExp(`-${platform}\\.tar\\.xz"\\n\\s+sha256 "${sum}"`));
    }
  });

  test("refuses a release without an archive for a platform", () => {
    const file = join(folder, "SHA256SUMS");
    writeFileSync(file, sums.replaceAll("macos-arm64", "macos-riscv"));
    const { exitCode, stderr } = formula(file);
    expect([exitCode, String(stderr)]).toEqual([1, `${file} has no archive for macos-arm64\n`]);
  });
});
