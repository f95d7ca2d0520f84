/** The options of bq-schema-diff alone. */
import { common, full } from "./Common.ts";
import * as S from "./OptionSchemas.ts";
import { optional, withDefault } from "./Spec.ts";

/** Those that a pair may have of its own, in a line of JSON. */
export const ofPair = {
  map: optional({
    name: "map", metavar: "OLD=NEW,…", description: "known renames, such as cust=customer,a.b=c",
    group: "Comparison", common: true, schema: S.list("renames such as old=new,a.b=c"),
  }),
  ignore: optional({
    name: "ignore", metavar: "WHAT,…", description: "changes to ignore, such as description,moved",
    group: "Comparison", common: true, schema: S.list("rules or attributes between commas"),
  }),
  only: optional({
    name: "only", metavar: "PATH,…", description: "only these fields and those below; * matches anything",
    group: "Comparison", common: true, schema: S.list("path patterns such as id,items[].*"),
  }),
  failOn: withDefault({
    name: "fail-on", metavar: "CLASS", description: "changes that set status 1: any, breaking, none",
    group: "Comparison", common: true, shown: "any", schema: S.oneOf("any", "breaking", "none"), fallback: "any",
  }),
  full: { ...full("unchanged fields, too, and every item of a long batch"), matters: true },
}; // biome-ignore format: one table

export const schemaDiff = {
  pairsFile: optional({
    name: "pairs-file", metavar: "FILE", description: "read pairs from a file, one per line; - is stdin",
    group: "Input", common: true, schema: S.filled("the name of a file"),
  }),
  ...common("bq-schema-diff"),
  ...ofPair,
}; // biome-ignore format: one table
