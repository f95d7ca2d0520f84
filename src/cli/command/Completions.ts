/** --completions SHELL: repairs the scripts that @effect/cli 0.77 generates for bash, zsh and fish. */
import * as Args from "@effect/cli/Args";
import * as Command from "@effect/cli/Command";
import * as Descriptor from "@effect/cli/CommandDescriptor";
import * as Options from "@effect/cli/Options";
import { Effect } from "effect";
import { choices, type OptionField } from "../../domain/options/OptionField.ts";

const shells = {
  bash: Descriptor.getBashCompletions,
  zsh: Descriptor.getZshCompletions,
  fish: Descriptor.getFishCompletions,
} as const;

type Shell = keyof typeof shells;

const isShell = (text: string): text is Shell => text in shells;

/** Returns the completion script; fails for an unknown shell. */
export const script = (
  shell: string,
  program: string,
  fields: ReadonlyArray<OptionField>,
): Effect.Effect<string, string> => {
  if (!isShell(shell))
    return Effect.fail(
      `--completions: expected one of ${Object.keys(shells).join(", ")}, got ${JSON.stringify(shell)}`,
    );
  const { descriptor } = Command.make(program, {
    options: Options.all(fields.map(option)),
    operands: Args.repeated(Args.file({ name: "ITEM", exists: "either" })),
  });
  return Effect.map(shells[shell](descriptor, program), (lines) =>
    repair[shell](`${lines.filter((line) => !builtIn.test(line)).join("\n")}\n`, fields),
  );
};

/** Options that @effect/cli adds but the programs reject. */
const builtIn = /^\s*('|complete .* -l )-*(log-level|wizard)\b/;

const option = (field: OptionField): Options.Options<unknown> => {
  const values = choices(field);
  const made: Options.Options<unknown> =
    field.metavar === undefined
      ? Options.boolean(field.name, field.negatable === true ? { negationNames: [`no-${field.name}`] } : {})
      : values.length > 0
        ? Options.choice(field.name, values)
        : field.file === undefined
          ? Options.text(field.name)
          : Options.file(field.name, { exists: "either" });
  const described = Options.withDescription(made, field.description);
  return field.alias === undefined ? described : Options.withAlias(described, field.alias);
};

type Repair = (script: string, fields: ReadonlyArray<OptionField>) => string;

const repair: Readonly<Record<Shell, Repair>> = {
  // In the generated script, a flag takes the next word as its value, a choice completes as one comma-separated word,
  // `--format=` completes nothing, and options are offered where files are expected.
  bash: (script) =>
    script
      .replaceAll(/ --(?:log-level|wizard)\b/g, "")
      .replaceAll(/\n +--(?:log-level|wizard)\)\n.*\n +return 0\n +;;/g, "")
      .replaceAll(/\n +--?[\w-]+\)\n +COMPREPLY=\( "\$\{cur\}" \)\n +return 0\n +;;/g, "")
      .replaceAll(
        /compgen -W "([^"$]+)"/g,
        (_, words: string) => `compgen -W "${words.replaceAll(",", " ")}"`,
      )
      .replaceAll(/ \|\| \$\{COMP_CWORD\} -eq \d+ /g, " ")
      .replaceAll(/(esac\n) +COMPREPLY=\( \$\(compgen -W "\$\{opts\}".*\n/g, "$1")
      .replace(
        '    prev="${COMP_WORDS[COMP_CWORD-1]}"\n',
        `$&    [[ \${cur} == = ]] && cur=""
    [[ \${prev} == = ]] && prev="\${COMP_WORDS[COMP_CWORD-2]}"
    [[ \${COMP_WORDS[COMP_CWORD]} == = ]] && prev="\${COMP_WORDS[COMP_CWORD-1]}"
`,
      )
      .replaceAll('"sh bash', '"bash'),
  // In the generated script, `:PATH:_files` runs a command named PATH, `--option=value` is unknown, and values
  // without a kind complete operands.
  zsh: (script, fields) =>
    fields
      .filter(({ metavar }) => metavar !== undefined)
      .reduce(
        (repaired, { name, metavar, file }) =>
          repaired.replace(
            new RegExp(`'--${name}\\[(.*)\\](:.*)?' \\\\\\n`),
            (_, description: string, values = "") => {
              const completed = values === "" ? `:${metavar}:${file === undefined ? " " : "_files"}` : values;
              return `'--${name}=[${description}]${completed}' \\\n`;
            },
          ),
        script,
      )
      .replaceAll(/.*(?:":: :_|"\*::: :->).*\n/g, "")
      .replace(/':<(\w+)>:PATH:/, "'*:$1:")
      .replace("(sh bash", "(bash"),
  // The generated script offers options only before the first operand.
  fish: (script) => script.replaceAll(' -n "__fish_use_subcommand"', "").replace("{sh'',", "{"),
};
