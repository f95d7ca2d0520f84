/**
 * Many tables in constant memory, with correct answers to the programs' statements over whole tables, for batches of
 * 10,000 items. Other statements are rejected as invalid queries, never answered incorrectly.
 */
import type { Bill } from "./billing.ts";
import { compareAnswer } from "./compareAnswer.ts";
import { bytesOf, type Content, fieldsOf, makeContent, rowsOf } from "./content.ts";
import { type Spread, spreadOf } from "./latency.ts";
import { profileAnswer } from "./profileAnswer.ts";
import type { Catalog, Query, Script, Table } from "./script.ts";
import { type Side, sidesOf } from "./statement.ts";

export interface WarehouseOptions {
  /** `t0` to `t(N-1)`, in every dataset. */
  readonly tables: number;
  /** (p) */
  readonly project?: string;
  /** (d) */
  readonly datasets?: ReadonlyArray<string>;
  /** id, name, amount, at, and more of several types (4). */
  readonly columns?: number;
  /** (100) */
  readonly rows?: number;
  /** The size in tables.get and in bills, per table (its logical size). */
  readonly bytes?: number;
  /** Every n-th table differs outside the first dataset: by a value and by a column (0: none). */
  readonly deviants?: number;
  /** Another version changes the etag and the modification time of every table (1). */
  readonly version?: number;
  /** The duration of a query in milliseconds. */
  readonly runsMs?: Spread;
  /** Overrides of query costs. */
  readonly bill?: Bill;
  /** The estimate divided by the bytes read (1). */
  readonly estimateTimes?: number;
}

interface Found {
  readonly content: Content;
  /** Billed bytes per byte of a column's logical size. */
  readonly scale: number;
}

const day = 86_400_000;
const epochMs = Date.UTC(2024, 0, 1);

const total = (numbers: Iterable<number>): number => [...numbers].reduce((sum, n) => sum + n, 0);

const logicalBytes = ({ columns }: Content): number => total([...columns.values()].map(bytesOf));

/** The bytes of each table that the statement reads; a repeated table is billed once. */
const bytesRead = (sides: ReadonlyArray<Side>, found: (table: string) => Found | undefined) => {
  const columns = new Map<string, Set<string>>();
  for (const side of sides)
    columns.set(side.table, new Set([...(columns.get(side.table) ?? []), ...side.columns.values()]));
  return [...columns].map(([table, names]) => {
    const { content, scale } = found(table) ?? { content: undefined, scale: 0 };
    const sizes = [...names].map((name) => content?.columns.get(name));
    return Math.round(scale * total(sizes.map((column) => (column === undefined ? 0 : bytesOf(column)))));
  });
};

const invalid = (message: string): Query => ({ error: { status: 400, reason: "invalidQuery", message } });

/** The script of a warehouse. */
export interface Warehouse extends Required<Pick<Script, "query">> {
  readonly tables: Catalog;
}

export const warehouse = (options: WarehouseOptions): Warehouse => {
  const {
    tables, project = "p", datasets = ["d"], columns = 4, rows = 100, deviants = 0, version = 1, estimateTimes = 1,
  } = options; // biome-ignore format: one list
  const plain = makeContent(columns, rows, false);
  const deviant = makeContent(columns, rows, true);
  const listed = new Map([plain, deviant].map((content) => [content, rowsOf(content)]));
  const sizes = new Map([plain, deviant].map((content) => [content, logicalBytes(content)]));
  const runsMs = spreadOf(options.runsMs);
  const answers = new Map<string, Query | undefined>();

  const contentOf = (dataset: string, name: string): Content | undefined => {
    const index = /^t(0|[1-9]\d*)$/.exec(name)?.[1];
    const place = datasets.indexOf(dataset);
    if (index === undefined || Number(index) >= tables || place < 0) return undefined;
    return place > 0 && deviants > 0 && Number(index) % deviants === 0 ? deviant : plain;
  };

  const table = (of: string, dataset: string, name: string): Table | undefined => {
    const content = of === project ? contentOf(dataset, name) : undefined;
    return (
      content && {
        schema: { fields: fieldsOf(content) },
        rows: listed.get(content) ?? [],
        numRows: String(rows),
        numBytes: String(options.bytes ?? sizes.get(content)),
        etag: `${dataset}.${name}@${version}`,
        creationTime: String(epochMs),
        lastModifiedTime: String(epochMs + version * day),
      }
    );
  };

  const catalog: Catalog = {
    datasets: (of) => (of === project ? datasets : []),
    tables: (of, dataset) =>
      of === project && datasets.includes(dataset)
        ? Array.from({ length: tables }, (_, i) => `t${i}`)
        : undefined,
    table,
  };

  const found = (name: string): Found | undefined => {
    const [of, dataset = "", table = ""] = name.split(".");
    const content = of === project ? contentOf(dataset, table) : undefined;
    if (content === undefined) return undefined;
    const bytes = sizes.get(content) ?? 0;
    return { content, scale: options.bytes === undefined || bytes === 0 ? 1 : options.bytes / bytes };
  };

  const answered = (sql: string, sides: ReadonlyArray<Side>): Query | undefined => {
    const [a, b, more] = sides.map((side) => ({ side, content: found(side.table)?.content ?? plain }));
    if (a === undefined || more !== undefined) return undefined;
    return b === undefined ? profileAnswer(sql, a.side, a.content) : compareAnswer(sql, a, b);
  };

  /** Tables with the same content share a result, which is computed once. */
  const remembered = (sql: string, sides: ReadonlyArray<Side>): Query | undefined => {
    const names = sides.map(({ table }) => table);
    const kinds = names.map((name) => (found(name)?.content === deviant ? "deviant" : "plain"));
    const key = sql.replace(/FROM `[^`]+` AS bqkit_r/g, () => `FROM ${kinds.shift()} AS bqkit_r`);
    if (!answers.has(key)) {
      if (answers.size > 1000) answers.clear();
      answers.set(key, answered(sql, sides));
    }
    return answers.get(key);
  };

  const query = (sql: string): Query => {
    const sides = sidesOf(sql);
    const missing = sides?.find((side) => found(side.table) === undefined);
    if (missing !== undefined)
      return {
        error: {
          status: 404,
          reason: "notFound",
          message: `Not found: Table ${missing.table.replace(".", ":")} was not found`,
        },
      };
    const answer = sides && remembered(sql, sides);
    if (sides === undefined || answer === undefined)
      return invalid("Unexpected statement: not known to the warehouse");
    const processed = bytesRead(sides, found);
    const estimate = processed.map((bytes) => Math.round(bytes * estimateTimes));
    return {
      ...answer,
      runsMs: runsMs(),
      bill: { estimate, processed, accuracy: "PRECISE", slotMs: 100, ...options.bill },
    };
  };

  return { tables: catalog, query };
};
