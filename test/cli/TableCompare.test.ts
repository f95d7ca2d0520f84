/** The command line of bq-table-compare: for a table of argv, the status, stdout and stderr of a real process. */
import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { binary, run, shell } from "./spawn.ts";

setDefaultTimeout(60_000);

const program = binary("bq-table-compare");
const folder = mkdtempSync(join(tmpdir(), "test-table-compare-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const files: Readonly<Record<string, string>> = {
  "a.csv": "id,name,amount\n1,ann,1.5\n2,bob,2.5\n3,cyd,3.5\n",
  "same.csv": "id,name,amount\n3,cyd,3.5\n1,ann,1.5\n2,bob,2.5\n",
  "b.csv": "id,name,amount\n1,ann,1.5\n2,rob,2.504\n4,dan,4.5\n",
  "near.csv": "id,name,amount\n1,ann,1.5\n2,bob,2.504\n3,cyd,3.5\n",
  "renamed.csv": "nr,name,amount\n1,ann,1.5\n2,bob,2.5\n3,cyd,3.5\n",
  "more.csv": "id,name,amount,note\n1,ann,1.5,x\n2,bob,2.5,y\n3,cyd,3.5,z\n",
  "twice.csv": "id,name,amount\n1,ann,1.5\n1,ann,1.5\n2,bob,2.5\n3,cyd,3.5\n",
  "comma.csv": '"a,b",c\n1,x\n',
  "secret.csv": "id,name\n1,topsecret\n",
  "guess.csv": "id,name\n1,hushhush\n",
  "pairs.txt": "# two pairs\r\na.csv:same.csv\r\n\r\na.csv b.csv # changed",
};
for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);

interface Case {
  readonly name: string;
  readonly argv: ReadonlyArray<string>;
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly status: number;
  readonly stdout?: string | RegExp;
  readonly stderr?: string | RegExp;
}

const usage = (name: string, argv: ReadonlyArray<string>, stderr: RegExp, stdin?: string): Case => ({
  name, argv, status: 2, stdout: "", stderr, ...(stdin === undefined ? {} : { stdin }),
}); // biome-ignore format: short

