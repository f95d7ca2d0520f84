/** The bill of materials (CycloneDX) and the licence notices of the executable, from what the bundler put into it. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cyclonedxEsbuildPlugin } from "@cyclonedx/cyclonedx-esbuild";
import { root } from "./Compile.ts";

interface Component {
  readonly type: string;
  readonly group?: string;
  readonly name: string;
  readonly version: string;
  readonly licenses?: ReadonlyArray<{ readonly license?: { readonly id?: string; readonly name?: string } }>;
  readonly evidence?: {
    readonly licenses?: ReadonlyArray<{ readonly license: { readonly text?: { readonly content: string } } }>;
  };
  readonly purl?: string;
}

interface Bill {
  readonly components: ReadonlyArray<Component>;
}

/** What the bundler does not see. The notices of Bun itself name its libraries. */
const runtime: Component = {
  type: "platform",
  name: "bun",
  version: Bun.version,
  licenses: [{ license: { id: "MIT" } }],
  purl: `pkg:npm/bun@${Bun.version}`,
};

const aboutBun = `The executable contains Bun, which is MIT-licensed. Bun contains JavaScriptCore and other parts of WebKit, under the LGPL,
version 2, and further libraries under their own licences. https://bun.com/docs/project/license lists them, and tells how to
link Bun with a changed JavaScriptCore.`;

const nameOf = ({ group, name, version }: Component): string =>
  `${group === undefined ? "" : `${group}/`}${name} ${version}`;

const licenceOf = ({ licenses = [] }: Component): string =>
  licenses.flatMap(({ license }) => license?.id ?? license?.name ?? []).join(", ");

const textsOf = ({ evidence }: Component): ReadonlyArray<string> =>
  (evidence?.licenses ?? []).flatMap(({ license: { text } }) =>
    text === undefined ? [] : Buffer.from(text.content, "base64").toString().replaceAll("\r\n", "\n").trim(),
  );

/** Packages with the same text, which is given once. */
const noticesOf = (components: ReadonlyArray<Component>): string => {
  const packages = new Map<string, Set<string>>();
  for (const component of components.filter(({ type }) => type === "library")) {
    const text = textsOf(component).join("\n\n") || `Licence: ${licenceOf(component)}`;
    packages.set(text, (packages.get(text) ?? new Set()).add(nameOf(component)));
  }
  const line = "-".repeat(80);
  const sections = [...packages].map(([text, names]) => `${[...names].join("\n")}\n\n${text}`);
  return `${[`Third-party software in bqkit\n\n${aboutBun}`, ...sections].join(`\n\n${line}\n`)}\n`;
};

/** Bundles the programs for their list of packages; returns the two texts. */
export const bill = async (): Promise<{ readonly sbom: string; readonly notices: string }> => {
  const folder = await mkdtemp(join(tmpdir(), "bqkit-bill-"));
  try {
    const outputFile = join(folder, "bom.json");
    const result = await Bun.build({
      entrypoints: [join(root, "src", "bin", "bqkit.ts")],
      target: "bun",
      metafile: true,
      external: ["@duckdb/node-bindings-*"],
      plugins: [
        cyclonedxEsbuildPlugin({
          outputFile,
          gatherLicenseTexts: true,
          outputReproducible: true,
          validate: false,
          logLevel: "error",
        }) as unknown as Bun.BunPlugin,
      ],
    });
    if (!result.success) throw new Error(result.logs.map(String).join("\n"));
    const found = (await Bun.file(outputFile).json()) as Bill;
    const components = [...found.components, runtime];
    return { sbom: `${JSON.stringify({ ...found, components }, null, 2)}\n`, notices: noticesOf(components) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
