/** The page with the results. */

/** What one command took: medians of all runs. */
export interface Figures {
  /** Processor time, user and system. */
  readonly cpuSeconds: number;
  readonly seconds: number;
}

export interface Measured {
  readonly title: string;
  readonly rival: string;
  readonly version: string;
  readonly ours: Figures;
  readonly theirs: Figures;
}

export interface Missing {
  readonly rival: string;
  readonly reason: string;
}

export interface Report {
  readonly date: string;
  /** Processor, memory and system. */
  readonly machine: string;
  /** The mean number of processes that wanted a core, before and after. */
  readonly load: readonly [number, number];
  readonly versions: ReadonlyArray<string>;
  readonly runs: number;
  readonly measured: ReadonlyArray<Measured>;
  readonly missing: ReadonlyArray<Missing>;
}

const cell = (text: string): string => text.replaceAll(/\s+/g, " ").replaceAll("|", "\\|").trim();

const row = (cells: ReadonlyArray<string>): string => `| ${cells.map(cell).join(" | ")} |`;

const figures = ({ cpuSeconds, seconds }: Figures): string =>
  `${cpuSeconds.toFixed(1)} s (${seconds.toFixed(1)} s)`;

const ratio = (ours: number, theirs: number): string => (ours / theirs).toFixed(2);

/** The report as Markdown. */
export const markdown = (report: Report): string => {
  const { date, machine, load, versions, runs, measured, missing } = report;
  const table = [
    row(["work", "rival", "processor time", "elapsed time", "bqkit", "rival"]),
    row(Array.from({ length: 6 }, () => "---")),
    ...measured.map(({ title, rival, version, ours, theirs }) =>
      row([
        title,
        `${rival} ${version}`,
        ratio(ours.cpuSeconds, theirs.cpuSeconds),
        ratio(ours.seconds, theirs.seconds),
        figures(ours),
        figures(theirs),
      ]),
    ),
  ];
  return `${[
    "# Rivals",
    "`bun run bench:rivals` installs the rivals in the versions of `bench/rivals`, measures them against bqkit and writes this page.",
    `Ratios are bqkit's figure divided by the rival's: below 1, bqkit takes less. Each figure is the median of ${runs} runs of the whole command, which alternate. Times are processor time (user and system) and, in parentheses, elapsed time.`,
    `${date}; ${machine}; load average ${load.map((one) => one.toFixed(1)).join(" before and ")} after; ${versions.join(", ")}.`,
    table.join("\n"),
    ...(missing.length === 0
      ? []
      : [`Not measured:\n\n${missing.map(({ rival, reason }) => `- ${rival}: ${cell(reason)}`).join("\n")}`]),
    notes,
  ].join("\n\n")}\n`;
};

const notes = `The commands do not do the same work:

- \`bq-profile\` writes its complete report, as JSON. SUMMARIZE estimates distinct values and quantiles, and has no histograms, top values or
  findings. ydata-profiling writes its HTML report, in its minimal mode without correlations.
- \`bq-table-compare\` runs with \`--skip-stats\`. It proves that keys are unique and reports examples of changed rows. The full join only counts changed
  values per column.
- datacompy holds both files in memory. reladiff cannot read Parquet: its tables are in a DuckDB database.`;
