import { describe, expect, test } from "bun:test";
import { html, lines, name, none, shortened } from "../../../src/reports/html/Html.ts";

describe("markup", () => {
  test("is made of templates; whatever is put into them is text", () => {
    const evil = `<b title="x" class='y'>&amp;</b>`;
    expect(html`<p title="${evil}">${evil}</p>`.markup).toBe(
      `<p title="&lt;b title=&quot;x&quot; class=&#39;y&#39;&gt;&amp;amp;&lt;/b&gt;">&lt;b title=&quot;x&quot; class=&#39;y&#39;&gt;&amp;amp;&lt;/b&gt;</p>`,
    );
  });

  test("is put into markup as it is, also as a list; nothing is nothing", () => {
    expect(
      html`<ul>${["a", "b"].map((one) => html`<li>${one}`)}${none}${false}${undefined}${0}</ul>`.markup,
    ).toBe("<ul><li>a<li>b0</ul>");
  });

  test("may be written on lines of its own, which are no part of it", () => {
    expect(
      html`
      <p>
        one ${"two\nthree"}
      </p>`.markup,
    ).toBe("<p>one two␊three</p>");
  });

  test("shows what cannot be seen, and what turns the direction of writing", () => {
    expect(name("a\u202eb\u0000").markup).toBe("<bdi>a\\u{202e}b␀</bdi>");
    expect(lines("a\n\u0007<").markup).toBe("a\n␇&lt;");
  });

  test("holds the beginning of what is too long, and says how long it is", () => {
    expect(shortened("abcdef", 3).markup).toBe(`abc<span class="cut">… cut, 6 characters</span>`);
    expect(lines("<".repeat(2000)).markup).toEndWith(`&lt;<span class="cut">… cut, 2,000 characters</span>`);
    expect(shortened("abc", 3).markup).toBe("abc");
  });
});
