/** Comments for changes that no statement can make: the reason, and what to do instead. */
import type { Change, DdlLine } from "../SchemaDiff.ts";
import { comment, listed } from "./Lines.ts";
import type { Names } from "./Names.ts";
import { needsRebuild, ofRule, type Subject } from "./Subject.ts";

const rebuild = "rebuild the table: CREATE TABLE … AS SELECT";
const patch = "tables.patch, or bq update with the whole schema as a file, can";

export const leftovers = (subject: Subject, names: Names): ReadonlyArray<DdlLine> => {
  const { changes, nested } = subject;
  const apart = (changes: ReadonlyArray<Change>, why: (list: string) => string) =>
    changes.length === 0 ? [] : [comment(why(listed(changes.map(({ path }) => path ?? ""))))];
  return [
    ...changes.filter(needsRebuild).map(refused),
    ...apart(
      ofRule(changes, "mode-tightened"),
      (list) => `${list}: NULLABLE cannot become REQUIRED in place; ${rebuild}`,
    ),
    ...apart(
      ofRule(nested, "added"),
      (list) => `${list}: ADD COLUMN adds whole columns, no field of a STRUCT; ${patch}, at the STRUCT's end`,
    ),
    ...apart(
      ofRule(nested, "added-required"),
      (list) => `${list}: BigQuery adds no REQUIRED field to an existing STRUCT; ${rebuild}`,
    ),
    ...apart(
      ofRule(nested, "removed"),
      (list) => `${list}: DROP COLUMN drops whole columns, no field of a STRUCT; ${rebuild}`,
    ),
    ...apart(
      ofRule(nested, "renamed", "case-changed"),
      (list) => `${list}: RENAME COLUMN renames whole columns, no field of a STRUCT; ${rebuild}`,
    ),
    ...apart(
      ofRule(nested, "mode-relaxed"),
      (list) => `${list}: DROP NOT NULL is for whole columns; ${patch} relax a field of a STRUCT`,
    ),
    ...apart(
      nested.filter(({ attribute }) => attribute === "default"),
      (list) => `${list}: BigQuery has defaults of whole columns alone; set that of the column around it`,
    ),
    ...apart(
      ofRule(nested, "description-changed", "rounding-mode-changed"),
      (list) => `${list}: SET OPTIONS is for whole columns; ${patch} set it for a field of a STRUCT`,
    ),
    ...apart(
      ofRule(changes, "policy-tags-changed"),
      (list) => `${list}: no statement sets policy tags; ${patch}`,
    ),
    ...apart(
      ofRule(changes, "data-policies-changed"),
      (list) =>
        `${list}: data policies are attached by ALTER COLUMN … SET OPTIONS (data_policies) of their owner, or ${patch}`,
    ),
    ...order(subject, names),
  ];
};

const refused = ({ path, attribute, before, after }: Change): DdlLine => {
  const words = [before, after].map((value) => (value === null ? "none" : String(value)));
  return comment(
    `\`${path}\`: BigQuery does not change its ${attribute} from ${words.join(" to ")} in place; ${rebuild}`,
  );
};

/** Whether the fields end up in B's order, given that new fields are added at the end. */
const order = (
  { a, b, columns, nested, changes }: Subject,
  { dropped, renamed }: Names,
): ReadonlyArray<DdlLine> => {
  const inB = new Set(b.schema.map(({ name }) => name));
  const added = new Set(ofRule(columns, "added", "added-required").map(({ fieldAfter }) => fieldAfter?.name));
  const staying = a.schema
    .filter(({ name }) => !dropped.has(name))
    .map(({ name }) => renamed.get(name) ?? name);
  const done = [...staying, ...b.schema.flatMap(({ name }) => (added.has(name) ? [name] : []))];
  const isOther =
    done.filter((name) => inB.has(name)).join("\0") !==
    b.schema.flatMap(({ name }) => (done.includes(name) ? [name] : [])).join("\0");
  const wasAsked = ofRule(changes, "moved").length > 0 || added.size > 0;
  return (isOther && wasAsked) || ofRule(nested, "moved").length > 0
    ? [
        comment(
          `the order of fields then differs from B's: BigQuery adds at the end and moves nothing; for B's order ${rebuild}`,
        ),
      ]
    : [];
};
