/** The cases: for each rival, a command of bqkit and the rival's command for the same data. */
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { csv, folder, keyed, mixed } from "../data.ts";
import { type Installed, python, qsv } from "./Install.ts";

export interface Command {
  readonly argv: ReadonlyArray<string>;
  readonly status: number;
  /** Must match its output: it read all rows, or found all differences. */
  readonly output: RegExp;
}

export interface Case {
  /** The work and the data. */
  readonly title: string;
  readonly rival: string;
  readonly version: string;
  readonly ours: Command;
  readonly theirs: Command | { readonly missing: string };
}

const text = (path: string): string => `'${path.replaceAll("'", "''")}'`;

const statement = (sql: string, output: RegExp): Command => ({
  argv: [process.execPath, join(import.meta.dir, "sql.ts"), sql],
  status: 0,
  output,
});

/** Counts the changed values of each column in one statement. */
const fullJoin = (a: string, b: string): string => {
  const columns = ["category", "customer", "amount", "price", "city", "created_at", "active"];
  const differs = columns.map((c) => `count(*) FILTER (WHERE a.${c} IS DISTINCT FROM b.${c}) AS ${c}`);
  return `SELECT count(*) AS n, ${differs.join(", ")} FROM ${text(a)} AS a FULL JOIN ${text(b)} AS b USING (id)`;
};

/** Tables `a` and `b` with the rows of the files, in a DuckDB database. */
const database = async (a: string, b: string): Promise<string> => {
  const path = b.replace(/\.parquet$/, ".duckdb");
  if (existsSync(path)) return path;
  const draft = `${path}.tmp`;
  rmSync(draft, { force: true });
  const instance = await DuckDBInstance.create(draft);
  const connection = await instance.connect();
  await connection.run(`CREATE TABLE a AS FROM ${text(a)}`);
  await connection.run(`CREATE TABLE b AS FROM ${text(b)}`);
  connection.closeSync();
  instance.closeSync();
  await Bun.write(path, Bun.file(draft));
  rmSync(draft);
  return path;
};

const million = (rows: number): string => `${(rows / 1e6).toLocaleString("en")} M`;

/** `rows`: of the files for DuckDB and qsv; those for Python have a tenth. */
export const cases = async (bqkit: string, engine: string, rows: number): Promise<ReadonlyArray<Case>> => {
  const few = rows / 10;
  const [big, small, lines] = [await mixed(rows), await mixed(few), await csv(few)];
  const [all, part] = [await keyed(rows), await keyed(few)];
  const tables = await database(part.before, part.after);
  const [packages, tool] = [python(), qsv()];

  const profile = (file: string, n: number): Command => ({
    argv: [join(bqkit, "bq-profile"), "--format", "json", file],
    status: 0,
    output: new RegExp(`"rows": ?${n}\\b`),
  });
  const compare = (a: string, b: string): Command => ({
    argv: [join(bqkit, "bq-table-compare"), "--key", "id", "--skip-stats", "--format", "json", a, b],
    status: 1,
    output: /"changed": ?10\b/,
  });
  const of = (
    installed: Installed,
    name: string,
    argv: (folder: string) => ReadonlyArray<string>,
    output: RegExp,
  ) =>
    "missing" in installed
      ? { version: "", theirs: installed }
      : { version: installed.version(name), theirs: { argv: argv(installed.folder), status: 0, output } };
  const script =
    (name: string, ...argv: ReadonlyArray<string>) =>
    (bin: string) => [join(bin, "python"), join(import.meta.dir, name), ...argv];
  const duckdb = { rival: "DuckDB", version: engine };
  const columns = "category customer amount price city created_at active"
    .split(" ")
    .flatMap((name) => ["-c", name]);

  return [
    {
      ...duckdb,
      title: `profile, ${million(rows)} rows x 10 columns, against SUMMARIZE`,
      ours: profile(big, rows),
      theirs: statement(`SUMMARIZE FROM ${text(big)}`, /"column_name":"active"/),
    },
    {
      rival: "ydata-profiling",
      title: `profile, ${million(few)} rows x 10 columns, against its minimal mode`,
      ours: profile(small, few),
      ...of(packages, "ydata-profiling", script("profile.py", small, join(folder, "ydata.html")), /^$/),
    },
    {
      rival: "qsv",
      title: `profile, CSV, ${million(few)} rows x 10 columns, against \`stats --everything\``,
      ours: profile(lines, few),
      ...of(
        tool,
        "qsv",
        (bin) => [join(bin, "qsvlite"), "stats", "--everything", "--infer-dates", "--force", lines],
        /^active,/m,
      ),
    },
    {
      ...duckdb,
      title: `comparison by key, ${million(rows)} rows x 8 columns in the order of the key, against a full join`,
      ours: compare(all.before, all.after),
      theirs: statement(fullJoin(all.before, all.after), /"amount":"10"/),
    },
    {
      ...duckdb,
      title: `comparison by key, ${million(rows)} rows x 8 columns, one file in another order, against a full join`,
      ours: compare(all.before, all.shuffled),
      theirs: statement(fullJoin(all.before, all.shuffled), /"amount":"10"/),
    },
    {
      rival: "datacompy on polars",
      title: `comparison by key, ${million(few)} rows x 8 columns`,
      ours: compare(part.before, part.after),
      ...of(
        packages,
        "datacompy",
        script("compare.py", part.before, part.after),
        /some compared columns unequal: 10$/m,
      ),
    },
    {
      rival: "reladiff on DuckDB",
      title: `comparison by key, ${million(few)} rows x 8 columns, as tables of one database for reladiff`,
      ours: compare(part.before, part.after),
      ...of(
        packages,
        "reladiff",
        (bin) => [join(bin, "reladiff"), `duckdb://${tables}`, "a", "b", "-k", "id", ...columns, "--stats"],
        /^10 rows updated$/m,
      ),
    },
  ];
};
