/** Exports spans by OTLP over HTTP if OTEL_EXPORTER_OTLP_ENDPOINT is set. Without it, loads nothing. */
import { Config, Effect, Layer, Option } from "effect";
import { version } from "../version.ts";

/** The maximum delay of the exit by an unresponsive collector. */
const shutdownTimeout = "1 second";

/** The tracer of a program. Spans contain names and error messages, but no statements or rows. */
export const layer = (serviceName: string): Layer.Layer<never> =>
  Layer.unwrapEffect(
    Effect.map(endpoint, (url) => (Option.isNone(url) ? Layer.empty : tracer(serviceName, url.value))),
  );

const endpoint: Effect.Effect<Option.Option<string>> = Config.option(
  Config.nonEmptyString("OTEL_EXPORTER_OTLP_ENDPOINT"),
).pipe(Effect.orElseSucceed(() => Option.none()));

const tracer = (serviceName: string, url: string): Layer.Layer<never> =>
  Layer.unwrapEffect(
    Effect.promise(async () => {
      const [Tracer, Serialization, Client] = await Promise.all([
        import("@effect/opentelemetry/OtlpTracer"),
        import("@effect/opentelemetry/OtlpSerialization"),
        import("@effect/platform/FetchHttpClient"),
      ]);
      return Tracer.layer({
        url: `${url.replace(/\/+$/, "")}/v1/traces`,
        resource: { serviceName, serviceVersion: version },
        shutdownTimeout,
      }).pipe(Layer.provide([Serialization.layerJson, Client.layer]));
    }),
  );
