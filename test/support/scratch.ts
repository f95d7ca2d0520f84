/** Folders that are deleted after the last test: bunfig.toml preloads this module, so that its hook is that of all files. */
import { afterAll } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const made: Array<string> = [];

afterAll(() => {
  for (const path of made.splice(0)) rmSync(path, { recursive: true, force: true });
});

/** A new, empty folder. */
export const scratch = (): string => {
  const path = mkdtempSync(join(tmpdir(), "test-bqkit-"));
  made.push(path);
  return path;
};
