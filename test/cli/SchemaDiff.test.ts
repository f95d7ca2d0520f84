/** The command line of bq-schema-diff: for a table of argv, the status, stdout and stderr of a real process. */
import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { binary, run, shell } from "./spawn.ts";

setDefaultTimeout(60_000);

const program = binary("bq-schema-diff");
const folder = mkdtempSync(join(tmpdir(), "test-schema-diff-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

cpSync(resolve(import.meta.dir, "../../examples/data"), folder, { recursive: true });
writeFileSync(join(folder, "a.csv"), "id,name\n1,x\n");
writeFileSync(join(folder, "b.csv"), "id,name,note\n1.5,x,y\n");
writeFileSync(join(folder, "moved.csv"), "name,id\nx,1\n");
writeFileSync(join(folder, "pairs.txt"), "# two pairs\r\na.csv:a.csv\r\n\r\na.csv b.csv # changed");
writeFileSync(join(folder, "bad.schema.json"), '[{"name": "id", "type": "INTEGRE"}]');

const v1 = "orders-v1.schema.json";
const v2 = "orders-v2.schema.json";

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
  usage("an unknown option", ["--fail-one", "any", "a.b:c.d"], /unknown option --fail-one; did you mean --fail-on\?/),
  usage("an option of rows", ["--where", "x", "a.b:c.d"], /unknown option --where/),
  usage("an option of queries", ["--location=EU", "a.b:c.d"], /unknown option --location/),
  usage("an unknown format", ["--format=xml", "a.b:c.d"], /--format: expected one of text, json, ndjson, markdown, html, junit, ddl, got "xml"/),
  usage("an unknown threshold", ["--fail-on=some", "a.b:c.d"], /--fail-on: expected one of any, breaking, none/),
  usage("an unknown rule", ["--ignore=movd", "a.b:c.d"], /^bq-schema-diff: --ignore: "movd" is neither a rule nor an attribute; did you mean "moved"\? Try .*\n$/),
  usage("no rename", ["--map=a", "a.b:c.d"], /--map: "a" is not a rename; write old=new/),
  usage("an empty rename", ["--map=a=b,", "a.b:c.d"], /--map: expected renames such as/),
  usage("an empty pattern", ["--only=", "a.b:c.d"], /--only: expected path patterns/),
  usage("an option given twice", ["--map=a=b", "--map=c=d", "a.b:c.d"], /--map is given more than once/),
  usage("one table", ["a.csv"], /"a\.csv" is a single table, not a pair; write A:B, or exactly two operands/),
  usage("a pair and a table", ["a.csv:b.csv", "a.csv"], /is a pair but "a\.csv" is not/),
  usage("operands together with a file", ["--pairs-file=pairs.txt", "a.csv", "b.csv"], /either operands or --pairs-file, not both/),
  usage("a missing file", ["--pairs-file=no.txt"], /--pairs-file: cannot read "no\.txt": there is no such file/),
  usage("nothing on standard input", [], /no items: standard input is empty/, "# nothing\n"),
  usage("bad lines, all of them, before anything runs", ["--pairs-file=-"], /stdin:2: "worse" is a single table.*\n.*stdin:3: .*3 words/, "a.csv:a.csv\nworse\na b c\n"),
  { name: "--version", argv: ["--version"], status: 0, stdout: "bq-schema-diff 0.1.0\n", stderr: "" },
  { name: "--help", argv: ["--help"], status: 0, stdout: /^bq-schema-diff: .*--map OLD=NEW,….*Examples:/s, stderr: "" },

  { name: "the same schema", argv: [v1, v1], status: 0, stdout: /^orders-v1.*\nno difference in 18 fields\n/, stderr: "" },
  { name: "two schemas", argv: [v1, v2], status: 1, stdout: /\n12 changes: 6 breaking, 5 safe, 1 metadata · 1 perhaps renamed\n.*\n {4}discounts\[\] *\n± {5}percent +type INT64 → NUMERIC +breaking\n\+ {5}campaign +added/s, stderr: "" },
  { name: "a stated rename", argv: ["--map", "cust=customer", `${v1}:${v2}`], status: 1, stdout: /± customer +renamed from cust/ },
  { name: "a rename that A cannot have", argv: ["--map", "custt=customer", v1, v2], status: 2, stdout: "", stderr: /--map: A has no field "custt"; did you mean "cust"\?/ },
  { name: "no breaking change among the selected ones", argv: ["--only=ordered_at,total", "--fail-on=breaking", v1, v2], status: 0, stdout: /\n2 changes: 2 safe · 10 changes ignored\n/ },
  { name: "what breaks", argv: ["--fail-on=breaking", v1, v2], status: 1 },
  { name: "no threshold", argv: ["--fail-on=none", v1, v2], status: 0, stdout: /12 changes/ },
  { name: "moves are ignored by rule", argv: ["--ignore=moved", "a.csv", "moved.csv"], status: 0, stdout: /no difference in 2 fields · 1 change ignored/ },
  { name: "and by attribute", argv: ["--ignore", "order", "a.csv", "moved.csv"], status: 0 },
  { name: "the whole tree", argv: ["--full", v1, v2], status: 1, stdout: /\n {6}code +STRING\n/ },
  { name: "a file and a schema", argv: ["a.csv", v1], status: 1, stdout: /- name +removed: STRING/ },
  { name: "json", argv: ["--format=json", "a.csv:b.csv"], status: 1, stdout: /"item":\{"a":"a\.csv","b":"b\.csv"\},"status":"different".*"rule":"type-widened"/ },
  { name: "pairs from a file", argv: ["--pairs-file=pairs.txt"], status: 1, stdout: /\n2 items: 1 different, 1 ok; /, stderr: "" },
  { name: "pairs from a pipe", argv: ["--format=ndjson"], stdin: "a.csv:a.csv\n", status: 0, stdout: /"status":"ok"/ },
  { name: "with operands, standard input is not read", argv: ["a.csv", "a.csv"], stdin: "bad", status: 0, stderr: "" },
  { name: "options of a pair", argv: [], stdin: `{"a": "${v1}", "b": "${v2}", "fail-on": "none"}`, status: 0, stdout: /12 changes/ },
  { name: "a duplicate", argv: ["--format=ndjson", "a.csv:a.csv", "a.csv:a.csv"], status: 0, stdout: /"total":1,/, stderr: /note: duplicates run once: a\.csv : a\.csv/ },
  { name: "a missing file does not stop the others", argv: ["a.csv:no.csv", "a.csv:a.csv"], status: 2, stdout: /1 failed, 1 ok/, stderr: /^[^\n]*no\.csv does not exist; [^\n]*\n$/ },
  { name: "a bad schema file", argv: ["bad.schema.json", v1], status: 2, stdout: "", stderr: /"id" has the unknown type "INTEGRE"; fix it, or create it again: bq show --schema/ },
  { name: "ddl of what cannot be altered, and of what failed", argv: ["--format=ddl", "a.csv:b.csv", "no.csv:a.csv"], status: 2, stdout: /^-- a\.csv into b\.csv\n-- A is not a BigQuery table, so [^\n]*\n\n-- no\.csv : a\.csv\n-- failed: [^\n]*\n$/ },
  { name: "a dry run", argv: ["--dry-run", "p.d.a:p.d.b", "p.d.a:p.d.c"], status: 0, stdout: /\n2 items, no statements, 3 metadata calls: 0 bytes, free of charge\nnothing was run or billed\n$/, stderr: "" },
  { name: "a dry run as ddl is comments", argv: ["--dry-run", "--format=ddl", "a.csv:b.csv"], status: 0, stdout: /^(-- [^\n]+\n|\n)+$/ },
  { name: "the environment sets what concerns appearance", argv: ["a.csv", "a.csv"], env: { BQKIT_FORMAT: "ddl" }, status: 0, stdout: /^-- / },
  { name: "and never the verdict", argv: [v1, v2], env: { BQKIT_FAIL_ON: "none", BQKIT_IGNORE: "type" }, status: 1, stdout: /12 changes/ },
]; // biome-ignore format: a table

const matches = (actual: string, expected: string | RegExp | undefined) => {
  if (typeof expected === "string") expect(actual).toBe(expected);
  else if (expected !== undefined) expect(actual).toMatch(expected);
};

describe("bq-schema-diff", () => {
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

  test("its text fits the terminal, in colours that only repeat the marks", async () => {
    for (const width of [80, 120]) {
      const argv = [...program, "--color=always", v1, v2];
      const { stdout } = await run(argv, { cwd: folder, env: { COLUMNS: String(width) } });
      for (const line of stdout.split("\n")) expect(Bun.stringWidth(line)).toBeLessThanOrEqual(width);
      expect(stdout).toContain("\u001b[32m+ customer");
      expect(Bun.stripANSI(stdout)).toContain("+ customer");
    }
  });
});

describe("cat pairs.txt | bq-schema-diff --parallel 8 --format ndjson", () => {
  const jq = test.skipIf(Bun.which("jq") === null && process.env.CI !== "true");
  const pipe = (script: string, pairs: number) => {
    const lines = Array.from({ length: pairs }, (_, i) =>
      JSON.stringify({ a: v1, b: v2, only: [`x${i}`, "*"] }),
    );
    writeFileSync(join(folder, "many.txt"), `${lines.join("\n")}\n`);
    return shell(script, program, { cwd: folder });
  };

  jq("feeds jq, line by line", async () => {
    const ran = await pipe(
      `cat many.txt | $PROGRAM --parallel 8 --format ndjson | jq -r 'select(.type == "result") | .diff.counts.breaking' | sort | uniq -c`,
      300,
    );
    expect(ran).toMatchObject({ stdout: expect.stringMatching(/^ *300 6\n$/), stderr: "" });
  });

  test("ends quietly with 141 when stdout is closed", async () => {
    const ran = await pipe(
      `cat many.txt | $PROGRAM --parallel 8 --format ndjson | head -n 2 | wc -l; echo "\${PIPESTATUS[1]}"`,
      500,
    );
    expect(ran.stdout.trim().split(/\s+/)).toEqual(["2", "141"]);
    expect(ran.stderr).toBe("");
  });
});
