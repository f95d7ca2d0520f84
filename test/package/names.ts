/** The public names of the package: values and types, by the path under which a script reaches them. */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

const declared =
  /^export (?:declare )?(?:abstract )?(?:const|class|interface|type|function) ([A-Za-z_$][\w$]*)/gm;
const listed = /^export (?:type )?\{([^}]*)\}/gm;
const namespace = /^export \* as (\w+) from "(.*)\.js";/gm;

/** Those of a declaration file of tsc. */
export const namesOf = (file: string): ReadonlyArray<string> => {
  const text = readFileSync(file, "utf8");
  const own = [...text.matchAll(declared)].map(([, name]) => name!);
  const more = [...text.matchAll(listed)].flatMap(([, names]) =>
    names!
      .split(",")
      .map((name) =>
        name
          .trim()
          .replace(/^type /, "")
          .replace(/.* as /, ""),
      )
      .filter((name) => name !== ""),
  );
  const nested = [...text.matchAll(namespace)].flatMap(([, name, path]) =>
    namesOf(join(dirname(file), `${path}.d.ts`)).map((inner) => `${name}.${inner}`),
  );
  return [...new Set([...own, ...more, ...nested])].sort();
};
