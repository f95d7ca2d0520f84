/** Reads from the header of an executable or a library which platform it runs on. */

const machines: Readonly<Record<number, string>> = { 62: "x64", 183: "arm64", 34404: "x64", 43620: "arm64" };
const cpuTypes: Readonly<Record<number, string>> = { 16777223: "x64", 16777228: "arm64" };

const elf = 0x7f454c46;
const machO = 0xcffaedfe;
const universal = 0xcafebabe;
const mz = 0x4d5a;

/** The C library of an ELF file: an executable names its loader near its start, a library only the C library. */
const libraryOf = (file: Buffer): string => {
  const start = file.subarray(0, 4096);
  const isExecutable = start.includes("/ld-");
  return (isExecutable ? start.includes("/ld-musl-") : file.includes("libc.musl-")) ? "musl" : "glibc";
};

/** `ELF x64 glibc`, `Mach-O arm64`, `PE x64`; `unknown` for anything else. */
export const headerOf = (bytes: Uint8Array): string => {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (file.readUInt32BE(0) === elf) return `ELF ${machines[file.readUInt16LE(18)]} ${libraryOf(file)}`;
  if (file.readUInt32BE(0) === machO) return `Mach-O ${cpuTypes[file.readUInt32LE(4)]}`;
  if (file.readUInt16BE(0) === mz) return `PE ${machines[file.readUInt16LE(file.readUInt32LE(60) + 4)]}`;
  return "unknown";
};

/** The part of a universal macOS library for one CPU, with its own signature; other files as they are. */
export const thin = (bytes: Uint8Array, header: string): Uint8Array => {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (file.readUInt32BE(0) !== universal) return bytes;
  for (let at = 8; at < 8 + 20 * file.readUInt32BE(4); at += 20) {
    const part = bytes.subarray(
      file.readUInt32BE(at + 8),
      file.readUInt32BE(at + 8) + file.readUInt32BE(at + 12),
    );
    if (headerOf(part) === header) return part;
  }
  throw new Error(`the universal library has no part for ${header}`);
};

/** An ELF file without its sections, which only debuggers and linkers read: what is loaded is in the segments. */
export const strip = (bytes: Uint8Array): Uint8Array => {
  const file = Buffer.from(bytes);
  if (file.readUInt32BE(0) !== elf) return bytes;
  const [headers, size, count] = [
    Number(file.readBigUInt64LE(32)),
    file.readUInt16LE(54),
    file.readUInt16LE(56),
  ];
  const ends = Array.from({ length: count }, (_, i) => headers + i * size).map((at) =>
    Number(file.readBigUInt64LE(at + 8) + file.readBigUInt64LE(at + 32)),
  );
  // The position of the section headers, their size, their count and the index of their names.
  file.fill(0, 40, 48).fill(0, 58, 64);
  return file.subarray(0, Math.max(...ends));
};
