/** Matches the columns of two tables by name, and reads the options that name columns. */
import { Either } from "effect";
import { didYouMean } from "../../../domain/Suggestion.ts";
import type { Field, TableSchema } from "../../../domain/TableSchema.ts";
import type { CompareOptions } from "../Options.ts";

export interface Problem {
  readonly detail: string;
  readonly remedy: string;
}

export type Read<A> = Either.Either<A, Problem>;

export interface Both {
  readonly a: Field;
  readonly b: Field;
}

export const find = (schema: TableSchema, name: string): Field | undefined =>
  schema.find((field) => field.name === name) ??
  schema.find((field) => field.name.toLowerCase() === name.toLowerCase());

export const findBoth = (both: ReadonlyArray<Both>, name: string): Both | undefined =>
  both.find(({ a }) => a.name === name) ??
  both.find(({ b }) => b.name === name) ??
  both.find(({ a, b }) => [a.name, b.name].some((own) => own.toLowerCase() === name.toLowerCase()));

/** Matches columns by --map first, then by name, ignoring case. */
export const pair = (a: TableSchema, b: TableSchema, { map }: CompareOptions) =>
  Either.gen(function* () {
    const target = new Map<Field, Field>();
    for (const { a: from, b: to } of map) {
      const [one, other] = [find(a, from), find(b, to)];
      if (one === undefined)
        return yield* Either.left(
          unknown(
            "--map",
            from,
            a.map(({ name }) => name),
            " in A",
          ),
        );
      if (other === undefined)
        return yield* Either.left(
          unknown(
            "--map",
            to,
            b.map(({ name }) => name),
            " in B",
          ),
        );
      if (target.has(one) || [...target.values()].includes(other)) {
        return yield* Either.left({
          detail: `--map: "${from}=${to}" maps a column that is already mapped`,
          remedy: "map each column once",
        });
      }
      target.set(one, other);
    }
    const taken = new Set(target.values());
    for (const exact of [true, false]) {
      for (const field of a) {
        if (target.has(field)) continue;
        const same = b.find(
          (other) =>
            !taken.has(other) &&
            (exact ? other.name === field.name : other.name.toLowerCase() === field.name.toLowerCase()),
        );
        if (same === undefined) continue;
        target.set(field, same);
        taken.add(same);
      }
    }
    return {
      both: a.flatMap((field): ReadonlyArray<Both> => {
        const other = target.get(field);
        return other === undefined ? [] : [{ a: field, b: other }];
      }),
      onlyA: a.filter((field) => !target.has(field)),
      onlyB: b.filter((field) => !taken.has(field)),
    };
  });

export interface Names {
  readonly a: ReadonlyArray<string>;
  readonly b: ReadonlyArray<string>;
}

/** Applies --columns and --exclude. */
export const selection = (both: ReadonlyArray<Both>, names: Names, options: CompareOptions) =>
  Either.gen(function* () {
    const all = [...names.a, ...names.b];
    const read = (option: string, given: ReadonlyArray<string>): Read<ReadonlySet<string>> => {
      const found = new Set<string>();
      for (const name of given) {
        const pairOf = findBoth(both, name);
        const own =
          all.find((known) => known === name) ??
          all.find((known) => known.toLowerCase() === name.toLowerCase());
        if (pairOf === undefined && own === undefined) return Either.left(unknown(option, name, all));
        if (pairOf === undefined) found.add(own!);
        else found.add(pairOf.a.name);
      }
      return Either.right(found);
    };
    const only = options.columns === undefined ? undefined : yield* read("--columns", options.columns);
    const not = yield* read("--exclude", options.exclude ?? []);
    return (a: string, b: string): boolean =>
      (only === undefined || only.has(a) || only.has(b)) && !not.has(a) && !not.has(b);
  });

/** No column has the name. */
export const unknown = (option: string, name: string, known: ReadonlyArray<string>, where = ""): Problem => {
  const names = [...new Set(known)];
  const some = names.slice(0, 8).map((one) => `"${one}"`);
  return {
    detail: `${option}: no column "${name}"${where}`,
    remedy:
      didYouMean(name, known) ?? `the columns are ${some.join(", ")}${names.length > 8 ? " and more" : ""}`,
  };
};
