/** Profiles with scripted answers, and the calls that they make. */
import { Effect } from "effect";
import type { Field, TableSchema } from "../../../src/domain/TableSchema.ts";
import type { Row } from "../../../src/domain/Value.ts";
import * as BigQueryTest from "../../../src/layers/test/BigQueryTest.ts";
import { type Profile, type ProfileOptions, run } from "../../../src/programs/profile/Program.ts";
import type { QueryResult, Statement } from "../../../src/services/BigQuery.ts";
import { BigQueryError } from "../../../src/services/BigQueryError.ts";
import { reference } from "../../support/files.ts";
import { field } from "./statements.ts";

export type Raw = Readonly<Record<string, unknown>>;

/** The indexes of the columns that the statement profiles, in order. */
export const asked = ({ sql }: Statement): ReadonlyArray<number> => [
  ...new Set([...sql.text.matchAll(/ AS c(\d+)_present\b/g)].map(([, index]) => Number(index))),
];

/** The sources whose rows the statement counts. */
const sources = ({ sql }: Statement): number => new Set(sql.text.match(/ AS n\d+\b/g)).size;

/** The result of a scan: ten rows of each source, and `raw` for each column. */
export const answer =
  (raw: (index: number) => Raw = () => ({ present: 10 }), sample?: ReadonlyArray<Row>) =>
  (statement: Statement): ReadonlyArray<Row> => [
    {
      counts: Array<number>(sources(statement)).fill(10),
      profiles: asked(statement).map((index) => JSON.stringify(raw(index))),
      ...(sample === undefined ? {} : { sample: sample.map((row) => JSON.stringify(row)) }),
    },
  ];

export interface Calls {
  metadata: number;
  listings: number;
  readonly statements: Array<Statement>;
}

const name = "p.d.t";

export interface Setting {
  readonly schema: TableSchema;
  readonly reply?: (statement: Statement) => ReadonlyArray<Row> | QueryResult | BigQueryError;
  readonly rows?: ReadonlyArray<Row> | BigQueryError;
  readonly options?: Partial<ProfileOptions>;
  readonly type?: "VIEW";
}

/** The profile with given answers, and its calls. */
export const profiled = ({ schema, reply = answer(), rows = [], options = {}, type }: Setting) => {
  const calls: Calls = { metadata: 0, listings: 0, statements: [] };
  const listed = rows instanceof BigQueryError ? Effect.fail(rows) : Effect.succeed(rows);
  const table = BigQueryTest.table(name, schema, { rows: 10, ...(type === undefined ? {} : { type }) });
  const engines = BigQueryTest.scripted({
    tables: {
      [name]: Effect.as(
        Effect.sync(() => calls.metadata++),
        table,
      ),
    },
    rows: {
      [name]: Effect.zipRight(
        Effect.sync(() => calls.listings++),
        listed,
      ),
    },
    queries: [
      {
        when: () => true,
        answer: (statement) => {
          calls.statements.push(statement);
          return reply(statement);
        },
      },
    ],
  });
  return run(reference(name), options).pipe(
    Effect.map((profile) => ({ profile, calls })),
    Effect.provide(engines),
  );
};

export const names = (profile: Profile) => profile.columns.map((column) => column.name);
export const plain = (count: number): ReadonlyArray<Field> =>
  Array.from({ length: count }, (_, i) => field(`column_${i}`, "STRING"));
