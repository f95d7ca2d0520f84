/** The generated docs are up to date, and their links resolve. */
import { describe, expect, setDefaultTimeout } from "bun:test";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Effect } from "effect";
import { schemas } from "../../scripts/docs/schemas.ts";
import { run } from "../cli/spawn.ts";
import { it } from "../support/effect.ts";
import { workdir } from "../support/files.ts";
import { pages, root, textOf } from "./fences.ts";

setDefaultTimeout(60_000);

const docs = (...args: ReadonlyArray<string>) =>
  Effect.promise(() => run(["bun", join(root, "scripts/docs.ts"), ...args]));

describe("bun run docs", () => {
  it.live("has been run", () =>
    Effect.map(docs("--check"), (ran) => expect(ran).toEqual({ status: 0, stdout: "", stderr: "" })),
  );

  it.live("--check names what is stale or missing, and writes nothing", () =>
    Effect.gen(function* () {
      const { path } = yield* workdir;
      expect((yield* docs("--check", path)).stderr.trim().split("\n").length).toBe(17);
      expect((yield* docs(path)).status).toBe(0);
      expect((yield* docs("--check", path)).status).toBe(0);
      const file = join(path, "docs/OPTIONS.md");
      writeFileSync(file, `${readFileSync(file, "utf8")}\n`);
      expect(yield* docs("--check", path)).toEqual({
        status: 1,
        stdout: "",
        stderr: "docs/OPTIONS.md is stale: run `bun run docs`\n",
      });
      expect((yield* docs(path)).stdout).toBe("wrote docs/OPTIONS.md\n");
    }),
  );

  it.effect("describes every property of every schema", () =>
    Effect.sync(() => {
      const undescribed = Object.entries(schemas).flatMap(([name, schema]) =>
        propertiesOf(schema, name).filter(([, { description }]) => !description),
      );
      expect(undescribed.map(([place]) => place)).toEqual([]);
      expect(propertiesOf(schemas["bq-profile.report.schema.json"], "").length).toBeGreaterThan(100);
    }),
  );

  it.effect("names the type of every property", () =>
    Effect.sync(() => expect(textOf("docs/REPORT.md")).not.toMatch(/\| (?:array of )?undefined\b/)),
  );
});

/** The properties of a schema and of those inside it, with their places. */
const propertiesOf = (
  schema: unknown,
  place: string,
): ReadonlyArray<readonly [string, { readonly description?: string }]> =>
  typeof schema !== "object" || schema === null
    ? []
    : Object.entries(schema).flatMap(([key, inner]) => [
        ...(key === "properties"
          ? Object.entries(inner as object).map(([name, property]) => [`${place}.${name}`, property] as const)
          : []),
        ...propertiesOf(inner, `${place}.${key}`),
      ]);

/** Heading anchors, as GitHub makes them. */
const anchors = (page: string): ReadonlySet<string> =>
  new Set(
    [...textOf(page).matchAll(/^#+ (.+)$/gm)].map(([, title]) =>
      title!
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
        .replaceAll(" ", "-"),
    ),
  );

describe("the pages", () => {
  for (const page of pages) {
    it.effect(`${page} links to what exists`, () =>
      Effect.sync(() => {
        const prose = textOf(page).replaceAll(/^```.*?^```$/gms, "");
        const broken = [...prose.matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g)].filter(
          ([, path = "", anchor]) => {
            const target = path === "" ? page : join(dirname(page), path);
            if (!existsSync(join(root, target))) return true;
            return anchor !== undefined && !anchors(target).has(anchor);
          },
        );
        expect(broken.map(([link]) => link)).toEqual([]);
      }),
    );
  }
});
