/**
 * Converts text columns to a typed table. The form of each column is chosen from a sample, and the statement
 * that casts the values also proves that every value has the form. If the proof fails, the column gets
 * another form or stays text, and a note names the first record that prevented the type.
 */
import { Effect } from "effect";
import { didYouMean } from "../../../domain/Suggestion.ts";
import type { LocalFiles } from "../../../domain/TableReference.ts";
import type { TypeName } from "../../../domain/TableSchema.ts";
import { BigQueryError } from "../../../services/BigQueryError.ts";
import { type DataFile, shortName } from "../files/DataFiles.ts";
import type { Session } from "../Session.ts";
import { decimalOf, digitsSql, type Form, formOf, formsOf, relatives } from "./Forms.ts";
import { noteOf, oddNote, oddOf, type RecordPosition } from "./Notes.ts";

/** The types set by options, by the name of the column. */
export type Types = Readonly<Record<string, TypeName>>;

export interface TextColumn {
  /** SQL of the text, or of the value if the column is already typed. */
  readonly text: string;
  /** The name for users. */
  readonly name: string;
  /** The texts of the first records; absent if the column is already typed. */
  readonly sample?: ReadonlyArray<string | null>;
  /** The forms to choose from (all). */
  readonly forms?: ReadonlyArray<Form>;
}

export interface Source {
  /** The relation of all records; read again for each attempt. */
  readonly relation: string;
  readonly columns: ReadonlyArray<TextColumn>;
  /** The number of the record in the first row. */
  readonly firstRecord: number;
  /** The file or files, for messages. */
  readonly subject: string;
  /** The files, if there are several, and the relation of all records with a column `filename`. */
  readonly several?: { readonly files: ReadonlyArray<DataFile>; readonly relation: string };
}

/** The number of columns whose proofs fit into one bit mask. */
const perMask = 30;

const column = (i: number): string => `c${i}`;

/** Creates the table `target` with columns c0, c1, …; returns notes on columns that stayed text. */
export const make = Effect.fn("DuckDb.TypedTable.make")(function* (
  session: Session,
  target: string,
  source: Source,
  given: Types,
  reference: LocalFiles,
) {
  const names = source.columns.map(({ name }) => name);
  const unknown = Object.keys(given).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    return yield* BigQueryError.of("invalidQuery", `--types: ${source.subject} has no column "${unknown}"`, {
      reference,
      remedy: didYouMean(unknown, names, (name) => `"${name}"`) ?? "check the name; it is case-sensitive",
    });
  }
  const firsts = yield* firstTexts(session, source);
  const chosen = source.columns.map(({ name, sample, forms: candidates }, i) => {
    if (sample === undefined) return undefined;
    const texts = firsts.get(i) ?? sample.filter((text) => text !== null);
    const type = given[name];
    return type === undefined ? formOf(texts, candidates) : givenForm(type, texts);
  });
  yield* create(session, target, source, chosen);
  const first = yield* inspect(session, target, chosen);
  const failed = first.isProven ? [] : yield* failures(session, target, chosen);
  const odd = source.columns.flatMap((each, i) => {
    const found = chosen[i] === undefined && given[each.name] === undefined ? oddOf(each) : undefined;
    return found === undefined ? [] : [found];
  });
  const notes = yield* Effect.forEach(odd, (each) =>
    each.row === undefined
      ? Effect.succeed(oddNote(each, undefined))
      : Effect.map(positionOf(session, source, each.row), (position) => oddNote(each, position)),
  );
  if (failed.length === 0) return { ...first, notes };
  const final = [...chosen];
  for (const [i, row] of failed) {
    const { name, text } = source.columns[i]!;
    const type = given[name];
    final[i] = yield* survey(session, source.relation, text, chosen[i]!, type);
    if (type !== undefined && final[i] === undefined)
      return yield* unreadable(yield* positionOf(session, source, row), name, type, reference);
  }
  yield* create(session, target, source, final);
  // The survey proved these forms with the same tests, so a failure means that the files changed.
  const second = yield* inspect(session, target, final);
  if (!second.isProven)
    return yield* BigQueryError.of("invalidData", `${source.subject} changed while it was read`, {
      reference,
    });
  const changed = yield* Effect.forEach(
    failed.filter(
      ([i]) => given[source.columns[i]!.name] === undefined && final[i]?.type !== chosen[i]!.type,
    ),
    ([i, row]) =>
      Effect.map(positionOf(session, source, row), (position) =>
        noteOf(source.columns[i]!.name, chosen[i]!, final[i], position),
      ),
  );
  return { ...second, notes: [...notes, ...changed] };
});

/** The number of rows, the columns without a value, and whether every value has its column's form. */
const inspect = Effect.fn(function* (
  session: Session,
  target: string,
  chosen: ReadonlyArray<Form | undefined>,
) {
  const texts = chosen.flatMap((form, i) => (form === undefined ? [i] : []));
  const wrong = masksOf(chosen).map((_, m) => `count_if(bad${m} <> 0)`);
  const filled = texts.map((i) => `count(${column(i)})`);
  const { rows: found } = yield* session.read(
    `SELECT ${["count(*)", ...wrong, ...filled].join(", ")} FROM ${target}`,
  );
  const [rows = 0, ...counts] = found[0]!.map(Number);
  return {
    rows,
    isProven: counts.slice(0, wrong.length).every((count) => count === 0),
    empty: new Set(texts.filter((_, at) => counts[wrong.length + at] === 0)),
  };
});

