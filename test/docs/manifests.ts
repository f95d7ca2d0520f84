/** The commands inside YAML: steps of a workflow, containers of a Kubernetes Job. */

export interface Step {
  /** As a shell command. */
  readonly script: string;
  readonly env: Readonly<Record<string, string>>;
}

type Node = Readonly<Record<string, unknown>>;

const isNode = (value: unknown): value is Node => typeof value === "object" && value !== null;

const texts = (value: unknown): ReadonlyArray<string> => (Array.isArray(value) ? value.map(String) : []);

const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;

const variables = (container: Node): Step["env"] =>
  Object.fromEntries(
    (Array.isArray(container.env) ? container.env : [])
      .filter(isNode)
      .map(({ name, value }) => [name, value]),
  );

/** Everything with `run`, or `command` and `args`, at any depth. */
const stepsIn = (value: unknown): ReadonlyArray<Step> => {
  if (Array.isArray(value)) return value.flatMap(stepsIn);
  if (!isNode(value)) return [];
  if (typeof value.run === "string") return [{ script: value.run, env: {} }];
  const words = [...texts(value.command), ...texts(value.args)];
  if (words.length > 0) return [{ script: words.map(quoted).join(" "), env: variables(value) }];
  return Object.values(value).flatMap(stepsIn);
};

export const stepsOf = (yaml: string): ReadonlyArray<Step> => stepsIn(Bun.YAML.parse(yaml));
