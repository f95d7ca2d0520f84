/** The examples of the docs: fenced blocks, and the commands in them. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

export const root = resolve(import.meta.dir, "../..");

/** README.md and docs/*.md, by path from the root. */
export const pages: ReadonlyArray<string> = [
  ...(existsSync(join(root, "README.md")) ? ["README.md"] : []),
  ...readdirSync(join(root, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];

export const textOf = (page: string): string => readFileSync(join(root, page), "utf8");

export interface Fence {
  readonly page: string;
  /** Of its first line of code, from 1. */
  readonly line: number;
  /** `sh`, `console`, `ts`. */
  readonly language: string;
  /** The text after the language: see `isRun`, `statusOf`, `environmentOf` and `fileOf`. */
  readonly words: ReadonlyArray<string>;
  readonly code: string;
  /** The `text` fence that follows immediately: the expected output. */
  readonly output?: string;
}

/** The fenced blocks of a page. */
export const fencesOf = (page: string, text = textOf(page)): ReadonlyArray<Fence> => {
  const found = [...text.matchAll(/^```([^\n`]*)\n(.*?)^```$/gms)].map((match) => {
    const [language = "", ...words] = match[1]!.trim().split(/\s+/);
    const line = text.slice(0, match.index).split("\n").length + 1;
    return { page, line, language, words, code: match[2]!, end: match.index + match[0].length, start: match.index };
  }); // biome-ignore format: one object
  return found.map(({ start, end, ...fence }, i) => {
    const next = found[i + 1];
    const follows =
      next?.language === "text" && fileOf(next) === undefined && text.slice(end, next.start).trim() === "";
    return follows ? { ...fence, output: next.code } : fence;
  });
};

type Words = Pick<Fence, "words">;

const after = (name: string, { words }: Words): string | undefined =>
  words.find((word) => word.startsWith(`${name}=`))?.slice(name.length + 1);

/** Whether the block runs; `account` marks blocks that need a Google account. */
export const isRun = ({ language, words }: Fence): boolean =>
  (language === "sh" && !words.includes("account")) || (language === "yaml" && needsServer({ words }));

/** `server`: runs with a scripted server that has the BigQuery tables. */
export const needsServer = ({ words }: Words): boolean => words.includes("server");

/** `status=1`: the expected exit status (0). */
export const statusOf = (fence: Words): number => Number(after("status", fence) ?? 0);

/** `file=pairs.txt`: the file name of the block for the page's commands. */
export const fileOf = (fence: Words): string | undefined => after("file", fence);

/** `CLOUD_RUN_TASK_INDEX=2`: an environment variable of the run. */
export const environmentOf = ({ words }: Words): Readonly<Record<string, string>> =>
  Object.fromEntries(
    words.flatMap((word) => {
      const [, name = "", value = ""] = /^([A-Z][A-Z_]*)=(.*)$/.exec(word) ?? [];
      return name === "" ? [] : [[name, value]];
    }),
  );

/** A command of one of the programs. */
export interface Command {
  readonly program: string;
  readonly args: ReadonlyArray<string>;
}

/** The commands of the programs in a script, without redirections. */
export const commandsOf = (script: string): ReadonlyArray<Command> => {
  const commands: Array<Array<string>> = [[]];
  const tokens =
    /\\\n|#[^\n]*|(?<operator>\|\||&&|[|;&\n])|(?<redirection>\d?(?:>>|[<>])\s*[^\s|;&]+)|(?<word>(?:'[^']*'|"(?:\\.|[^"\\])*"|\\.|[^\s'"\\|;&<>])+)/gs;
  for (const { groups } of script.replace(/^\$ /gm, "").matchAll(tokens)) {
    if (groups?.operator !== undefined) commands.push([]);
    else if (groups?.word !== undefined) commands.at(-1)!.push(unquoted(groups.word));
  }
  return commands.flatMap((words) => {
    const start = words.findIndex((word) => !/^\w+=/.test(word));
    const [, program] =
      /(?:^|\/)(bq-profile|bq-schema-diff|bq-table-compare)$/.exec(words[start] ?? "") ?? [];
    return program === undefined ? [] : [{ program, args: words.slice(start + 1) }];
  });
};

const unquoted = (word: string): string =>
  word.replaceAll(
    /'([^']*)'|"((?:\\.|[^"\\])*)"|\\(.)/gs,
    (_, single?: string, double?: string, escaped?: string) =>
      single ?? double?.replaceAll(/\\(["\\$`])/g, "$1") ?? escaped ?? "",
  );
