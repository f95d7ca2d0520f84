import { describe, expect, test } from "bun:test";
import { html, lines, name, none, shortened } from "../../../src/reports/html/Html.ts";

describe("markup", () => {
  test("is built from templates; interpolated values are text", () => {
    const evil = `<b title="x" class='y'>&amp;</b>`;
    expect(html`<p title="${evil}">${evil}</p>`.markup).toBe(
      `<p title="&lt;b title=&quot;x&quot; class=&#39;y&#39;&gt;&amp;amp;&lt;/b&gt;">&lt;b title=&quot;x&quot; class=&#39;y&#39;&gt;&amp;amp;&lt;/b&gt;</p>`,
    );
  });

  test("is interpolated unchanged, also as a list; undefined renders as nothing", () => {
    expect(
      html`<ul>${["a", "b"].map((one) => html`<li>${one}`)}${none}${false}${undefined}${0}</ul>`.markup,
    ).toBe("<ul><li>a<li>b0</ul>");
  });

  test("can be written on several lines, which are not part of it", () => {
    expect(
      html`
      <p>
        one ${"two\nthree"}
      </p>`.markup,
    ).toBe("<p>one two␊three</p>");
  });

  test("shows invisible characters and bidirectional marks", () => {
    expect(name("a\u202eb\u0000").markup).toBe("<bdi>a\\u{202e}b␀</bdi>");
    expect(lines("a\n\u0007<").markup).toBe("a\n␇&lt;");
  });

  test("truncates long values, with their length", () => {
    expect(shortened("abcdef", 3).markup).toBe(`abc<span class="cut">… cut, 6 characters</span>`);
    expect(lines("<".repeat(2000)).markup).toEndWith(`&lt;<span class="cut">… cut, 2,000 characters</span>`);
    expect(shortened("abc", 3).markup).toBe("abc");
  });
});
