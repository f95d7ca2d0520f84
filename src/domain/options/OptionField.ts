/**
 * The options of a program, as properties of a schema. The library accepts this schema, the command line and JSON
 * pairs decode to it, and help and docs are generated from it.
 */
import { Option, ParseResult, Schema, SchemaAST } from "effect";

/** Headings of the help, the most used options first. */
export const groups = [
  "Comparison", "Profile", "Which rows and columns", "Input", "Output", "Cost and load", "Batch", "Connection",
] as const; // biome-ignore format: one list

export type Group = (typeof groups)[number];

export interface OptionInfo {
  readonly description: string;
  readonly group: Group;
  /** The placeholder of the value in help; absent for a flag. */
  readonly metavar?: string;
  /** One letter: `o` for `-o`. */
  readonly alias?: string;
  /** Whether `--no-<name>` turns the flag off. */
  readonly negatable?: boolean;
  /** Whether plain --help shows it. */
  readonly common?: boolean;
  /** A description of the default, if it is not a single value. */
  readonly shown?: string;
  /** Whether BQKIT_<OPTION> sets it; only for options about connection, load and appearance. */
  readonly environment?: boolean;
  /** Never shown in a report. */
  readonly secret?: boolean;
  /** Whether it affects results; by default, its group decides. */
  readonly decisive?: boolean;
  /** The value is a file name; `content`: results depend on the file's content. */
  readonly file?: "path" | "content";
}

const Info = Symbol.for("bqkit/OptionInfo");

/** An optional option. */
export const optional = <A>(schema: Schema.Schema<A, unknown>, info: OptionInfo) =>
  Schema.optionalWith(schema, { exact: true }).annotations({ description: info.description, [Info]: info });

/** An option with a default, written as on the command line. */
export const withDefault = <A>(schema: Schema.Schema<A, unknown>, written: string, info: OptionInfo) =>
  Schema.optionalWith(schema, {
    exact: true,
    default: () => Schema.decodeUnknownSync(schema)(written),
  }).annotations({
    description: info.description,
    [Info]: { ...(info.metavar === undefined ? {} : { shown: written }), ...info },
  });

/** An option whose default cannot be written on the command line. */
export const withFallback = <A>(schema: Schema.Schema<A, unknown>, fallback: NoInfer<A>, info: OptionInfo) =>
  Schema.optionalWith(schema, { exact: true, default: () => fallback }).annotations({
    description: info.description,
    [Info]: info,
  });

/** A flag: false unless given. */
export const flag = (info: OptionInfo) => withDefault(Flag, "false", info);

/** `true` or `false`, or a synonym. */
export const Flag: Schema.Schema<boolean, unknown> = Schema.transformOrFail(Schema.Unknown, Schema.Boolean, {
  strict: true,
  decode: (given, _, ast) => {
    const word = String(given).toLowerCase();
    if (/^(true|yes|on|1)$/.test(word)) return ParseResult.succeed(true);
    if (/^(false|no|off|0)$/.test(word)) return ParseResult.succeed(false);
    return ParseResult.fail(new ParseResult.Type(ast, given));
  },
  encode: ParseResult.succeed,
}).annotations({ description: "true or false" });

/** A property of an options schema, with its annotations. */
export interface OptionField extends OptionInfo {
  /** The property: `maxBytesBilled`. */
  readonly key: string;
  /** Without dashes: `max-bytes-billed`. */
  readonly name: string;
  readonly decisive: boolean;
  readonly schema: Schema.Schema<unknown, unknown>;
}

const decisiveGroups: ReadonlySet<Group> = new Set(["Which rows and columns", "Profile", "Comparison"]);

export const nameOf = (key: string): string =>
  key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** The options of a schema's fields, in order. */
export const optionFields = (fields: Schema.Struct.Fields): ReadonlyArray<OptionField> =>
  Object.entries(fields).map(([key, field]) => {
    const property = field.ast as Schema.PropertySignature.AST;
    const [annotated, typed] =
      property._tag === "PropertySignatureDeclaration" ? [property, property] : [property.to, property.from];
    const info = annotated.annotations[Info] as OptionInfo;
    return {
      ...info,
      key,
      name: nameOf(key),
      decisive: info.decisive ?? decisiveGroups.has(info.group),
      schema: Schema.make(typed.type),
    };
  });

/** `--where SQL`, `-o, --output FILE`, `--progress, --no-progress` */
export const usage = ({ name, alias, metavar, negatable }: OptionField): string =>
  `${alias === undefined ? "" : `-${alias}, `}--${name}${metavar === undefined ? "" : ` ${metavar}`}${negatable === true ? `, --no-${name}` : ""}`;

/** `BQKIT_MAX_BYTES_BILLED` */
export const variable = ({ name }: Pick<OptionField, "name">): string =>
  `BQKIT_${name.toUpperCase().replaceAll("-", "_")}`;

/** The description of valid values. */
export const expected = ({ schema }: Pick<OptionField, "schema">): string =>
  Option.getOrElse(SchemaAST.getDescriptionAnnotation(schema.ast), () => "another value");

/** The valid values of a choice. */
export const choices = ({ schema }: OptionField): ReadonlyArray<string> => {
  const members = SchemaAST.isUnion(schema.ast) ? schema.ast.types : [schema.ast];
  return members.flatMap((member) => (member._tag === "Literal" ? [String(member.literal)] : []));
};

export interface InvalidOption {
  readonly key: string;
  readonly given: unknown;
  /** The problem, if the schema gives more detail than the expected form. */
  readonly detail: string | undefined;
}

/** The first invalid option in a schema error. */
export const invalidOption = ({ issue }: ParseResult.ParseError): InvalidOption => {
  const find = (one: ParseResult.ParseIssue, key: string): InvalidOption => {
    switch (one._tag) {
      case "Pointer":
        return find(one.issue, key === "" ? String([one.path].flat()[0]) : key);
      case "Composite":
        return find([one.issues].flat()[0] as ParseResult.ParseIssue, key);
      case "Refinement":
      case "Transformation":
        return find(one.issue, key);
      default:
        return { key, given: one.actual, detail: one.message };
    }
  };
  return find(issue, "");
};
