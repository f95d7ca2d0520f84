/** The NULL share of every column of a folder's Parquet and CSV files: `bun examples/profile-folder.ts FOLDER` */
import { join } from "node:path";
import { Console, Effect } from "effect";
import { Profile, Router } from "../src/index.ts";

const [folder = "."] = process.argv.slice(2);
const files = [...new Bun.Glob("*.{parquet,csv}").scanSync({ cwd: folder })].sort();

const share = (nulls: number, rows: number): string =>
  (rows === 0 ? "-" : `${((100 * nulls) / rows).toFixed(1)}%`).padStart(6);

const report = (file: string) =>
  Profile.run({ _tag: "LocalFiles", path: join(folder, file) }, { sampleSize: 0, top: 0 }).pipe(
    Effect.map(({ rows, columns }) => [
      `${file}: ${rows} rows`,
      ...columns.map((column) => `${share(column.nulls, column.rows)}  ${column.name}`),
    ]),
    // An unreadable file does not stop the others.
    Effect.catchAll((error) => Effect.succeed([`${file}: ${error.message}`])),
  );

const main = Effect.forEach(files, report, { concurrency: 4 }).pipe(
  Effect.flatMap((reports) => Console.log(reports.flat().join("\n"))),
  Effect.provide(Router.layer()),
);

await Effect.runPromise(main);
