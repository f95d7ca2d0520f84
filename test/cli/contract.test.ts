/** The command line's contract: for a table of argv, the status, stdout and stderr of a real process. */
import { describe, expect, test } from "bun:test";
import { binary, fake, run } from "./spawn.ts";

interface Case {
  readonly name: string;
  readonly argv: ReadonlyArray<string>;
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly status: number;
  readonly stdout?: string | RegExp;
  readonly stderr?: string | RegExp;
}

const usage = (name: string, argv: ReadonlyArray<string>, stderr: string | RegExp): Case => ({
  name, argv, status: 2, stdout: "", stderr,
}); // biome-ignore format: short

const ok = /"status":"ok"/;

/** Errors before anything runs, which also apply to the real program. */
const badUsage: ReadonlyArray<Case> = [
  usage(
    "an unknown option",
    ["--paralel", "3", "a.b"],
    /unknown option --paralel; did you mean --parallel\?/,
  ),
  usage("an unknown option after operands", ["a.b", "--paralel", "3"], /did you mean --parallel\?/),
  usage(
    "an unknown option with a value",
    ["--formt=json", "a.b"],
    /unknown option --formt; did you mean --format\?/,
  ),
  usage("an option without a similar one", ["--xyzzy"], /unknown option --xyzzy\. Try "bq-profile --help"/),
  usage("a short option", ["-x", "a.b"], /unknown option -x/),
  usage("@effect/cli's wizard", ["--wizard"], /unknown option --wizard/),
  usage("@effect/cli's log level", ["--log-level", "debug", "a.b"], /use --verbose or --quiet/),
  usage(
    "completions of an unknown shell",
    ["--completions", "tcsh"],
    /--completions: expected one of bash, zsh, fish, got "tcsh"/,
  ),
  usage("an option of another case", ["--Parallel", "3", "a.b"], /did you mean --parallel\?/),
  usage(
    "--parallel 0",
    ["--parallel", "0", "a.b"],
    /--parallel: expected a whole number, 1 or more, or auto, got "0"/,
  ),
  usage("--parallel abc", ["--parallel", "abc", "a.b"], /got "abc"/),
  usage("--parallel 2.5", ["--parallel=2.5", "a.b"], /got "2.5"/),
  usage("--parallel -3", ["--parallel", "-3", "a.b"], /got "-3"/),
  usage(
    "an unknown format",
    ["--format", "xml", "a.b"],
    /--format: expected one of text, json, ndjson, markdown, html, junit, got "xml"/,
  ),
  usage(
    "a dry run as a report that has none",
    ["--dry-run", "--format", "junit", "p.d.a"],
    /--dry-run does not support --format junit; use --format text, json or ndjson/,
  ),
  usage("an option given twice", ["--top", "1", "--top", "1", "a.b"], /--top is given more than once/),
  usage("a flag given twice", ["--quiet", "--quiet", "a.b"], /--quiet is given more than once/),
  usage("a flag given twice, once short", ["-q", "--quiet", "a.b"], /--quiet is given more than once/),
  usage("a short option without its value", ["a.b", "-o"], /-o needs a value/),
  usage(
    "a flag and its opposite",
    ["--progress", "--no-progress", "a.b"],
    /--progress is given more than once/,
  ),
  usage("a value for an opposite", ["--no-progress=yes", "a.b"], /--no-progress takes no value/),
  usage("a flag with a strange value", ["--exact=perhaps", "a.b"], /--exact: expected true or false/),
  usage("a value that is missing at the end", ["a.b", "--where"], /--where needs a value: --where=SQL/),
  usage("a value that is missing before an option", ["--where", "--exact", "a.b"], /--where needs a value/),
  usage(
    "a condition that is more than one",
    ["--where=id=1) or (id=2", "a.b"],
    /--where is not a single expression: unmatched "\)"/,
  ),
  usage(
    "a condition that ends the statement",
    ["--where=1=1; select 2", "a.b"],
    /--where is not a single expression/,
  ),
  usage("a condition with an open text", ["--where=x = 'a", "a.b"], /--where is not a single expression/),
  usage("an empty condition", ["--where=", "a.b"], /--where: expected a condition/),
  usage("an invalid size", ["--max-bytes-billed", "lots", "a.b"], /such as 100GB or 512MiB, or none/),
  usage("a time without a unit", ["--timeout", "30", "a.b"], /such as 30s, 10m or 1h30m/),
  usage("a day that does not exist", ["--as-of", "2024-02-30", "a.b"], /--as-of: expected a time/),
  usage("no label", ["--label", "Team=x", "a.b"], /--label: expected labels/),
  usage(
    "an empty name in a list",
    ["--columns", "a,,b", "a.b"],
    /--columns: expected comma-separated column names/,
  ),
  usage("more than a hundred percent", ["--sample-percent", "101", "a.b"], /up to 100/),
  usage("an operand that is not a table", ["nothing"], /"nothing" is not a table reference/),
  usage(
    "two operands that are not tables",
    ["one", "two", "a.b"],
    /"one" is not a table.*\n.*"two" is not a table/,
  ),
  usage(
    "operands together with a file",
    ["--tables-file", "-", "a.b"],
    /either operands or --tables-file, not both/,
  ),
  usage(
    "a missing file",
    ["--tables-file", "nowhere.txt"],
    /cannot read "nowhere.txt": there is no such file/,
  ),
  usage("a missing baseline", ["--baseline", "nowhere.json", "a.b"], /there is no such file/),
  usage(
    "a folder to write to",
    ["--output", "/", "/no/such.csv"],
    /cannot write the report to \/: it is a folder/,
  ),
  {
    name: "nothing on standard input",
    argv: [],
    stdin: "",
    status: 2,
    stdout: "",
    stderr: /no items: standard input/,
  },
  {
    name: "only comments",
    argv: ["--tables-file", "-"],
    stdin: "# a\r\n\n",
    status: 2,
    stdout: "",
    stderr: /no items/,
  },
  {
    name: "bad lines, all of them, before anything runs",
    argv: [],
    stdin: "p.d.ok\nbad\n\n# no\nworse line.\n",
    status: 2,
    stdout: "",
    stderr: /stdin:2: "bad" .*\nbq-profile: stdin:5: "worse line\." /,
  },
  {
    name: "a bad value in the environment",
    argv: ["a.b"],
    env: { BQKIT_PARALLEL: "many" },
    status: 2,
    stdout: "",
    stderr: /BQKIT_PARALLEL: expected a whole number, 1 or more, or auto, got "many"/,
  },
  {
    name: "a condition with control characters in it",
    argv: ["--format", "\u001b[31mred\nline", "a.b"],
    status: 2,
    stdout: "",
    stderr: /^[^\u001b]*got "\\u001b\[31mred\\nline"/,
  },
  { name: "--version", argv: ["--version"], status: 0, stdout: "bq-profile 0.1.0\n", stderr: "" },
  {
    name: "--version among others",
    argv: ["a.b", "--version"],
    status: 0,
    stdout: "bq-profile 0.1.0\n",
    stderr: "",
  },
  {
    name: "--help",
    argv: ["--help"],
    status: 0,
    stdout: /^bq-profile: .*--parallel N .*\(default 4\)/s,
    stderr: "",
  },
  { name: "--help after operands", argv: ["a.b", "--help"], status: 0, stdout: /^bq-profile: /, stderr: "" },
  {
    name: "-h together with a mistake",
    argv: ["--paralel", "-h"],
    status: 0,
    stdout: /^bq-profile: /,
    stderr: "",
  },
];

