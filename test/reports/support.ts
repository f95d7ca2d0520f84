/** Reports of generated batches, for tests of the formats. */
import { Effect, Stream } from "effect";
import type { Result } from "../../src/batch/Batch.ts";
import type { ItemName, Run, Status, Summary } from "../../src/batch/Result.ts";
import type * as Document from "../../src/reports/Document.ts";
import type { Presenter } from "../../src/reports/Presenter.ts";
import type { Appearance, Report, WholeRenderer } from "../../src/reports/Renderer.ts";

/** The status of an item, and its appearance if it has a result. */
export interface Made {
  readonly item: ItemName;
  readonly status: Status;
  readonly document?: Partial<Document.Document>;
  /** How severe; 0 for nothing. */
  readonly severity?: number;
  /** Whether a `different` one breaks a threshold; absent: it does. */
  readonly broken?: boolean;
  readonly error?: { readonly reason: string; readonly message: string; readonly remedy: string };
}

const program = { key: "comparison", breaks: ({ broken }: Made) => broken !== false } as const;

const presenter: Presenter<Made> = {
  present: ({ document }, { item }) => ({
    title: typeof item === "string" ? item : `${item.a} ↔ ${item.b}`,
    headline: "as it is",
    blocks: [],
    ...document,
  }),
  outcome: ({ status }) =>
    status === "different" ? { kind: "different", text: "different" } : { kind: "good", text: "ok" },
  overview: {
    columns: [{ title: "severity", align: "right" }],
    row: ({ severity }) => [{ _tag: "Count", value: severity ?? 0 }],
    severity: ({ severity }) => [severity ?? 0],
    uneventful: "without a difference",
  },
};

const resultOf = (made: Made, index: number): Result<Made> => ({
  type: "result",
  index,
  item: made.item,
  status: made.status,
  ...(made.error === undefined ? {} : { error: made.error }),
  startedAt: "2024-06-01T08:00:00.000Z",
  durationMs: 1500,
  attempts: 1,
  bytesProcessed: null,
  bytesBilled: 2_000_000,
  slotMs: null,
  jobIds: [],
  ...(made.status === "ok" || made.status === "different" ? { comparison: made } : {}),
});

/** The report over items, each made when it is read. */
export const reportOf = (total: number, make: (index: number) => Made): Report<Made> => {
  const counts: Record<Status, number> = { ok: 0, different: 0, failed: 0, skipped: 0 };
  let broken = 0;
  for (let i = 0; i < total; i++) {
    const made = make(i);
    counts[made.status]++;
    if (made.status === "different" && made.broken !== false) broken++;
  }
  const run: Run = {
    type: "run",
    schemaVersion: 1,
    tool: "bq-table-compare",
    version: "0.1.0",
    options: {},
    startedAt: "2024-06-01T08:00:00.000Z",
    principal: null,
  };
  const summary: Summary = {
    type: "summary",
    total,
    ...counts,
    interrupted: false,
    bytesProcessed: null,
    bytesBilled: 2_000_000 * total,
    slotMs: null,
    wallMs: 2500,
    workMs: 1500 * total,
    speedup: 1,
    retries: 0,
    maxInFlight: 1,
  };
  const results = Stream.map(Stream.range(0, total - 1), (i) => resultOf(make(i), i));
  return {
    program,
    presenter,
    run,
    summary,
    broken,
    results,
    lines: Stream.map(results, (one) => JSON.stringify(one)),
  };
};

/** All of a report as one text. */
export const rendered = (
  renderer: WholeRenderer,
  items: ReadonlyArray<Made>,
  appearance: Partial<Appearance> = {},
): Promise<string> =>
  Effect.runPromise(
    Stream.mkString(
      renderer.render(
        reportOf(items.length, (i) => items[i]!),
        { color: false, ...appearance },
      ),
    ),
  );

/** Texts that would do something in one format or another, if they were let. */
export const hostile: ReadonlyArray<string> = [
  "<script>alert(1)</script>",
  '"><img src=x onerror=alert(1)>',
  "]]> <!-- & &amp; &#x1b; <![CDATA[",
  "a\u0000b\u001b[31mc\u009b2J\ud800d\uffff\ufffe",
  "a\r\nb\tc\u2028d",
  "\u202egnirts\u2066 \u200f",
  "a|b||c\\|d",
  "`code` ``more`` ```",
  "[link](https://evil.example) ![image](https://evil.example/x.png)",
  "https://evil.example www.evil.example evil@evil.example",
  "@octocat #123 GH-1 octo/cat#1 a1b2c3d4e5f60718293a4b5c6d7e8f9012345678",
  "# heading\n> quote\n- list\n1. one\n---\n    code",
  "*em* **strong** _em_ __strong__ ~~gone~~ :tada: $x$ $$y$$",
  "名前 الف 👩‍👩‍👧",
  "x".repeat(10_000),
];
