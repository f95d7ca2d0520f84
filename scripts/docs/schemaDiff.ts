/** docs/SCHEMA_DIFF.md: the rules of the program, and how to use it. */
import { markdown } from "../../src/programs/schema-diff/rules/RulesPage.ts";
import { generated, padded, page } from "./markdown.ts";

export const schemaDiff = (): string => page(generated, padded(markdown()));
