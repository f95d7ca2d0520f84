import { startOracle } from "./oracle/oracle.ts";

const o = await startOracle();
console.log(
  await o.evaluate(
    "SELECT TO_JSON_STRING(j) IS NULL AS a, TO_JSON_STRING(j) AS b, TO_JSON_STRING(PARSE_JSON('null')) AS c, PARSE_JSON('null') IS NULL AS d, COUNT(DISTINCT TO_JSON_STRING(j)) AS n FROM UNNEST([CAST(NULL AS JSON)]) AS j GROUP BY 1,2",
  ),
);
console.log(await o.evaluate("SELECT SUBSTR('🙂x', 1, 1000) AS a, TO_JSON_STRING('🙂') AS b"));
await o.stop();
