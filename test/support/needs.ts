/** Suites that need an optional part: skipped with the reason if it is missing, but failing in CI. */
import { describe, test } from "bun:test";

export interface Need {
  readonly available: boolean;
  /** What is missing, and how to get it. */
  readonly missing: string;
}

export const describeWith = (need: Need, name: string, body: () => void): void => {
  if (need.available) describe(name, body);
  else if (process.env.CI === "true") {
    test(name, () => {
      throw new Error(need.missing);
    });
  } else {
    test.skip(`${name} (skipped: ${need.missing})`, () => {});
  }
};
