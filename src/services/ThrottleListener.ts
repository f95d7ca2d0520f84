/** Hears of every request that goes out and of how it was received, so that concurrency can follow the service. */
import { Context } from "effect";

export interface ThrottleListenerService {
  /** A request goes out; the answer is to be told to what this gives. */
  readonly send: () => (answer: "refused" | "other") => void;
}

/** Nobody listens. */
const deaf: ThrottleListenerService = { send: () => () => {} };

export class ThrottleListener extends Context.Reference<ThrottleListener>()("bqkit/Pressure", {
  defaultValue: (): ThrottleListenerService => deaf,
}) {}
