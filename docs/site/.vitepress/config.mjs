/** The docs as a site: the same Markdown files, with search and a dark mode. SITE_BASE is its path on the server. */
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitepress";
import bqkit from "../../../package.json" with { type: "json" };

const page = (text, link) => ({ text, link });

/** Room for commands of a hundred characters; names of options are not broken in tables. */
const css = `
@media (min-width: 960px) { .VPDoc.has-aside .content-container.content-container { max-width: 54rem; } }
@media (min-width: 1440px) { .VPDoc.has-aside .container { max-width: 80rem !important; } }
.vp-doc td:first-child code { white-space: nowrap; }
.vp-doc td { vertical-align: top; }
.vp-doc div[class*="language-"] code { font-size: 13px; }`;

export default defineConfig({
  title: "bqkit",
  description: bqkit.description,
  base: process.env.SITE_BASE ?? "/",
  srcDir: "pages",
  outDir: fileURLToPath(new URL("../../../dist/site", import.meta.url)),
  rewrites: { "README.md": "index.md" },
  head: [
    ["link", { rel: "icon", href: "data:," }],
    ["style", {}, css],
  ],
  themeConfig: {
    search: { provider: "local" },
    outline: "deep",
    socialLinks: [{ icon: "github", link: bqkit.homepage.replace(/#.*/, "") }],
    sidebar: [
      { text: "Start", items: [page("Overview", "/"), page("Installation", "/docs/INSTALL")] },
      {
        text: "Programs",
        items: [
          page("Profiles", "/docs/PROFILE"),
          page("Schema diffs", "/docs/SCHEMA_DIFF"),
          page("Table comparisons", "/docs/TABLE_COMPARE"),
          page("Options", "/docs/OPTIONS"),
        ],
      },
      {
        text: "Data and cost",
        items: [
          page("BigQuery: access and cost", "/docs/BIGQUERY"),
          page("Local files", "/docs/LOCAL_FILES"),
        ],
      },
      {
        text: "Many tables",
        items: [
          page("Quick start", "/docs/PARALLEL_QUICK_START"),
          page("Reference", "/docs/PARALLEL_EXECUTION"),
        ],
      },
      {
        text: "Reports",
        items: [page("For people", "/docs/REPORTS"), page("JSON", "/docs/REPORT")],
      },
      {
        text: "More",
        items: [
          page("Library", "/docs/LIBRARY"),
          page("Glossary", "/docs/GLOSSARY"),
          page("Performance", "/docs/performance"),
          page("Rivals", "/docs/rivals"),
          page("Security", "/SECURITY"),
          page("Changes", "/CHANGELOG"),
        ],
      },
      {
        text: "Development",
        items: [
          page("Contributing", "/CONTRIBUTING"),
          page("Architecture", "/ARCHITECTURE"),
          page("Decisions", "/docs/decisions"),
        ],
      },
    ],
  },
});
