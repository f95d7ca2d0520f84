/** The executable for Windows under Wine, where Wine and a compiler for Windows are installed. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dir, "../..");
const compiler = Bun.which("x86_64-w64-mingw32-gcc-win32") ?? Bun.which("x86_64-w64-mingw32-gcc");
const wine = Bun.which("wine");

/** Bun needs a library that Wine 8 does not have. */
const missingLibrary = `#include <windows.h>
BOOLEAN NTAPI SystemFunction036(PVOID buffer, ULONG size);
__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE buffer, SIZE_T size) {
  return SystemFunction036(buffer, (ULONG)size);
}
`;

describe.skipIf(wine === null || compiler === null)("the executable for Windows", () => {
  const folder = mkdtempSync(join(tmpdir(), "bqkit-windows-"));
  const programs = join(folder, "windows-x64");
  const env = { ...process.env, WINEPREFIX: join(folder, "wine"), WINEDEBUG: "-all" };

  const start = (...args: ReadonlyArray<string>) =>
    Bun.spawn([wine!, "./bqkit.exe", ...args], { cwd: programs, env, stdout: "pipe", stderr: "pipe" });

  const run = async (...args: ReadonlyArray<string>) => {
    const child = start(...args);
    const [stdout, stderr, status] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
      child.exited,
    ]);
    return { status, stdout, stderr };
  };

  beforeAll(() => {
    const build = [process.execPath, "scripts/build.ts", "--target", "windows-x64", "--outdir", folder];
    expect(Bun.spawnSync(build, { cwd: root }).exitCode).toBe(0);
    writeFileSync(join(folder, "library.c"), missingLibrary);
    const dll = join(programs, "bcryptprimitives.dll");
    const compile = [compiler!, "-shared", "-o", dll, join(folder, "library.c"), "-ladvapi32"];
    expect(Bun.spawnSync(compile).exitCode).toBe(0);
    mkdirSync(join(programs, "sub"));
    writeFileSync(join(programs, "sub", "a.csv"), "id,name\n1,x\n2,y\n");
    writeFileSync(join(programs, "sub", "b.csv"), "id,name\n1,x\n2,z\n");
  }, 600_000);

  afterAll(() => {
    Bun.spawnSync(["wineserver", "-k"], { env });
    rmSync(folder, { recursive: true, force: true });
  });

  test("prints its version, and links to itself", async () => {
    expect((await run("--version")).stdout).toMatch(/^bqkit \d/);
    expect((await run("link", "links")).status).toBe(0);
    expect(readdirSync(join(programs, "links"))).toContain("bq-profile.exe");
  });

  test("compares files by paths of Windows", async () => {
    const { status, stdout } = await run("table-compare", "--key", "id", "sub\\a.csv", "sub\\b.csv");
    expect(stdout).toContain("1 row changed");
    expect(status).toBe(1);
  });

  test("replaces a report, and resumes from a journal", async () => {
    for (const reused of [false, true]) {
      const { status, stderr } = await run(
        "profile",
        "sub/*.csv",
        "--journal",
        "j",
        "--format",
        "json",
        "--output",
        "r.json",
      );
      expect({ status, reused: stderr.includes("1 of 1 results were reused") }).toEqual({
        status: 0,
        reused,
      });
    }
    expect(JSON.parse(readFileSync(join(programs, "r.json"), "utf8"))).toMatchObject({ type: "run" });
    expect(readdirSync(programs).filter((name) => name.endsWith(".part"))).toEqual([]);
  });

  test("refuses a journal that another process uses, until that process is killed", async () => {
    const rows = Array.from({ length: 3_000_000 }, (_, i) => `${i},name ${i}`);
    writeFileSync(join(programs, "large.csv"), `id,name\n${rows.join("\n")}\n`);
    const first = start("profile", "large.csv", "--journal", "k");
    while (!readdirSync(programs).includes("k")) await Bun.sleep(50);
    const second = await run("profile", "sub/a.csv", "--journal", "k");
    first.kill("SIGKILL");
    expect(second.stderr).toContain("is in use by another run");
    await first.exited;
    expect((await run("profile", "sub/a.csv", "--journal", "k")).status).toBe(0);
  });
});
