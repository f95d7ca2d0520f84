/** The tables and the program of the schedulers' tests. */
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { binary } from "../cli/spawn.ts";
import type { Workdir } from "../support/files.ts";

export const tables = Array.from({ length: 12 }, (_, i) => `table-${i}.csv`);

export const makeTables = (dir: Workdir): void => {
  for (const [i, name] of tables.entries()) dir.text(name, `id\n${i}\n`);
  dir.text("tables.txt", `${tables.join("\n")}\n`);
};

/** Puts the program `bq-profile` into the folder. */
export const programs = (dir: Workdir): string => {
  const quoted = binary("bq-profile").map((word) => `'${word}'`);
  writeFileSync(join(dir.path, "bq-profile"), `#!/bin/sh\nexec ${quoted.join(" ")} "$@"\n`);
  chmodSync(join(dir.path, "bq-profile"), 0o755);
  return dir.path;
};
