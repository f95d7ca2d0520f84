/** Values as a reader sees them. */
import type { Value } from "../../../domain/Value.ts";

/** The value in one text: strings as they are, everything else as JSON. */
export const shown = (value: Value): string => (typeof value === "string" ? value : JSON.stringify(value));
