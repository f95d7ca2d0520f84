/** Sends a response or a fault. */
import type { ServerResponse } from "node:http";
import type { Answered, Fault } from "./faults.ts";
import type { Json, Refusal } from "./script.ts";

export const send = (
  response: ServerResponse,
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): void => {
  if (response.destroyed) return;
  response.writeHead(status, {
    "content-type": "application/json; charset=UTF-8",
    "content-length": String(Buffer.byteLength(body)),
    ...headers,
  });
  response.end(body);
};

const statuses: Readonly<Record<number, string>> = {
  400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 404: "NOT_FOUND", 409: "ALREADY_EXISTS",
  429: "RESOURCE_EXHAUSTED", 500: "INTERNAL", 501: "UNIMPLEMENTED", 503: "UNAVAILABLE", 504: "DEADLINE_EXCEEDED",
}; // biome-ignore format: one table

const errorBody = ({ status, reason, message }: Pick<Refusal, "status" | "reason" | "message">): string => {
  const known = statuses[status];
  const errors = [{ message, domain: "global", reason }];
  return JSON.stringify({
    error: { code: status, message, errors, ...(known === undefined ? {} : { status: known }) },
  });
};

/** The service's response, successful or not. */
export interface Outcome {
  readonly status: number;
  readonly body: string;
}

export const success = (answer: Json): Outcome => ({ status: 200, body: JSON.stringify(answer) });

export const refused = (refusal: Refusal): Outcome => ({
  status: refusal.status,
  body: errorBody(refusal),
});

const html = { "content-type": "text/html" };

export const sendAnswered = (response: ServerResponse, fault: Answered): void => {
  const headers = fault.retryAfter === undefined ? {} : { "retry-after": fault.retryAfter };
  const { status, reason, message = reason } = fault;
  if (fault.body !== undefined) send(response, status, fault.body, headers);
  else if (fault.html === true)
    send(response, status, `<html><h1>${status}</h1></html>`, { ...headers, ...html });
  else send(response, status, errorBody({ status, reason, message }), headers);
};

const drop = (response: ServerResponse): void => {
  response.socket?.destroy();
};

/** The number of pieces of a slow response. */
const pieces = 10;

const dribble = async (response: ServerResponse, { status, body }: Outcome, overMs: number) => {
  const bytes = Buffer.from(body);
  const size = Math.max(1, Math.ceil(bytes.length / pieces));
  response.writeHead(status, { "content-type": "application/json", "content-length": String(bytes.length) });
  for (let at = 0; at < bytes.length; at += size) {
    if (response.destroyed) return;
    response.write(bytes.subarray(at, at + size));
    await Bun.sleep(overMs / pieces);
  }
  response.end();
};

const cut = async (response: ServerResponse, { status, body }: Outcome) => {
  const bytes = Buffer.from(body);
  response.writeHead(status, { "content-type": "application/json", "content-length": String(bytes.length) });
  response.write(bytes.subarray(0, Math.ceil(bytes.length / 2)));
  // Flushes before the connection is closed.
  await Bun.sleep(5);
  drop(response);
};

const dropLater = (response: ServerResponse, ms: number): void => {
  void Bun.sleep(ms).then(() => drop(response));
};

/** Plays a fault that prevents the request's effect; false for others. */
export const playBefore = (response: ServerResponse, fault: Fault): boolean => {
  if (typeof fault === "object") {
    if ("status" in fault && fault.after !== true) sendAnswered(response, fault);
    else if ("hang" in fault && fault.after !== true) dropLater(response, fault.hang);
    else return false;
    return true;
  }
  if (fault === "reset") drop(response);
  else if (fault === "html") send(response, 200, "<html>Sign in to the network</html>", html);
  else if (fault === "empty") send(response, 200, "");
  else return fault === "hang";
  return true;
};

/** Sends the response, as far as the fault permits. */
export const deliver = (response: ServerResponse, outcome: Outcome, fault: Fault | undefined): void => {
  if (typeof fault === "object" && "status" in fault) sendAnswered(response, fault);
  else if (typeof fault === "object" && "hang" in fault) dropLater(response, fault.hang);
  else if (typeof fault === "object" && "slow" in fault) void dribble(response, outcome, fault.slow);
  else if (typeof fault === "object" && "rewrite" in fault)
    send(response, outcome.status, JSON.stringify(fault.rewrite(JSON.parse(outcome.body) as Json)));
  else if (fault === "resetAfter") drop(response);
  else if (fault === "gzip") send(response, outcome.status, outcome.body, { "content-encoding": "gzip" });
  else if (fault === "cut") void cut(response, outcome);
  else if (fault === "truncated") send(response, outcome.status, outcome.body.slice(0, -5));
  else if (fault !== "hangAfter") send(response, outcome.status, outcome.body);
};
