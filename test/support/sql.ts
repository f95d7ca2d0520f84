import { type Sql, sql } from "../../src/sql/Sql.ts";

/** Builds SQL from a string, as only a user's condition can: the engine checks what it reads. */
export const rawSql = (text: string): Sql => ({
  ...sql(Object.assign([text], { raw: [text] })),
  hasCondition: true,
});
