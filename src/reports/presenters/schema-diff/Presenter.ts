/** Presents a schema diff: probable renames, the tree of changed fields, changes of the table, notes. */
import type { ResultBase } from "../../../batch/Result.ts";
import { rows } from "../../../programs/schema-diff/ChangeTree.ts";
import { headline, type Mark, sentence } from "../../../programs/schema-diff/DescribeChange.ts";
import { ddlText } from "../../../programs/schema-diff/ddl/Render.ts";
import type { Change, SchemaDiff } from "../../../programs/schema-diff/SchemaDiff.ts";
import * as Document from "../../Document.ts";
import type { Presenter } from "../../Presenter.ts";
import { sideBySide } from "./SideBySide.ts";

type Block = Document.Block;

/** The diff as a Document; `+`, `-` and `±` replace colours. */
export const present = (diff: SchemaDiff, result: ResultBase): Document.Document => ({
  title: typeof result.item === "string" ? result.item : `${result.item.a} → ${result.item.b}`,
  ...verdict(diff),
  headline: headline(diff),
  blocks: [
    ...diff.perhapsRenamed.map(likely),
    ...fields(diff, result.item),
    ...table(diff.changes.filter(({ path }) => path === null)),
    ...diff.notes.map((text): Block => ({ _tag: "Paragraph", text })),
  ],
});

const verdict = ({ changes, counts }: SchemaDiff): Pick<Document.Document, "verdict"> => ({
  verdict:
    counts.breaking > 0
      ? { text: "breaking", emphasis: "bad" }
      : changes.length > 0
        ? { text: "changed", emphasis: "warn" }
        : { text: "no difference", emphasis: "good" },
});

const likely = ({ from, to, type, samePlace, similarity }: SchemaDiff["perhapsRenamed"][number]): Block => {
  const why = [
    `both ${type}`,
    ...(samePlace ? ["same place"] : []),
    ...(similarity >= 0.65 ? ["similar names"] : []),
  ];
  return {
    _tag: "Finding",
    severity: "notice",
    subject: `${from} → ${to}`,
    text: `perhaps renamed: ${why.join(", ")}; --map ${shellWord(`${from}=${to}`)}`,
  };
};

/** Quotes for a shell. */
const shellWord = (text: string): string =>
  /^[\w.=-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;

const paints: Readonly<Record<Mark, Document.Emphasis>> = { "+": "good", "-": "bad", "±": "warn" };

const columns = (first: string) =>
  [first, "change", "class"].map((title) => ({ title, align: "left" as const }));

const classCell = (kind: Change["class"] | ""): Document.Cell =>
  Document.text(kind, kind === "breaking" ? "strong" : kind === "" ? undefined : "muted");

/** The changed branches, or both schemas side by side. */
const fields = (diff: SchemaDiff, item: ResultBase["item"]): ReadonlyArray<Block> => {
  const brief = tree(diff);
  const full = sideBySide(diff, item);
  return full === undefined ? brief : [{ _tag: "Depths", brief, full: [full] }];
};

const tree = ({ changes, schemas, full }: SchemaDiff): ReadonlyArray<Block> => {
  const found = rows(changes, full === true ? schemas : undefined);
  return found.length === 0
    ? []
    : [
        {
          _tag: "Table",
          columns: columns("field"),
          rows: found.map(({ depth, mark, label, text, class: kind }) => [
            Document.text(`${mark} ${"  ".repeat(depth)}${label}`, mark === " " ? "muted" : paints[mark]),
            Document.text(text, mark === " " ? "muted" : undefined),
            classCell(kind),
          ]),
        },
      ];
};

const table = (changes: ReadonlyArray<Change>): ReadonlyArray<Block> =>
  changes.length === 0
    ? []
    : [
        {
          _tag: "Table",
          columns: columns("table"),
          rows: changes.map((change) => [
            Document.text(`${tableMark(change)} ${change.attribute}`, paints[tableMark(change)]),
            Document.text(tableSentence(change)),
            classCell(change.class),
          ]),
        },
      ];

const tableMark = ({ before, after }: Change): Mark => (before === null ? "+" : after === null ? "-" : "±");

/** Only the value; the attribute is in the cell before it. */
const tableSentence = (change: Change): string => {
  const text = sentence(change);
  return text.startsWith(`${change.attribute} `) ? text.slice(change.attribute.length + 1) : text;
};

/** The diff's cells in the table of a batch. */
export const overview: Presenter<SchemaDiff>["overview"] = {
  columns: ["breaking", "safe", "metadata", "perhaps renamed"].map((title) => ({ title, align: "right" })),
  row: ({ counts, perhapsRenamed }) => [
    Document.count(counts.breaking),
    Document.count(counts.safe),
    Document.count(counts.metadata),
    Document.count(perhapsRenamed.length),
  ],
  severity: ({ counts }) => [counts.breaking, counts.safe, counts.metadata],
  uneventful: "without a difference",
  remarks: ({ notes }) => notes,
};

const outcome: Presenter<SchemaDiff>["outcome"] = ({ changes, counts }) =>
  counts.breaking > 0
    ? { kind: "breaking", text: "breaking" }
    : changes.length > 0
      ? { kind: "different", text: "changed" }
      : { kind: "good", text: "no difference" };

export const presenter: Presenter<SchemaDiff> = {
  present,
  outcome,
  ddl: (diff, { item }) => ddlText(typeof item === "string" ? { a: item, b: item } : item, diff),
  overview,
};
