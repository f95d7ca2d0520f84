/** The manual pages: complete, and without errors for the programs that show them. */
import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { manuals } from "../../scripts/docs/man.ts";
import { options as profile } from "../../src/cli/Profile.ts";
import { options as schemaDiff } from "../../src/cli/SchemaDiff.ts";
import { options as tableCompare } from "../../src/cli/TableCompare.ts";
import { optionFields } from "../../src/domain/options/OptionField.ts";

const folder = join(import.meta.dir, "..", "..", "docs", "man");
const programs = { "bq-profile": profile, "bq-schema-diff": schemaDiff, "bq-table-compare": tableCompare };

for (const [program, { fields }] of Object.entries(programs)) {
  const file = join(folder, `${program}.1`);
  describe(`the manual page of ${program}`, () => {
    test("has an entry for each option", () => {
      const tags = [...manuals[`${program}.1`]!.matchAll(/^\.TP\n\\fB(.*)\\fR$/gm)].map(([, tag]) =>
        tag!.replaceAll("\\-", "-"),
      );
      for (const { name } of optionFields(fields))
        expect(tags.filter((tag) => new RegExp(`--(\\[no-\\])?${name}(?![\\w-])`).test(tag))).toHaveLength(1);
    });

    test.skipIf(Bun.which("man") === null)("is shown by man with all its options", () => {
      const env = { ...process.env, MANWIDTH: "200", MAN_KEEP_FORMATTING: "", LC_ALL: "C.UTF-8" };
      const { exitCode, stdout, stderr } = Bun.spawnSync(["man", "--warnings=all", "-l", file], { env });
      expect([exitCode, String(stderr)]).toEqual([0, ""]);
      for (const { name } of optionFields(fields))
        expect(String(stdout)).toMatch(new RegExp(`-(no-\\])?${name}\\b`));
      expect(String(stdout)).toContain("EXIT STATUS");
    });

    test.skipIf(Bun.which("mandoc") === null)("has no faults that mandoc finds", () => {
      const { stdout } = Bun.spawnSync(["mandoc", "-T", "lint", "-W", "warning", file]);
      expect(String(stdout)).toBe("");
    });
  });
}
