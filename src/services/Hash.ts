/** Hashes of text. */
import { createHash } from "node:crypto";

/** SHA-256, in hexadecimal digits or in base64. */
export const sha256 = (text: string, encoding: "hex" | "base64" = "hex"): string =>
  createHash("sha256").update(text).digest(encoding);
