import { afterAll, expect, test } from "bun:test";
import { binary, run } from "../cli/spawn.ts";

const received: Array<{ readonly path: string; readonly body: string }> = [];
const collector = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  fetch: async (request) => {
    received.push({ path: new URL(request.url).pathname, body: await request.text() });
    return Response.json({});
  },
});
afterAll(() => collector.stop(true));

const profile = (env: Readonly<Record<string, string>>) =>
  run([...binary(), "--format", "json", "examples/data/orders.ndjson"], { env });

test("spans reach the collector of OTEL_EXPORTER_OTLP_ENDPOINT, without rows", async () => {
  const ran = await profile({ OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${collector.port}/` });
  expect(ran.status).toBe(0);
  expect(new Set(received.map(({ path }) => path))).toEqual(new Set(["/v1/traces"]));
  const text = received.map(({ body }) => body).join("\n");
  expect(text).toContain('"name":"Profile.run"');
  expect(text).toContain('"stringValue":"bq-profile"');
  const { city } = JSON.parse(ran.stdout).results[0].profile.sample[0].address;
  expect(typeof city).toBe("string");
  expect(text).not.toContain(`"${city}"`);
});

test("an unresponsive collector has no effect", async () => {
  const ran = await profile({ OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:9" });
  expect(ran).toMatchObject({ status: 0, stderr: "" });
});

test("without it nothing is sent", async () => {
  received.length = 0;
  await profile({ OTEL_EXPORTER_OTLP_ENDPOINT: "" });
  expect(received).toEqual([]);
});