/** One text of each column that is NULL in the whole sample. */
const firstTexts = Effect.fn(function* (session: Session, { columns, relation }: Source) {
  const without = columns.flatMap(({ sample }, i) =>
    sample !== undefined && sample.length > 0 && sample.every((text) => text === null) ? [i] : [],
  );
  if (without.length === 0) return new Map<number, ReadonlyArray<string>>();
  const texts = without.map((i) => `any_value(${columns[i]!.text})`);
  const { rows } = yield* session.read(`SELECT ${texts.join(", ")} FROM ${relation}`);
  return new Map(
    without.flatMap((i, at) => {
      const text = rows[0]![at];
      return typeof text === "string" ? [[i, [text]] as const] : [];
    }),
  );
});

const create = (
  session: Session,
  target: string,
  source: Source,
  chosen: ReadonlyArray<Form | undefined>,
) => {
  const values = source.columns.map(({ text }, i) => `${chosen[i]?.value(text) ?? text} AS ${column(i)}`);
  const masks = masksOf(chosen).map(
    (columns, m) =>
      `${columns
        .map((i, bit) => {
          const { text } = source.columns[i]!;
          return `CASE WHEN ${text} IS NULL OR (${chosen[i]!.proof(text)}) THEN 0 ELSE ${2 ** bit} END`;
        })
        .join(" + ")} AS bad${m}`,
  );
  const list = [...values, ...masks].join(", ");
  return session.run(`CREATE OR REPLACE TABLE ${target} AS SELECT ${list} FROM ${source.relation}`);
};

/** The typed columns by mask, in order. */
const masksOf = (chosen: ReadonlyArray<Form | undefined>): ReadonlyArray<ReadonlyArray<number>> => {
  const typed = chosen.flatMap((form, i) => (form === undefined ? [] : [i]));
  return Array.from({ length: Math.ceil(typed.length / perMask) }, (_, m) =>
    typed.slice(m * perMask, (m + 1) * perMask),
  );
};

/** The columns whose proof fails, each with its first failing row (from 0). */
const failures = Effect.fn(function* (
  session: Session,
  target: string,
  chosen: ReadonlyArray<Form | undefined>,
) {
  const masks = masksOf(chosen);
  const failed: Array<readonly [column: number, row: number]> = [];
  for (const [m, columns] of masks.entries()) {
    const firsts = columns.map((_, bit) => `min(CASE WHEN bad${m} & ${2 ** bit} <> 0 THEN rowid END)`);
    const { rows } = yield* session.read(`SELECT ${firsts.join(", ")} FROM ${target} WHERE bad${m} <> 0`);
    for (const [bit, i] of columns.entries()) {
      const first = rows[0]![bit];
      if (first !== null && first !== undefined) failed.push([i, Number(first)]);
    }
  }
  return failed;
});

/** Finds a form that all values of a column have, by reading the text again. Undefined if there is none. */
const survey = Effect.fn(function* (
  session: Session,
  relation: string,
  text: string,
  form: Form,
  type: TypeName | undefined,
) {
  const candidates = type === undefined ? relatives(form) : formsOf(type);
  const digits = digitsSql(text);
  const tests = candidates.map((other) => all(other, text));
  const { rows } = yield* session.read(
    `SELECT ${[...tests, digits.isPlain, digits.whole, digits.scale].join(", ")} FROM ${relation}`,
  );
  const answers = rows[0]!;
  const fit = candidates.find((_, n) => answers[n] === true);
  const [isPlain, whole, scale] = answers.slice(candidates.length);
  const isExact = form.family === "number" && (type === undefined || isDecimal(type)) && isPlain === true;
  if (fit !== undefined || !isExact) return fit;
  const exact = decimalOf({
    whole: Number(whole),
    scale: Math.max(type === "BIGNUMERIC" ? 10 : 1, Number(scale)),
  });
  if (exact === undefined || (type !== undefined && exact.type !== type)) return undefined;
  const proof = yield* session.read(`SELECT ${all(exact, text)} FROM ${relation}`);
  return proof.rows[0]![0] === true ? exact : undefined;
});

const all = (form: Form, text: string): string =>
  `bool_and(CASE WHEN ${text} IS NULL OR (${form.proof(text)}) THEN true ELSE false END)`;

const isDecimal = (type: TypeName): boolean => type === "NUMERIC" || type === "BIGNUMERIC";

/** The form for a type set by an option. If no form matches the sample, the proof fails later. */
const givenForm = (type: TypeName, sample: ReadonlyArray<string>): Form | undefined => {
  if (type === "STRING") return undefined;
  if (type === "NUMERIC") return decimalOf({ whole: 29, scale: 9 });
  if (type === "BIGNUMERIC") return decimalOf({ whole: 19, scale: 19 });
  const candidates = formsOf(type);
  return candidates.find((form) => sample.every(form.matches)) ?? candidates[0];
};

/** The file and the record of a row (from 0). Counts the rows of each file if there are several. */
const positionOf = Effect.fn(function* (session: Session, source: Source, row: number) {
  const whole: RecordPosition = { file: source.subject, record: source.firstRecord + row };
  if (source.several === undefined) return whole;
  const { files, relation } = source.several;
  const { rows } = yield* session.read(
    `SELECT filename, count(*) FROM ${relation} GROUP BY filename`,
    files.length,
  );
  const counts = new Map(rows.map(([path, count]) => [String(path), Number(count)]));
  let before = 0;
  for (const { path } of files) {
    const count = counts.get(path) ?? 0;
    if (row < before + count) return { file: shortName(path), record: source.firstRecord + row - before };
    before += count;
  }
  return whole;
});

const unreadable = ({ file, record }: RecordPosition, name: string, type: TypeName, reference: LocalFiles) =>
  BigQueryError.of(
    "invalidData",
    `${file}, record ${record}: the value of column ${name} cannot be read as ${type}`,
    {
      reference,
      remedy: `read it as text: --types ${name}=STRING`,
    },
  );
