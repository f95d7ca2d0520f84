/** The capabilities of the terminal: colours and width. */
import type { Appearance } from "../../reports/Renderer.ts";

interface Stream {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

type When = "auto" | "always" | "never";

/** NO_COLOR and a dumb terminal disable colours, unless `always`. */
export const colorOf = (
  stream: Stream,
  when: When,
  env: Readonly<Record<string, string | undefined>> = process.env,
): boolean =>
  when === "always" ||
  (when === "auto" && stream.isTTY === true && (env.NO_COLOR ?? "") === "" && env.TERM !== "dumb");

/** Whether a line can be redrawn: not on a dumb terminal or in CI logs. */
export const canRedraw = (
  stream: Stream,
  env: Readonly<Record<string, string | undefined>> = process.env,
): boolean =>
  stream.isTTY === true && env.TERM !== "dumb" && ["", "0", "false"].includes((env.CI ?? "").toLowerCase());

/** The terminal's width, else COLUMNS; undefined for no limit. */
export const widthOf = (
  stream: Stream,
  env: Readonly<Record<string, string | undefined>> = process.env,
): number | undefined => {
  const columns = Number(env.COLUMNS);
  if (stream.isTTY === true && (stream.columns ?? 0) > 0) return stream.columns;
  return Number.isInteger(columns) && columns >= 20 ? columns : undefined;
};

/** The appearance of a report on this stream. */
export const appearance = (stream: Stream, when: When): Appearance => {
  const width = widthOf(stream);
  return { color: colorOf(stream, when), ...(width === undefined ? {} : { width }) };
};
