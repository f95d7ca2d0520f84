/**
 * Scripted BigQuery REST calls over real HTTP, with the faults of the real service and of networks. Uses node:http,
 * which under Bun can reset connections, hang and truncate responses.
 */
import { Effect } from "effect";
import type { Script } from "./script.ts";
import { start } from "./server.ts";

export type { Bill } from "./billing.ts";
export type { Capacity } from "./capacity.ts";
export {
  type Answered,
  type Fault,
  type FaultKind,
  faultKinds,
  faultOf,
  faults,
  randomFaults,
} from "./faults.ts";
export type { FiguresJson, Moment } from "./figures.ts";
export type { Job } from "./jobs.ts";
export type { Method } from "./routes.ts";
export type { Catalog, ErrorOf, Json, Query, Script, Seen, Table } from "./script.ts";
export type { Rule, ScriptJson } from "./scriptJson.ts";
export type { ScriptedServer } from "./server.ts";
export { type SpawnedServer, spawnedServer, spawnServer } from "./spawned.ts";
export { type Warehouse, type WarehouseOptions, warehouse } from "./warehouse.ts";

/** The server, until the scope closes. */
export const scriptedServer = (script: Script) =>
  Effect.acquireRelease(
    Effect.promise(() => start(script)),
    ({ stop }) => Effect.promise(stop),
  );
