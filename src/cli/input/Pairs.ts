/** Reads pairs as items, removes duplicates and expands patterns. */
import type { FileSystem } from "@effect/platform/FileSystem";
import { Effect, Either, Option } from "effect";
import { label } from "../../batch/Batch.ts";
import { type Items, iterate, some } from "../../batch/Items.ts";
import { over, type Program } from "../../batch/Program.ts";
import { pairTables } from "../../domain/Pair.ts";
import * as TableReference from "../../domain/TableReference.ts";
import type { BigQuery } from "../../services/BigQuery.ts";
import type { BigQueryError } from "../../services/BigQueryError.ts";
import type { Stderr } from "../output/Stderr.ts";
import type { UsageError } from "../UsageError.ts";
import { distinct } from "./Distinct.ts";
import * as Input from "./Input.ts";
import * as PairText from "./PairText.ts";
import * as Tables from "./Tables.ts";

/** What a program accepts as A and B. */
export interface Sides<Side> {
  /** Left explains the problem. */
  readonly parse: (text: string) => Either.Either<Side, string>;
  readonly format: (side: Side) => string;
  /** The table reference; undefined for other kinds of side. */
  readonly reference: (side: Side) => TableReference.TableReference | undefined;
  readonly ofTable: (reference: TableReference.TableReference) => Side;
}

/** Accepts only tables. */
export const tables: Sides<TableReference.TableReference> = {
  parse: TableReference.parse,
  format: TableReference.format,
  reference: (side) => side,
  ofTable: (reference) => reference,
};

/** A pair to run, or a placeholder for one that cannot run. */
export interface PairItem<Side, Own> {
  readonly a: Side;
  readonly b: Side;
  /** Options of this pair only. */
  readonly own: Own;
  /** Set if a pattern matched the table on this side only; the other side has the name of the missing counterpart. */
  readonly onlyIn?: "a" | "b";
  readonly error?: BigQueryError;
}

export interface PairOptions<Side, Own> {
  readonly sides: Sides<Side>;
  /** Decodes the options of a JSON line; Left explains the problem. */
  readonly own: (json: Readonly<Record<string, unknown>>) => Either.Either<Own, string>;
  readonly pairsFile: string | undefined;
  readonly parallel: number;
  readonly project: string | undefined;
}

/** Reads the pairs of the operands, --pairs-file or standard input. Reads all of them before it calls a service. */
export const read = <Side, Own>(
  operands: ReadonlyArray<string>,
  options: PairOptions<Side, Own>,
  usage: string,
): Effect.Effect<Items<PairItem<Side, Own>>, UsageError, BigQuery | Stderr | FileSystem> =>
  Input.read({
    operands,
    file: options.pairsFile,
    fileOption: "pairs-file",
    stdinIsTerminal: process.stdin.isTTY === true,
    stdin: Input.stdin,
    usage: [`no pairs. Usage: ${usage}`, "or write one pair per line to standard input; see --help"],
  }).pipe(
    Effect.flatMap((given) => parse(given, options)),
    Effect.flatMap((pairs) => expand(pairs, options)),
  );

/** Parses every pair before anything runs, and reports all bad lines in one error. */
export const parse = <Side, Own>(
  given: Items<Input.RawItem>,
  { sides, own }: Pick<PairOptions<Side, Own>, "sides" | "own">,
): Effect.Effect<Items<PairItem<Side, Own>>, UsageError> => {
  const side = (text: string) => sides.parse(text.slice(0, 4096));
  const item = (
    text: ReturnType<typeof PairText.line>,
  ): Either.Either<PairItem<Side, Own>, ReadonlyArray<Input.Problem>> => {
    if (Either.isLeft(text)) return Either.left([text.left]);
    const { given } = text.right;
    const [a, b, mine] = [side(text.right.a), side(text.right.b), own(text.right.own)];
    if (Either.isLeft(a) || Either.isLeft(b) || Either.isLeft(mine)) {
      const problems = [Either.getLeft(a), Either.getLeft(b), Either.getLeft(mine)];
      return Either.left(problems.flatMap(Option.toArray).map((problem) => ({ given, problem })));
    }
    const problem = patternProblem(sides.reference(a.right), sides.reference(b.right));
    return problem === undefined
      ? Either.right({ a: a.right, b: b.right, own: mine.right })
      : Either.left([{ given, problem }]);
  };
  const areOperands = given.at(0)?.place === undefined;
  if (!areOperands) return Input.decodeAll(given, (line) => item(PairText.line(line)));
  const texts = PairText.operands([...iterate(given)], (text) => Either.isRight(side(text)));
  return Input.decodeAll(texts, item);
};

type Reference = TableReference.TableReference | undefined;

