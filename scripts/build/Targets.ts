/** The platforms that the executable is built for. */
export interface Target {
  /** Bun's name of the platform. */
  readonly bun: Bun.Build.CompileTarget;
  /** The npm package with DuckDB's addon and library, and the name of the library file. */
  readonly bindings: string;
  readonly library: string;
  /** Header of the executable and of the library; see Header.ts. */
  readonly header: string;
}

export const targets: Readonly<Record<string, Target>> = {
  "linux-x64": {
    bun: "bun-linux-x64",
    bindings: "@duckdb/node-bindings-linux-x64",
    library: "libduckdb.so",
    header: "ELF x64 glibc",
  },
  "linux-arm64": {
    bun: "bun-linux-arm64",
    bindings: "@duckdb/node-bindings-linux-arm64",
    library: "libduckdb.so",
    header: "ELF arm64 glibc",
  },
  "linux-x64-musl": {
    bun: "bun-linux-x64-musl",
    bindings: "@duckdb/node-bindings-linux-x64-musl",
    library: "libduckdb.so",
    header: "ELF x64 musl",
  },
  "linux-arm64-musl": {
    bun: "bun-linux-arm64-musl",
    bindings: "@duckdb/node-bindings-linux-arm64-musl",
    library: "libduckdb.so",
    header: "ELF arm64 musl",
  },
  "macos-x64": {
    bun: "bun-darwin-x64",
    bindings: "@duckdb/node-bindings-darwin-x64",
    library: "libduckdb.dylib",
    header: "Mach-O x64",
  },
  "macos-arm64": {
    bun: "bun-darwin-arm64",
    bindings: "@duckdb/node-bindings-darwin-arm64",
    library: "libduckdb.dylib",
    header: "Mach-O arm64",
  },
  "windows-x64": {
    bun: "bun-windows-x64",
    bindings: "@duckdb/node-bindings-win32-x64",
    library: "duckdb.dll",
    header: "PE x64",
  },
};

const isMusl = (): boolean => {
  const report = process.report?.getReport() as { header?: { glibcVersionRuntime?: string } } | undefined;
  return process.platform === "linux" && report?.header?.glibcVersionRuntime === undefined;
};

/** This machine's platform. */
export const host = `${{ darwin: "macos", win32: "windows" }[process.platform as string] ?? process.platform}-${process.arch}${isMusl() ? "-musl" : ""}`;

export const isWindows = (name: string): boolean => name.startsWith("windows-");
