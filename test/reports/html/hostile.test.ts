/** Names, values and descriptions that try to inject markup or scripts. */
import { describe, expect, test } from "bun:test";
import { Effect } from "effect";
import * as Router from "../../../src/layers/Router.ts";
import * as Profile from "../../../src/programs/profile/Program.ts";
import { diff } from "../../../src/programs/schema-diff/Program.ts";
import { field, side, struct } from "../../programs/schema-diff/build.ts";
import { compared } from "../../programs/table-compare/local.ts";
import { browser, chromiumNeed, openAll, overflow } from "../../support/browser.ts";
import { it } from "../../support/effect.ts";
import { reference, workdir } from "../../support/files.ts";
import { describeWith } from "../../support/needs.ts";
import { hostile as everyFormat } from "../support.ts";
import { pageOf, programs } from "./pages.ts";

const attack = "window.hacked = true";

const markup = [
  `<script>${attack}</script>`,
  `</script><script>${attack}</script>`,
  `</style><script>${attack}</script>`,
  `</title></head><body onload="${attack}">`,
  `"><img src=x onerror="${attack}">`,
  `' autofocus onfocus='${attack}' x='`,
  `<svg onload="${attack}"><a href="javascript:${attack}">here</a></svg>`,
  `<meta http-equiv="refresh" content="0;url=http://evil.example/">`,
  `<link rel="stylesheet" href="http://evil.example/x.css"><iframe src="http://evil.example/"></iframe>`,
  "<!-- ]]> <![CDATA[ -->",
  "<table><tr><td></table></main>",
  "&lt;b&gt; &amp; &#x3c;",
];

const hostile = [...markup, ...everyFormat];
const megabyte = "<b>\u202e".repeat(250_000);

/** What DuckDB takes in a name or a string: valid Unicode without NUL. */
const inFiles = hostile.map((text) => text.toWellFormed().replaceAll("\0", "\u0001"));

const name = (text: string): string => `"${text.replaceAll('"', '""')}"`;
const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** Invisible characters, and characters that reorder the text around them. */
const invisible = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

const pages: Readonly<Record<string, Effect.Effect<string>>> = {
  "a profile of hostile names and values": Effect.gen(function* () {
    const dir = yield* workdir;
    const columns = inFiles.map((text, i) => `${literal(text)} AS ${name(i === 0 ? text : `${text}${i}`)}`);
    const select = `SELECT ${columns.join(", ")}, repeat('<i>', 350000) AS long, {${literal("<u>")}: 1} AS inner`;
    const file = yield* Effect.promise(() => dir.parquet("hostile.parquet", `${select} FROM range(3)`));
    const payload = yield* Profile.run(reference(file)).pipe(
      Effect.scoped,
      Effect.provide(Router.layer({ local: { threads: 1 } })),
    );
    return yield* Effect.promise(() => pageOf(programs.profile, [{ item: markup[0]!, payload }]));
  }).pipe(Effect.scoped, Effect.orDie),

  "a diff of hostile names and descriptions": Effect.promise(() => {
    const fields = (more: object) =>
      hostile.map((text, i) => struct(`${text}${i}`, [field(text)], { description: text, ...more }));
    const payload = diff(
      side(fields({})),
      side(fields({ description: megabyte }), { description: megabyte }),
    );
    return pageOf(programs.diff, [{ item: { a: hostile[0]!, b: hostile[4]! }, payload }]);
  }),

  "a comparison of hostile keys and values": Effect.gen(function* () {
    const rows = (end: string) =>
      `SELECT * FROM (VALUES ${inFiles.map((text) => `(${literal(text)}, ${literal(text + end)})`).join(", ")}, ('long', repeat('<i>', 350000) || '${end}')) t(${name(markup[4]!)}, ${name(markup[0]!)})`;
    const payload = yield* compared(rows("1"), rows("2"), { key: [markup[4]!], stats: "always" });
    return yield* Effect.promise(() =>
      pageOf(programs.comparison, [{ item: { a: markup[0]!, b: "b" }, payload }]),
    );
  }).pipe(Effect.orDie),

  "a batch of hostile items, options and failures": Effect.promise(() => {
    const payload = diff(side([field("a")]), side([field("b")]));
    const failed = hostile.map((text) => ({
      item: { a: text, b: text },
      error: { reason: text, message: text, remedy: text },
    }));
    const items = [
      ...failed,
      { item: { a: megabyte, b: "b" }, payload },
      { item: { a: hostile[6]!, b: "b" }, payload },
    ];
    return pageOf(programs.diff, items, {
      where: hostile[0],
      ignore: hostile,
      only: megabyte.slice(0, 2000),
    });
  }),
};

describeWith(chromiumNeed, "hostile tables in a browser", () => {
  const { visit } = browser();

  for (const [what, page] of Object.entries(pages)) {
    describe(what, () => {
      for (const width of [1280, 390]) {
        it.live(`runs no script, sends no request and keeps the layout at ${width} pixels`, () =>
          Effect.gen(function* () {
            const html = yield* page;
            yield* Effect.promise(() =>
              visit(html, { width }, async ({ page, requests, complaints }) => {
                await openAll(page);
                await page.keyboard.press("Tab");
                expect(await page.evaluate("window.hacked")).toBeUndefined();
                expect(requests).toEqual([]);
                expect(complaints).toEqual([]);
                expect(await overflow(page)).toBe(0);
                expect(page.url()).toStartWith("file://");
                const foreign =
                  "img, iframe, object, embed, form, body script ~ script, a:not([href^='#']), [onload], [onfocus], u, i";
                expect(await page.locator(foreign).count()).toBe(0);
                expect(await page.locator("main").count()).toBe(1);
                expect(await page.evaluate<string>("document.body.innerText")).not.toMatch(invisible);
              }),
            );
          }),
        );
      }

      it.live("has a bounded size for any value, and notes truncation", () =>
        Effect.gen(function* () {
          const html = yield* page;
          expect(html.length).toBeLessThan(1_000_000);
          expect(html.includes("… cut, ")).toBe(true);
        }),
      );
    });
  }

  test("a name is shown verbatim", async () => {
    const payload = diff(side([field(`<b>"a"</b>\u202e\n`)]), side([]));
    const html = await pageOf(programs.diff, [{ item: { a: "a", b: "b" }, payload }]);
    await visit(html, {}, async ({ page }) => {
      expect(await page.locator(".tree tbody td b").first().textContent()).toBe(`<b>"a"</b>\\u{202e}␊`);
    });
  });
});
