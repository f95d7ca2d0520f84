/** docs/SCHEMA_DIFF.md: the rules, as the program's core tells them, and how it is used. */
import { markdown } from "../../src/programs/schema-diff/RulesPage.ts";
import { generated, padded, page } from "./markdown.ts";

export const schemaDiff = (): string => page(generated, padded(markdown()));
