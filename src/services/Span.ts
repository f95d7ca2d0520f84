/** Spans for the tracer of OTEL_EXPORTER_OTLP_ENDPOINT, or of a user of the library. */
import { Context, DefaultServices, Effect, Tracer } from "effect";

/** The tracer of programs that set none. */
const none = Context.get(DefaultServices.liveServices, Tracer.Tracer);

/**
 * Runs the effect in a span if a tracer is set. Without one, `Effect.fn` and `Effect.withSpan` make spans that nothing
 * reads, in about 35 steps each.
 */
export const named =
  (name: string) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.flatMap(Effect.tracer, (tracer) => (tracer === none ? effect : Effect.withSpan(effect, name)));
