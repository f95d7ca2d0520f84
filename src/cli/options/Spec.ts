/** What an option is: everything about it in one place. Parsing, help, environment and docs are made from it. */
import { type Schema, SchemaAST } from "effect";

/** Headings of the help, in their order. */
export const groups = [
  "Input", "Which rows and columns", "Profile", "Comparison", "Output", "Batch", "Cost and load", "Connection",
] as const; // biome-ignore format: one list

export type Group = (typeof groups)[number];

export interface Spec<A> {
  /** Without dashes: `max-bytes-billed`. */
  readonly name: string;
  /** What stands for the value in help; absent for a flag. */
  readonly metavar?: string;
  /** A flag's opposite, without dashes. */
  readonly negation?: string;
  readonly description: string;
  readonly group: Group;
  /** Shown by plain --help. */
  readonly common: boolean;
  /** The default as help tells it. */
  readonly shown?: string;
  /** Whether BQKIT_<OPTION> sets it: only what concerns connection, load and appearance. */
  readonly environment: boolean;
  /** Never told in a report. */
  readonly secret: boolean;
  /** Whether it decides what a result says, so that results with it and without it do not mix. */
  readonly matters: boolean;
  /** It names a file, whose content is its value. */
  readonly isFile: boolean;
  /** Its `description` annotation says what is expected. */
  readonly schema: Schema.Schema<A, string>;
  readonly fallback: A;
}

// biome-ignore lint/suspicious/noExplicitAny: options of any kind of value
export type Specs = Readonly<Record<string, Spec<any>>>;

export type Values<S extends Specs> = { readonly [K in keyof S]: S[K]["fallback"] };

type Defaults = "common" | "environment" | "secret" | "matters" | "isFile";
type Given<A> = Omit<Spec<A>, Defaults | "fallback"> & Partial<Pick<Spec<A>, Defaults>>;

const decisive: ReadonlySet<Group> = new Set(["Which rows and columns", "Profile", "Comparison"]);

const base = (group: Group) => ({
  common: false,
  environment: false,
  secret: false,
  matters: decisive.has(group),
  isFile: false,
});

/** An option with a default. */
export const withDefault = <A>(spec: Given<A> & { readonly fallback: NoInfer<A> }): Spec<A> => ({
  ...base(spec.group),
  ...spec,
});

/** An option that may be absent. */
export const optional = <A>(spec: Given<A>): Spec<A | undefined> => ({
  ...base(spec.group),
  ...spec,
  schema: spec.schema as Schema.Schema<A | undefined, string>,
  fallback: undefined,
});

/** `--where SQL`, `--progress, --no-progress` */
export const usage = (spec: Spec<unknown>): string =>
  `--${spec.name}${spec.metavar === undefined ? "" : ` ${spec.metavar}`}${
    spec.negation === undefined ? "" : `, --${spec.negation}`
  }`;

/** `BQKIT_MAX_BYTES_BILLED` */
export const variable = (spec: Spec<unknown>): string =>
  `BQKIT_${spec.name.toUpperCase().replaceAll("-", "_")}`;

/** What a value must be, in words. */
export const expected = (spec: Spec<unknown>): string => {
  const found = SchemaAST.getDescriptionAnnotation(spec.schema.ast);
  return found._tag === "Some" ? found.value : "another value";
};
