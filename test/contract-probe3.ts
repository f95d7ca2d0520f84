import { request, startEmulator } from "./emulator/emulator.ts";

const e = await startEmulator({ project: "p", dataset: "d" });
for (const q of [
  "SELECT MAX(x) AS a, SUBSTR(MAX(x),1,1000) AS s, TO_JSON_STRING(STRUCT(MAX(x) AS v)) AS b, MIN(x) AS c, TO_JSON_STRING(STRUCT(SUBSTR(MAX(x),1,1000) AS v)) AS d FROM UNNEST(['🙂','a','👩‍👩‍👧']) AS x",
  "SELECT SUBSTR('👩‍👩‍👧',1,1000), CAST(ARRAY_TO_STRING([],'') AS STRING), TO_HEX(CAST(SUBSTR('🙂',1,1000) AS BYTES))",
])
  console.log(
    JSON.stringify(
      (
        (await request(e.url + "/bigquery/v2/projects/p/queries", {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ query: q, useLegacySql: false }),
        })) as any
      ).rows,
    ),
  );
await e.stop();
