/** Exports spans by OTLP over HTTP, where OTEL_EXPORTER_OTLP_ENDPOINT names a collector. Without it nothing is loaded. */
import { Config, Effect, Layer, Option } from "effect";
import { version } from "../version.ts";

/** A collector that does not answer delays the end of a run by this at most. */
const shutdownTimeout = "1 second";

/** The tracer of a program; spans hold names and error messages, never statements or rows. */
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