const asPattern = (reference: Reference): TableReference.BigQueryTable | undefined =>
  reference !== undefined && TableReference.isPattern(reference) ? reference : undefined;

/** Explains why a pattern cannot be paired with the other side. */
const patternProblem = (a: Reference, b: Reference): string | undefined => {
  const [left, right] = [asPattern(a), asPattern(b)];
  if (left !== undefined && right !== undefined) {
    const paired = pairTables(left, [], right, []);
    return Either.isLeft(paired) ? paired.left : undefined;
  }
  const pattern = left ?? right;
  return pattern === undefined
    ? undefined
    : `"${TableReference.format(pattern)}" is a pattern but the other side is not; give patterns on both sides`;
};

/** Expands the pairs of a batch to distinct pairs, in order of first appearance; lists each pattern once. */
export const expand = <Side, Own>(
  pairs: Items<PairItem<Side, Own>>,
  options: Pick<PairOptions<Side, Own>, "sides" | "parallel" | "project">,
): Effect.Effect<Items<PairItem<Side, Own>>, never, BigQuery | Stderr> =>
  Effect.gen(function* () {
    const { sides, project } = options;
    const items = yield* withTables(pairs, options);
    return yield* distinct(items, identityOf({ sides, project }), ({ a, b }) =>
      label({ a: sides.format(a), b: sides.format(b) }),
    );
  });

/** The pairs, with those of patterns replaced by the pairs of their tables. */
const withTables = <Side, Own>(
  pairs: Items<PairItem<Side, Own>>,
  { sides, parallel, project }: Pick<PairOptions<Side, Own>, "sides" | "parallel" | "project">,
): Effect.Effect<Items<PairItem<Side, Own>>, never, BigQuery | Stderr> =>
  Effect.gen(function* () {
    const key = keyOf(sides, project);
    const patterns = new Map<string, TableReference.BigQueryTable>();
    yield* some(pairs, ({ a, b }) => {
      for (const side of [a, b]) {
        const pattern = asPattern(sides.reference(side));
        if (pattern !== undefined) patterns.set(key(side), pattern);
      }
      return false;
    });
    if (patterns.size === 0) return pairs;
    const listed = new Map(
      yield* Effect.forEach(
        patterns,
        ([name, pattern]) =>
          Effect.map(Effect.either(Tables.list(pattern)), (found) => [name, found] as const),
        { concurrency: parallel },
      ),
    );

    const found = (side: Side) => {
      const pattern = asPattern(sides.reference(side));
      const names = listed.get(key(side));
      return pattern === undefined || names === undefined ? undefined : { pattern, names };
    };
    return [...iterate(pairs)].flatMap((pair): ReadonlyArray<PairItem<Side, Own>> => {
      const [a, b] = [found(pair.a), found(pair.b)];
      if (a === undefined || b === undefined) return [pair];
      if (Either.isLeft(a.names)) return [{ ...pair, error: a.names.left }];
      if (Either.isLeft(b.names)) return [{ ...pair, error: b.names.left }];
      if (a.names.right.length + b.names.right.length === 0)
        return [{ ...pair, error: Tables.noMatch(a.pattern, TableReference.format(b.pattern)) }];
      const paired = Either.getOrThrow(pairTables(a.pattern, a.names.right, b.pattern, b.names.right));
      const of = (list: typeof paired.pairs, onlyIn?: "a" | "b") =>
        list.map((one) => ({
          a: sides.ofTable(one.a),
          b: sides.ofTable(one.b),
          own: pair.own,
          ...(onlyIn === undefined ? {} : { onlyIn }),
        }));
      return [...of(paired.pairs), ...of(paired.onlyA, "a"), ...of(paired.onlyB, "b")];
    });
  });

/** The canonical text of a side. */
const keyOf =
  <Side>(sides: Sides<Side>, project: string | undefined) =>
  (side: Side): string => {
    const reference = sides.reference(side);
    return reference === undefined ? sides.format(side) : Tables.canonical(reference, project);
  };

/** The canonical text of a pair and its options. */
const identityOf = <Side, Own>({ sides, project }: Pick<PairOptions<Side, Own>, "sides" | "project">) => {
  const key = keyOf(sides, project);
  return ({ a, b, own, onlyIn }: PairItem<Side, Own>): string =>
    JSON.stringify([key(a), key(b), own, ...(onlyIn === undefined ? [] : [onlyIn])]);
};

/** Lifts the program to items: a placeholder fails as an item. */
export const overItems = <Side, Own, Pair, Payload>(
  program: Program<Pair, Payload>,
  toPair: (item: PairItem<Side, Own>) => Pair,
  options: Pick<PairOptions<Side, Own>, "sides" | "project">,
): Program<PairItem<Side, Own>, Payload> =>
  over(program, { toItem: toPair, identity: identityOf(options), error: ({ error }) => error });