/** Runs of the fake program. */
const running: ReadonlyArray<Case> = [
  { name: "all is well", argv: ["p.d.ok"], status: 0, stdout: /^p\.d\.ok\nas expected\n/, stderr: "" },
  { name: "something differs", argv: ["p.d.ok", "p.d.different"], status: 1, stdout: /1 different, 1 ok/, stderr: "" },
  {
    name: "one item failed: nothing to print",
    argv: ["p.d.fail"],
    status: 2,
    stdout: "",
    stderr: "bq-profile: there is no table p.d.fail; check the name, the project and the location\n",
  },
  { name: "a failure takes precedence over a difference", argv: ["p.d.different", "p.d.fail"], status: 2, stdout: /1 failed, 1 different/ },
  { name: "a failed item is in the json report", argv: ["--format=json", "p.d.fail"], status: 2, stdout: /"results":\[\n\{.*"reason":"notFound"/ },
  { name: "a bug in one item", argv: ["p.d.die", "p.d.ok"], status: 2, stdout: /1 failed, 1 ok/, stderr: /^[^\n]*TypeError: undefined is not a function[^\n]*\n$/ },
  {
    name: "no credentials: one message",
    argv: ["p.d.noauth", "p.d.slow", "p.d.slow2"],
    status: 2,
    stderr: /^[^\n]*there are no credentials; run `gcloud[^\n]*\n[^\n]*2 of 3 not run: p\.d\.slow, p\.d\.slow2\n$/,
  },
  { name: "--fail-fast", argv: ["--parallel=1", "--fail-fast", "p.d.fail", "p.d.ok"], status: 2, stderr: /1 of 2 not run: p\.d\.ok/ },
  { name: "a time limit", argv: ["--timeout=200ms", "p.d.slow"], status: 2, stdout: "", stderr: /p\.d\.slow: exceeded its time limit of 200ms; raise --timeout/ },
  { name: "short options", argv: ["-v", "-o", "/dev/null", "p.d.ok"], status: 0, stdout: "", stderr: "bq-profile: p.d.ok: ok\n" },
  { name: "a socket as the output", argv: ["-o", "/dev/stdout", "p.d.ok"], status: 2, stdout: "", stderr: /cannot write the report to \/dev\/stdout: ENXIO/ },
  { name: "operands after --", argv: ["--", "p.d.ok"], status: 0, stdout: /p\.d\.ok/ },
  { name: "an operand that looks like an option", argv: ["--format=ndjson", "--", "--help.csv"], status: 0, stdout: /"item":"--help\.csv"/ },
  { name: "options after operands", argv: ["p.d.ok", "--format", "ndjson"], status: 0, stdout: ok },
  { name: "a value that begins with a dash", argv: ["--format=ndjson", "--where", "-1 < x", "p.d.ok"], status: 0, stdout: /"where":"-1 < x"/ },
  { name: "the same with =", argv: ["--format=ndjson", "--where=-1 < x", "p.d.ok"], status: 0, stdout: /"where":"-1 < x"/ },
  { name: "a value that looks like an option", argv: ["--format=ndjson", "--where=--help", "p.d.ok"], status: 0, stdout: /"where":"--help"/ },
  { name: "a value of several lines", argv: ["--format=ndjson", "--where=a = 1\n  AND b = '='", "p.d.ok"], status: 0, stdout: /"where":"a = 1\\n {2}AND b = '='"/ },
  { name: "too many at a time", argv: ["--parallel", "1000", "p.d.ok"], status: 0, stderr: /warning: --parallel 1000 exceeds the maximum; using 256/ },
  { name: "the same, quietly", argv: ["--parallel", "1000", "--quiet", "p.d.ok"], status: 0, stderr: "" },
  { name: "errors are printed despite --quiet", argv: ["--quiet", "p.d.fail"], status: 2, stderr: /there is no table/ },
  { name: "the environment", argv: ["p.d.ok"], env: { BQKIT_FORMAT: "ndjson" }, status: 0, stdout: ok },
  { name: "an option over the environment", argv: ["--format=text", "p.d.ok"], env: { BQKIT_FORMAT: "ndjson" }, status: 0, stdout: /^p\.d\.ok\n/ },
  { name: "an empty variable is unset", argv: ["p.d.ok"], env: { BQKIT_FORMAT: "" }, status: 0, stdout: /^p\.d\.ok\n/ },
  { name: "no variable selects rows", argv: ["--format=ndjson", "p.d.ok"], env: { BQKIT_WHERE: "x", BQKIT_OUTPUT: "y" }, status: 0, stdout: /"options":\{"format":"ndjson"\}/ },
  { name: "credentials are not printed", argv: ["--format=ndjson", "--credentials=key.json", "p.d.ok"], status: 0, stdout: /"options":\{"format":"ndjson"\}/ },
  { name: "a list on standard input", argv: ["--format=ndjson"], stdin: "\ufeffp.d.ok # yes\r\n\r\n#no\r\n\"p.d.ok2\"", status: 0, stdout: /"item":"p\.d\.ok".*"item":"p\.d\.ok2"/s, stderr: "" },
  { name: "with operands, standard input is not read", argv: ["p.d.ok"], stdin: "bad", status: 0, stderr: "" },
  { name: "a duplicate runs once, with a note", argv: ["--format=ndjson", "--project=p", "p.d.ok", "d.ok"], status: 0, stdout: /"total":1/, stderr: /note: duplicates run once: d\.ok/ },
  { name: "a pattern", argv: ["--format=ndjson", "p.ds.events_*"], status: 0, stdout: /events_1".*events_2".*"total":2/s },
  { name: "a pattern as one table", argv: ["--format=ndjson", "--union", "p.ds.events_*"], status: 0, stdout: /"item":"p\.ds\.events_\*".*"total":1/s },
  { name: "a pattern that matches nothing", argv: ["p.ds.nix_*", "p.d.ok"], status: 2, stdout: /1 failed, 1 ok/, stderr: /no table matches p\.ds\.nix_\*; check the pattern/ },
  { name: "a dry run", argv: ["--dry-run", "--price-per-tib=5", "p.d.ok"], status: 0, stdout: /^p\.d\.ok\nwould read [^\n]*about \$5\.00\n((?!SELECT).)*estimated at \$5 per TiB.*nothing was run[^\n]*--verbose shows the statements\n$/s },
  { name: "a dry run with its statements", argv: ["--dry-run", "--verbose", "--price-per-tib=5", "p.d.ok"], status: 0, stdout: /-- the scan: .*about \$5\.00\nSELECT\n {2}COUNT.*nothing was run or billed\n$/s },
  { name: "a dry run with a budget", argv: ["--dry-run", "--budget=1TiB", "p.d.ok", "p.d.ok2"], status: 0, stdout: /--budget would not let 1 item start/ },
  { name: "a dry run as json", argv: ["--dry-run", "--format=json", "p.d.ok"], status: 0, stdout: /"dryRun":true.*"estimatedCost":6\.25/s },
  { name: "a dry run of a missing table", argv: ["--dry-run", "p.d.fail"], status: 2, stderr: /there is no table p\.d\.fail/ },
  { name: "progress on a pipe", argv: ["--progress", "--format=ndjson", "p.d.ok", "p.d.ok2"], status: 0, stderr: /^2\/2 done/m },
  { name: "colours on request", argv: ["--color=always", "p.d.ok"], status: 0, stdout: /\u001b\[1mp\.d\.ok/ },
  { name: "no colours on a pipe", argv: ["p.d.ok", "p.d.fail"], status: 2, stdout: /^[^\u001b]*$/, stderr: /^[^\u001b]*$/ },
]; // biome-ignore format: a table

const matches = (actual: string, expected: string | RegExp | undefined) => {
  if (typeof expected === "string") expect(actual).toBe(expected);
  else if (expected !== undefined) expect(actual).toMatch(expected);
};

const check = async (command: ReadonlyArray<string>, { argv, stdin, env, status, stdout, stderr }: Case) => {
  const ran = await run([...command, ...argv], {
    ...(stdin === undefined ? {} : { stdin }),
    ...(env === undefined ? {} : { env }),
  });
  matches(ran.stderr, stderr);
  matches(ran.stdout, stdout);
  expect(ran.status).toBe(status);
  expect(ran.stderr).not.toMatch(/^\s+at /m);
};

describe("bq-profile, before anything runs", () => {
  for (const one of badUsage) test(one.name, () => check(binary(), one), 30_000);

  test("reports each usage error in one or two lines", async () => {
    for (const { argv } of badUsage.slice(0, 4)) {
      const { stderr } = await run([...binary(), ...argv]);
      expect(stderr.trimEnd().split("\n").length).toBeLessThanOrEqual(2);
    }
  });

  test("help is plain when piped, and lists all options with --verbose", async () => {
    const short = await run([...binary(), "--help"], { env: { COLUMNS: "80" } });
    expect(short.stdout).not.toContain("\u001b");
    const long = await run([...binary(), "--help", "--verbose"]);
    for (const name of ["--retries", "--rate-limit", "--memory-limit", "--impersonate", "BQKIT_PARALLEL"]) {
      expect(long.stdout).toContain(name);
      expect(short.stdout).not.toContain(name);
    }
  });

  for (const program of ["bq-profile", "bq-schema-diff", "bq-table-compare"]) {
    test(`help of ${program} fits the width, in groups, with the exit statuses at the end`, async () => {
      for (const [columns, more] of [
        [80, []],
        [80, ["--verbose"]],
        [60, []],
        [undefined, []],
      ] as const) {
        const env = columns === undefined ? {} : { COLUMNS: String(columns) };
        const { stdout } = await run([...binary(program), "--help", ...more], { env });
        const lines = stdout.split("\n");
        const widest = Math.max(...lines.map((line) => Bun.stringWidth(line)));
        expect(widest).toBeLessThanOrEqual(columns ?? 80);
        if (columns === 80 && more.length === 0) expect(lines.length).toBeLessThanOrEqual(60);
        const headings = lines.filter((line) => /^[A-Z][a-z ]+:$/.test(line));
        expect(headings.slice(-2)).toEqual(["Examples:", "Exit status:"]);
        expect(["Profile:", "Comparison:"]).toContain(headings[0]!);
        expect(lines.at(-2)).toStartWith("Docs: ");
      }
    });
  }
});

describe("a run", () => {
  for (const one of running) test(one.name, () => check(fake, one), 30_000);
});
