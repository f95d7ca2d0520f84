/** A frame that scrolls where its content is too wide: it can be reached by the keyboard, and says what it is. */
import { type Html, html } from "./Html.ts";

export const scrollable = (label: string, content: Html): Html =>
  html`<div class="scroll" role="region" aria-label="${label}" tabindex="0">${content}</div>`;
