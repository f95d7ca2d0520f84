/** The docs as a site: the same Markdown files, with search and a dark mode. */
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitepress";

const page = (text, link) => ({ text, link });

export default defineConfig({
  title: "bqkit",
  description: "Profiles, diffs and compares BigQuery tables and local files",
  srcDir: "pages",
  outDir: fileURLToPath(new URL("../../../dist/site", import.meta.url)),
  rewrites: { "README.md": "index.md" },
  ignoreDeadLinks: [/LICENSE/, /biome\.json/, /\/examples\//, /\/schema\//],
  themeConfig: {
    search: { provider: "local" },
    outline: "deep",
    sidebar: [
      page("Overview", "/"),
      page("Installation", "/docs/INSTALL"),
      page("Options", "/docs/OPTIONS"),
      page("Profiles", "/docs/PROFILE"),
      page("Schema diffs", "/docs/SCHEMA_DIFF"),
      page("Table comparisons", "/docs/TABLE_COMPARE"),
      page("Reports", "/docs/REPORTS"),
      page("The JSON report", "/docs/REPORT"),
      page("Local files", "/docs/LOCAL_FILES"),
      page("BigQuery: access and cost", "/docs/BIGQUERY"),
      page("Many tables: quick start", "/docs/PARALLEL_QUICK_START"),
      page("Many tables: reference", "/docs/PARALLEL_EXECUTION"),
      page("Library", "/docs/LIBRARY"),
      page("Glossary", "/docs/GLOSSARY"),
      page("Decisions", "/docs/decisions"),
      page("Architecture", "/ARCHITECTURE"),
      page("Contributing", "/CONTRIBUTING"),
      page("Changes", "/CHANGELOG"),
    ],
  },
});
