/** Starts a program of the npm package: Node runs this file, and this file runs Bun. */
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { constants } from "../services/OperatingSystem.ts";

const main = `${import.meta.dirname}/../programs/bqkit.js`;

/** The Bun that npm installed for this platform. */
const bun = (): string | undefined => {
  const { resolve } = createRequire(import.meta.url);
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const name = `@oven/bun-${platform}-${process.arch === "arm64" ? "aarch64" : process.arch}`;
  for (const candidate of [name, `${name}-musl`]) {
    try {
      const file = process.platform === "win32" ? "bun.exe" : "bun";
      return resolve(`${candidate}/package.json`).replace(/package\.json$/, `bin/${file}`);
    } catch {
      // npm installs only one of them.
    }
  }
  return undefined;
};

/** Runs the program with the arguments of this process, in its place. */
export const launch = (first: ReadonlyArray<string>): void => {
  const args = [main, ...first, ...process.argv.slice(2)];
  const file = process.versions.bun === undefined ? bun() : process.execPath;
  if (file === undefined) {
    process.stderr.write(
      "bqkit: Bun is missing for this platform; install without --omit=optional, or use the standalone executable\n",
    );
    process.exitCode = 2;
  } else if (process.execve !== undefined && process.platform !== "win32") {
    process.execve(file, [file, ...args], process.env);
  } else {
    const child = spawn(file, args, { stdio: "inherit" });
    // A terminal sends its interrupt to both processes; the program decides how it ends.
    process.on("SIGINT", () => {});
    for (const signal of ["SIGTERM", "SIGHUP"] as const) process.on(signal, () => child.kill(signal));
    child.on("exit", (status, signal) => {
      process.exitCode = status ?? 128 + (signal === null ? 0 : constants.signals[signal]);
    });
  }
};
