/** Hashes of text. */
import { createHash } from "node:crypto";

/** SHA-256, in hexadecimal digits or in base64. */
export const sha256 = (text: string, encoding: "hex" | "base64" = "hex"): string =>
  createHash("sha256").update(text).digest(encoding);

/** SHA-256 of texts that are added one after the other. */
export const hasher = (): { readonly add: (text: string) => void; readonly digest: () => string } => {
  const hash = createHash("sha256");
  return { add: (text) => hash.update(text), digest: () => hash.digest("hex") };
};
