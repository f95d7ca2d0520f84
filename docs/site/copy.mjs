/** Copies the Markdown files to pages/, where the generator finds them beside its packages. */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

const [root, pages] = [join(import.meta.dirname, "../.."), join(import.meta.dirname, "pages")];
const { homepage } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/** The address of a file in the repository. */
const source = `${homepage.replace(/#.*/, "")}/blob/main/`;

/** Files outside the site are linked in the repository. */
const linked = (text, folder) =>
  text.replaceAll(/\]\((?!https?:|#)([^)#\s]+)(#[^)\s]*)?\)/g, (link, path, anchor = "") => {
    const file = normalize(join(folder, path));
    if (!existsSync(join(root, file))) throw new Error(`${link} in ${folder || "."} leads to no file`);
    if (file === "README.md") return `](/${anchor})`;
    return /^(docs\/)?[^/]+\.md$|\.png$/.test(file) ? link : `](${source}${file}${anchor})`;
  });

rmSync(pages, { recursive: true, force: true });
for (const folder of ["", "docs"]) {
  for (const name of readdirSync(join(root, folder)).filter((name) => name.endsWith(".md"))) {
    const page = join(pages, folder, name);
    mkdirSync(dirname(page), { recursive: true });
    writeFileSync(page, linked(readFileSync(join(root, folder, name), "utf8"), folder));
  }
}
cpSync(join(root, "docs", "images"), join(pages, "docs", "images"), { recursive: true });
