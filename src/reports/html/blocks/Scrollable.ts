/** A frame that scrolls if its content is too wide, with a label and keyboard access. */
import { type Html, html } from "../Html.ts";

/** A tall frame scrolls in both directions, below its header. */
export const scrollable = (label: string, content: Html, isTall = false): Html => html`
  <div class="scroll${isTall && " tall"}" role="group" aria-label="${label}" tabindex="0">${content}</div>`;