const cases: ReadonlyArray<Case> = [
  usage("an unknown option", ["--max-dif", "1", "a.csv", "b.csv"], /unknown option --max-dif; did you mean --max-diff\?/),
  usage("an option of profiles", ["--detect-anomalies", "a.csv", "b.csv"], /unknown option --detect-anomalies/),
  usage("an empty key, as of an unset variable", ["--key=", "a.csv", "b.csv"], /--key: expected comma-separated column names, got ""/),
  usage("an empty condition", ["--where-a=", "a.csv", "b.csv"], /--where-a: expected a condition such as/),
  usage("no mapping", ["--map=id", "a.csv", "b.csv"], /--map: expected columns such as old=new/),
  usage("no tolerance", ["--abs-tolerance=much", "a.csv", "b.csv"], /--abs-tolerance: expected a number such as 0\.01, or columns/),
  usage("no threshold", ["--max-diff=0.1", "a.csv", "b.csv"], /--max-diff: expected a number of rows, or a percentage/),
  usage("statistics always and never", ["--stats=always", "--skip-stats", "a.csv", "b.csv"], /--skip-stats and --stats always cannot be combined/),
  usage("an option given twice", ["--key=id", "--key=name", "a.csv", "b.csv"], /--key is given more than once/),
  usage("one table", ["a.csv"], /"a\.csv" is a single table, not a pair; write A:B, or exactly two operands/),
  usage("a pair and a table", ["a.csv:b.csv", "a.csv"], /is a pair but "a\.csv" is not/),
  usage("what is no table", ["a.csv", "notable"], /"notable" is not a table reference/),
  usage("operands together with a file", ["--pairs-file=pairs.txt", "a.csv", "b.csv"], /either operands or --pairs-file, not both/),
  usage("nothing on standard input", [], /no items: standard input is empty/, "# nothing\n"),
  usage("bad lines, all of them, before anything runs", ["--pairs-file=-"], /stdin:2: "worse" is a single table.*\n.*stdin:3: "kye" is not an option of a pair; did you mean "key"\?.*\n.*stdin:4: "key": expected comma-separated column names/, 'a.csv:b.csv\nworse\n{"a": "a.csv", "b": "b.csv", "kye": 1}\n{"a": "a.csv", "b": "b.csv", "key": {"x": null}}\n'),
  { name: "--version", argv: ["--version"], status: 0, stdout: "bq-table-compare 0.1.0\n", stderr: "" },
  { name: "--help", argv: ["--help"], status: 0, stdout: /^bq-table-compare: .*--key C,….*Examples:/s, stderr: "" },

  { name: "the same rows in a different order", argv: ["a.csv", "same.csv"], status: 0, stdout: /^a\.csv ↔ same\.csv\nidentical: 3 rows in 3 columns\n/, stderr: "" },
  { name: "the same, by key", argv: ["--key=id", "a.csv:same.csv"], status: 0, stdout: /by key id/, stderr: "" },
  { name: "other rows, with examples", argv: ["--key", "id", "a.csv", "b.csv"], status: 1, stdout: /\ndifferent: 1 row changed, 1 row only in A, 1 row only in B\n.*name bob → rob.*Rows only in A\n +id.*\n +3 .*Rows only in B\n +id.*\n +4 /s, stderr: "" },
  { name: "other rows without a key", argv: ["a.csv", "b.csv"], status: 1, stdout: /different: 2 rows only in A, 2 rows only in B\n.*cyd/s },
  { name: "a key of several columns, in another case", argv: ["--key=ID,Name", "a.csv", "b.csv"], status: 1, stdout: /2 rows only in A, 2 rows only in B.*by key id, name/s },
  { name: "copies count", argv: ["a.csv", "twice.csv"], status: 1, stdout: /different: 1 row only in B; 3 rows in A, 4 rows in B/ },
  { name: "and with a key, too", argv: ["--key=id", "a.csv", "twice.csv"], status: 1, stdout: /different: 1 row only in B; 3 rows in A, 4 rows in B/ },
  { name: "equal copies are equal", argv: ["--key=id", "twice.csv", "twice.csv"], status: 0, stdout: /identical: 4 rows/ },
  { name: "a key that neither table has", argv: ["--key=idd", "a.csv", "b.csv"], status: 2, stdout: "", stderr: /^bq-table-compare: a\.csv : b\.csv: --key: no column "idd"; did you mean "id"\?\n$/ },
  { name: "a key that one table has", argv: ["--key=id", "a.csv", "renamed.csv"], status: 2, stderr: /--key: only one of the tables has "id"; .*--map/ },
  { name: "a mapped key", argv: ["--key=id", "--map=id=nr", "a.csv", "renamed.csv"], status: 0, stdout: /by key id/ },
  { name: "a column that neither table has", argv: ["--columns=nam", "a.csv", "b.csv"], status: 2, stderr: /--columns: no column "nam"; did you mean "name"\?/ },
  { name: "a column that only B has", argv: ["a.csv", "more.csv"], status: 1, stdout: /different: only B has note/ },
  { name: "and that is excluded", argv: ["--exclude=note", "a.csv", "more.csv"], status: 0, stdout: /identical/ },
  { name: "some columns", argv: ["--columns=id", "--key=id", "a.csv", "near.csv"], status: 0, stdout: /identical: 3 rows in 1 column\n/ },
  { name: "a name that holds a comma", argv: ["--key=`a,b`", "comma.csv", "comma.csv"], status: 0, stdout: /Columns +a,b/ },
  { name: "conditions", argv: ["--where=id < 3", "a.csv", "near.csv", "--columns=name"], status: 0, stdout: /2 selected rows/ },
  { name: "conditions for one side", argv: ["--where-a=id = 1", "--where-b=nr = 1", "--map=id=nr", "a.csv", "renamed.csv"], status: 0, stdout: /identical: 1 selected row in/ },
  { name: "a tolerance", argv: ["--key=id", "--abs-tolerance=amount=5e-3", "a.csv", "near.csv"], status: 0, stdout: /identical within 1 tolerance: .*Tolerance of amount +0\.005 absolute/s },
  { name: "that is too small", argv: ["--key=id", "--abs-tolerance=0.001", "a.csv", "near.csv"], status: 1 },
  { name: "a relative one", argv: ["--key=id", "--rel-tolerance=0.01", "a.csv", "near.csv"], status: 0 },
  { name: "a tolerance of a text", argv: ["--key=id", "--abs-tolerance=name=1", "a.csv", "near.csv"], status: 2, stderr: /--abs-tolerance: "name" is STRING/ },
  { name: "a tolerance without a key", argv: ["--abs-tolerance=1", "a.csv", "near.csv"], status: 2, stderr: /a tolerance requires a key/ },
  { name: "within --max-diff", argv: ["--key=id", "--max-diff=3", "a.csv", "b.csv"], status: 0, stdout: /different, within --max-diff 3: 1 row changed/, stderr: "" },
  { name: "within --max-diff, as json", argv: ["--key=id", "--max-diff=100%", "--format=json", "a.csv", "b.csv"], status: 0, stdout: /"status":"different".*"broken":false,"maxDiff":"100%".*"different":1/s },
  { name: "beyond it", argv: ["--key=id", "--max-diff=2", "a.csv", "b.csv"], status: 1, stdout: /\ndifferent: 1 row changed/ },
  { name: "columns are not within --max-diff", argv: ["--max-diff=100%", "a.csv", "more.csv"], status: 1 },
  { name: "one pair within it and one beyond", argv: ["--max-diff=1", "a.csv:near.csv", "a.csv:b.csv"], status: 1, stdout: /2 items: 2 different/ },
  { name: "no statistics", argv: ["--skip-stats", "--format=json", "a.csv", "b.csv"], status: 1, stdout: /"statistics":false(?!.*"figures")/ },
  { name: "statistics of equal tables", argv: ["--stats=always", "--format=json", "a.csv", "same.csv"], status: 0, stdout: /"figures"/ },
  { name: "no rows", argv: ["--skip-rows", "a.csv", "same.csv"], status: 0, stdout: /no difference in schema, row counts and statistics; rows were not compared/ },
  { name: "no rows and other figures", argv: ["--skip-rows", "a.csv", "b.csv"], status: 1, stdout: /the statistics of .* differ/ },
  { name: "no examples", argv: ["--skip-samples", "--format=json", "a.csv", "b.csv"], status: 1, stdout: /^(?!.*"examples")/ },
  { name: "no example of any kind", argv: ["--sample-size=0", "--format=json", "a.csv", "b.csv"], status: 1, stdout: /^(?!.*"examples")/ },
  { name: "pairs from a file", argv: ["--pairs-file=pairs.txt"], status: 1, stdout: /\n2 items: 1 different, 1 ok; /, stderr: "" },
  { name: "pairs from a pipe", argv: ["--format=ndjson"], stdin: "a.csv:same.csv\n", status: 0, stdout: /"status":"ok"/ },
  { name: "with operands, standard input is not read", argv: ["a.csv", "a.csv"], stdin: "bad", status: 0, stderr: "" },
  { name: "options of a pair, in place of the batch's", argv: ["--key=nix", "--max-diff=0"], stdin: '{"a": "a.csv", "b": "b.csv", "key": ["id"], "maxDiff": 3, "skip_stats": true}', status: 0, stdout: /by key id(?!.*Statistics)/s },
  { name: "all options of a pair", argv: ["--format=json"], stdin: '{"a": "a.csv", "b": "renamed.csv", "key": "id", "map": {"id": "nr"}, "exclude": ["name"], "where": "1 = 1", "whereA": "id > 1", "where-b": "nr > 1", "absTolerance": {"amount": 1e-7}, "relTolerance": 0.5, "sampleSize": 1, "stats": "always"}', status: 0, stdout: /"columns":\["id","amount"\],"types":\["INT64","FLOAT64"\],"tolerances":\[\{"column":"amount","absolute":"0\.0000001","relative":"0\.5"\}\].*"where":"\(1 = 1\) AND \(id > 1\)".*"figures"/ },
  { name: "a duplicate", argv: ["--format=ndjson", "a.csv:a.csv", "a.csv:a.csv"], status: 0, stdout: /"total":1,/, stderr: /note: duplicates run once: a\.csv : a\.csv/ },
  { name: "a missing file does not stop the others", argv: ["a.csv:no.csv", "a.csv:a.csv"], status: 2, stdout: /1 failed, 1 ok/, stderr: /^[^\n]*no\.csv does not exist; [^\n]*\n$/ },
  { name: "a dry run", argv: ["--dry-run", "--key=id", "a.csv", "b.csv"], status: 0, stdout: /\n {2}rows: .*\n {2}statistics of A \(only if rows differ\).*nothing was run or billed; --verbose shows the statements\n$/s, stderr: "" },
  { name: "a dry run names wrong columns", argv: ["--dry-run", "--key=idd", "a.csv", "b.csv"], status: 2, stderr: /--key: no column "idd"/ },
  { name: "the environment sets what concerns appearance", argv: ["a.csv", "a.csv"], env: { BQKIT_FORMAT: "ndjson" }, status: 0, stdout: /^\{"type":"run"/ },
  { name: "and never the verdict", argv: ["a.csv", "b.csv"], env: { BQKIT_MAX_DIFF: "100%", BQKIT_SKIP_ROWS: "1", BQKIT_COLUMNS: "nix" }, status: 1 },
]; // biome-ignore format: a table

const matches = (actual: string, expected: string | RegExp | undefined) => {
  if (typeof expected === "string") expect(actual).toBe(expected);
  else if (expected !== undefined) expect(actual).toMatch(expected);
};

describe("bq-table-compare", () => {
  for (const { name, argv, stdin, env, status, stdout, stderr } of cases) {
    test(name, async () => {
      const ran = await run([...program, ...argv], {
        cwd: folder,
        ...(stdin === undefined ? {} : { stdin }),
        ...(env === undefined ? {} : { env }),
      });
      matches(ran.stderr, stderr);
      matches(ran.stdout, stdout);
      expect(ran.status).toBe(status);
      expect(ran.stderr).not.toMatch(/^\s+at /m);
    });
  }

  test("json has the pair, the verdict, and examples with both values", async () => {
    const { stdout } = await run([...program, "--key=id", "--format=json", "a.csv", "b.csv"], {
      cwd: folder,
    });
    const { results, ...head } = JSON.parse(stdout);
    expect(head).toMatchObject({
      tool: "bq-table-compare",
      options: { key: "id" },
      summary: { different: 1 },
    });
    expect(results[0]).toMatchObject({
      item: { a: "a.csv", b: "b.csv" },
      status: "different",
      comparison: {
        verdict: "different",
        broken: true,
        maxDiff: null,
        rows: {
          key: ["id"], same: 1, changed: 1, onlyA: 1, onlyB: 1,
          examples: {
            changed: [{ key: { id: 2 }, cells: [{ column: "name", a: "bob", b: "rob" }, { column: "amount", a: 2.5, b: 2.504 }] }],
            onlyA: [{ copies: 1, row: { id: 3 } }],
            onlyB: [{ copies: 1, row: { id: 4 } }],
          },
        },
      },
    }); // biome-ignore format: one object
  });

  for (const values of ["none", "aggregates"]) {
    for (const format of ["text", "json", "ndjson"]) {
      for (const key of [["--key=id"], []]) {
        test(`--values ${values} hides the rows of ${format} ${key.join("")}`, async () => {
          const argv = [
            ...program,
            `--values=${values}`,
            `--format=${format}`,
            ...key,
            "secret.csv",
            "guess.csv",
          ];
          const ran = await run(argv, { cwd: folder });
          expect(ran).toMatchObject({ status: 1, stderr: "" });
          if (values === "none") expect(ran.stdout).not.toMatch(/topsecret|hushhush/);
          else expect(ran.stdout).not.toMatch(/"examples"|Rows (changed|only)\n/);
        });
      }
    }
  }

  test("its text fits the terminal", async () => {
    for (const width of [80, 120]) {
      const argv = [...program, "--color=always", "--key=id", "a.csv", "b.csv"];
      const { stdout } = await run(argv, { cwd: folder, env: { COLUMNS: String(width) } });
      for (const line of stdout.split("\n")) expect(Bun.stringWidth(line)).toBeLessThanOrEqual(width);
    }
  });

  test("ends quietly with 141 when stdout is closed", async () => {
    const lines = Array.from({ length: 300 }, (_, i) =>
      JSON.stringify({ a: "a.csv", b: "same.csv", where: `id <> ${i + 10}` }),
    );
    writeFileSync(join(folder, "many.txt"), `${lines.join("\n")}\n`);
    const ran = await shell(
      `cat many.txt | $PROGRAM --parallel 8 --format ndjson | head -n 2 | wc -l; echo "\${PIPESTATUS[1]}"`,
      program,
      { cwd: folder },
    );
    expect(ran.stdout.trim().split(/\s+/)).toEqual(["2", "141"]);
    expect(ran.stderr).toBe("");
  });
});
