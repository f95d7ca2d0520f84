/** Observes every request and whether it was throttled, so that concurrency can adapt to the service. */
import { Context } from "effect";

export interface ThrottleListenerService {
  /** A request starts; call the returned function when it ends. */
  readonly onRequest: () => (outcome: "throttled" | "other") => void;
}

/** Ignores all requests. */
const none: ThrottleListenerService = { onRequest: () => () => {} };

export class ThrottleListener extends Context.Reference<ThrottleListener>()("bqkit/ThrottleListener", {
  defaultValue: (): ThrottleListenerService => none,
}) {}
