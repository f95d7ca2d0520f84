/** docs/SCHEMA_DIFF.md: the rules of bq-schema-diff, and how to use it. */
import { markdown } from "../../src/programs/schema-diff/RulesPage.ts";
import { generated, padded, page } from "./markdown.ts";

export const schemaDiff = (): string => page(generated, padded(markdown()));
