/** The server: passes each request through its faults, limits and delays to the response. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { answer, type World } from "./answers.ts";
import { makeSlots, refusalOf, type Slots } from "./capacity.ts";
import { catalogOf } from "./catalog.ts";
import type { Fault } from "./faults.ts";
import { type FiguresJson, makeFigures } from "./figures.ts";
import { type Job, makeJobs } from "./jobs.ts";
import { latencyOf } from "./latency.ts";
import { listen } from "./listener.ts";
import { type Method, type Route, routeOf } from "./routes.ts";
import { type Json, Refusal, type Script, type Seen } from "./script.ts";
import { deliver, playBefore, refused, send, sendAnswered, success } from "./transport.ts";

export interface ScriptedServer {
  readonly url: string;
  /** The latest requests, in order of arrival. */
  readonly requests: ReadonlyArray<Seen>;
  /** The latest jobs, in order of their start. */
  readonly jobs: ReadonlyArray<Job>;
  readonly count: (method: Method) => number;
  /** Requests without a response yet. */
  readonly waiting: () => number;
  readonly figures: () => FiguresJson;
  /** Replaces the script; keeps jobs and counters, and the job slots until `reset`. */
  readonly change: (script: Script) => void;
  /** Removes jobs and counters. */
  readonly reset: () => void;
  /** Closes all connections and refuses new ones, for a time or until `acceptConnections`. */
  readonly refuseConnections: (ms?: number) => Promise<void>;
  readonly acceptConnections: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** A call outside the service's API; undefined if unknown. */
export type Control = (verb: string, path: string, body: Json) => Json | Promise<Json> | undefined;

const noQuery = () => ({});

const makeState = (script: Script) => {
  const figures = makeFigures();
  const latency = latencyOf(script.latency);
  const slots = script.queue === undefined ? undefined : makeSlots(script.queue.slots);
  const keepRequests = script.keepRequests ?? 10_000;
  return { figures, latency, slots, keepRequests, requests: [] as Array<Seen> };
};

const jobsOf = (script: () => Script, { figures, slots, keepRequests }: ReturnType<typeof makeState>) =>
  makeJobs({
    query: (sql, number) => (script().query ?? noQuery)(sql, number),
    figures,
    slots: script().queue?.of === "jobs" ? slots : undefined,
    keepJobs: script().keepJobs ?? 2_000,
    keepSql: keepRequests > 0,
  });

/** The request's JSON; undefined if the client disconnected or sent none. */
const bodyOf = (request: IncomingMessage): Promise<Json | undefined> =>
  new Promise((resolve) => {
    const chunks: Array<Buffer> = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.once("error", () => resolve(undefined));
    request.once("close", () => resolve(undefined));
    request.once("end", () => {
      try {
        resolve(chunks.length === 0 ? {} : (JSON.parse(Buffer.concat(chunks).toString()) as Json));
      } catch {
        resolve(undefined);
      }
    });
  });

const noJson = refused(new Refusal(400, "parseError", "Parse Error"));

/** Starts the server on a port of 127.0.0.1; 0 for any free one. */
export const start = async (given: Script, port = 0, control?: Control): Promise<ScriptedServer> => {
  let script = given;
  let state = makeState(script);
  let jobs = jobsOf(() => script, state);
  const worldOf = (): World => ({
    catalog: catalogOf(script.tables),
    jobs,
    query: script.query ?? noQuery,
    location: script.location ?? "EU",
    pageRows: script.pageRows ?? Infinity,
  });
  let world = worldOf();

  const keep = (seen: Seen) => {
    const { requests, keepRequests } = state;
    if (keepRequests === 0) return;
    requests.push(seen);
    if (requests.length > 2 * keepRequests) requests.splice(0, requests.length - keepRequests);
  };

  const isFull = (method: Method): boolean => {
    const { capacity } = script;
    if (capacity === undefined) return false;
    if (capacity.of !== "jobs") return state.figures.inFlight() > capacity.limit;
    return (method === "jobs.query" || method === "jobs.insert") && state.figures.running() >= capacity.limit;
  };

  const outcomeOf = async (seen: Seen, route: Route, fault: Fault | undefined) => {
    try {
      return success(await answer(seen, route.parts, fault, world));
    } catch (error) {
      if (error instanceof Refusal) return refused(error);
      throw error;
    }
  };

  const respond = async (
    seen: Seen,
    route: Route,
    fault: Fault | undefined,
    response: ServerResponse,
  ): Promise<void> => {
    if (fault !== undefined && playBefore(response, fault)) return;
    deliver(response, await outcomeOf(seen, route, fault), fault);
  };

  const served = async (method: Method, slots: Slots | undefined, serve: () => Promise<void>) => {
    const turn = slots?.take();
    if (turn !== undefined) await turn;
    const ms = state.latency(method);
    if (ms > 0) await Bun.sleep(ms);
    await serve().finally(() => slots?.free());
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? "/", "http://localhost");
    const path = decodeURIComponent(url.pathname.replace(/^\/bigquery\/v2/, ""));
    const verb = request.method ?? "GET";
    if (path.startsWith("/control/")) return controlled(verb, path, request, response);
    const route = routeOf(verb, path);
    if (route === undefined)
      return deliver(
        response,
        refused(new Refusal(404, "notFound", `no such call: ${verb} ${path}`)),
        undefined,
      );
    const { method } = route;
    const { figures, slots } = state;
    const before = figures.count(method);
    figures.arrived(method);
    response.once("close", () => figures.left(response.writableFinished));
    const isRefused = isFull(method);
    const body = verb === "POST" ? await bodyOf(request) : {};
    if (body === undefined) return deliver(response, noJson, undefined);
    const seen: Seen = {
      method, path, query: Object.fromEntries(url.searchParams), body,
      headers: request.headers, atMs: Date.now(),
    }; // biome-ignore format: one object
    keep(seen);
    if (isRefused && script.capacity !== undefined) {
      figures.refused();
      return sendAnswered(response, refusalOf(script.capacity));
    }
    const fault = script.fault?.(seen, before);
    if (fault !== undefined) figures.faulted();
    const line = script.queue?.of === "requests" ? slots : undefined;
    await served(method, line, () => respond(seen, route, fault, response));
  };

  const controlled = async (
    verb: string,
    path: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> => {
    const answered = await control?.(verb, path, (await bodyOf(request)) ?? {});
    send(response, answered === undefined ? 404 : 200, JSON.stringify(answered ?? {}));
  };

  const listener = await listen((request, response) => void handle(request, response), port);

  const forget = () => {
    jobs.stop();
    state = makeState(script);
    jobs = jobsOf(() => script, state);
    world = worldOf();
  };
  return {
    url: `http://127.0.0.1:${listener.port}`,
    get requests() {
      return state.requests;
    },
    get jobs() {
      return jobs.all();
    },
    count: (method) => state.figures.count(method),
    waiting: () => state.figures.inFlight(),
    figures: () => state.figures.read(),
    change: (next) => {
      script = next;
      const { latency, slots } = makeState(next);
      state = { ...state, latency, slots };
      world = worldOf();
    },
    reset: forget,
    refuseConnections: listener.refuse,
    acceptConnections: listener.accept,
    stop: async () => {
      jobs.stop();
      await listener.close();
    },
  };
};
