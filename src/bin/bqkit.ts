#!/usr/bin/env bun
/** The single executable. Its own name or its first argument selects the program: `bq-profile` or `bqkit profile`. */
import { embedded } from "../layers/duckdb/library/Embedded.ts";
import { enlarge } from "../layers/duckdb/library/ThreadPool.ts";
import { version } from "../version.ts";
import { notices } from "./Notices.ts";

type Start = (args: ReadonlyArray<string>) => Promise<void>;

const programs: Readonly<Record<string, Start>> = {
  "bq-profile": async (args) => {
    const [{ main }, { tool }] = await Promise.all([import("../cli/Main.ts"), import("../cli/Profile.ts")]);
    main(tool, args);
  },
  "bq-schema-diff": async (args) => {
    const [{ main }, { tool }] = await Promise.all([
      import("../cli/Main.ts"),
      import("../cli/SchemaDiff.ts"),
    ]);
    main(tool, args);
  },
  "bq-table-compare": async (args) => {
    const [{ main }, { tool }] = await Promise.all([
      import("../cli/Main.ts"),
      import("../cli/TableCompare.ts"),
    ]);
    main(tool, args);
  },
};

const names = Object.keys(programs);
// Also `bq-profile-linux-x64`, the name of the download.
const called = process.argv0.replace(/^.*[/\\]/s, "");
const byName = names.find(
  (name) => called === name || called.startsWith(`${name}-`) || called === `${name}.exe`,
);
const [first = "", ...rest] = process.argv.slice(2);
const [name, args] =
  byName === undefined
    ? [names.find((known) => first === known || first === known.slice("bq-".length)), rest]
    : [byName, process.argv.slice(2)];

const usage = `bqkit ${version}: profiles and compares BigQuery tables and local files

Usage: bqkit profile [OPTIONS] TABLE…
       bqkit schema-diff [OPTIONS] A B
       bqkit table-compare [OPTIONS] A B
  Each command is also available as a program: ${names.join(", ")}. Each has --help.

       bqkit link DIR    create these programs in DIR, as links to this file
       bqkit licenses    print the licences of the software in this file
`;

const refuse = (message: string): void => {
  process.stderr.write(message);
  process.exitCode = 2;
};

const link = async (folders: ReadonlyArray<string>): Promise<void> => {
  const [folder] = folders;
  if (folder === undefined || folders.length > 1 || folder.startsWith("-"))
    return refuse("bqkit link: give one folder\n");
  if (embedded === undefined) return refuse("bqkit link: only the standalone executable can be linked\n");
  const { link } = await import("./Link.ts");
  try {
    for (const file of link(process.execPath, folder, names)) process.stdout.write(`${file}\n`);
  } catch (error) {
    refuse(`bqkit link: ${error instanceof Error ? error.message : String(error)}\n`);
  }
};

const licenses = async (): Promise<void> => {
  if (notices === undefined)
    return refuse("bqkit licenses: run from sources; the packages in node_modules have their licences\n");
  const { print } = await import("./Licenses.ts");
  process.exitCode = await print(notices);
};

const isVersion = (only: ReadonlyArray<string>): boolean => only.length === 1 && only[0] === "--version";

if (name !== undefined) {
  // Answers --version before loading anything heavy.
  if (isVersion(args)) process.stdout.write(`${name} ${version}\n`);
  else {
    enlarge();
    void programs[name]!(args);
  }
} else if (isVersion([first, ...rest])) process.stdout.write(`bqkit ${version}\n`);
else if (first === "--help" || first === "-h") process.stdout.write(usage);
else if (first === "link") void link(rest);
else if (first === "licenses" && rest.length === 0) void licenses();
else
  refuse(
    first === ""
      ? usage
      : `bqkit: unknown program ${JSON.stringify(first)}; give one of profile, schema-diff, table-compare\n`,
  );
