/** Copies the Markdown files to pages/, where the generator finds them beside its packages. */
import { cpSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

const [root, pages] = [join(import.meta.dirname, "../.."), join(import.meta.dirname, "pages")];
rmSync(pages, { recursive: true, force: true });
for (const folder of ["", "docs"]) {
  for (const name of readdirSync(join(root, folder))) {
    if (name.endsWith(".md")) cpSync(join(root, folder, name), join(pages, folder, name));
  }
}
cpSync(join(root, "docs", "images"), join(pages, "docs", "images"), { recursive: true });
