/** Comments for changes that no statement can make: the reason, and what to do instead. */
import { label } from "../compare/MatchFields.ts";
import { moved } from "../compare/Order.ts";
import type { RuleId } from "../rules/Rules.ts";
import type { Change, DdlLine } from "../SchemaDiff.ts";
import { retypingRules } from "./Columns.ts";
import { comment, listed } from "./Lines.ts";
import type { Names } from "./Names.ts";
import { columnPath, needsRebuild, ofRule, type Subject } from "./Subject.ts";

const rebuild = "rebuild the table: CREATE TABLE … AS SELECT";
const patch = "use tables.patch, or bq update with the whole schema as a file";

export const leftovers = (subject: Subject, names: Names): ReadonlyArray<DdlLine> => {
  const { changes, nested } = subject;
  const commentOn = (changes: ReadonlyArray<Change>, why: (list: string) => string) =>
    changes.length === 0 ? [] : [comment(why(listed(changes.map(({ path }) => path ?? ""))))];
  return [
    ...changes.filter(needsRebuild).map(refused),
    ...commentOn(
      ofRule(changes, "mode-tightened"),
      (list) => `${list}: NULLABLE cannot become REQUIRED in place; ${rebuild}`,
    ),
    ...commentOn(
      ofRule(nested, "added"),
      (list) =>
        `${list}: ADD COLUMN cannot add a field of a STRUCT; ${patch}, with the field at the STRUCT's end`,
    ),
    ...commentOn(
      ofRule(nested, "added-required"),
      (list) => `${list}: BigQuery cannot add a REQUIRED field to an existing STRUCT; ${rebuild}`,
    ),
    ...commentOn(
      ofRule(nested, "removed"),
      (list) => `${list}: DROP COLUMN cannot drop a field of a STRUCT; ${rebuild}`,
    ),
    ...commentOn(
      ofRule(nested, "renamed", "case-changed"),
      (list) => `${list}: RENAME COLUMN cannot rename a field of a STRUCT; ${rebuild}`,
    ),
    ...commentOn(
      ofRule(nested, "mode-relaxed"),
      (list) => `${list}: DROP NOT NULL cannot relax a field of a STRUCT; ${patch}`,
    ),
    ...commentOn(
      nested.filter(({ attribute }) => attribute === "default"),
      (list) => `${list}: only columns have defaults in BigQuery; set the default of the enclosing column`,
    ),
    ...commentOn(
      ofRule(nested, "description-changed", "rounding-mode-changed"),
      (list) => `${list}: SET OPTIONS cannot change a field of a STRUCT; ${patch}`,
    ),
    ...commentOn(
      ofRule(changes, "policy-tags-changed"),
      (list) => `${list}: no statement sets policy tags; ${patch}`,
    ),
    ...commentOn(
      ofRule(changes, "data-policies-changed"),
      (list) =>
        `${list}: their owner can attach data policies with ALTER COLUMN … SET OPTIONS (data_policies); or ${patch}`,
    ),
    ...withTheRest(subject),
    ...order(subject, names),
  ];
};

/** Other changes of columns that require a rebuilt table. */
const withTheRest = ({ changes, columnOf, rebuilt }: Subject): ReadonlyArray<DdlLine> => {
  const others = changes.filter(
    (change) =>
      change.path !== null &&
      !needsRebuild(change) &&
      withColumn.has(change.rule) &&
      rebuilt.has(columnOf(change)?.name ?? ""),
  );
  const paths = [...new Set(others.map(({ path }) => path ?? ""))];
  return paths.length === 0 ? [] : [comment(`${listed(paths)}: further changes come with the rebuilt table`)];
};

const withColumn: ReadonlySet<RuleId> = new Set<RuleId>([
  ...retypingRules, "mode-relaxed", "default-added", "default-changed", "default-removed", "rounding-mode-changed",
]); // biome-ignore format: one list

const refused = ({ path, attribute, before, after }: Change): DdlLine => {
  const words = [before, after].map((value) => (value === null ? "none" : String(value)));
  return comment(
    `\`${path}\`: BigQuery cannot change its ${attribute} from ${words.join(" to ")} in place; ${rebuild}`,
  );
};

/** The fields whose order will differ from B's, given that new fields are added at the end. */
const order = ({ a, b, columns, changes }: Subject, { dropped, renamed }: Names): ReadonlyArray<DdlLine> => {
  const added = ofRule(columns, "added", "added-required").flatMap(
    ({ fieldAfter }) => fieldAfter?.name ?? [],
  );
  const staying = a.schema.flatMap(({ name }) => (dropped.has(name) ? [] : [renamed.get(name) ?? name]));
  const keyed = (names: ReadonlyArray<string>) => new Map(names.map((name) => [name.toLowerCase(), name]));
  const [inB, then] = [keyed(b.schema.map(({ name }) => name)), keyed([...staying, ...added])];
  const pair = (key: string): string => label({ name: then.get(key)! }, { name: inB.get(key)! });
  const of = new Map([...inB.keys()].flatMap((key) => (then.has(key) ? [[pair(key), key] as const] : [])));
  const elsewhere = moved([...then.keys()].filter((key) => inB.has(key)).map(pair), [...of.keys()]);
  const reported = ofRule(changes, "moved").map(({ path }) => path ?? "");
  const late = [...elsewhere].map((one) => columnPath({ name: inB.get(of.get(one)!)! }));
  const fields = [...new Set([...(reported.length + added.length === 0 ? [] : late), ...reported])];
  return fields.length === 0
    ? []
    : [
        comment(
          `${listed(fields)}: their order will differ from B's, because BigQuery adds fields at the end and cannot move them; for B's order, ${rebuild}`,
        ),
      ];
};
