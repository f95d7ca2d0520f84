/** JUnit XML, validated by libxml2 with a schema, and read by a parser of JUnit reports. */
import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse, type TestSuites } from "junit2json";
import { validateXML } from "xmllint-wasm";
import { escapeControls } from "../../src/domain/EscapeControls.ts";
import * as Document from "../../src/reports/Document.ts";
import { junit } from "../../src/reports/Junit.ts";
import { goldens } from "../golden/golden.ts";
import { hostile, type Made, rendered } from "./support.ts";

const schema = readFileSync(join(import.meta.dir, "junit.xsd"), "utf8");

const errorsOf = async (xml: string): Promise<ReadonlyArray<string>> =>
  (await validateXML({ xml, schema, maxMemoryPages: 4096 })).errors.map(({ message }) => message);

const casesOf = async (xml: string) => {
  const read = (await parse(xml)) as TestSuites;
  expect(read.testsuite).toHaveLength(1);
  return { ...read.testsuite![0]!, cases: read.testsuite![0]!.testcase ?? [] };
};

const failure = { reason: "notFound", message: "there is no table", remedy: "check the name" };
const one: ReadonlyArray<Made> = [
  { item: "p.d.same", status: "ok" },
  { item: { a: "p.d.a", b: "p.d.b" }, status: "different", document: { headline: "3 rows changed" } },
  { item: "p.d.near", status: "different", broken: false, document: { headline: "1 row changed" } },
  { item: "p.d.none", status: "failed", error: failure },
  { item: "p.d.later", status: "skipped", error: { ...failure, reason: "stopped", message: "not started" } },
];

describe("a JUnit report", () => {
  test("is a suite with a test case per item, in order", async () => {
    const xml = await rendered(junit, one);
    expect(await errorsOf(xml)).toEqual([]);
    const { cases, ...suite } = await casesOf(xml);
    expect(suite).toMatchObject({
      name: "bq-table-compare",
      tests: 5,
      failures: 1,
      errors: 1,
      skipped: 1,
      time: 2.5,
      timestamp: "2024-06-01T08:00:00",
    });
    expect(cases.map(({ name, classname, time }) => [name, classname, time])).toEqual(
      ["p.d.same", "p.d.a : p.d.b", "p.d.near", "p.d.none", "p.d.later"].map((name) => [
        name,
        "bq-table-compare",
        1.5,
      ]),
    );
  });

  test("has differences as failures, failed items as errors, and skipped items as skipped", async () => {
    const { cases } = await casesOf(await rendered(junit, one));
    expect(cases.map((one) => Object.keys(one).slice(3))).toEqual([
      ["system-out"], ["failure"], ["system-out"], ["error"], ["skipped"],
    ]); // biome-ignore format: one line
    expect(cases[1]!.failure).toEqual([
      { type: "different", message: "3 rows changed", inner: "3 rows changed" },
    ]);
    expect(cases[2]!["system-out"]).toEqual(["different, within the threshold\n1 row changed"]);
    expect(cases[3]!.error).toEqual([
      { type: "notFound", message: "there is no table", inner: "check the name" },
    ]);
    expect(cases[4]!.skipped).toEqual([{ message: "not started; check the name" }]);
  });

  test("has the verdict as the type of a failure: drift", async () => {
    const xml = await Bun.file(join(import.meta.dir, "../golden/reports/profile-batch/junit.xml")).text();
    const { cases } = await casesOf(xml);
    const drifted = cases.find(({ failure }) => failure !== undefined)!;
    expect(drifted.failure![0]!.type).toBe("drift");
    expect(drifted.failure![0]!.inner).toContain("Drift since the baseline");
    expect(cases.find(({ name }) => name === "shop-prod.sales.ids")!["system-out"]![0]).toMatch(
      /^no drift|no drift measured/m,
    );
  });

  test("counts its cases, for any mix", async () => {
    for (let n = 0; n <= one.length; n++) {
      const { cases, ...suite } = await casesOf(await rendered(junit, one.slice(0, n)));
      const holding = (element: "failure" | "error" | "skipped") =>
        cases.filter((found) => found[element] !== undefined).length;
      expect([suite.tests, suite.failures, suite.errors, suite.skipped]).toEqual([
        n, holding("failure"), holding("error"), holding("skipped"),
      ]); // biome-ignore format: one line
    }
  });

  test("shows hostile names and values as text, everywhere", async () => {
    const items = hostile.flatMap(
      (text): ReadonlyArray<Made> => [
        {
          item: text,
          status: "different",
          document: {
            headline: text,
            blocks: [{ _tag: "Facts", facts: [{ label: text, cell: Document.value(text) }] }],
          },
        },
        {
          item: { a: text, b: text },
          status: "failed",
          error: { reason: text, message: text, remedy: text },
        },
        { item: text, status: "skipped", error: { reason: text, message: text, remedy: text } },
      ],
    );
    const xml = await rendered(junit, items);
    expect(await errorsOf(xml)).toEqual([]);
    expect(xml).not.toMatch(
      /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufffe\uffff]/,
    );
    const { cases } = await casesOf(xml);
    hostile.forEach((text, i) => {
      const [different, failed, skipped] = cases.slice(3 * i);
      expect(different!.name).toBe(escapeControls(text));
      expect(different!.failure![0]!.message).toBe(escapeControls(text));
      expect(failed!.error![0]!.message).toBe(escapeControls(text));
      expect(failed!.error![0]!.inner).toBe(escapeControls(text));
      expect(skipped!.skipped![0]!.message).toStartWith(escapeControls(text));
    });
  });

  test("truncates a long text, with a note", async () => {
    const blocks = Array.from(
      { length: 500 },
      (_, i): Document.Block => ({ _tag: "Paragraph", text: `line ${i}` }),
    );
    const { cases } = await casesOf(
      await rendered(junit, [{ item: "p.d.t", status: "different", document: { blocks } }]),
    );
    const { inner } = cases[0]!.failure![0]!;
    expect(inner!.split("\n")).toHaveLength(101);
    expect(inner).toEndWith("… 901 more lines in the text report");
  });

  for (const golden of goldens.filter(({ format }) => format === "junit")) {
    test(`${golden.name} is valid by the schema`, async () => {
      expect(await errorsOf(await golden.render())).toEqual([]);
    });
  }

  test("of an empty batch is a suite without cases", async () => {
    const xml = await rendered(junit, []);
    expect(await errorsOf(xml)).toEqual([]);
    expect((await casesOf(xml)).tests).toBe(0);
  });
});
